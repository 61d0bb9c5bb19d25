import { Kind, parse, type SelectionSetNode } from 'graphql';
import {
  effective,
  mergeAbstracts,
  namedType,
  plainKeys,
  ROOT_TYPES,
  type DeclaredField,
  type DeclaredSubgraph,
  type DeclaredType,
} from './annotations.js';
import { PERSON, type LintFailure } from './lint-failure.js';
import { isOwn } from './own-subgraphs.js';

/** Rules about entities, what crosses to an agency, and the root fields that lead to people. */
export function checkEntities(subgraphs: readonly DeclaredSubgraph[]): LintFailure[] {
  const graph = merge(subgraphs);
  return subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) => [
      ...checkSubject(subgraph, type),
      ...checkFieldSets(subgraph, type, graph),
      ...[...type.fields.values()].flatMap((field) => [
        ...checkCrossing(subgraph, type, field),
        ...checkRoot(subgraph, type, field, graph),
      ]),
    ]),
  );
}

/** What the whole graph says of a type, over all subgraphs. */
interface Merged {
  readonly subjects: ReadonlySet<string>;
  /** Coordinates that carry a scope in any subgraph. */
  readonly personal: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, DeclaredField>;
}

function merge(subgraphs: readonly DeclaredSubgraph[]): Merged {
  const subjects = new Set<string>();
  const personal = new Set<string>();
  const fields = new Map<string, DeclaredField>();
  for (const subgraph of subgraphs) {
    for (const type of subgraph.types.values()) {
      if (type.subject !== undefined) subjects.add(type.name);
      for (const field of type.fields.values()) {
        fields.set(`${type.name}.${field.name}`, field);
        if (effective(type, field)?.kind === 'ACCESS') personal.add(`${type.name}.${field.name}`);
      }
    }
  }
  // A field of an interface may be any of those that implement it.
  for (const abstract of mergeAbstracts(subgraphs).values()) {
    for (const field of abstract.fields.values()) {
      const coordinate = `${abstract.name}.${field.name}`;
      fields.set(coordinate, field);
      const scoped = field.own.some(({ kind }) => kind === 'ACCESS');
      if (scoped || [...abstract.members].some((member) => personal.has(`${member}.${field.name}`))) personal.add(coordinate);
    }
  }
  return { subjects, personal, fields };
}

function checkSubject(subgraph: DeclaredSubgraph, type: DeclaredType): LintFailure[] {
  if (type.keys.length === 0) return [];
  if (type.subject !== undefined) {
    if (type.keys.some((fields) => plainKeys(fields).includes(type.subject ?? ''))) return [];
    return [failure('SUBJECT_MISSING', subgraph, type.name, `@subject names ${type.subject}, which is not a key: name the field of @key`)];
  }
  const personal = [...type.fields.values()].find((field) => effective(type, field)?.kind === 'ACCESS');
  if (!personal) return [];
  return [
    failure(
      'SUBJECT_MISSING',
      subgraph,
      type.name,
      `it holds ${personal.name}, which carries a scope: add @subject(field: "…") naming the key field that says whose record it is`,
    ),
  ];
}

function checkFieldSets(subgraph: DeclaredSubgraph, type: DeclaredType, graph: Merged): LintFailure[] {
  const sets = [
    ...type.keys.map((fields) => ({ at: type.name, on: type.name, directive: '@key', fields })),
    ...[...type.fields.values()].flatMap((field) => [
      ...(field.requires === undefined
        ? []
        : [{ at: `${type.name}.${field.name}`, on: type.name, directive: '@requires', fields: field.requires }]),
      ...(field.provides === undefined
        ? []
        : [{ at: `${type.name}.${field.name}`, on: namedType(field.type), directive: '@provides', fields: field.provides }]),
    ]),
  ];
  return sets.flatMap(({ at, on, directive, fields }) =>
    coordinatesOf(fields, on, graph)
      .filter((coordinate) => graph.personal.has(coordinate))
      .map((coordinate) =>
        failure(
          'SCOPE_IN_FIELD_SET',
          subgraph,
          at,
          `${directive} carries ${coordinate}, which needs a scope: it would travel without a decision; take it out`,
        ),
      ),
  );
}

function coordinatesOf(fieldSet: string, type: string, graph: Merged): string[] {
  const collect = (set: SelectionSetNode, on: string): string[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return collect(selection.selectionSet, selection.typeCondition?.name.value ?? on);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      const coordinate = `${on}.${selection.name.value}`;
      const field = graph.fields.get(coordinate);
      return [coordinate, ...(selection.selectionSet && field ? collect(selection.selectionSet, namedType(field.type)) : [])];
    });
  const definition = parse(`{ ${fieldSet} }`).definitions[0];
  return definition?.kind === Kind.OPERATION_DEFINITION ? collect(definition.selectionSet, type) : [];
}

function checkCrossing(subgraph: DeclaredSubgraph, type: DeclaredType, field: DeclaredField): LintFailure[] {
  if (
    isOwn(subgraph.name) ||
    type.keys.length === 0 ||
    type.keys.flatMap(plainKeys).includes(field.name) ||
    field.type.kind !== Kind.NON_NULL_TYPE
  )
    return [];
  if (effective(type, field)?.kind === 'ACCESS') return []; // PERSONAL_NON_NULL has named it
  return [
    failure(
      'CROSSING_NON_NULL',
      subgraph,
      `${type.name}.${field.name}`,
      'make the type nullable: the field crosses to an agency, and an agency that does not answer must not take its siblings with it',
    ),
  ];
}

function checkRoot(subgraph: DeclaredSubgraph, type: DeclaredType, field: DeclaredField, graph: Merged): LintFailure[] {
  if (!ROOT_TYPES.has(type.name)) return [];
  const coordinate = `${type.name}.${field.name}`;
  // What names the person by an argument is decided by that: see `lint-acts.ts`.
  if (graph.personal.has(coordinate) && field.about === undefined) {
    return [
      failure(
        'ROOT_PERSONAL',
        subgraph,
        coordinate,
        'a root field that carries a scope is not reached through an entity call: move it onto the entity it is about',
      ),
    ];
  }
  const target = namedType(field.type);
  if (!isOwn(subgraph.name) && (graph.subjects.has(target) || leadsToSubject(subgraph, target, new Set()))) {
    return [
      failure(
        'ROOT_PERSONAL',
        subgraph,
        coordinate,
        `an agency's root field hands out, or leads to, ${PERSON} or another type with @subject: only the hub's own root fields may, as a bare reference`,
      ),
    ];
  }
  return [];
}

/** Whether an answer of this subgraph alone can hold a subject below a type: its fields would come along without an entity call. */
function leadsToSubject(subgraph: DeclaredSubgraph, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const type = subgraph.types.get(name);
  if (type?.subject !== undefined) return true;
  const below = type ? [...type.fields.values()].map((field) => namedType(field.type)) : [...(subgraph.abstracts.get(name)?.members ?? [])];
  return below.some((next) => leadsToSubject(subgraph, next, seen));
}

function failure(rule: LintFailure['rule'], subgraph: DeclaredSubgraph, coordinate: string, message: string): LintFailure {
  return { rule, subgraph: subgraph.name, coordinate, message };
}
