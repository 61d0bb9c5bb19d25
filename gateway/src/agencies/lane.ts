/** A call that wants its turn. */
export interface InLine {
  /** Its turn has come. False when it does not take it. */
  start(): boolean;
  /** Its turn will not come. */
  turnAway(): void;
  /** Nobody waits for it any more. */
  readonly abandoned: boolean;
  /** It is out of the line, because it is abandoned. */
  letGo(): void;
}

/** How many calls may be under way to one agency, and the bounded line of those that wait for their turn. */
export class Lane {
  readonly #waiting = new Set<InLine>();
  #underWay = 0;

  constructor(
    readonly width: number,
    readonly maxWaiting: number,
  ) {}

  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts, or waits. False when too many wait already. */
  enter(one: InLine): boolean {
    if (this.#underWay < this.width && this.#waiting.size === 0) {
      this.#start(one);
      return true;
    }
    if (this.#waiting.size >= this.maxWaiting) return false;
    this.#waiting.add(one);
    return true;
  }

  /** Somebody does not wait any longer. */
  leave(one: InLine): void {
    this.#waiting.delete(one);
  }

  /** Lets go of those for whom nobody waits any more. */
  letGo(): void {
    for (const one of this.#waiting) {
      if (!one.abandoned) continue;
      this.#waiting.delete(one);
      one.letGo();
    }
  }

  /** A call that had started is over; those that wait move up. */
  release(): void {
    this.#underWay--;
    while (this.#underWay < this.width) {
      const { value: first } = this.#waiting.values().next();
      if (!first) return;
      this.#waiting.delete(first);
      this.#start(first);
    }
  }

  /** Sends everybody away who waits. */
  turnAllAway(): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const one of all) one.turnAway();
  }

  #start(one: InLine): void {
    this.#underWay++;
    if (!one.start()) this.#underWay--;
  }
}
