import type { QueryPlan } from '@apollo/query-planner';
import type { DirectiveNode, OperationDefinitionNode } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import type { NotPlanned } from '../execution/executor.js';
import { graphOf, type Graph } from '../graph/graph.js';
import type { Unannotated } from '../graph/supergraph-reading.js';
import { neededFields, type PlanKeys } from './plan-keys.js';
import { normalise, type NormalisedOperation } from './normalise.js';
import type { VariableSource } from './plan-variables.js';
import { PlanningThread, type Planning, type PlanningEvent, type ThreadLimits } from './planning-thread.js';

export type { VariableSource } from './plan-variables.js';
export type { PlanningEvent } from './planning-thread.js';

/** An operation's plan, and what ties it to the operation as the client wrote it. */
export interface Planned {
  readonly ok: true;
  /** The same object for the same normalised text, so that compiled work can be kept by it. */
  readonly plan: QueryPlan;
  /** How each variable of the plan gets its value. A client variable that was not given has none in the plan either. */
  readonly variables: readonly VariableSource[];
  /** Each `@defer` of the given operation that the plan knows, and its label in the plan. One that is not here is not deferred. */
  readonly deferLabels: ReadonlyMap<DirectiveNode, string>;
  /** Under which key each field of the operation stands in the plan's data. */
  readonly keys: PlanKeys;
}

/** Plans the operations of one graph in a thread of its own. */
export interface Planner {
  /**
   * The plan of an operation: at once when known, otherwise when the thread has made it. Any number of callers with the same question,
   * whatever their names and values, cause one planning.
   * @param operation valid on the graph, with its fragments written out
   * @throws (rejects) when the planner fails for a reason other than the operation's size
   */
  plan(operation: OperationDefinitionNode): Planned | NotPlanned | Promise<Planned | NotPlanned>;
  /** Plans ahead, a few at a time, so that clients' questions find their turn in between. What cannot be planned is left out. */
  warm(operations: Iterable<OperationDefinitionNode>): Promise<{ readonly planned: number; readonly failed: number }>;
  /** Ends the thread; what is being planned is rejected. */
  stop(): Promise<void>;
  /** What it has been asked, and what waits. */
  readonly figures: PlannerFigures;
}

/** How a planner is doing. A question that comes again holds its plan and does not even ask. */
interface PlannerFigures {
  /** How often a plan, or the refusal to make it, was there or under way. */
  readonly hits: number;
  /** How often it had to be made. */
  readonly misses: number;
  /** Plannings that wait for their turn now. */
  readonly waiting: number;
}

/** Bounds of a planner; each has a default that suits a hub of a few dozen subgraphs. */
export interface PlannerLimits extends Partial<ThreadLimits> {
  /** Plans kept. @default 1000 */
  readonly plansKept?: number;
  /** Milliseconds for which an operation that ran into the deadline is refused without another try. @default 60000 */
  readonly timeoutKeptMs?: number;
}

const THREAD_LIMITS: ThreadLimits = {
  deadlineMs: 5_000,
  waitMs: 10_000,
  maxWaiting: 500,
  maxHeapMb: 512,
  maxEvaluatedPlans: 2_000,
  pathsLimit: 2_000,
};
const PLANS_KEPT = 1_000;
const REFUSALS_KEPT = 200;
const TIMEOUT_KEPT_MS = 60_000;
/** Characters of the longest operation whose plan is kept by its text; limits allow twice as much at most. */
const MAX_TEXT = 65_536;
/** Characters of all texts under which plans are kept. */
const MAX_TEXTS = 4_000_000;
/** Plannings ahead that stand in the row at a time. */
const AHEAD = 2;

/** What is known of one operation node. */
interface Known {
  readonly normalised: NormalisedOperation;
  planned: Planned | undefined;
}

interface Refused {
  readonly refusal: NotPlanned;
  readonly until: number;
}

const TOO_COMPLEX: NotPlanned = { ok: false, code: 'QUERY_TOO_COMPLEX' };
const TIMEOUT: NotPlanned = { ok: false, code: 'PLANNING_TIMEOUT' };

/** What of a graph a planner needs. */
type PlannableGraph = Pick<Graph, 'supergraphSdl' | 'api' | 'interfaceObjects'>;

/**
 * Starts a planner and its thread.
 * @param observe told of every planning and of the thread's fate; without the client's text
 */
export function startPlanner(
  graph: PlannableGraph,
  limits: PlannerLimits = {},
  observe: (event: PlanningEvent) => void = () => undefined,
): Planner {
  return new ThreadPlanner(graph, limits, new PlanningThread(graph.supergraphSdl, { ...THREAD_LIMITS, ...limits }, observe));
}

/** A graph and what plans its operations. */
export interface PlannedGraph {
  readonly graph: Graph;
  readonly planner: Planner;
}

/**
 * Reads a supergraph as `buildGraph` does and starts its planner. Both are done by the planner's thread: this one, which answers
 * questions, is held up by a fifteenth of the time only.
 * @throws (rejects) when the text is not a supergraph Apollo's packages accept, or is without access rules and those are not served
 */
