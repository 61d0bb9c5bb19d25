import type { DeferredStep } from './defer-step.js';
import type { Run } from './run.js';

/** A deferred part on its way. */
interface Pending {
  readonly deferred: DeferredStep;
  readonly missing: Set<string>;
}

/** The deferred parts of one question: which wait for data, which are under way, and in what order they may be given out. */
export class Deferral {
  readonly #fetched = new Set<string>();
  #waiting: Pending[] = [];
  /** Parts that have their data and wait for the one they belong into. */
  #ready: DeferredStep[] = [];
  readonly #given = new Set<number>();
  /** Parts whose own work is done; 0 is the first. */
  readonly #done = new Set<number>();
  readonly #within = new Map<number, number>();
  #open = 0;

  constructor(readonly run: Run) {}

  /** Announces parts; they start once what they need has been fetched. */
  add(deferred: readonly DeferredStep[]): void {
    this.#open += deferred.length;
    for (const one of deferred) {
      this.#within.set(one.part, one.within);
      this.#waiting.push({ deferred: one, missing: new Set(one.depends.filter((id) => !this.#fetched.has(id))) });
    }
  }

  /** A fetch that others wait for is through. */
  fetched(id: string): void {
    this.#fetched.add(id);
    for (const { missing } of this.#waiting) missing.delete(id);
    this.begin();
  }

  /** Starts what can be started. */
  begin(): void {
    for (let next = this.#startable(); next; next = this.#startable()) {
      const { deferred } = next;
      this.#waiting = this.#waiting.filter((pending) => pending !== next);
      deferred.step.start(this.run, () => {
        this.#ready.push(deferred);
        this.#giveOut();
        this.#over(deferred.part);
      });
    }
  }

  /** The first part has gone out. */
  firstOut(): void {
    this.#given.add(0);
    this.#giveOut();
    this.#over(0);
  }

  /** What waits for fetches of a part and of those around it, once all of them are done, waits for what was left out: it goes without. */
  #over(part: number): void {
    this.#done.add(part);
    for (const { deferred, missing } of this.#waiting) if (this.#isOver(deferred.within)) missing.clear();
    this.begin();
  }

  #isOver(part: number): boolean {
    const within = this.#within.get(part);
    return this.#done.has(part) && (within === undefined || this.#isOver(within));
  }

  #startable(): Pending | undefined {
    return this.#waiting.find(({ missing }) => missing.size === 0);
  }

  #giveOut(): void {
    for (;;) {
      const now = this.#ready.filter(({ within }) => this.#given.has(within));
      if (now.length === 0) return;
      this.#ready = this.#ready.filter((one) => !now.includes(one));
      this.#open -= now.length;
      for (const { part } of now) this.#given.add(part);
      this.run.giveOut?.(now, this.#open === 0);
    }
  }
}
