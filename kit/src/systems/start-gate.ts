/**
 * Lets at most `perSecond` calls start within any second, in the order they came; 0 lets everything through. Waiting ends with the
 * signal, and whoever stops waiting takes no turn away from those behind: otherwise a rush of calls that nobody waits for any longer
 * would keep the gate shut long after it.
 */
export function startGate(perSecond: number): (signal: AbortSignal) => Promise<void> {
  if (perSecond === 0) return () => Promise.resolve();
  // When the last `perSecond` calls started, in a ring: the next may start a second after the oldest of them.
  const starts = new Array<number>(perSecond).fill(-Infinity);
  let oldest = 0;
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  function letGo(): void {
    clearTimeout(timer);
    for (const start of waiting) {
      const now = performance.now();
      const wait = (starts[oldest] ?? -Infinity) + 1000 - now;
      if (wait > 0) {
        // A timer may come a fraction of a millisecond early, never so with one more.
        timer = setTimeout(letGo, Math.ceil(wait) + 1);
        return;
      }
      starts[oldest] = now;
      oldest = (oldest + 1) % perSecond;
      waiting.delete(start);
      start();
    }
  }

  return (signal) =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(start);
        if (waiting.size === 0) clearTimeout(timer);
        reject(new DOMException('nobody waits at the gate any more', 'AbortError'));
      };
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(start);
      letGo();
    });
}
