/** State of an agency as the calls of this process show it. */
export type AgencyState = 'UNKNOWN' | 'UP' | 'DEGRADED' | 'DOWN';

/** What a call showed: it was answered, it was answered with systems missing, it was refused by a rate limit, or it failed. */
export type CallOutcome = 'ANSWERED' | 'ANSWERED_IN_PART' | 'REFUSED' | 'FAILED';

const STATES = { ANSWERED: 'UP', ANSWERED_IN_PART: 'DEGRADED', REFUSED: 'DEGRADED', FAILED: 'DOWN' } as const;
const LATENCIES = 50;

/** Follows one agency over its calls. */
export class AgencyTracker {
  #state: AgencyState = 'UNKNOWN';
  #since: Date | undefined;
  #failingSince: Date | undefined;
  readonly #latencies: number[] = [];
  #next = 0;

  get state(): AgencyState {
    return this.#state;
  }

  /** When the present state began. */
  get since(): Date | undefined {
    return this.#since;
  }

  /** When answers stopped coming; undefined while they come. */
  get failingSince(): Date | undefined {
    return this.#failingSince;
  }

  /** Median of the last 50 answered calls, ms. */
  get latencyMs(): number | undefined {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  record(outcome: CallOutcome, latencyMs: number): void {
    const state = STATES[outcome];
    if (state !== this.#state) {
      this.#state = state;
      this.#since = new Date();
    }
    if (outcome === 'FAILED' || outcome === 'REFUSED') {
      this.#failingSince ??= new Date();
      return;
    }
    this.#failingSince = undefined;
    this.#latencies[this.#next] = latencyMs;
    this.#next = (this.#next + 1) % LATENCIES;
  }
}
