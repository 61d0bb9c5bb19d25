import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** When the hub takes no new questions. */
export interface LoadSettings {
  /**
   * Mean delay of the event loop over half a second at which new questions are refused, ms; they are also refused when others have waited
   * in line for five times as long. 0 never refuses. @default 200
   */
  readonly maxLoopDelayMs: number;
}

export const DEFAULT_LOAD: LoadSettings = { maxLoopDelayMs: 200 };

const SAMPLE_MS = 500;
const RESOLUTION_MS = 10;
/** Below this share of busy time a delay is a lone pause, such as garbage collection, and not a queue that grows. */
const BUSY = 0.9;
/** Questions may wait in line for so many times as long as the event loop may be late. */
const LINE = 5;

/**
 * Says whether this process has more to do than it can: the event loop is busy all the time, and each of its turns takes long or questions
 * wait long for theirs. Refusing new questions then keeps those under way within their deadlines. Being busy alone is no reason: a process
 * that keeps up may be.
 */
export class LoadGauge {
  readonly #max: number;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #timer: NodeJS.Timeout | undefined;
  #seen = performance.eventLoopUtilization();
  #overloaded = false;
  #delayMs = 0;
  #utilization = 0;

  /** @param waitedMs how long the first question in line has waited, ms */
  constructor(
    { maxLoopDelayMs }: LoadSettings,
    readonly waitedMs: () => number = () => 0,
  ) {
    this.#max = maxLoopDelayMs;
  }

  /** Looks from now on: what a process does before it serves is no load. */
  start(): void {
    if (this.#max === 0) return;
    this.#seen = performance.eventLoopUtilization();
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.#sample();
    }, SAMPLE_MS).unref();
  }

  /** True while new questions are to be refused with HUB_OVERLOADED. */
  overloaded(): boolean {
    return this.#overloaded;
  }

  /** Mean delay of the event loop in the last sample, ms. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Share of the last sample in which the event loop was busy, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  /** Looks no longer. */
  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  #sample(): void {
    const mean = this.#delay.mean / 1e6;
    this.#delayMs = Number.isNaN(mean) ? 0 : Math.max(0, mean - RESOLUTION_MS);
    this.#delay.reset();
    const now = performance.eventLoopUtilization();
    this.#utilization = performance.eventLoopUtilization(now, this.#seen).utilization;
    this.#seen = now;
    // Half the limit ends it, so that it does not flicker.
    const limit = this.#overloaded ? this.#max / 2 : this.#max;
    this.#overloaded = this.#utilization >= BUSY && (this.#delayMs > limit || this.waitedMs() > limit * LINE);
  }
}
