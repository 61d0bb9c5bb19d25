import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  executeSync,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
} from 'graphql';
import { inlineFragments } from '../../src/graph/inline-fragments.js';
import { responseKey } from '../../src/graph/response-key.js';
import { BUBBLE, Projecting } from '../../src/projection/projecting.js';
import { ProjectionCompiler } from '../../src/projection/projection.js';
import { hash } from '../differential/chance.js';
import type { Operation } from '../differential/operation-writer.js';
import { operations } from '../differential/operations.js';

/** Another seed, more runs: PROJECTION_SEED=7 PROJECTION_RUNS=20000. */
const SEED = Number(process.env['PROJECTION_SEED'] ?? 20_261_123);
const RUNS = Number(process.env['PROJECTION_RUNS'] ?? 600);

const schema = buildSchema(`
  type Query { thing: Thing one: One! any: Any things: [Thing!] toString: Int list: [[One!]] }
  interface Thing { id: ID! constructor: String kind: Kind next: Thing all: [Thing] valueOf: Int! }
  type One implements Thing {
    id: ID! constructor: String kind: Kind next: Thing all: [Thing] valueOf: Int!
    flags: [Boolean!]! ratio: Float! free: Free grid: [[Int!]]! deep: [[Two!]!] must: Two!
  }
  type Two implements Thing {
    id: ID! constructor: String kind: Kind! next: Thing all: [Thing] valueOf: Int!
    hasOwnProperty: String! free: [Free!] any: [Any!]!
  }
  type Three { name: String! kinds: [Kind!] one: One }
  union Any = One | Three
  enum Kind { A B toString }
  scalar Free
`);
/** Names in the place of the two aliases the writer makes up. */
const ALIASES = new Map([
  ['a', '__proto__'],
  ['b', 'isPrototypeOf'],
]);

function renamed({ document, variables }: Operation): Operation {
  const written = visit(document, {
    Field: (node) => {
      const alias = ALIASES.get(node.alias?.value ?? '');
      return alias === undefined ? undefined : { ...node, alias: { kind: Kind.NAME as const, value: alias } };
    },
  });
  return { document: written, variables };
}

/** Data for a question, mostly of its shape. */
class Raw {
  #drawn = 0;

  constructor(
    readonly document: DocumentNode,
    readonly seed: number,
  ) {}

  root(): Record<string, unknown> {
    return this.#object('Query', this.#keys());
  }

