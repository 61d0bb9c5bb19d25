import { setMaxListeners } from 'node:events';
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { AgencyFailureDetail, DivisionCode } from '@yichuang/schema';
import { AgencyFault, type LegacySystem, type SystemAnswer, type SystemQuestion, type Transport } from './system.js';
import { closedUntil, type MaintenanceWindow, type SystemLimits } from './limits.js';
import { startGate } from './start-gate.js';

export type SystemState = 'UP' | 'DOWN' | 'UNKNOWN';

/** How a system is doing, for `GET /systems` and `Agency.systems`. */
export interface SystemStatus {
  readonly id: string;
  readonly jurisdictions: readonly string[];
  readonly transport: Transport;
  readonly state: SystemState;
  readonly since?: string;
  readonly latencyMs?: number;
  readonly asOf?: string;
  readonly closed: boolean;
}

/** A legacy system behind its limits. */
export interface GuardedSystem {
  readonly agency: string;
  readonly id: string;
  readonly transport: Transport;
  readonly jurisdictions: readonly DivisionCode[];
  /**
   * Asks any number of keys: splits them by the batch limit, keeps concurrency, rate and deadline, retries broken connections once,
   * fails fast while the breaker is open or a maintenance window lasts. Each answer is read by `read`, whose refusal of an answer (one
   * about somebody else, say) counts as a failure of the system like any other.
   * @returns what was read, one element per call
   * @throws AgencyFault whose detail names since when the system has been failing.
   */
  ask<T>(question: SystemQuestion, read: (answer: SystemAnswer, keys: readonly string[]) => T): Promise<T[]>;
  /**
   * One call that is no question, within the same limits and never made twice: an order may have taken effect whatever came back.
   * @throws AgencyFault whose detail names since when the system has been failing.
   */
  act<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Calls made to the source so far. */
  calls(): number;
  status(): SystemStatus;
  /** Does ahead what the first question would otherwise have to wait for; never rejects. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface GuardOptions {
  readonly agency: string;
  readonly id: string;
  readonly transport: Transport;
  readonly jurisdictions: readonly DivisionCode[];
  readonly limits: SystemLimits;
  readonly windows: readonly MaintenanceWindow[];
  readonly now?: () => Date;
}

const LATENCY_SAMPLES = 50;

/** Puts one system behind its limits. */
export function guardSystem(system: LegacySystem, options: GuardOptions): GuardedSystem {
  const { limits } = options;
  const now = options.now ?? (() => new Date());
  const gate = startGate(limits.perSecond);
  const breaker = circuitBreaker(
    handleWhen((error) => !saysAlive(error)),
    { breaker: new ConsecutiveBreaker(limits.breakAfter), halfOpenAfter: limits.breakForMs },
  );
  const timely = wrap(timeout(limits.deadlineMs, TimeoutStrategy.Aggressive), bulkhead(limits.concurrency, Infinity));

  let state: SystemState = 'UNKNOWN';
  let since: Date | undefined;
  /** When the answers stopped coming, refusals of a system that is alive included; undefined while they come. */
  let failingSince: Date | undefined;
  let asOf: Date | undefined;
  let calls = 0;
  const latencies: number[] = [];

  const mark = (next: SystemState): void => {
    if (state !== next) since = now();
    state = next;
  };

  async function once<T>(asked: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const closed = closedUntil(options.windows, now());
    if (closed) throw new AgencyFault('AGENCY_CLOSED', `${options.id} is inside a maintenance window`, { opensAt: closed.toISOString() });
    let atGate = false;
    const call = async ({ signal }: { readonly signal: AbortSignal }): Promise<T> => {
      atGate = true;
      await gate(signal);
      atGate = false;
      calls++;
      return work(signal);
    };
    return breaker.execute(async () => {
      const begun = performance.now();
      try {
        return await timely.execute(call, asked);
      } catch (error) {
        // The system was not asked: that its limit is used up says nothing against it.
        if (atGate) throw new AgencyFault('AGENCY_RATE_LIMITED', `${options.id}: its turn did not come in time`, {}, { cause: error });
        // A question that came with hardly any time left was not the system's fault; one that hangs for long enough is.
        if (asked.aborted && performance.now() - begun < limits.deadlineMs / 2)
          throw new AgencyFault('AGENCY_TIMEOUT', `${options.id}: the question had no time left`, {}, { cause: error, counts: false });
        throw error;
      }
    }, asked);
  }

  async function tried<T>(signal: AbortSignal, retries: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const said = await once(signal, work);
        mark('UP');
        failingSince = undefined;
        return said;
      } catch (error) {
        const fault = asFault(error, options.id);
        if (fault.transient && attempt < retries && !signal.aborted) continue;
        if (!saysAlive(fault)) mark('DOWN');
        failingSince ??= now();
        throw new AgencyFault(
          fault.code,
          fault.message,
          { ...fault.detail, since: failingSince.toISOString() },
          { cause: fault.cause ?? fault },
        );
      }
    }
  }

  function chunk<T>(question: SystemQuestion, read: (answer: SystemAnswer, keys: readonly string[]) => T): Promise<T> {
    return tried(question.signal, limits.retries, async (signal) => {
      const begun = performance.now();
      const answer = await system.ask({ ...question, signal });
      latencies.push(performance.now() - begun);
      if (latencies.length > LATENCY_SAMPLES) latencies.shift();
      const said = read(answer, question.keys);
      asOf = answer.asOf;
      return said;
    });
  }

  return {
    agency: options.agency,
    id: options.id,
    transport: options.transport,
    jurisdictions: options.jurisdictions,
    ask(question, read) {
      // Every call listens to it until it is over, and there can be more of these than the ten that Node takes for a leak.
      setMaxListeners(0, question.signal);
      const chunks: SystemQuestion[] = [];
      for (let i = 0; i < question.keys.length; i += limits.batch)
        chunks.push({ ...question, keys: question.keys.slice(i, i + limits.batch) });
      return Promise.all(chunks.map((part) => chunk(part, read)));
    },
    act(signal, work) {
      setMaxListeners(0, signal);
      return tried(signal, 0, work);
    },
    calls: () => calls,
    status: () => ({
      id: options.id,
      jurisdictions: options.jurisdictions,
      transport: options.transport,
      state,
      ...(since ? { since: since.toISOString() } : {}),
      ...(latencies.length > 0 ? { latencyMs: median(latencies) } : {}),
      ...(asOf ? { asOf: asOf.toISOString() } : {}),
      closed: closedUntil(options.windows, now()) !== undefined,
    }),
    open: () => system.open?.() ?? Promise.resolve(),
    close: () => system.close(),
  };
}

