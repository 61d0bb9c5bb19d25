import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureDetail, guardSystem, type GuardedSystem, type GuardOptions } from '../../src/systems/guard.js';
import type { SystemLimits } from '../../src/systems/limits.js';
import { AgencyFault, type LegacySystem, type SystemAnswer, type SystemQuestion } from '../../src/systems/system.js';

const NUMBER = '11010519491231002X';
const LIMITS: SystemLimits = { concurrency: 8, perSecond: 0, deadlineMs: 2500, batch: 100, retries: 1, breakAfter: 5, breakForMs: 5000 };

function answerOf(
  question: SystemQuestion,
  asOf = new Date('2026-10-31T00:00:00Z'),
  freshness: SystemAnswer['freshness'] = 'LIVE',
): SystemAnswer {
  return { rows: new Map(question.parts.map((part) => [part, question.keys.map((key) => ({ key }))])), asOf, freshness };
}

function guard(ask: LegacySystem['ask'], limits: Partial<SystemLimits> = {}, more: Partial<GuardOptions> = {}): GuardedSystem {
  return guardSystem(
    { ask, close: () => Promise.resolve() },
    { agency: 'hrss', id: 'sys-1', transport: 'rest', jurisdictions: [], limits: { ...LIMITS, ...limits }, windows: [], ...more },
  );
}

const asking = (keys: readonly string[] = [NUMBER], signal = new AbortController().signal): SystemQuestion => ({
  by: 'citizen',
  keys,
  parts: ['AC01'],
  signal,
});

const whole = (answer: SystemAnswer): SystemAnswer => answer;

async function faultOf(asked: Promise<unknown>): Promise<AgencyFault> {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(fault instanceof AgencyFault)) throw new Error('no AgencyFault was thrown', { cause: fault });
  return fault;
}

