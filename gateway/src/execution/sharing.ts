import type { FetchNode, PlanNode } from '@apollo/query-planner';

/**
 * Who may have one object of what a fetch brought, into which later fetches merge more.
 * - `AS_IT_CAME`: every place of the fetch. Nobody else in the plan asks the same, so that nobody gets what is merged into it.
 * - `FETCH`: every place of the fetch has a copy of its own fetch; what came stays as it came for others.
 * - `PLACE`: each place has a copy of its own, since what is fetched below it depends on what is around it.
 */
export type Sharing = 'AS_IT_CAME' | 'FETCH' | 'PLACE';

/** Fetches with equal keys ask the same of their entities. */
export function askKey({ serviceName, operation, outputRewrites }: FetchNode): string {
  return JSON.stringify([serviceName, operation, outputRewrites ?? []]);
}

/** Finds out how the fetches of a plan may share what they bring. */
export function sharingIn(plan: PlanNode | undefined): (node: FetchNode) => Sharing {
  const fetches = entityFetches(plan);
  const times = new Map<string, number>();
  for (const node of fetches) times.set(askKey(node), (times.get(askKey(node)) ?? 0) + 1);
  // Where one value from around an object is an argument below it, and there are few such plans, no place shares with another.
  if (fetches.some(({ contextRewrites = [] }) => contextRewrites.length > 0)) return () => 'PLACE';
  return (node) => (times.get(askKey(node)) === 1 ? 'AS_IT_CAME' : 'FETCH');
}

function entityFetches(node: PlanNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return node.requires ? [node] : [];
    case 'Flatten':
      return entityFetches(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(entityFetches);
    case 'Condition':
      return [...entityFetches(node.ifClause), ...entityFetches(node.elseClause)];
    case 'Defer':
      return [node.primary.node, ...node.deferred.map((later) => later.node)].flatMap(entityFetches);
  }
}