export async function readPlannedGraph(
  supergraphSdl: string,
  unannotated: Unannotated = 'REFUSED',
  limits: PlannerLimits = {},
  observe: (event: PlanningEvent) => void = () => undefined,
): Promise<PlannedGraph> {
  const thread = new PlanningThread(supergraphSdl, { ...THREAD_LIMITS, ...limits }, observe, unannotated);
  try {
    const graph = graphOf(supergraphSdl, await thread.reading);
    return { graph, planner: new ThreadPlanner(graph, limits, thread) };
  } catch (error) {
    await thread.stop();
    throw error;
  }
}

class ThreadPlanner implements Planner {
  readonly #thread: PlanningThread;
  readonly #timeoutKeptMs: number;
  readonly #needed: ReadonlySet<string>;
  readonly #known = new WeakMap<OperationDefinitionNode, Known>();
  readonly #plans: BoundedCache<string, QueryPlan>;
  readonly #refused = new BoundedCache<string, Refused>(REFUSALS_KEPT, MAX_TEXT);
  readonly #underWay = new Map<string, Promise<QueryPlan | NotPlanned>>();
  #hits = 0;
  #misses = 0;

  constructor(
    readonly graph: PlannableGraph,
    { plansKept = PLANS_KEPT, timeoutKeptMs = TIMEOUT_KEPT_MS }: PlannerLimits,
    thread: PlanningThread,
  ) {
    this.#needed = neededFields(graph.supergraphSdl, graph.api);
    this.#plans = new BoundedCache(plansKept, MAX_TEXT, MAX_TEXTS);
    this.#timeoutKeptMs = timeoutKeptMs;
    this.#thread = thread;
  }

  get figures(): PlannerFigures {
    return { hits: this.#hits, misses: this.#misses, waiting: this.#thread.waiting };
  }

  plan(operation: OperationDefinitionNode): Planned | NotPlanned | Promise<Planned | NotPlanned> {
    let known = this.#known.get(operation);
    if (known?.planned) {
      this.#hits++;
      return known.planned;
    }
    if (!known) {
      known = { normalised: normalise(operation, this.graph.api, this.#needed, this.graph.interfaceObjects), planned: undefined };
      this.#known.set(operation, known);
    }
    const made = this.#planFor(known.normalised.text);
    return made instanceof Promise ? this.#later(known, made) : settle(known, made);
  }

  async warm(operations: Iterable<OperationDefinitionNode>): Promise<{ readonly planned: number; readonly failed: number }> {
    const counts = { planned: 0, failed: 0 };
    const rest = operations[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        const { ok } = await this.#ahead(next.value);
        counts[ok ? 'planned' : 'failed']++;
      }
    };
    await Promise.all(Array.from({ length: AHEAD }, work));
    return counts;
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  async #ahead(operation: OperationDefinitionNode): Promise<{ readonly ok: boolean }> {
    try {
      return await this.plan(operation);
    } catch {
      return { ok: false }; // whoever asks it is told; a graph is not refused for what nobody asked yet
    }
  }

  async #later(known: Known, made: Promise<QueryPlan | NotPlanned>): Promise<Planned | NotPlanned> {
    return settle(known, await made);
  }

  #planFor(text: string): QueryPlan | NotPlanned | Promise<QueryPlan | NotPlanned> {
    const kept = this.#kept(text);
    if (kept) {
      this.#hits++;
      return kept;
    }
    this.#misses++;
    const planning = this.#thread
      .plan(text)
      .then((result) => this.#keep(text, result))
      .finally(() => {
        this.#underWay.delete(text);
      });
    this.#underWay.set(text, planning);
    return planning;
  }

  #kept(text: string): QueryPlan | NotPlanned | Promise<QueryPlan | NotPlanned> | undefined {
    const plan = this.#plans.get(text);
    if (plan) return plan;
    const refused = this.#refused.get(text);
    return refused && refused.until > performance.now() ? refused.refusal : this.#underWay.get(text);
  }

  #keep(text: string, planning: Planning): QueryPlan | NotPlanned {
    switch (planning.kind) {
      case 'PLANNED':
        this.#plans.set(text, planning.plan);
        return planning.plan;
      case 'TOO_COMPLEX':
        this.#refused.set(text, { refusal: TOO_COMPLEX, until: Infinity });
        return TOO_COMPLEX;
      case 'TIMEOUT':
        // Not for good: the machine may have been busy. But not at once either: each try costs a thread.
        this.#refused.set(text, { refusal: TIMEOUT, until: performance.now() + this.#timeoutKeptMs });
        return TIMEOUT;
      case 'NOT_TRIED':
        return TIMEOUT;
    }
  }
}

function settle(known: Known, made: QueryPlan | NotPlanned): Planned | NotPlanned {
  if ('ok' in made) return made;
  const { variables, deferLabels, keys } = known.normalised;
  known.planned ??= { ok: true, plan: made, variables, deferLabels, keys };
  return known.planned;
}
