import {
  getNamedType,
  isCompositeType,
  Kind,
  parse,
  print,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { compileFit, type Fit } from './fit.js';
import { requirementsOf, withoutRefused, type TakenOut } from './guarded-selection.js';

/** One operation the planner sends to a subgraph, with what the hub adds to it and must know of it. Made once per text. */
export interface CompiledFetch {
  readonly text: string;
  readonly operation: OperationDefinitionNode;
  /** For an `_entities` call: what is asked of each type. Undefined for a root fetch. */
  readonly entities: ReadonlyMap<string, EntitySelection> | undefined;
}

/** What an `_entities` call asks of one type. */
export interface EntitySelection {
  readonly fit: Fit;
  readonly type: GraphQLCompositeType;
  readonly selectionSet: SelectionSetNode;
  /** What must be granted for all of it, up to the next subject. */
  readonly requirements: readonly Requirement[];
}

/** A fetch without what is refused of one type. */
export interface PartOfFetch {
  /** Undefined when nothing is left to ask. */
  readonly fetch: CompiledFetch | undefined;
  readonly takenOut: readonly TakenOut[];
}

/**
 * Reads a fetch and adds `__typename` and the key fields to every entity in it, so that an answer about somebody else is seen.
 */
export function compileFetch(text: string, graph: Graph): CompiledFetch {
  const operation = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const root = operation && graph.full.getRootType(operation.operation);
  if (!root) throw new Error('the planner gave a fetch without an operation');
  const [only] = operation.selectionSet.selections;
  if (only?.kind === Kind.FIELD && only.name.value === '_entities' && only.selectionSet) {
    const set = withKeys(entityBranches(only.selectionSet), undefined, graph);
    const document = { ...operation, selectionSet: { ...operation.selectionSet, selections: [{ ...only, selectionSet: set }] } };
    return { text: print(document), operation: document, entities: entitySelections(set, graph) };
  }
  const document = { ...operation, selectionSet: withKeys(operation.selectionSet, root, graph) };
  return { text: print(document), operation: document, entities: undefined };
}

/**
 * The same fetch without what is refused of one type: it is not asked for.
 * @param refused by position in the requirements of that type
 * @param narrow what further is done to what is left of the selection
 */
export function withoutRefusedOf(
  fetch: CompiledFetch,
  { type, selectionSet, requirements }: EntitySelection,
  refused: (requirement: number) => boolean,
  graph: Graph,
  narrow: (set: SelectionSetNode) => SelectionSetNode = (set) => set,
): PartOfFetch {
  const pruned = withoutRefused(selectionSet, type, graph, requirements, refused);
  const [only] = fetch.operation.selectionSet.selections;
  if (!pruned.content || only?.kind !== Kind.FIELD || !only.selectionSet) return { fetch: undefined, takenOut: pruned.takenOut };
  const selections = only.selectionSet.selections.map((branch): SelectionNode =>
    branch.kind === Kind.INLINE_FRAGMENT && branch.typeCondition?.name.value === type.name
      ? { ...branch, selectionSet: narrow(pruned.selectionSet) }
      : branch,
  );
  const cut = { ...only, selectionSet: { ...only.selectionSet, selections } };
  const operation = { ...fetch.operation, selectionSet: { ...fetch.operation.selectionSet, selections: [cut] } };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [dropUnusedVariables(operation)] };
  return { fetch: compileFetch(print(document), graph), takenOut: pruned.takenOut };
}

const field = (name: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } });

/** Without the definitions of variables that it does not use. */
export function dropUnusedVariables(operation: OperationDefinitionNode): OperationDefinitionNode {
  const text = print({ ...operation, variableDefinitions: [] });
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    new RegExp(`\\$${variable.name.value}\\b`).test(text),
  );
  return { ...operation, variableDefinitions };
}

/** `_entities` selections may repeat a type: one branch per type. */
function entityBranches(set: SelectionSetNode): SelectionSetNode {
  const branches = new Map<string, SelectionNode[]>();
  const add = (type: string, selections: readonly SelectionNode[]): void =>
    void branches.set(type, [...(branches.get(type) ?? []), ...selections]);
  const walk = (inner: SelectionSetNode): void => {
    for (const selection of inner.selections) {
      if (selection.kind !== Kind.INLINE_FRAGMENT) continue;
      if (!selection.typeCondition) walk(selection.selectionSet);
      else if (selection.directives?.length) add(selection.typeCondition.name.value, [selection]);
      else add(selection.typeCondition.name.value, selection.selectionSet.selections);
    }
  };
  walk(set);
  const selections = [...branches].map(([type, inner]): SelectionNode => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
  }));
  return { kind: Kind.SELECTION_SET, selections: [field('__typename'), ...selections] };
}

function withKeys(set: SelectionSetNode, type: GraphQLCompositeType | undefined, graph: Graph): SelectionSetNode {
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return {
        ...selection,
        selectionSet: withKeys(selection.selectionSet, compositeType(graph.full, selection.typeCondition?.name.value) ?? type, graph),
      };
    }
    if (selection.kind !== Kind.FIELD || !selection.selectionSet) return selection;
    const definition = type && fieldOf(type, selection.name.value);
    const target = definition && getNamedType(definition.type);
    return { ...selection, selectionSet: withKeys(selection.selectionSet, isCompositeType(target) ? target : undefined, graph) };
  });
  // One under a condition may not come.
  const present = new Set(
    selections.flatMap((selection) => (selection.kind === Kind.FIELD && !selection.directives?.length ? [responseKey(selection)] : [])),
  );
  const wanted = type ? ['__typename', ...graph.access.keys(type.name)] : [];
  const keys = type && graph.access.keys(type.name).length > 0 ? wanted.filter((name) => !present.has(name)).map(field) : [];
  return { ...set, selections: [...keys, ...selections] };
}

function entitySelections(set: SelectionSetNode, graph: Graph): Map<string, EntitySelection> {
  const entities = new Map<string, EntitySelection>();
  for (const branch of set.selections) {
    if (branch.kind !== Kind.INLINE_FRAGMENT || !branch.typeCondition) continue;
    const type = compositeType(graph.full, branch.typeCondition.name.value);
    if (type)
      entities.set(type.name, {
        fit: compileFit(graph, type, branch.selectionSet),
        type,
        selectionSet: branch.selectionSet,
        requirements: requirementsOf(branch.selectionSet, type, graph),
      });
  }
  return entities;
}
