/** Where questions wait. */
export interface Lines {
  /** Those that need entities, for their turn. */
  readonly turns: Entrance;
  /**
   * Those not seen before, for each piece of what is done once: reading the document, preparing the question, compiling its plan. In a hub
   * that has just begun a piece may take 30 ms, and a hundred come at once: each has a round of the event loop to itself.
   */
  readonly firstTimes: Entrance;
}

/** Lines of which someone is told how long each has waited in them, ms. */
export function linesToldTo(
  turn: (milliseconds: number) => void = () => undefined,
  firstTime: (milliseconds: number) => void = () => undefined,
): Lines {
  return { turns: new Entrance(turn), firstTimes: new Entrance(firstTime, 0) };
}

/** So many questions run at a time without waiting for each other. */
const AT_ONCE = 16;
/** Places in line that have been passed and are kept: a line may not end for hours. */
const PASSED_KEPT = 1_000;

/**
 * Where questions about many things wait for their turn. While few are under way each begins when it comes; beyond that one more begins
 * in each round of the event loop. A process that waits for agencies has many rounds, and holds nobody up. One that has more to do than it
 * can has few: it brings to its end what it has begun, instead of holding the data of all who ask at once.
 */
export class Entrance {
  #underWay = 0;
  /** In order; undefined once let in. */
  readonly #waiting: (Turn | undefined)[] = [];
  #next = 0;
  #roundComes = false;

  /**
   * @param waited told of each that is let in for how long it has waited, ms
   * @param atOnce so many run at a time without waiting for each other; 0 for a round of the event loop to each
   */
  constructor(
    readonly waited: (milliseconds: number) => void = () => undefined,
    readonly atOnce = AT_ONCE,
  ) {}

  /** Does something when its turn has come: at once where it need not wait. */
  through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.atOnce && this.waiting === 0) return this.#begin(work, 0);
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.#waiting.push({
        since,
        begin: () => {
          this.#begin(work, performance.now() - since).then(resolve, reject);
        },
      });
      this.#awaitRound();
    });
  }

  /** Waits for a turn, for what goes on by itself. */
  turn(): Promise<void> {
    return this.through(() => Promise.resolve());
  }

  /** How many are in line. */
  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  /** How long the first in line has waited, ms. */
  get waitedMs(): number {
    const first = this.#waiting[this.#next];
    return first ? performance.now() - first.since : 0;
  }

  #begin<T>(work: () => Promise<T>, waitedMs: number): Promise<T> {
    this.waited(waitedMs);
    this.#underWay++;
    // What throws at once must not throw into the round that let it in.
    const done = new Promise<T>((resolve) => {
      resolve(work());
    });
    done.then(this.#ended, this.#ended);
    return done;
  }

  readonly #ended = (): void => {
    this.#underWay--;
    if (this.#underWay < this.atOnce) this.#letIn();
  };

  #letIn(): void {
    const turn = this.#waiting[this.#next];
    if (!turn) return;
    this.#waiting[this.#next++] = undefined;
    if (this.waiting === 0 || this.#next === PASSED_KEPT) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    turn.begin();
  }

  #awaitRound(): void {
    if (this.#roundComes) return;
    this.#roundComes = true;
    setImmediate(() => {
      this.#roundComes = false;
      this.#letIn();
      if (this.waiting > 0) this.#awaitRound();
    });
  }
}

interface Turn {
  readonly since: number;
  readonly begin: () => void;
}
