import { getNamedType, isCompositeType, Kind, type FieldNode, type GraphQLCompositeType, type SelectionSetNode } from 'graphql';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';

/** What each field of a selection requires, by response key. Fields that require nothing have an empty list. */
export function requirementsByKey(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph): Map<string, Requirement[]> {
  const byKey = new Map<string, Requirement[]>();
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = compositeType(graph.full, selection.typeCondition?.name.value) ?? type;
      for (const [key, requirements] of requirementsByKey(selection.selectionSet, inner, graph))
        byKey.set(key, [...(byKey.get(key) ?? []), ...requirements]);
    } else if (selection.kind === Kind.FIELD) {
      const key = responseKey(selection);
      byKey.set(key, [...(byKey.get(key) ?? []), ...requirementsOf(selection, type, graph)]);
    }
  }
  return byKey;
}

function requirementsOf(node: FieldNode, type: GraphQLCompositeType, graph: Graph): Requirement[] {
  const own = graph.access.requirement(type.name, node.name.value);
  const definition = fieldOf(type, node.name.value);
  const target = definition && getNamedType(definition.type);
  // An entity with a subject of its own is decided by that subject, once the reply names it.
  const below =
    node.selectionSet && isCompositeType(target) && !graph.access.subject(target.name)
      ? requirementsByKey(node.selectionSet, target, graph)
      : undefined;
  return [...(own ? [own] : []), ...[...(below?.values() ?? [])].flat()];
}
