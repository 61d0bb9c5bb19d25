import { CircuitState, ConsecutiveBreaker, type IBreaker } from 'cockatiel';

/** How a call passed the circuit: as any other, as the one that tries whether who is asked is back, or not at all. */
export type Pass = 'CALL' | 'PROBE' | 'REFUSED';

/** What a call said of an agency, or of the store: it works, it is there but refuses (a rate limit, say), it fails, or nothing (it had no time). */
export type Sign = 'WORKS' | 'ALIVE' | 'FAILS' | 'NOTHING';

type State = { readonly kind: 'CLOSED' } | { readonly kind: 'OPEN'; readonly until: number } | { readonly kind: 'PROBING' };

/**
 * Leaves alone an agency, or the store, that fails again and again. After a while one call tries, and all others are refused at once until it is back:
 * the policy of the library would let them wait behind a probe that may hang, and wrap each call in promises.
 */
export class Circuit {
  readonly #breaker: IBreaker;
  #state: State = { kind: 'CLOSED' };

  /**
   * @param breakAfter failures in a row that open it
   * @param breakForMs how long it stays open before one call tries
   */
  constructor(
    breakAfter: number,
    readonly breakForMs: number,
  ) {
    this.#breaker = new ConsecutiveBreaker(breakAfter);
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** True when a call that came now would be refused. */
  refuses(now: number): boolean {
    return this.#state.kind === 'PROBING' || (this.#state.kind === 'OPEN' && now < this.#state.until);
  }

  /** Lets a call through or not; what it said is told with `report`. */
  enter(now: number): Pass {
    if (this.#state.kind === 'CLOSED') return 'CALL';
    if (this.refuses(now)) return 'REFUSED';
    this.#state = { kind: 'PROBING' };
    return 'PROBE';
  }

  /**
   * What a call that was let through said. Calls that began before the circuit opened say nothing any more.
   * @returns true when this opened the circuit
   */
  report(pass: Pass, sign: Sign, now: number): boolean {
    if (pass === 'PROBE') {
      if (sign === 'WORKS' || sign === 'ALIVE') {
        this.#breaker.success(CircuitState.HalfOpen);
        this.#state = { kind: 'CLOSED' };
        return false;
      }
      // A probe that was cut short leaves the question open: the next call may try.
      this.#state = { kind: 'OPEN', until: sign === 'FAILS' ? now + this.breakForMs : now };
      return sign === 'FAILS';
    }
    if (this.#state.kind !== 'CLOSED' || sign === 'NOTHING' || sign === 'ALIVE') return false;
    if (sign === 'WORKS') {
      this.#breaker.success(CircuitState.Closed);
      return false;
    }
    if (!this.#breaker.failure(CircuitState.Closed)) return false;
    this.#state = { kind: 'OPEN', until: now + this.breakForMs };
    return true;
  }
}
