/**
 * An iterator that has nothing to give most of the time. Who waits for many of them waits by `idle`: a step that has begun keeps some
 * kilobytes alive in every layer it went through, and what lives that long is work for the garbage collector.
 */
export interface Idling<T> extends AsyncIterator<T, undefined> {
  /** While there is nothing to give: settles, and never fails, when `next` may have something. Undefined when it may have it now. */
  idle?(): Promise<void> | undefined;
}

/** Nothing more comes. */
export const OVER = { done: true, value: undefined } as const;

/** One layer over an idling iterator: what it gives is made of what that gives, and all else is said by that. */
export abstract class Layer<T, R> implements AsyncIterableIterator<R>, Idling<R> {
  constructor(protected readonly inner: Idling<T>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  abstract next(): Promise<IteratorResult<R, undefined>>;

  idle(): Promise<void> | undefined {
    return this.inner.idle?.();
  }

  async return(): Promise<IteratorResult<R, undefined>> {
    await this.inner.return?.();
    return OVER;
  }
}
