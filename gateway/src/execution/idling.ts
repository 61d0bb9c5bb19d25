/**
 * An iterator that has nothing to give most of the time. Who waits for many of them waits by `idle`: a step that has begun keeps some
 * kilobytes alive in every layer it went through, and what lives that long is work for the garbage collector.
 */
export interface Idling<T> extends AsyncIterator<T, undefined> {
  /** While there is nothing to give: settles, and never fails, when `next` may have something. Undefined when it may have it now. */
  idle?(): Promise<void> | undefined;
}
