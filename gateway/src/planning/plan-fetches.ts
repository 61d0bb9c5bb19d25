import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';

/** What stands in the place of one fetch; several go side by side. */
type Change = (node: FetchNode) => readonly FetchNode[];

/** The same plan with other fetches. Of what brings the events of a subscription only the first counts. */
export function withFetches(plan: QueryPlan, change: Change): QueryPlan {
  const { node } = plan;
  if (!node) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: changed(node, change) };
  const [primary = node.primary] = change(node.primary);
  return { ...plan, node: { ...node, primary, ...(node.rest ? { rest: changed(node.rest, change) } : {}) } };
}

function changed(node: PlanNode, change: Change): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((inner) => changed(inner, change)) };
    case 'Flatten':
      return { ...node, node: changed(node.node, change) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause ? { ifClause: changed(node.ifClause, change) } : {}),
        ...(node.elseClause ? { elseClause: changed(node.elseClause, change) } : {}),
      };
    case 'Defer':
      return { ...node, primary: inside(node.primary, change), deferred: node.deferred.map((later) => inside(later, change)) };
    case 'Fetch': {
      const fetches = change(node);
      const [only] = fetches;
      return only && fetches.length === 1 ? only : { kind: 'Parallel', nodes: [...fetches] };
    }
  }
}

function inside<T extends { node?: PlanNode }>(part: T, change: Change): T {
  return part.node ? { ...part, node: changed(part.node, change) } : part;
}
