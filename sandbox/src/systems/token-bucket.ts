/** How often a service may be called. */
export interface Rate {
  /** Calls that may come at once after a quiet time. */
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket: filled at a steady rate up to the burst, one token a call. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#tokens = rate.burst;
    this.#at = now();
  }

  /** Takes a token: 0, or the whole seconds until there will be one. */
  take(): number {
    const now = this.now();
    this.#tokens = Math.min(this.rate.burst, this.#tokens + ((now - this.#at) / 1000) * this.rate.perSecond);
    this.#at = now;
    if (this.#tokens < 1) return Math.max(1, Math.ceil((1 - this.#tokens) / this.rate.perSecond));
    this.#tokens -= 1;
    return 0;
  }
}
