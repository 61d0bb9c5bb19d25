/** Wrong guesses about one number that are answered in one window. */
const MOST = 5;
const WINDOW_MS = 15 * 60_000;
/** Numbers that are remembered. Who wants one forgotten has to guess about as many others. */
const NUMBERS = 100_000;

/**
 * Counts wrong guesses about a number, whether or not there is such a number: after a few, nothing is answered about it for a while, also
 * not to who guesses right then. Each process counts for itself: with ten of them it is fifty guesses in 15 minutes at 32^8 PINs.
 */
export class Attempts {
  /** In the order in which their windows began. */
  readonly #windows = new Map<string, { readonly began: number; wrong: number }>();

  constructor(readonly now: () => number = () => performance.now()) {}

  /** Seconds for which nothing is answered about a number; undefined: it may be asked about. */
  blockedFor(number: string): number | undefined {
    const window = this.#windows.get(number);
    if (!window || window.wrong < MOST) return undefined;
    const left = window.began + WINDOW_MS - this.now();
    return left > 0 ? Math.ceil(left / 1_000) : undefined;
  }

  /** Somebody guessed wrong. */
  wrong(number: string): void {
    const now = this.now();
    const window = this.#windows.get(number);
    if (window && now < window.began + WINDOW_MS) {
      window.wrong++;
      return;
    }
    this.#windows.delete(number);
    this.#windows.set(number, { began: now, wrong: 1 });
    if (this.#windows.size <= NUMBERS) return;
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
