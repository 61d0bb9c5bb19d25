/** State of an agency as the calls of this process show it. */
export type AgencyState = 'UNKNOWN' | 'UP' | 'DEGRADED' | 'DOWN';

/** What a call showed: it was answered, it was answered with systems missing, or it failed. */
export type CallOutcome = 'ANSWERED' | 'ANSWERED_IN_PART' | 'FAILED';

const LATENCIES = 50;

/** Follows one agency over its calls. */
export class AgencyTracker {
  #state: AgencyState = 'UNKNOWN';
  #since: Date | undefined;
  readonly #latencies: number[] = [];

  get state(): AgencyState {
    return this.#state;
  }

  /** When the present state began. */
  get since(): Date | undefined {
    return this.#since;
  }

  /** Median of the last 50 answered calls, ms. */
  get latencyMs(): number | undefined {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  record(outcome: CallOutcome, latencyMs: number, now = new Date()): void {
    const state = outcome === 'ANSWERED' ? 'UP' : outcome === 'FAILED' ? 'DOWN' : 'DEGRADED';
    if (state !== this.#state) {
      this.#state = state;
      this.#since = now;
    }
    if (outcome === 'FAILED') return;
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > LATENCIES) this.#latencies.shift();
  }
}
