import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';

/** Stands for every element of a list in the place of a field. */
export const EACH = '@';

/** A field that was taken out: its place in the entity, and which requirement it did not meet. */
export interface TakenOut {
  readonly path: readonly string[];
  /** Position in the requirements of the selection. */
  readonly requirement: number;
}

/** A selection without what is refused. */
export interface Pruned {
  readonly selectionSet: SelectionSetNode;
  /** Something that was asked for is left. */
  readonly content: boolean;
  readonly takenOut: readonly TakenOut[];
}

/**
 * What is required for a selection of one type and everything below it, up to the next subject, each requirement once. An entity with a
 * subject of its own is decided by that subject, once the reply names it.
 */
export function requirementsOf(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph): readonly Requirement[] {
  const found = new Map<string, Requirement>();
  collect(set, type, graph, found);
  return [...found.values()];
}

function collect(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph, found: Map<string, Requirement>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      collect(selection.selectionSet, typeOf(selection.typeCondition?.name.value, type, graph), graph, found);
    if (selection.kind !== Kind.FIELD) continue;
    const own = graph.access.requirement(type.name, selection.name.value);
    if (own) found.set(nameOf(own), found.get(nameOf(own)) ?? own);
    const below = ownBelow(type, selection.name.value, graph);
    if (selection.selectionSet && below) collect(selection.selectionSet, below, graph, found);
  }
}

/**
 * Takes out of a selection what requires something that is refused. What is below goes with it; a container in which nothing is left goes
 * too.
 * @param requirements as `requirementsOf` gave them
 * @param refused by position
 */
export function withoutRefused(
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  graph: Graph,
  requirements: readonly Requirement[],
  refused: (requirement: number) => boolean,
): Pruned {
  const at = new Map(requirements.map((requirement, i) => [nameOf(requirement), i]));
  const takenOut: TakenOut[] = [];
  const pruner = new Pruner(
    graph,
    (requirement) => {
      const position = at.get(nameOf(requirement));
      return position !== undefined && refused(position) ? position : undefined;
    },
    takenOut,
  );
  return { ...pruner.prune(set, type, []), takenOut };
}

class Pruner {
  constructor(
    readonly graph: Graph,
    readonly refusedAt: (requirement: Requirement) => number | undefined,
    readonly takenOut: TakenOut[],
  ) {}

  prune(set: SelectionSetNode, type: GraphQLCompositeType, path: readonly string[]): Omit<Pruned, 'takenOut'> {
    const keys = new Set(['__typename', ...this.graph.access.keys(type.name)]);
    const selections: SelectionNode[] = [];
    let content = false;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = this.prune(selection.selectionSet, typeOf(selection.typeCondition?.name.value, type, this.graph), path);
        if (inner.selectionSet.selections.length > 0) selections.push({ ...selection, selectionSet: inner.selectionSet });
        content ||= inner.content;
        continue;
      }
      const place = [...path, responseKey(selection)];
      const own = this.graph.access.requirement(type.name, selection.name.value);
      const requirement = own && this.refusedAt(own);
      if (requirement !== undefined) {
        this.takenOut.push({ path: place, requirement });
        continue;
      }
      const below = ownBelow(type, selection.name.value, this.graph);
      if (!selection.selectionSet || !below) {
        selections.push(selection);
        content ||= !keys.has(responseKey(selection));
        continue;
      }
      const before = this.takenOut.length;
      const inner = this.prune(selection.selectionSet, below, [...place, ...lists(fieldOf(type, selection.name.value)?.type)]);
      if (this.takenOut.length > before && !inner.content) continue;
      selections.push({ ...selection, selectionSet: inner.selectionSet });
      content = true;
    }
    return { selectionSet: { ...set, selections }, content };
  }
}

function nameOf(requirement: Requirement): string {
  return requirement.kind === 'SCOPE' ? requirement.scope : `any of ${requirement.scopes.join(' ')}`;
}

/** The type an inline fragment narrows a type to. */
export function typeOf(condition: string | undefined, type: GraphQLCompositeType, graph: Graph): GraphQLCompositeType {
  return compositeType(graph.full, condition) ?? type;
}

/** The type of a field's objects, if they are about the same subject. */
export function ownBelow(type: GraphQLCompositeType, field: string, graph: Graph): GraphQLCompositeType | undefined {
  const definition = fieldOf(type, field);
  const target = definition && getNamedType(definition.type);
  return isCompositeType(target) && !graph.access.subject(target.name) ? target : undefined;
}

/** A step for every level of lists of a type. */
export function lists(type: GraphQLOutputType | undefined): string[] {
  if (!type) return [];
  if (isNonNullType(type)) return lists(type.ofType);
  return isListType(type) ? [EACH, ...lists(type.ofType)] : [];
}

/**
 * The places of a field that was taken out of an entity. Where something around it is null there are none: that has a reason of its own.
 * @param value what came; undefined, as what was taken out with it, leads no further into lists
 */
export function placesIn(value: unknown, path: readonly string[], from = 0): (string | number)[][] {
  const step = path[from];
  if (step === undefined) return [[]];
  if (step === EACH) {
    if (value === undefined) return [[]];
    return Array.isArray(value) ? value.flatMap((one: unknown, i) => placesIn(one, path, from + 1).map((place) => [i, ...place])) : [];
  }
  if (value !== undefined && !isObject(value)) return [];
  return placesIn(value?.[step], path, from + 1).map((place) => [step, ...place]);
}

/** Takes away what stands at a place. @returns whether there was something */
export function dropAt(object: Record<string, unknown>, at: readonly (string | number)[]): boolean {
  const last = at.at(-1);
  let holder: unknown = object;
  for (const step of at.slice(0, -1)) holder = (holder as Record<string | number, unknown> | undefined)?.[step];
  if (typeof holder !== 'object' || holder === null || last === undefined || !Object.hasOwn(holder, last)) return false;
  (holder as Record<string | number, unknown>)[last] = null;
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
