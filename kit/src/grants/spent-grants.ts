/** Which grants have been used. */
export interface UsedGrants {
  /**
   * Marks a grant as used.
   * @param expires when it does, seconds since 1970
   * @returns false when it was
   */
  first(id: string, expires: number): boolean | Promise<boolean>;
}

/** More in one life of a grant than any agency is asked. */
const MOST = 1_000_000;

/**
 * Remembers which grants have been used, for as long as they could be used again. Of this process: an agency that runs several behind one
 * address has the hub ask one of them per call, and a grant that was caught could be used once at each of the others, for the very request
 * it was made for. `SpentInFolder` remembers for all of them.
 */
export class SpentGrants implements UsedGrants {
  #recent = new Set<string>();
  #before = new Set<string>();
  #since: number;

  /** @param lifeMs how long a grant can be used at most */
  constructor(
    readonly lifeMs: number,
    readonly now: () => number,
    readonly most = MOST,
  ) {
    this.#since = now();
  }

  /** Marks a grant as used. False when it was, or when nothing more can be remembered: what cannot be told apart is not taken. */
  first(id: string): boolean {
    this.#forget();
    if (this.#recent.has(id) || this.#before.has(id) || this.#recent.size >= this.most) return false;
    this.#recent.add(id);
    return true;
  }

  #forget(): void {
    const now = this.now();
    if (now - this.#since < this.lifeMs) return;
    this.#before = now - this.#since < 2 * this.lifeMs ? this.#recent : new Set();
    this.#recent = new Set();
    this.#since = now;
  }
}
