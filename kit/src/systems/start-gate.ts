import { setTimeout as delay } from 'node:timers/promises';

/** Lets at most `perSecond` calls start within any second, in the order they came; 0 lets everything through. Waiting ends with the signal. */
export function startGate(perSecond: number): (signal: AbortSignal) => Promise<void> {
  if (perSecond === 0) return () => Promise.resolve();
  // When the last `perSecond` calls started or will start, in a ring: the next may start a second after the oldest of them.
  const starts = new Array<number>(perSecond).fill(-Infinity);
  let oldest = 0;
  return async (signal) => {
    const now = performance.now();
    const start = Math.max(now, (starts[oldest] ?? -Infinity) + 1000);
    starts[oldest] = start;
    oldest = (oldest + 1) % perSecond;
    // A timer may come a fraction of a millisecond early, never so with one more.
    if (start > now) await delay(Math.ceil(start - now) + 1, undefined, { signal });
  };
}
