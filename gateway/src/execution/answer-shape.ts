import {
  Kind,
  type FieldNode,
  type GraphQLCompositeType,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Cut } from '../access/cut.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import type { Planned } from '../planning/planner.js';
import { ProjectionCompiler } from '../projection/projection.js';
import type { WriteObject } from '../projection/projecting.js';
import { conditionsOf, NEVER, targetOf, type Condition } from '../projection/selection.js';
import { AnswerOrder } from './answer-order.js';
import { AskedKeys } from './asked-keys.js';

/** A fragment that comes later. */
export interface DeferredShape {
  /** The client's name for it. */
  readonly label: string | undefined;
  /** The client's keys on the way to it. */
  readonly keys: readonly string[];
  /** What must hold of the variables for it to have been asked. */
  readonly conditions: readonly Condition[];
  /** What the objects it is for must be, all of it; the plan does not say so of fragments around it. */
  readonly typeConditions: readonly string[];
  readonly write: WriteObject;
}

/** How an answer is made from what was fetched: compiled once per question and kind of caller. */
export interface AnswerShape {
  readonly write: WriteObject;
  /** By the planner's label. */
  readonly deferred: ReadonlyMap<string, DeferredShape>;
  readonly asked: AskedKeys;
  readonly order: AnswerOrder;
  /** Something was left out for this caller: places must be followed from the start. */
  readonly follows: boolean;
  /** The introspection in it, with all it needs; undefined for none. */
  readonly introspection: OperationDefinitionNode | undefined;
}

/** What a plan says of the shape of its data. */
interface ShapeOfPlan {
  readonly deferLabels: Planned['deferLabels'];
  readonly keys: Pick<Planned['keys'], 'of'>;
}

/** @param operation the question as it was asked, with fragments written out */
export function compileShape(graph: Graph, operation: OperationDefinitionNode, cut: Cut, { deferLabels, keys }: ShapeOfPlan): AnswerShape {
  const root = graph.api.getRootType(operation.operation);
  if (!root) throw new Error('an operation of a root type the graph does not have');
  // The cut copies fragments but keeps their directives.
  const isDeferred = (directive: Parameters<typeof deferLabels.get>[0]): boolean => deferLabels.has(directive);
  const source = {
    schema: graph.api,
    withheld: cut.withheld,
    emptied: cut.emptied,
    isDeferred,
    planKey: (node: FieldNode) => keys.of(node),
  };
  const deferred = new Map<string, DeferredShape>();
  for (const { fragment, type, within, conditions, typeConditions } of deferredFragments(operation.selectionSet, root, graph, TOP)) {
    const directive = fragment.directives?.find((one) => deferLabels.has(one));
    const plansLabel = directive && deferLabels.get(directive);
    if (!directive || plansLabel === undefined) continue;
    const compiler = new ProjectionCompiler({ ...source, isDeferred: (other) => other !== directive && isDeferred(other) });
    const set: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [fragment] };
    const label = directive.arguments?.find(({ name }) => name.value === 'label')?.value;
    deferred.set(plansLabel, {
      keys: within,
      conditions,
      typeConditions,
      label: label?.kind === Kind.STRING ? label.value : undefined,
      write: compiler.object(type, [{ node: set, conditions: [] }]),
    });
  }
  return {
    write: new ProjectionCompiler(source).object(root, [{ node: operation.selectionSet, conditions: [] }]),
    deferred,
    asked: new AskedKeys([operation.selectionSet], source.planKey),
    order: new AnswerOrder([operation.selectionSet]),
    follows: cut.withheld.size > 0,
    introspection: introspectionOf(operation),
  };
}

/** Where a selection stands: the client's keys on the way to it, and what must hold for it to count. */
interface Around {
  readonly within: readonly string[];
  readonly conditions: readonly Condition[];
  /** Type conditions of fragments of the same object. */
  readonly typeConditions: readonly string[];
}

/** A fragment with `@defer`, the type it stands in, and where. */
interface Placed extends Around {
  readonly fragment: InlineFragmentNode;
  readonly type: GraphQLCompositeType;
}

const TOP: Around = { within: [], conditions: [], typeConditions: [] };

function deferredFragments(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph, around: Around): Placed[] {
  return set.selections.flatMap((selection) => {
    const own = conditionsOf(selection.directives ?? [], () => false);
    if (selection.kind === Kind.FRAGMENT_SPREAD || own === NEVER) return [];
    const conditions = [...around.conditions, ...own];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const here = { ...around, conditions, typeConditions: [...around.typeConditions, ...(condition === undefined ? [] : [condition])] };
      const inner = compositeType(graph.api, condition) ?? type;
      const placed = selection.directives?.some(({ name }) => name.value === 'defer') ? [{ fragment: selection, type, ...here }] : [];
      return [...placed, ...deferredFragments(selection.selectionSet, inner, graph, here)];
    }
    const target = targetOf(fieldOf(type, selection.name.value)?.type);
    if (!selection.selectionSet || !target) return [];
    const within = [...around.within, responseKey(selection)];
    return deferredFragments(selection.selectionSet, target, graph, { within, conditions, typeConditions: [] });
  });
}

/** The part of an operation that the graph itself answers. */
function introspectionOf(operation: OperationDefinitionNode): OperationDefinitionNode | undefined {
  const keep = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return isIntrospection(selection) ? [selection] : [];
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      const inner = keep(selection.selectionSet);
      return inner.selections.length > 0 ? [{ ...selection, selectionSet: inner }] : [];
    }),
  });
  const selectionSet = keep(operation.selectionSet);
  return selectionSet.selections.length > 0 ? { ...operation, selectionSet } : undefined;
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}
