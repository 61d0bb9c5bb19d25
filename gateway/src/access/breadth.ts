import type { Subject } from './decide.js';

/** Somebody or something a decision is wanted about. */
interface Wanted {
  readonly subject: Subject;
}

/**
 * How many persons one question has been about, and who came too late. A question that stays within the bound by the mere number of
 * decisions costs an addition for each call: who they are is only looked at beyond that.
 */
export class Breadth {
  #decisions = 0;
  /** What has been decided; until persons are told apart. */
  #earlier: (readonly Wanted[])[] | undefined = [];
  readonly #persons = new Set<string>();
  readonly #beyond = new Set<string>();

  /**
   * @param most persons one question may be about
   * @param exceeded told once, when it is about more
   */
  constructor(
    readonly most: number,
    readonly exceeded: () => void,
  ) {}

  /**
   * Takes note of who is to be decided about. Whoever was among the first stays so for all of the question.
   * @returns the persons, by reference, about whom nothing may be decided any more; undefined while there are none
   */
  beyond(wanted: readonly Wanted[]): ReadonlySet<string> | undefined {
    this.#decisions += wanted.length;
    if (this.#earlier) {
      this.#earlier.push(wanted);
      if (this.#decisions <= this.most) return undefined;
      for (const one of this.#earlier) this.#count(one);
      this.#earlier = undefined;
    } else this.#count(wanted);
    return this.#beyond.size > 0 ? this.#beyond : undefined;
  }

  #count(wanted: readonly Wanted[]): void {
    for (const { subject } of wanted) {
      if (subject.kind !== 'PERSON' || this.#persons.has(subject.ref)) continue;
      if (this.#persons.size < this.most) this.#persons.add(subject.ref);
      else {
        if (this.#beyond.size === 0) this.exceeded();
        this.#beyond.add(subject.ref);
      }
    }
  }
}