  /** Every response key of the question with every field it stands for. */
  #keys(): ReadonlyMap<string, Set<string>> {
    const keys = new Map<string, Set<string>>();
    visit(this.document, {
      Field: (node) => {
        const key = responseKey(node);
        keys.set(key, (keys.get(key) ?? new Set()).add(node.name.value));
      },
    });
    return keys;
  }

  #object(name: string, keys: ReadonlyMap<string, Set<string>>, depth = 0): Record<string, unknown> {
    const type = schema.getType(name);
    const entries: [string, unknown][] = [['__typename', name]];
    if (isObjectType(type))
      for (const [key, names] of keys) {
        if (key === '__typename' || this.#chance(4)) continue;
        const fields = [...names].flatMap((field) => type.getFields()[field] ?? []);
        const field = fields[this.#draw() % Math.max(1, fields.length)];
        if (field) entries.push([key, this.#value(field.type, keys, depth)]);
      }
    return Object.fromEntries(entries);
  }

  #value(type: GraphQLOutputType, keys: ReadonlyMap<string, Set<string>>, depth: number): unknown {
    if (this.#chance(4)) return WRONG[this.#draw() % WRONG.length];
    if (this.#chance(isNonNullType(type) ? 2 : 12)) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable))
      return Array.from({ length: depth > 5 ? 0 : this.#draw() % 3 }, () => this.#value(nullable.ofType, keys, depth + 1));
    if (isCompositeType(nullable)) {
      if (depth > 6) return null;
      const names = isAbstractType(nullable) ? [...schema.getPossibleTypes(nullable).map(({ name }) => name)] : [nullable.name];
      if (isAbstractType(nullable) && this.#chance(6)) names.push('Nobody', 'Three', 'toString');
      return this.#object(names[this.#draw() % names.length] ?? '', keys, depth + 1);
    }
    if (isEnumType(nullable)) return ['A', 'B', 'toString', 'constructor', 'C'][this.#draw() % 5];
    return (
      {
        Int: [1, 0, -7, 2 ** 31, 1.5],
        Float: [1.5, 2e21, -0.25],
        Boolean: [true, false],
        ID: ['\u0000\t', 7, 1.5],
        String: ['"', 'x\\\n', '字\u2028𠀀\ud800'],
      }[nullable.name] ?? [{ __typename: 'One' }, 'x']
    ).at(this.#draw() % 3);
  }

  #chance(percent: number): boolean {
    return this.#draw() % 100 < percent;
  }

  #draw(): number {
    return hash(`${this.seed} ${this.#drawn++}`);
  }
}

const WRONG: readonly unknown[] = ['text', 3, true, 2 ** 40, [], [[]], [null], ['x'], { __typename: 'One' }, [{ __typename: 'Two' }]];

/** What a reply may hold, as graphql-js must be told of it: what has another shape is an error, what this graph cannot know is null. */
const resolve: GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> = (
  source,
  _args,
  _context,
  { path: { key }, returnType },
) => (typeof key === 'string' && Object.hasOwn(source, key) ? told(source[key], returnType) : undefined);

function told(value: unknown, type: GraphQLOutputType): unknown {
  const nullable = getNullableType(type);
  if (value === null || value === undefined) return null;
  const wrong = new Error('of another shape');
  if (isListType(nullable)) return Array.isArray(value) ? value.map((item: unknown) => told(item, nullable.ofType)) : wrong;
  if (isCompositeType(nullable)) {
    if (typeof value !== 'object' || Array.isArray(value)) return wrong;
    if (!isAbstractType(nullable)) return value;
    const actual = schema.getType(String(Reflect.get(value, '__typename')));
    return isObjectType(actual) && schema.isSubType(nullable, actual) ? value : Object.hasOwn(value, '__typename') ? null : wrong;
  }
  if (isEnumType(nullable)) return typeof value === 'string' && nullable.getValue(value) ? value : null;
  if (isScalarType(nullable) && nullable.name === 'Free') return value;
  const fits = {
    Int: typeof value === 'number',
    Float: typeof value === 'number',
    Boolean: typeof value === 'boolean',
    String: typeof value === 'string',
    ID: typeof value === 'string' || typeof value === 'number',
  }[nullable.name];
  return fits === true ? value : wrong;
}

function projected({ document, variables }: Operation, raw: Record<string, unknown>) {
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const query = schema.getQueryType();
  if (!definition || !query) throw new Error('a question without an operation');
  const { selectionSet } = inlineFragments(document, definition);
  const source = { schema, withheld: new Map(), emptied: new Set<never>(), isDeferred: () => false, planKey: responseKey };
  const project = new ProjectionCompiler(source).object(query, [{ node: selectionSet, conditions: [] }]);
  const defaults = Object.fromEntries(
    (definition.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value]] : [],
    ),
  );
  const coerced = { ...defaults, ...variables };
  const silent = new Projecting(coerced, false);
  project('', raw, silent);
  const following = new Projecting(coerced, true);
  const text = project('', raw, following);
  return { text: text === BUBBLE ? 'null' : text, failed: silent.failed, broken: following.broken };
}

const questions = operations({ api: schema, depth: 5, fields: 20 })
  .map(renamed)
  .filter(({ document }) => !print(document).includes('__schema') && !print(document).includes('__type('));

describe('a projection', () => {
  it('is what graphql-js makes of the same data, key by key in its order, with its violations at the same places', () => {
    let violated = 0;
    fc.assert(
      fc.property(questions, fc.nat(1_000_000), (operation, seed) => {
        const raw = JSON.parse(JSON.stringify(new Raw(operation.document, seed).root())) as Record<string, unknown>;
        const { data, errors = [] } = executeSync({
          schema,
          document: operation.document,
          rootValue: raw,
          variableValues: operation.variables,
          fieldResolver: resolve,
          typeResolver: (value) => String(Reflect.get(value as object, '__typename')),
        });
        const ours = projected(operation, raw);
        const places = (paths: readonly unknown[]): string[] => paths.map((path) => JSON.stringify(path)).sort();
        if (errors.length > 0) violated++;
        expect({ data: ours.text, broken: places(ours.broken), failed: ours.failed }).toEqual({
          data: JSON.stringify(data),
          broken: places(errors.map(({ path }) => path)),
          failed: errors.length > 0,
        });
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: process.env['PROJECTION_SHRINK'] === undefined },
    );
    expect(violated).toBeGreaterThan(RUNS / 10);
  });

  it('does not take what every object inherits for data', () => {
    const document = parse('{ thing { constructor __proto__: kind } toString }');
    const { text } = projected({ document, variables: {} }, { thing: { __typename: 'One' } });
    expect(text).toBe('{"thing":{"constructor":null,"__proto__":null},"toString":null}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('writes strings as they are where nothing can need escaping', () => {
    const query = schema.getQueryType();
    const [definition] = parse('{ one { id constructor all { id } } }').definitions;
    if (!query || definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a question without an operation');
    const source = { schema, withheld: new Map(), emptied: new Set<never>(), isDeferred: () => false, planKey: responseKey };
    const write = new ProjectionCompiler(source).object(query, [{ node: definition.selectionSet, conditions: [] }]);
    const raw = { one: { id: '1', constructor: '字 and \u2028', all: [{ __typename: 'Two', id: '' }] } };
    expect(write('', raw, new Projecting({}, false, [], undefined, false))).toBe(JSON.stringify(raw).replace('"__typename":"Two",', ''));
  });

  it('has no number that JSON has no word for', () => {
    const document = parse('{ any { ... on One { id ratio } } }');
    expect(
      projected({ document, variables: {} }, JSON.parse('{"any":{"__typename":"One","id":"1","ratio":1e999}}') as Record<string, unknown>),
    ).toEqual({
      text: '{"any":null}',
      failed: true,
      broken: [['any', 'ratio']],
    });
  });
});
