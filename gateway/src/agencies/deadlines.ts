/** Something that must end at a certain time. */
export interface Timed {
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  /** Its place among the open ones; -1 while it is none of them. Kept by `Deadlines`. */
  place: number;
  expire(): void;
}

const TICK_MS = 20;

/**
 * Ends what has not ended by itself, at most 20 ms late. One timer looks at all calls instead of one timer per call: setting and
 * clearing a timer costs 0.7 µs, a fiftieth of which remains.
 *
 * A list with the last one filling each gap, and no Set: what a Set leaves behind as it grows points to what it became, so that the
 * garbage collector's quick rounds took every call of the last seconds, with all its question had fetched, for being in use.
 */
export class Deadlines {
  readonly #open: Timed[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param eachTime done whenever it looks at the open ones */
  constructor(readonly eachTime: () => void = () => undefined) {}

  /** How many have neither ended nor expired. */
  get open(): number {
    return this.#open.length;
  }

  add(one: Timed): void {
    one.place = this.#open.push(one) - 1;
    this.#timer ??= setTimeout(() => {
      this.#sweep();
    }, TICK_MS);
  }

  /** False when it had ended before. */
  end(one: Timed): boolean {
    if (one.place < 0) return false;
    const last = this.#open.pop();
    if (last && last !== one) {
      this.#open[one.place] = last;
      last.place = one.place;
    }
    one.place = -1;
    return true;
  }

  #sweep(): void {
    const now = performance.now();
    for (const one of this.#open.filter(({ deadline }) => deadline <= now)) one.expire();
    this.eachTime();
    if (this.#open.length > 0) this.#timer?.refresh();
    else this.#timer = undefined;
  }
}
