import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { fieldsIn } from '../graph/fields-in.js';
import { responseKey } from '../graph/response-key.js';
import { conditionsOf } from '../projection/selection.js';
import { planPath } from './report.js';

/** What a plan fetches, by its keys whatever the types. */
class FetchedKeys {
  readonly #below = new Map<string, FetchedKeys>();

  get(key: string): FetchedKeys | undefined {
    return this.#below.get(key);
  }

  add(key: string): FetchedKeys {
    let below = this.#below.get(key);
    if (!below) this.#below.set(key, (below = new FetchedKeys()));
    return below;
  }
}

/**
 * True when a plan leaves out something that is asked whatever the variables and the types of objects: the planner does so where it finds
 * no way to a field, and the client would take the null for an answer.
 * @param operation the one that was planned
 * @param keyOf key of a field in the plan's data
 */
export function isUnreachable({ node }: QueryPlan, operation: OperationDefinitionNode, keyOf: (node: FieldNode) => string): boolean {
  const fetched = new FetchedKeys();
  gather(node, [], fetched);
  return lacks(fetched, operation.selectionSet, keyOf);
}

function gather(node: PlanNode | SubscriptionNode | undefined, path: readonly string[], into: FetchedKeys): void {
  switch (node?.kind) {
    case undefined:
      return;
    case 'Sequence':
    case 'Parallel':
      for (const inner of node.nodes) gather(inner, path, into);
      return;
    case 'Flatten':
      gather(node.node, [...path, ...node.path.map(String)], into);
      return;
    case 'Condition':
      gather(node.ifClause, path, into);
      gather(node.elseClause, path, into);
      return;
    case 'Defer':
      gather(node.primary.node, path, into);
      for (const later of node.deferred) gather(later.node, [], into);
      return;
    case 'Subscription':
      gather(node.primary, path, into);
      gather(node.rest, path, into);
      return;
    case 'Fetch': {
      let at = into;
      for (const step of path) if (step !== '@' && !step.startsWith('... on ')) at = at.add(step);
      const [definition] = parse(node.operation, { noLocation: true }).definitions;
      if (definition?.kind !== Kind.OPERATION_DEFINITION) return;
      const [only] = definition.selectionSet.selections;
      const entities = node.requires && only?.kind === Kind.FIELD ? only.selectionSet : undefined;
      add(entities ?? definition.selectionSet, at);
    }
  }
}

function add(set: SelectionSetNode, into: FetchedKeys): void {
  for (const field of fieldsIn(set)) {
    const inner = into.add(String(planPath([], [responseKey(field)])[0]));
    if (field.selectionSet) add(field.selectionSet, inner);
  }
}

function lacks(fetched: FetchedKeys, set: SelectionSetNode, keyOf: (node: FieldNode) => string): boolean {
  return set.selections.some((selection) => {
    const conditions = conditionsOf(selection.directives ?? [], () => false);
    if (typeof conditions === 'symbol' || conditions.length > 0 || selection.kind === Kind.FRAGMENT_SPREAD) return false;
    // Of some types there may be no objects at a place, and nothing is fetched for them.
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return selection.typeCondition === undefined && lacks(fetched, selection.selectionSet, keyOf);
    if (selection.name.value.startsWith('__')) return false;
    const inner = fetched.get(keyOf(selection));
    return inner === undefined || (selection.selectionSet !== undefined && lacks(inner, selection.selectionSet, keyOf));
  });
}
