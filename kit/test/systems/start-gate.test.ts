import { setMaxListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { startGate } from '../../src/systems/start-gate.js';

const waiting = new AbortController().signal;
setMaxListeners(0, waiting);

describe('the start gate', () => {
  it('lets no more calls start within any second than the limit, and no fewer than it can', async () => {
    const gate = startGate(10);
    const begun = performance.now();
    const starts = await Promise.all(
      Array.from({ length: 25 }, async () => {
        await gate(waiting);
        return performance.now();
      }),
    );
    starts.slice(10).forEach((start, i) => {
      // A busy machine may let one go late and the next in time.
      expect(start - (starts[i] ?? 0)).toBeGreaterThan(800);
    });
    expect((starts[9] ?? 0) - begun).toBeLessThan(700);
  });

  it('lets everything through when there is no limit', async () => {
    const gate = startGate(0);
    await Promise.all(Array.from({ length: 1000 }, () => gate(waiting)));
  });

  it('loses no turn to those who stopped waiting', async () => {
    const gate = startGate(2);
    const begun = performance.now();
    await Promise.all([gate(waiting), gate(waiting)]);
    const caller = new AbortController();
    setMaxListeners(0, caller.signal);
    const rush = Array.from({ length: 20 }, () => gate(caller.signal));
    caller.abort();
    expect((await Promise.allSettled(rush)).map(({ status }) => status)).toEqual(rush.map(() => 'rejected'));
    await gate(waiting);
    // Twenty turns would have been ten seconds.
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  it('stops waiting with the signal', async () => {
    const gate = startGate(1);
    await gate(waiting);
    const caller = new AbortController();
    const waited = gate(caller.signal);
    caller.abort();
    await expect(waited).rejects.toMatchObject({ name: 'AbortError' });
  });
});
