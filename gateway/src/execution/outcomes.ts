import { OVER, type Idling } from './idling.js';

/**
 * What is made of each event of a source, one after the other in their order. Returning it returns the source at once, even while the
 * next event is awaited or the last is still being worked on.
 */
export class Outcomes<E, O> implements AsyncIterableIterator<O>, Idling<O> {
  readonly #events: Idling<E>;
  /** The last that was asked for, until it has come: nothing of it is kept while nobody asks. */
  #last: Promise<void> | undefined;
  #over = false;
  #leave: (() => void) | undefined;

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

  next(): Promise<IteratorResult<O, undefined>> {
    const next = this.#last ? this.#last.then(() => this.#next()) : this.#next();
    const come = (): void => {
      if (this.#last !== last) return;
      this.#last = undefined;
      this.#leave = undefined;
    };
    const last: Promise<void> = next.then(come, come);
    this.#last = last;
    return next;
  }

  idle(): Promise<void> | undefined {
    return this.#events.idle?.();
  }

  async return(): Promise<IteratorResult<O, undefined>> {
    if (this.#over) return OVER;
    this.left();
    this.#leave?.();
    await this.#end();
    return OVER;
  }

  #next(): Promise<IteratorResult<O, undefined>> {
    if (this.#over) return Promise.resolve(OVER);
    return new Promise((resolve, reject) => {
      this.#leave = () => {
        resolve(OVER);
      };
      this.#one().then(resolve, reject);
    });
  }

  async #one(): Promise<IteratorResult<O, undefined>> {
    try {
      const event = await this.#events.next();
      if (event.done === true) this.#over = true;
      else if (!this.#over) return { done: false, value: await this.make(event.value) };
      return OVER;
    } catch (error) {
      if (!this.#over) await this.#end();
      throw error;
    }
  }

  async #end(): Promise<void> {
    this.#over = true;
    await this.#events.return?.();
  }
}
