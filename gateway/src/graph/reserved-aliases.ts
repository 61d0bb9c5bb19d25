import {
  GraphQLError,
  getNamedType,
  isCompositeType,
  Kind,
  type DocumentNode,
  type GraphQLCompositeType,
  type SelectionSetNode,
} from 'graphql';
import type { Graph } from './graph.js';
import { compositeType, fieldOf } from './schema-lookup.js';

/** Names the planner makes up where two fields of one key cannot be told apart; they are taken off the places of errors again. */
const MADE_UP = /__alias_\d+$/;

/**
 * Aliases that would put another field where the hub keeps what an entity is and whom it is about: `id: identity { … }` on a person.
 * Entity calls are made from these keys and decided by them, so nothing else may stand there.
 */
export function reservedAliases(document: DocumentNode, graph: Graph): GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      walk(definition.selectionSet, graph.api.getRootType(definition.operation) ?? undefined, graph, errors);
    else if (definition.kind === Kind.FRAGMENT_DEFINITION)
      walk(definition.selectionSet, compositeType(graph.api, definition.typeCondition.name.value), graph, errors);
  }
  return errors;
}

function walk(set: SelectionSetNode, type: GraphQLCompositeType | undefined, graph: Graph, errors: GraphQLError[]): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      walk(selection.selectionSet, compositeType(graph.api, selection.typeCondition?.name.value) ?? type, graph, errors);
    if (selection.kind !== Kind.FIELD || !type) continue;
    const alias = selection.alias?.value;
    if (alias !== undefined && alias !== selection.name.value && isReserved(alias, type, graph))
      errors.push(new GraphQLError(`The alias "${alias}" has a meaning of its own here; choose another.`, { nodes: selection }));
    const definition = fieldOf(type, selection.name.value);
    const target = definition && getNamedType(definition.type);
    if (selection.selectionSet && isCompositeType(target)) walk(selection.selectionSet, target, graph, errors);
  }
}

function isReserved(alias: string, type: GraphQLCompositeType, graph: Graph): boolean {
  return (
    alias === '__typename' ||
    MADE_UP.test(alias) ||
    (!graph.access.open && isKey(alias, type, graph))
  );
}

/** Entity calls are decided by these. */
function isKey(alias: string, type: GraphQLCompositeType, graph: Graph): boolean {
  return (
    alias === graph.access.subject(type.name)?.field ||
    graph.access.keys(type.name).includes(alias)
  );
}
