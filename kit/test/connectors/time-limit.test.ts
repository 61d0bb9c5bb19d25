import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { timeLimit } from '../../src/connectors/time-limit.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const NEVER = new AbortController().signal;

describe('a time limit', () => {
  it('comes although memory is cleaned up while somebody waits and nobody else holds it', async () => {
    const aborted = once(timeLimit(100, NEVER).signal, 'abort');
    for (let i = 0; i < 3; i++) {
      await pause(10);
      collectGarbage();
    }
    expect(await aborted).toMatchObject([{ type: 'abort' }]);
  });

  it('comes with what it is part of, and not any more once all is done', async () => {
    const whole = new AbortController();
    const [open, done] = [timeLimit(60_000, whole.signal), timeLimit(1, whole.signal)];
    done.end();
    whole.abort(new Error('closing'));
    expect([open.signal.aborted, (open.signal.reason as Error).message]).toEqual([true, 'closing']);
    expect(timeLimit(60_000, whole.signal).signal.aborted).toBe(true);
    await pause(20);
    expect(done.signal.aborted).toBe(false);
  });
});
