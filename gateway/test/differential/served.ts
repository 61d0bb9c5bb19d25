import {
  execute,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { setImmediate as turn } from 'node:timers/promises';
import { hash } from './chance.js';
import { holds, isThing, type World } from './world.js';

/** Context of an execution: the world it tells of, and the subgraph that tells it (none when it is the truth). */
interface Telling {
  readonly world: World;
  readonly subgraph: string | undefined;
}

/** A call a subgraph got. */
export interface Call {
  readonly subgraph: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Why it cannot be answered: what was asked is not in the subgraph's schema. */
  readonly refused: string | undefined;
}

/** What a document is to one subgraph. */
interface Known {
  readonly document: DocumentNode;
  readonly refused: string | undefined;
}

/** The subgraphs of a graph over one world, in process: they answer out of order and remember what they were asked. */
export class Served {
  readonly calls: Call[] = [];
  readonly #documents = new Map<string, Known>();

  /** @param disorder how many turns of the event loop one subgraph may be faster than another, and one more */
  constructor(
    readonly schemas: ReadonlyMap<string, GraphQLSchema>,
    readonly world: World,
    readonly disorder = 4,
  ) {
    for (const [subgraph, schema] of schemas) serveReferences(subgraph, schema);
  }

  /** Answers as a subgraph would over the wire. */
  async answer(subgraph: string, text: string, variables: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const schema = this.schemas.get(subgraph);
    if (!schema) throw new Error(`no subgraph ${subgraph}`);
    const known = this.#document(subgraph, schema, text);
    this.calls.push({ subgraph, text, variables, refused: known.refused });
    const late = hash(`${this.world.options.seed} ${this.calls.length} ${text}`) % this.disorder;
    const [result] = await Promise.all([this.#result(subgraph, known, schema, variables), turns(LONGEST + late)]);
    return JSON.parse(JSON.stringify(result));
  }

  async #result(
    subgraph: string,
    { document, refused }: Known,
    schema: GraphQLSchema,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    if (refused !== undefined) return { errors: [{ message: refused, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };
    return tell(schema, document, JSON.parse(JSON.stringify(variables)), { world: this.world, subgraph });
  }

  #document(subgraph: string, schema: GraphQLSchema, text: string): Known {
    const known = this.#documents.get(`${subgraph} ${text}`);
    if (known) return known;
    const document = parse(text);
    const made = { document, refused: validate(schema, document)[0]?.message };
    this.#documents.set(`${subgraph} ${text}`, made);
    return made;
  }
}

/** Turns of the event loop that cover the longest answer: calls made at one time can be answered at one time. */
const LONGEST = 4;

async function turns(count: number): Promise<void> {
  for (let gone = 0; gone < count; gone++) await turn();
}

/** The answer that is right: one schema with everything in it, over the same world. */
export function truth(
  api: GraphQLSchema,
  world: World,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  return tell(api, document, variables, { world, subgraph: undefined });
}

async function tell(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  telling: Telling,
): Promise<ExecutionResult> {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const root = operation && schema.getRootType(operation.operation)?.name;
  return execute({
    schema,
    document,
    variableValues: variables,
    contextValue: telling,
    rootValue: { __typename: root, type: root, key: '' },
    fieldResolver: resolve,
  });
}

const resolve: GraphQLFieldResolver<unknown, Telling> = (source, args, { world, subgraph }, { fieldName, parentType }) => {
  if (!isThing(source)) throw new Error(`no object to take ${fieldName} from`);
  const required = subgraph === undefined ? undefined : world.blueprint.requires.get(`${subgraph} ${parentType.name}.${fieldName}`);
  if (required) {
    const expected = world.expected(source, required);
    // Wrong input gives a wrong output that says what was wrong, as a wrong sum would.
    if (!holds(source.given, expected))
      throw new Error(`${parentType.name}.${fieldName} needs ${JSON.stringify(expected)} and got ${JSON.stringify(source.given)}`);
  }
  // What is external is another's to tell.
  if (world.blueprint.foreign.has(`${subgraph} ${parentType.name}.${fieldName}`))
    throw new Error(`${subgraph} cannot tell ${parentType.name}.${fieldName}`);
  return world.value(source, fieldName, args);
};

function serveReferences(subgraph: string, schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    // Not at once: an error then is one of this reference, and not of all of them.
    const resolveReference = async (representation: Readonly<Record<string, unknown>>, { world }: Telling) => {
      await turn();
      return world.find(subgraph, representation);
    };
    type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference } } };
  }
}
