/** So many run at a time without waiting for each other. */
const AT_ONCE = 16;

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

  /** Does something when its turn has come: at once where it need not wait. */
  through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay < AT_ONCE && this.#next === this.#waiting.length) return this.#begin(work);
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        since: performance.now(),
        begin: () => {
          this.#begin(work).then(resolve, reject);
        },
      });
      this.#awaitRound();
    });
  }

  /** How long the first in line has waited, ms. */
  get waitedMs(): number {
    const first = this.#waiting[this.#next];
    return first ? performance.now() - first.since : 0;
  }

  #begin<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    const done = work();
    done.then(this.#ended, this.#ended);
    return done;
  }

  readonly #ended = (): void => {
    this.#underWay--;
    if (this.#underWay < AT_ONCE) this.#letIn();
  };

  #letIn(): void {
    const turn = this.#waiting[this.#next];
    if (!turn) return;
    this.#waiting[this.#next++] = undefined;
    if (this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
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
      if (this.#next < this.#waiting.length) this.#awaitRound();
    });
  }
}

interface Turn {
  readonly since: number;
  readonly begin: () => void;
}
