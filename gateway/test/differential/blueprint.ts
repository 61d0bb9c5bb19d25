import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { GraphFixture } from './graph-fixture.js';

/** What the data of a graph must heed so that every subgraph and the truth can tell of the same world. */
export interface Blueprint {
  readonly full: GraphQLSchema;
  /** Types that are looked up by keys, with the names of the fields in any of their keys. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys a subgraph can be asked by, by `subgraph Type`. */
  readonly resolvable: ReadonlyMap<string, readonly SelectionSetNode[]>;
  /** Selections of a @requires, by `subgraph Type.field`. */
  readonly requires: ReadonlyMap<string, SelectionSetNode>;
  /** Fields a subgraph declares and cannot tell by itself, as `subgraph Type.field`: another must tell it. */
  readonly foreign: ReadonlySet<string>;
  /** Coordinates of fields that some subgraph requires of another. */
  readonly required: ReadonlySet<string>;
  /** Coordinates that never fail: keys, required fields and what lies under them. */
  readonly reliable: ReadonlySet<string>;
  /** Coordinates that are never null, because a subgraph promises more than the whole graph does. */
  readonly present: ReadonlySet<string>;
  /** Names a value of this coordinate may take: concrete types, or values of an enum. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** The only subgraph that serves a coordinate, where there is only one. */
  readonly owner: ReadonlyMap<string, string>;
}

/** Reads a blueprint off the subgraphs. */
export function blueprintOf({ api, full, subgraphs }: GraphFixture): Blueprint {
  const keys = new Map<string, Set<string>>();
  const resolvable = new Map<string, readonly SelectionSetNode[]>();
  const requires = new Map<string, SelectionSetNode>();
  const foreign = new Set<string>();
  const required = new Set<string>();
  const reliable = new Set<string>();
  const present = new Set<string>();
  const choices = new Map<string, readonly string[]>();
  const owners = new Map<string, string[]>();
  for (const [subgraph, schema] of subgraphs) {
    const told = toldIn(full, schema);
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      const concrete = concreteTypes(full, type.name);
      const directives = [type, ...type.extensionASTNodes].flatMap((node) =>
        'astNode' in node ? (node.astNode?.directives ?? []) : (node.directives ?? []),
      );
      const resolvableKeys = directives.filter(
        ({ arguments: given = [] }) =>
          !given.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value),
      );
      resolvable.set(`${subgraph} ${type.name}`, fieldSets(resolvableKeys, 'key'));
      for (const set of fieldSets(directives, 'key')) {
        noteCoordinates(full, type.name, set, reliable);
        for (const { name } of concrete) {
          const known = keys.get(name) ?? new Set();
          keys.set(name, known);
          for (const field of set.selections) if (field.kind === Kind.FIELD) known.add(field.name.value);
        }
      }
      for (const field of Object.values(type.getFields())) {
        const [set] = fieldSets(field.astNode?.directives ?? [], 'requires');
        if (set) {
          requires.set(`${subgraph} ${type.name}.${field.name}`, set);
          noteCoordinates(full, type.name, set, required);
        }
        const external = field.astNode?.directives?.some(({ name }) => name.value === 'external') === true;
        if (external && !told.has(`${type.name}.${field.name}`)) foreign.add(`${subgraph} ${type.name}.${field.name}`);
        for (const owner of concrete) {
          const whole = owner.getFields()[field.name];
          if (!whole) continue;
          const coordinate = `${owner.name}.${field.name}`;
          if (!external) owners.set(coordinate, [...(owners.get(coordinate) ?? []), subgraph]);
          if (whole.type.toString().replace(/\w+/, '') !== field.type.toString().replace(/\w+/, '')) present.add(coordinate);
          const names = choicesOf(full, api, schema, field);
          const before = choices.get(coordinate);
          if (names) choices.set(coordinate, before ? before.filter((name) => names.includes(name)) : names);
        }
      }
    }
  }
  const owner = new Map(
    [...owners].flatMap(([coordinate, [first, ...others]]) => (first && others.length === 0 ? [[coordinate, first]] : [])),
  );
  for (const coordinate of required) reliable.add(coordinate);
  return { full, keys, resolvable, requires, foreign, required, reliable, present, choices, owner };
}

/** Object types a name stands for in the whole graph: itself, or what implements or makes it up. */
export function concreteTypes(full: GraphQLSchema, name: string): readonly GraphQLObjectType[] {
  const type = full.getType(name);
  if (isAbstractType(type)) return full.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

/** Coordinates of a subgraph's keys and of what it provides. */
function toldIn(full: GraphQLSchema, schema: GraphQLSchema): ReadonlySet<string> {
  const told = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const node of [type.astNode, ...type.extensionASTNodes])
      for (const set of fieldSets(node?.directives ?? [], 'key')) noteCoordinates(full, type.name, set, told);
    for (const field of Object.values(type.getFields()))
      for (const set of fieldSets(field.astNode?.directives ?? [], 'provides'))
        noteCoordinates(full, getNamedType(field.type).name, set, told);
  }
  return told;
}

function choicesOf(
  full: GraphQLSchema,
  api: GraphQLSchema,
  subgraph: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
): readonly string[] | undefined {
  const type = getNamedType(field.type);
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  if (isAbstractType(type)) return subgraph.getPossibleTypes(type).flatMap(({ name }) => concreteTypes(full, name).map((one) => one.name));
  if (!isObjectType(type)) return undefined;
  const names = concreteTypes(full, type.name).map(({ name }) => name);
  // Which kind an interface object is of, its subgraph cannot say; that it is of a hidden one, nobody would find out.
  return names.length === 1 ? names : names.filter((name) => api.getType(name));
}

function fieldSets(directives: readonly ConstDirectiveNode[], name: string): readonly SelectionSetNode[] {
  return directives.flatMap((directive) => {
    const value = directive.arguments?.find((argument) => argument.name.value === 'fields')?.value;
    if (directive.name.value !== name || value?.kind !== Kind.STRING) return [];
    const [definition] = parse(`{ ${value.value} }`).definitions;
    return definition?.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : [];
  });
}

function noteCoordinates(full: GraphQLSchema, type: string, set: SelectionSetNode, into: Set<string>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      noteCoordinates(full, selection.typeCondition?.name.value ?? type, selection.selectionSet, into);
    if (selection.kind !== Kind.FIELD) continue;
    for (const owner of concreteTypes(full, type)) {
      into.add(`${owner.name}.${selection.name.value}`);
      const field = owner.getFields()[selection.name.value];
      if (field && selection.selectionSet) noteCoordinates(full, getNamedType(field.type).name, selection.selectionSet, into);
    }
  }
}
