import type { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import type { SupergraphReading, Unannotated } from '../graph/supergraph-reading.js';
import { startThread } from '../thread.js';
import { isFromThread, type FromThread, type PlanRequest, type ThreadStart } from './thread-messages.js';

/** What became of one planning. */
export type Planning =
  { readonly kind: 'PLANNED'; readonly plan: QueryPlan } | { readonly kind: 'TOO_COMPLEX' } | { readonly kind: 'TIMEOUT' } | NotTried;

/** Too many are waiting, or the wait was too long: the operation itself may be harmless. */
interface NotTried {
  readonly kind: 'NOT_TRIED';
}

/** What the planning thread tells about itself, for metrics and tests. */
export type PlanningEvent =
  /** A planning was over; `waitedMs` before it began, `tookMs` from then on. */
  | { readonly kind: 'PLANNING'; readonly outcome: Planning['kind'] | 'FAULT'; readonly waitedMs: number; readonly tookMs: number }
  | { readonly kind: 'THREAD_READY'; readonly tookMs: number }
  | { readonly kind: 'THREAD_LOST'; readonly reason: 'DEADLINE' | 'MEMORY' | 'CRASH' };

/** Bounds of the thread and of each planning. */
export interface ThreadLimits {
  /** Milliseconds one planning may take. */
  readonly deadlineMs: number;
  /** Milliseconds a planning may wait for the ones before it. */
  readonly waitMs: number;
  /** Plannings that may wait. */
  readonly maxWaiting: number;
  /** MiB of heap of the thread. */
  readonly maxHeapMb: number;
  /** Candidate plans the planner compares. */
  readonly maxEvaluatedPlans: number;
  /** Ways through the subgraphs the planner keeps open for one selection. */
  readonly pathsLimit: number;
}

/** Milliseconds within which a thread has read its supergraph, however busy the machine is. */
const START_DEADLINE_MS = 60_000;
/** Young objects of a thread, MB: without a limit it takes as much as the process beside it. */
const YOUNG_MB = 24;

interface Job {
  readonly text: string;
  readonly since: number;
  readonly resolve: (planning: Planning) => void;
  readonly reject: (error: Error) => void;
}

type State =
  | { readonly phase: 'NONE' }
  | { readonly phase: 'STARTING'; readonly worker: Worker; readonly since: number; readonly alarm: NodeJS.Timeout }
  | { readonly phase: 'IDLE'; readonly worker: Worker }
  | { readonly phase: 'PLANNING'; readonly worker: Worker; readonly job: Job; readonly began: number; readonly alarm: NodeJS.Timeout }
  | { readonly phase: 'STOPPED' };

/**
 * The thread that plans, seen from outside: one planning at a time, each with a deadline. When a planning is not over in time or takes
 * the thread down with it, the thread is replaced and those that waited behind it do not notice. An idle thread keeps no process alive.
 */
export class PlanningThread {
  #state: State = { phase: 'NONE' };
  #waiting: Job[] = [];
  readonly #read = deferred<SupergraphReading>();

  constructor(
    readonly supergraphSdl: string,
    readonly limits: ThreadLimits,
    readonly observe: (event: PlanningEvent) => void,
    reads?: Unannotated,
  ) {
    this.#start(reads);
  }

  /** What the thread reads in the supergraph; only for one that was asked to. Rejects when the supergraph is no good. */
  get reading(): Promise<SupergraphReading> {
    return this.#read.promise;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Plans a text.
   * @throws (rejects) when the planner fails for a reason that is not the size of the operation, or when the thread is stopped
   */
  plan(text: string): Promise<Planning> {
    if (this.#state.phase === 'STOPPED') return Promise.reject(new Error('the planner has been stopped'));
    if (this.#waiting.length >= this.limits.maxWaiting) return Promise.resolve({ kind: 'NOT_TRIED' });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, since: performance.now(), resolve, reject });
      this.#next();
    });
  }

  /** Ends the thread; what waits or is being planned is rejected. */
  async stop(): Promise<void> {
    const before = this.#state;
    this.#state = { phase: 'STOPPED' };
    if ('alarm' in before) clearTimeout(before.alarm);
    const stopped = new Error('the planner has been stopped');
    if (before.phase === 'PLANNING') before.job.reject(stopped);
    this.#failWaiting(stopped);
    this.#read.reject(stopped);
    if ('worker' in before) await before.worker.terminate();
  }

  #start(reads?: Unannotated): void {
    const workerData: ThreadStart = {
      supergraphSdl: this.supergraphSdl,
      reads,
      maxEvaluatedPlans: this.limits.maxEvaluatedPlans,
      pathsLimit: this.limits.pathsLimit,
    };
    const worker = startThread(new URL('./planner-thread.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.maxHeapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.unref();
    const alarm = setTimeout(() => {
      this.#lost(worker, 'DEADLINE');
    }, START_DEADLINE_MS);
    alarm.unref();
    this.#state = { phase: 'STARTING', worker, since: performance.now(), alarm };
    worker.on('message', (message: unknown) => {
      if (isFromThread(message)) this.#heard(worker, message);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#lost(worker, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'MEMORY' : 'CRASH', error);
    });
    worker.on('exit', () => {
      this.#lost(worker, 'CRASH');
    });
    if (this.#waiting.length > 0) worker.ref();
  }

  #next(): void {
    const state = this.#state;
    if (this.#waiting.length === 0 || state.phase === 'PLANNING' || state.phase === 'STOPPED') return;
    if (state.phase === 'NONE') {
      this.#start();
      return;
    }
    state.worker.ref();
    if (state.phase === 'STARTING') return;
    const job = this.#waiting.shift();
    if (!job) return;
    const began = performance.now();
    if (began - job.since > this.limits.waitMs) {
      this.#over(job, began, { kind: 'NOT_TRIED' });
      this.#rest(state.worker);
      return;
    }
    const alarm = setTimeout(() => {
      this.#lost(state.worker, 'DEADLINE');
    }, this.limits.deadlineMs);
    this.#state = { phase: 'PLANNING', worker: state.worker, job, began, alarm };
    const request: PlanRequest = { text: job.text };
    state.worker.postMessage(request);
  }

  #rest(worker: Worker): void {
    this.#state = { phase: 'IDLE', worker };
    worker.unref();
    this.#next();
  }

  #heard(worker: Worker, message: FromThread): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    if (message.kind === 'READ') {
      this.#read.resolve(message.reading);
      return;
    }
    if ('alarm' in state) clearTimeout(state.alarm);
    if (state.phase === 'STARTING') this.observe({ kind: 'THREAD_READY', tookMs: performance.now() - state.since });
    if (state.phase === 'PLANNING' && message.kind !== 'READY') this.#over(state.job, state.began, message);
    this.#rest(worker);
  }

  /** The thread is gone, or has to go. Whoever was being planned is the culprit; the others are planned by the next thread. */
  #lost(worker: Worker, reason: 'DEADLINE' | 'MEMORY' | 'CRASH', cause?: Error): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    if ('alarm' in state) clearTimeout(state.alarm);
    this.#state = { phase: 'NONE' };
    void worker.terminate();
    this.observe({ kind: 'THREAD_LOST', reason });
    if (state.phase === 'STARTING') {
      // What does not start now will not start for the next one in the row either; a later question tries again.
      this.#failWaiting(new Error(`the planner thread did not start: ${reason}`, { cause }));
      this.#read.reject(new Error(cause?.message ?? `the supergraph could not be read: ${reason}`, { cause }));
      return;
    }
    if (state.phase === 'PLANNING') {
      const planning: FromThread | Planning =
        reason === 'DEADLINE' ? { kind: 'TIMEOUT' } : reason === 'MEMORY' ? { kind: 'TOO_COMPLEX' } : { kind: 'FAULT', stack: '' };
      this.#over(state.job, state.began, planning);
    }
    this.#next();
  }

  #over(job: Job, began: number, planning: Planning | Extract<FromThread, { kind: 'FAULT' }>): void {
    this.observe({ kind: 'PLANNING', outcome: planning.kind, waitedMs: began - job.since, tookMs: performance.now() - began });
    if (planning.kind !== 'FAULT') {
      job.resolve(planning);
      return;
    }
    const error = new Error('the planner failed at an operation');
    if (planning.stack !== '') error.stack = `${error.message}\n${planning.stack}`;
    job.reject(error);
  }

  #failWaiting(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const job of waiting) job.reject(error);
  }
}

/** A promise and its ends. Nobody need listen to it. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolves, rejects) => {
    resolve = resolves;
    reject = rejects;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
