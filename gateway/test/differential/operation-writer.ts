import type { Random } from 'fast-check';
import {
  doTypesOverlap,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  print,
  validate,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { ArgumentWriter, type Literals } from './argument-writer.js';

/** A valid operation with its variables. */
export interface Operation {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is written about, and how much. */
export interface WriterOptions {
  readonly api: GraphQLSchema;
  readonly literals?: Literals;
  /** Names that are no aliases. */
  readonly reserved?: ReadonlySet<string>;
  /** Nested fields at most. @default 5 */
  readonly depth?: number;
  /** Fields at most. @default 24 */
  readonly fields?: number;
}

/** What stands under one response key of one object, over all fragments that lead there. */
interface Occupied {
  readonly type: string;
  /** Field and arguments by the type they are asked of. */
  readonly asked: Map<string, string>;
  readonly below: Scope;
}
type Scope = Map<string, Occupied>;

/** Writes one random valid operation. */
export function writeOperation(random: Random, options: WriterOptions): Operation {
  const first = new OperationWriter(random, options, true).write();
  // A fragment used in two places may contradict the second; without second uses an operation is valid by construction.
  if (validate(options.api, first.document).length === 0) return first;
  return new OperationWriter(random, options, false).write();
}

class OperationWriter {
  readonly #arguments: ArgumentWriter;
  readonly #fragments: FragmentDefinitionNode[] = [];
  readonly #composites: readonly GraphQLCompositeType[];
  #fragmentCount = 0;
  #left: number;

  constructor(
    readonly random: Random,
    readonly options: WriterOptions,
    readonly reuse: boolean,
  ) {
    this.#arguments = new ArgumentWriter(random, options.literals ?? {});
    this.#left = random.nextInt(2, options.fields ?? 24);
    this.#composites = Object.values(options.api.getTypeMap()).filter(
      (type) => isCompositeType(type) && !type.name.startsWith('__'),
    ) as GraphQLCompositeType[];
  }

  write(): Operation {
    const { api } = this.options;
    const mutation = api.getMutationType();
    const operation = mutation && this.#chance(25) ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY;
    const root = api.getRootType(operation);
    if (!root) throw new Error('a schema without a query type');
    const selectionSet = this.#selectionSet(root, new Map(), this.options.depth ?? 5);
    const { definitions: variableDefinitions, variables } = this.#arguments;
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [{ kind: Kind.OPERATION_DEFINITION, operation, variableDefinitions, selectionSet }, ...this.#fragments],
    };
    return { document: parse(print(document), { noLocation: true }), variables };
  }

  #selectionSet(type: GraphQLCompositeType, scope: Scope, depth: number): SelectionSetNode {
    const selections: SelectionNode[] = [];
    for (let wanted = this.random.nextInt(1, 4); wanted > 0; wanted--) selections.push(this.#selection(type, scope, depth));
    return { kind: Kind.SELECTION_SET, selections };
  }

  #selection(type: GraphQLCompositeType, scope: Scope, depth: number): SelectionNode {
    this.#left--;
    if (depth > 0 && this.#left > 0 && this.#chance(isObjectType(type) ? 12 : 45)) return this.#fragment(type, scope, depth);
    if (type === this.options.api.getQueryType() && this.#chance(2)) return this.#introspection(scope);
    return this.#field(type, scope, depth) ?? this.#typename(scope, type);
  }

  #field(type: GraphQLCompositeType, scope: Scope, depth: number): FieldNode | undefined {
    if (!('getFields' in type) || this.#chance(9)) return undefined;
    const deep = depth > 0 && this.#left > 0;
    const root = depth === (this.options.depth ?? 5);
    const fields = Object.values(type.getFields()).filter((field) => deep || root || !isCompositeType(getNamedType(field.type)));
    const field = fields[this.random.nextInt(0, Math.max(0, fields.length - 1))];
    if (!field) return undefined;
    const args = this.#arguments.arguments(field);
    const key = this.#key(type, field, `${field.name}(${args.map(print).join()})`, scope);
    const target = getNamedType(field.type);
    const below = scope.get(key)?.below ?? new Map();
    return {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: field.name },
      ...(key === field.name ? {} : { alias: { kind: Kind.NAME, value: key } }),
      arguments: args,
      directives: this.#directives(),
      ...(isCompositeType(target) ? { selectionSet: this.#selectionSet(target, below, depth - 1) } : {}),
    };
  }

  /** A response key that does not contradict what is there: now and then the name of another field, or one that is taken by the same. */
  #key(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, asked: string, scope: Scope): string {
    const others = 'getFields' in type ? Object.keys(type.getFields()) : [];
    const candidates = this.#chance(25) ? [others[this.random.nextInt(0, others.length - 1)] ?? 'a', 'a', 'b'] : [];
    for (let at = 0; ; at++) {
      const key = [...candidates, field.name][at] ?? `${field.name}_${at}`;
      if (key !== field.name && this.options.reserved?.has(key) === true) continue;
      const occupied: Occupied = scope.get(key) ?? { type: field.type.toString(), asked: new Map(), below: new Map() };
      const agrees = [...occupied.asked].every(
        ([other, what]) => what === asked || (other !== type.name && this.#isObject(other) && isObjectType(type)),
      );
      if (!agrees || occupied.type !== field.type.toString()) continue;
      if ((occupied.asked.get(type.name) ?? asked) !== asked) continue;
      occupied.asked.set(type.name, asked);
      scope.set(key, occupied);
      return key;
    }
  }

  #isObject(name: string): boolean {
    return isObjectType(this.options.api.getType(name));
  }

  #fragment(type: GraphQLCompositeType, scope: Scope, depth: number): SelectionNode {
    const known = this.#fragments.filter(({ typeCondition }) => this.#overlaps(type, typeCondition.name.value));
    const again = known[this.random.nextInt(0, Math.max(0, known.length - 1))];
    if (this.reuse && again && this.#chance(30)) return { kind: Kind.FRAGMENT_SPREAD, name: again.name, directives: this.#directives() };
    const conditions = this.#composites.filter(({ name }) => this.#overlaps(type, name));
    const condition = conditions[this.random.nextInt(0, conditions.length - 1)] ?? type;
    const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: condition.name } } as const;
    if (this.#chance(20)) {
      const name = { kind: Kind.NAME, value: `F${this.#fragmentCount++}` } as const;
      const selectionSet = this.#selectionSet(condition, scope, depth);
      this.#fragments.push({ kind: Kind.FRAGMENT_DEFINITION, name, typeCondition, selectionSet });
      return { kind: Kind.FRAGMENT_SPREAD, name, directives: this.#directives() };
    }
    const bare = this.#chance(10);
    const selectionSet = this.#selectionSet(bare ? type : condition, scope, depth);
    return { kind: Kind.INLINE_FRAGMENT, directives: this.#directives(), selectionSet, ...(bare ? {} : { typeCondition }) };
  }

  #overlaps(type: GraphQLCompositeType, name: string): boolean {
    const other = this.options.api.getType(name);
    return isCompositeType(other) && doTypesOverlap(this.options.api, type, other);
  }

  #typename(scope: Scope, type: GraphQLCompositeType): FieldNode {
    const alias = this.#chance(30) ? ['kind', 't', 'a'][this.random.nextInt(0, 2)] : undefined;
    const name = { kind: Kind.NAME, value: '__typename' } as const;
    if (alias === undefined || scope.has(alias) || this.options.reserved?.has(alias) === true) return { kind: Kind.FIELD, name };
    scope.set(alias, { type: 'String!', asked: new Map([[type.name, '__typename']]), below: new Map() });
    return { kind: Kind.FIELD, name, alias: { kind: Kind.NAME, value: alias } };
  }

  #introspection(scope: Scope): FieldNode {
    const key = `i${scope.size}_${this.#left + 100}`;
    const name = this.#composites[this.random.nextInt(0, this.#composites.length - 1)]?.name ?? 'Query';
    const text = this.#chance(50)
      ? `{ ${key}: __type(name: "${name}") { __typename kind name fields { name type { name kind ofType { name } } } } }`
      : `{ ${key}: __schema { queryType { name } t: __typename } }`;
    const [definition] = parse(text, { noLocation: true }).definitions;
    const selection = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined;
    if (selection?.kind !== Kind.FIELD) throw new Error('introspection is a field');
    scope.set(key, { type: '', asked: new Map([['', key]]), below: new Map() });
    return selection;
  }

  #directives(): DirectiveNode[] {
    return ['skip', 'include'].flatMap((directive) => {
      if (!this.#chance(6)) return [];
      const value = this.#arguments.condition();
      return [
        {
          kind: Kind.DIRECTIVE,
          name: { kind: Kind.NAME, value: directive },
          arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'if' }, value }],
        } as const,
      ];
    });
  }

  #chance(percent: number): boolean {
    return this.random.nextInt(0, 99) < percent;
  }
}
