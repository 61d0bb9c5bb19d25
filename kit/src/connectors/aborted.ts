/** What a connector throws when nobody waits for its answer any more; the guard makes it a timeout. */
export function aborted(): DOMException {
  return new DOMException('nobody waits for this answer any more', 'AbortError');
}

/** Waits for a promise, but not longer than the signal lets. @throws the `aborted` error when the signal came first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw aborted();
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(aborted());
    };
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
