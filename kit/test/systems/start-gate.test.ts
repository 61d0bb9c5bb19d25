import { describe, expect, it } from '@jest/globals';
import { startGate } from '../../src/systems/start-gate.js';

const waiting = new AbortController().signal;

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

  it('stops waiting with the signal', async () => {
    const gate = startGate(1);
    await gate(waiting);
    const caller = new AbortController();
    const waited = gate(caller.signal);
    caller.abort();
    await expect(waited).rejects.toMatchObject({ name: 'AbortError' });
  });
});
