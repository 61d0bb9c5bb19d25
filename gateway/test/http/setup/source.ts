/** An async iterable that a test drives, and that remembers how it was read. */
export class Source<T> implements AsyncIterableIterator<T> {
  /** How often the next item was asked for. */
  pulls = 0;
  /** Resolves when whoever reads it has let go of it. */
  readonly returned: Promise<void>;
  #release: () => void = () => undefined;
  readonly #ready: IteratorResult<T>[] = [];
  #fault: Error | undefined;
  #waiting: { resolve: (item: IteratorResult<T>) => void; reject: (error: Error) => void } | undefined;

  constructor(...items: T[]) {
    this.returned = new Promise((resolve) => (this.#release = resolve));
    for (const item of items) this.push(item);
  }

  push(value: T): this {
    return this.#put({ done: false, value });
  }

  end(): this {
    return this.#put({ done: true, value: undefined });
  }

  fail(error: Error): this {
    this.#fault = error;
    this.#waiting?.reject(error);
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    this.pulls++;
    const item = this.#ready.shift();
    if (item) return Promise.resolve(item);
    if (this.#fault) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** Does not end a wait for the next item: the transports must not depend on it. */
  return(): Promise<IteratorResult<T>> {
    this.#release();
    return Promise.resolve({ done: true, value: undefined });
  }

  #put(item: IteratorResult<T>): this {
    if (this.#waiting) this.#waiting.resolve(item);
    else this.#ready.push(item);
    this.#waiting = undefined;
    return this;
  }
}