describe('a guarded system asks', () => {
  it('as many calls as the batch limit forces and no more, and gives what each answered in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (keys, batch) => {
          const sizes: number[] = [];
          const system = guard(
            (question) => {
              sizes.push(question.keys.length);
              return Promise.resolve(answerOf(question));
            },
            { batch },
          );
          const read = await system.ask(asking(keys), (answer) => answer.rows.get('AC01') ?? []);
          expect(read.flat().map(({ key }) => key)).toEqual(keys);
          expect(sizes).toHaveLength(Math.ceil(keys.length / batch));
          expect(Math.max(...sizes)).toBeLessThanOrEqual(batch);
          expect(system.calls()).toBe(sizes.length);
        },
      ),
    );
  });

  it('no more calls at once than the system bears', async () => {
    let now = 0;
    let most = 0;
    const system = guard(
      async (question) => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now--;
        return answerOf(question);
      },
      { batch: 1, concurrency: 3 },
    );
    await system.ask(asking(Array.from({ length: 20 }, (_, i) => String(i))), whole);
    expect(most).toBe(3);
  });

  it('however many calls that is, and nothing of them stays with the question', async () => {
    let most = 0;
    const { signal } = new AbortController();
    const system = guard(
      (question) => {
        most = Math.max(most, getEventListeners(signal, 'abort').length);
        return Promise.resolve(answerOf(question));
      },
      { batch: 1 },
    );
    const keys = Array.from({ length: 40 }, (_, i) => String(i));
    await system.ask(asking(keys, signal), whole);
    expect(most).toBeGreaterThan(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a guarded system meets', () => {
  it('a question without time left by saying so, and is not called down for it', async () => {
    const system = guard(() => new Promise(() => undefined), { breakAfter: 1, deadlineMs: 60_000 });
    for (let i = 0; i < 3; i++) {
      const caller = new AbortController();
      const asked = faultOf(system.ask(asking([NUMBER], caller.signal), whole));
      caller.abort();
      expect((await asked).code).toBe('AGENCY_TIMEOUT');
    }
    expect([system.calls(), system.status().state]).toEqual([3, 'UNKNOWN']);
  });

  it('an answer that cannot be read as a failure of the system, since when it began', async () => {
    const system = guard((question) => Promise.resolve(answerOf(question)));
    const refuse = (): never => {
      throw new AgencyFault('SUBJECT_MISMATCH', 'a row is about somebody else');
    };
    const fault = await faultOf(system.ask(asking(), refuse));
    expect(fault.code).toBe('SUBJECT_MISMATCH');
    expect(fault.detail.since).toBe(system.status().since);
    expect(system.status().state).toBe('DOWN');
  });

  const transient = new AgencyFault('AGENCY_UNAVAILABLE', 'sys-1 broke the connection', {}, { transient: true });

  it('a broken connection by asking once more', async () => {
    let times = 0;
    const system = guard((question) => (times++ === 0 ? Promise.reject(transient) : Promise.resolve(answerOf(question))));
    await system.ask(asking(), whole);
    expect([times, system.status().state]).toEqual([2, 'UP']);
  });

  it('a connection that stays broken, and every other failure, by saying so', async () => {
    for (const [fault, tries] of [
      [transient, 2],
      [new AgencyFault('AGENCY_BAD_RESPONSE', 'not JSON'), 1],
    ] as const) {
      const system = guard(() => Promise.reject(fault));
      expect((await faultOf(system.ask(asking(), whole))).code).toBe(fault.code);
      expect(system.calls()).toBe(tries);
    }
  });

  it('silence by stopping the call at the deadline', async () => {
    let signal: AbortSignal | undefined;
    const system = guard(
      (question) => {
        signal = question.signal;
        return new Promise(() => undefined);
      },
      { deadlineMs: 30 },
    );
    expect((await faultOf(system.ask(asking(), whole))).code).toBe('AGENCY_TIMEOUT');
    expect(signal?.aborted).toBe(true);
  });

  it('a caller who leaves by stopping the call', async () => {
    const caller = new AbortController();
    let stopped = false;
    const system = guard(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(new DOMException('left', 'AbortError'));
          });
          caller.abort();
        }),
    );
    expect((await faultOf(system.ask(asking([NUMBER], caller.signal), whole))).code).toBe('AGENCY_TIMEOUT');
    expect(stopped).toBe(true);
  });

  it('an error nobody expected without repeating its words', async () => {
    const fault = await faultOf(guard(() => Promise.reject(new TypeError(`cannot read ${NUMBER}`))).ask(asking(), whole));
    expect(fault.code).toBe('AGENCY_UNAVAILABLE');
    expect(JSON.stringify([fault.message, fault.detail])).not.toContain(NUMBER);
  });

  it('a system that keeps failing by leaving it alone, and comes back to it', async () => {
    let broken = true;
    const system = guard(
      (question) => (broken ? Promise.reject(new AgencyFault('AGENCY_BAD_RESPONSE', 'x')) : Promise.resolve(answerOf(question))),
      {
        breakAfter: 3,
        breakForMs: 50,
      },
    );
    for (let i = 0; i < 3; i++) expect((await faultOf(system.ask(asking(), whole))).code).toBe('AGENCY_BAD_RESPONSE');
    expect((await faultOf(system.ask(asking(), whole))).code).toBe('AGENCY_UNAVAILABLE');
    expect(system.calls()).toBe(3);
    broken = false;
    const deadline = performance.now() + 5000;
    let answered = false;
    while (!answered && performance.now() < deadline) {
      answered = await system.ask(asking(), whole).then(
        () => true,
        () => false,
      );
      await new Promise(setImmediate);
    }
    expect([answered, system.status().state]).toEqual([true, 'UP']);
  });

  it.each(['AGENCY_RATE_LIMITED', 'AGENCY_CLOSED', 'NOT_SUPPORTED_HERE'] as const)(
    '%s as an answer: the breaker stays shut and the system is not called down',
    async (code) => {
      const system = guard(() => Promise.reject(new AgencyFault(code, 'x')), { breakAfter: 1 });
      for (let i = 0; i < 4; i++) expect((await faultOf(system.ask(asking(), whole))).code).toBe(code);
      expect(system.calls()).toBe(4);
      expect(system.status().state).toBe('UNKNOWN');
    },
  );

  it('a rush beyond its rate as a rate limit: those behind still get their turn, and the system is not called down', async () => {
    const system = guard((question) => Promise.resolve(answerOf(question)), { perSecond: 2, deadlineMs: 1300, breakAfter: 1 });
    const rush = await Promise.allSettled(Array.from({ length: 12 }, () => system.ask(asking(), whole)));
    const refused = rush.flatMap((one) => (one.status === 'rejected' ? [(one.reason as AgencyFault).code] : []));
    expect(new Set(refused)).toEqual(new Set(['AGENCY_RATE_LIMITED']));
    // Twelve booked turns would have kept it busy for six seconds.
    expect(await system.ask(asking(), whole)).toHaveLength(1);
    expect(system.status().state).toBe('UP');
  });

  it('its closing hours without a call, and says when it opens', async () => {
    const system = guard(
      (question) => Promise.resolve(answerOf(question)),
      {},
      { windows: [{ from: '22:00', to: '06:00' }], now: () => new Date('2026-10-31T15:00:00Z') },
    );
    expect(await faultOf(system.ask(asking(), whole))).toMatchObject({
      code: 'AGENCY_CLOSED',
      detail: { opensAt: '2026-10-31T22:00:00.000Z' },
    });
    expect([system.calls(), system.status().closed]).toEqual([0, true]);
  });
});

describe('the status of a guarded system', () => {
  it('says since when it has been failing, from the first failure on', async () => {
    let hour = 0;
    let broken = false;
    const now = (): Date => new Date(Date.UTC(2026, 9, 31, hour));
    const system = guard(
      (question) => (broken ? Promise.reject(new AgencyFault('AGENCY_BAD_RESPONSE', 'x')) : Promise.resolve(answerOf(question))),
      {},
      { now },
    );
    expect(system.status()).toMatchObject({ state: 'UNKNOWN', closed: false });
    await system.ask(asking(), whole);
    expect(system.status()).toMatchObject({ state: 'UP', since: '2026-10-31T00:00:00.000Z', asOf: '2026-10-31T00:00:00.000Z' });
    broken = true;
    for (hour = 1; hour < 3; hour++)
      expect((await faultOf(system.ask(asking(), whole))).detail).toEqual({ since: '2026-10-31T01:00:00.000Z' });
    expect(system.status()).toMatchObject({ state: 'DOWN', since: '2026-10-31T01:00:00.000Z' });
  });

  it('names agency, system and jurisdiction beside what the failure knows', () => {
    const fault = new AgencyFault('AGENCY_RATE_LIMITED', 'x', { retryAfterSeconds: 7 });
    expect(failureDetail({ agency: 'hrss', id: 'sys-1' }, fault, '340000')).toEqual({
      agency: 'hrss',
      system: 'sys-1',
      jurisdiction: '340000',
      retryAfterSeconds: 7,
    });
  });
});
