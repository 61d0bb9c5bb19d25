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
  #open = 0;

  constructor(readonly run: Run) {}

  /** Announces parts; they start once what they need has been fetched. */
  add(deferred: readonly DeferredStep[]): void {
    this.#open += deferred.length;
    for (const one of deferred) this.#waiting.push({ deferred: one, missing: new Set(one.depends.filter((id) => !this.#fetched.has(id))) });
  }

  /** A fetch that others wait for is through. */
  fetched(id: string): void {
    this.#fetched.add(id);
    for (const { missing } of this.#waiting) missing.delete(id);
    this.begin();
  }

  /** What these could wait for is over: what has not been fetched by now never will be. */
  over(deferred: readonly DeferredStep[]): void {
    for (const pending of this.#waiting) if (deferred.includes(pending.deferred)) pending.missing.clear();
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
      });
    }
  }

  /** The first part, or one that others belong into, has gone out. */
  out(part: number): void {
    this.#given.add(part);
    this.#giveOut();
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
      this.run.giveOut(now, this.#open === 0);
    }
  }
}
