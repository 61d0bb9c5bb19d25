import { setTimeout as delay } from 'node:timers/promises';

/** Lets at most `perSecond` calls start within any second, in the order they came; 0 lets everything through. Waiting ends with the signal. */
export function startGate(perSecond: number): (signal: AbortSignal) => Promise<void> {
  if (perSecond === 0) return () => Promise.resolve();
  const spacing = 1000 / perSecond;
  // Virtual scheduling: `next` may lag behind now by up to a second, which is the burst the limit allows.
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    next = Math.max(next, now - 1000 + spacing) + spacing;
    const wait = next - spacing - now;
    if (wait > 0) await delay(wait, undefined, { signal });
  };
}
