import type { DeferNode, FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { AccessMap } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { lookedIntoBy, type IsLookedInto } from '../verbatim/looked-into.js';
import type { ReadingOf } from '../verbatim/reader-code.js';
import { ContextStep } from './context-step.js';
import { DeferStep, type DeferredStep } from './defer-step.js';
import { EntityStep, type EntityFetch } from './entity-step.js';
import { entityAsk, rootAsk, type EntityAsk, type RootAsk } from './fetch-documents.js';
import type { EntityGuard } from './guard.js';
import type { IsOfType } from './places.js';
import { RepresentationCompiler } from './representations.js';
import { RootStep, type RootFetch } from './root-step.js';
import { askKey, sharingIn, type Sharing } from './sharing.js';
import { ConditionStep, NOTHING, ParallelStep, SequenceStep, type Step } from './steps.js';

/** A plan made ready to run any number of times. */
export interface CompiledPlan {
  readonly step: Step;
  /** What brings the events of a subscription; the step then runs for each of them. */
  readonly events: RootFetch | undefined;
  /** It asks for entities: what it brings is merged from several calls. */
  readonly entities: boolean;
}

/** Makes the plans of one graph ready to run. */
export class PlanCompiler {
  readonly #known = new WeakMap<QueryPlan, CompiledPlan>();

  constructor(
    readonly graph: Graph,
    readonly isOfType: IsOfType,
    readonly guard: EntityGuard | undefined,
  ) {}

  compile(plan: QueryPlan): CompiledPlan {
    let compiled = this.#known.get(plan);
    if (!compiled) this.#known.set(plan, (compiled = new Compilation(this.graph, this.isOfType, this.guard).plan(plan)));
    return compiled;
  }
}

/** One plan being compiled. */
class Compilation {
  readonly #asks = new Map<string, EntityAsk>();
  readonly #representations: RepresentationCompiler;
  #parts = 0;
  #shared: ReadonlySet<string> = new Set();
  #sharing: (node: FetchNode) => Sharing = () => 'PLACE';
  #lookedInto: (node: FetchNode) => IsLookedInto | undefined = () => undefined;

  constructor(
    readonly graph: Graph,
    readonly isOfType: IsOfType,
    readonly guard: EntityGuard | undefined,
  ) {
    this.#representations = new RepresentationCompiler(isOfType);
  }

  plan({ node }: QueryPlan): CompiledPlan {
    if (!node) return { step: NOTHING, events: undefined, entities: false };
    this.#sharing = sharingIn(node.kind === 'Subscription' ? node.rest : node);
    if (node.kind !== 'Subscription') {
      this.#lookedInto = lookedIntoBy(node, askKey);
      this.#shared = sharedIds(node);
      return { step: this.#node(node, [], 0), events: undefined, entities: this.#asks.size > 0 };
    }
    const step = node.rest ? this.#node(node.rest, [], 0) : NOTHING;
    return { step, events: this.#rootFetch(node.primary, [], 0), entities: this.#asks.size > 0 };
  }

  /**
   * @param path where the node's data belongs
   * @param part the part of the answer it is for: 0 for the first, others come later
   */
  #node(node: PlanNode, path: readonly string[], part: number): Step {
    switch (node.kind) {
      case 'Sequence':
        return new SequenceStep(node.nodes.map((inner) => this.#node(inner, path, part)));
      case 'Parallel':
        return new ParallelStep(node.nodes.map((inner) => this.#node(inner, path, part)));
      case 'Flatten':
        return this.#node(node.node, [...path, ...node.path.map(String)], part);
      case 'Condition':
        return new ConditionStep(
          node.condition,
          node.ifClause ? this.#node(node.ifClause, path, part) : NOTHING,
          node.elseClause ? this.#node(node.elseClause, path, part) : NOTHING,
        );
      case 'Defer':
        return this.#defer(node, path, part);
      case 'Fetch':
        return node.requires ? this.#entities(node, node.requires, path, part) : this.#root(node, path, part);
    }
  }

  #defer(node: DeferNode, path: readonly string[], part: number): Step {
    const primary = node.primary.node ? this.#node(node.primary.node, path, part) : NOTHING;
    const deferred = node.deferred.map((later): DeferredStep => {
      const own = ++this.#parts;
      return {
        part: own,
        within: part,
        label: later.label,
        path: later.queryPath,
        depends: later.depends.map(({ id }) => (this.#shared.has(id) ? ALL_AROUND : id)),
        step: later.node ? this.#node(later.node, [], own) : NOTHING,
      };
    });
    return new DeferStep(primary, deferred);
  }

  #root(node: FetchNode, path: readonly string[], part: number): Step {
    return new RootStep(this.#rootFetch(node, path, part));
  }

  #rootFetch(node: FetchNode, path: readonly string[], part: number): RootFetch {
    return { ask: this.#rootAsk(node), path, rewrites: node.outputRewrites, part, id: node.id };
  }

  #rootAsk(node: FetchNode): RootAsk {
    const text = this.guard?.rootText(node.operation) ?? node.operation;
    return rootAsk(node, text, readingOf(this.graph, this.guard !== undefined, this.#lookedInto(node)));
  }

  #entities(node: FetchNode, requires: NonNullable<FetchNode['requires']>, path: readonly string[], part: number): Step {
    const needs = JSON.stringify([requires, node.inputRewrites ?? []]);
    const represent = this.#representations.compile(needs, requires, node.inputRewrites);
    const source = JSON.stringify([path, needs]);
    const fetch: EntityFetch = { ask: this.#ask(node), sharing: this.#sharing(node), path, represent, source, part, id: node.id };
    return node.contextRewrites && node.contextRewrites.length > 0 ? new ContextStep(fetch, node.contextRewrites) : new EntityStep(fetch);
  }

  /** Fetches of one text are one ask, wherever they stand in the plan: what one has brought the other need not ask for. */
  #ask(node: FetchNode): EntityAsk {
    const key = askKey(node);
    let ask = this.#asks.get(key);
    if (!ask) {
      const of = readingOf(this.graph, this.guard !== undefined, this.#lookedInto(node));
      ask = this.guard?.ask(node, of) ?? entityAsk(node.serviceName, node.operation, node.outputRewrites, undefined, of);
      this.#asks.set(key, ask);
    }
    return ask;
  }
}

/** What of the replies to a fetch may be passed on as it comes. A graph's guard has every entity checked on its own. */
function readingOf({ api, access }: Graph, guarded: boolean, isLookedInto: IsLookedInto | undefined): ReadingOf | undefined {
  return isLookedInto && { schema: api, isLookedInto, isChecked: (type) => guarded && isSubjectOrEntity(type, access) };
}

function isSubjectOrEntity(type: string, access: AccessMap): boolean {
  return access.subject(type) !== undefined || access.keys(type).length > 0;
}

/** An id no fetch has: who waits for it waits until everything around is done. */
const ALL_AROUND = 'all around';

/** Ids that several fetches have: the planner numbers the fetches of each root field of a mutation from the start. */
function sharedIds(plan: PlanNode): ReadonlySet<string> {
  return new Set([...timesOfIds(plan)].flatMap(([id, times]) => (times > 1 ? [id] : [])));
}

function timesOfIds(node: PlanNode | undefined): ReadonlyMap<string, number> {
  switch (node?.kind) {
    case undefined:
      return new Map();
    case 'Fetch':
      return new Map(node.id === undefined ? [] : [[node.id, 1]]);
    case 'Flatten':
      return timesOfIds(node.node);
    case 'Sequence':
    case 'Parallel':
      return together(node.nodes, (one, other) => one + other);
    case 'Condition':
      return together([node.ifClause, node.elseClause], Math.max);
    case 'Defer':
      return together([node.primary.node, ...node.deferred.map((later) => later.node)], (one, other) => one + other);
  }
}

function together(nodes: readonly (PlanNode | undefined)[], add: (one: number, other: number) => number): Map<string, number> {
  const all = new Map<string, number>();
  for (const node of nodes) for (const [id, times] of timesOfIds(node)) all.set(id, add(all.get(id) ?? 0, times));
  return all;
}
