const OVER = { done: true, value: undefined } as const;

import type { Idling } from './idling.js';

/**
 * What is made of each event of a source, one after the other in their order: the next is asked for when the last has come. Returning it
 * returns the source at once, even while the next event is awaited or the last is still being worked on; nothing comes after that.
 */
export class Outcomes<E, O> implements AsyncIterableIterator<O>, Idling<O> {
  readonly #events: Idling<E>;
  #over = false;

  constructor(
    events: AsyncIterable<E>,
    readonly make: (event: E) => Promise<O>,
    /** Told when no further one is wanted, nor the one that is being made. */
    readonly left: () => void,
  ) {
    this.#events = events[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<O, undefined>> {
    if (this.#isOver()) return OVER;
    try {
      const event = await this.#events.next();
      if (event.done !== true && !this.#isOver()) return { done: false, value: await this.make(event.value) };
      this.#over = true;
      return OVER;
    } catch (error) {
      if (!this.#isOver()) await this.#end();
      throw error;
    }
  }

  idle(): Promise<void> | undefined {
    return this.#events.idle?.();
  }

  async return(): Promise<IteratorResult<O, undefined>> {
    if (this.#over) return OVER;
    this.left();
    await this.#end();
    return OVER;
  }

  /** It may have ended while something was awaited. */
  #isOver(): boolean {
    return this.#over;
  }

  async #end(): Promise<void> {
    this.#over = true;
    await this.#events.return?.();
  }
}