/** The failure as the graph shows it: catalogued code, agency, system, jurisdiction and since when. */
export function failureDetail(
  system: Pick<GuardedSystem, 'agency' | 'id'>,
  fault: AgencyFault,
  jurisdiction?: string,
): AgencyFailureDetail {
  return { agency: system.agency, system: system.id, ...(jurisdiction === undefined ? {} : { jurisdiction }), ...fault.detail };
}

/** A refusal by rate limit, by closing time or because the service is not offered says that the system is alive, and a question without time left says nothing: neither opens the breaker or counts as a failure. */
function saysAlive(error: unknown): boolean {
  return (
    error instanceof AgencyFault &&
    (!error.counts || error.code === 'AGENCY_RATE_LIMITED' || error.code === 'AGENCY_CLOSED' || error.code === 'NOT_SUPPORTED_HERE')
  );
}

function asFault(error: unknown, id: string): AgencyFault {
  if (error instanceof AgencyFault) return error;
  if (error instanceof TaskCancelledError)
    return new AgencyFault('AGENCY_TIMEOUT', `${id} did not answer within its deadline`, {}, { cause: error });
  if (error instanceof BrokenCircuitError)
    return new AgencyFault('AGENCY_UNAVAILABLE', `${id} has failed too often and is left alone for a moment`, {}, { cause: error });
  if (error instanceof BulkheadRejectedError)
    return new AgencyFault('AGENCY_UNAVAILABLE', `${id} has too many calls under way`, {}, { cause: error });
  if (error instanceof Error && error.name === 'AbortError')
    return new AgencyFault('AGENCY_TIMEOUT', `nobody waited for ${id} any longer`, {}, { cause: error });
  return new AgencyFault('AGENCY_UNAVAILABLE', `${id} failed`, {}, { cause: error });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
}
