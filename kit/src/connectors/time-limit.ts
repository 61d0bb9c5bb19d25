/** A time within which something has to be done. */
export interface TimeLimit {
  /** Aborts when the time is over, or when what it is part of is given up. */
  readonly signal: AbortSignal;
  /** It is done: the time no longer runs. */
  end(): void;
}

/**
 * Begins one. AbortSignal.any over an AbortSignal.timeout does not do: it holds its sources weakly, so that in Node 20 the timeout is
 * collected as garbage before it comes, and who waits for it waits forever.
 */
export function timeLimit(ms: number, within: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const giveUp = (): void => {
    controller.abort(within.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The time for it is over.', 'TimeoutError'));
  }, ms);
  timer.unref();
  if (within.aborted) giveUp();
  else within.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      within.removeEventListener('abort', giveUp);
    },
  };
}
