import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { Circuit, type Pass, type Sign } from '../../src/circuit.js';
import type { AgencyClient } from '../../src/agencies/client.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { clientOf, codeOf, mutate, query, raw } from './setup.js';

const BREAK_MS = 60;

describe('a circuit', () => {
  it('opens after so many failures in a row and lets one call through when its time is over', () => {
    const circuit = new Circuit(3, 100);
    const fail = (now: number): boolean => circuit.report(circuit.enter(now), 'FAILS', now);
    expect([fail(0), fail(1)]).toEqual([false, false]);
    circuit.report(circuit.enter(2), 'WORKS', 2);
    expect([fail(3), fail(4), fail(5)]).toEqual([false, false, true]);
    expect([circuit.enter(6), circuit.enter(104.9)]).toEqual(['REFUSED', 'REFUSED']);
    expect([circuit.enter(105), circuit.enter(105), circuit.enter(5_000)]).toEqual(['PROBE', 'REFUSED', 'REFUSED']);
    expect(circuit.report('PROBE', 'FAILS', 110)).toBe(true);
    expect([circuit.enter(209), circuit.enter(210)]).toEqual(['REFUSED', 'PROBE']);
    circuit.report('PROBE', 'WORKS', 211);
    expect([circuit.enter(211), circuit.enter(211)]).toEqual(['CALL', 'CALL']);
  });

  it('is not opened by a rate limit or by questions that had no time, and closed by a refusal of a living agency', () => {
    const circuit = new Circuit(2, 100);
    circuit.report('CALL', 'FAILS', 0);
    for (const sign of ['ALIVE', 'NOTHING', 'ALIVE', 'NOTHING'] as const) expect(circuit.report('CALL', sign, 1)).toBe(false);
    expect(circuit.report('CALL', 'FAILS', 2)).toBe(true);
    expect(circuit.enter(102)).toBe('PROBE');
    circuit.report('PROBE', 'NOTHING', 103);
    expect(circuit.enter(103)).toBe('PROBE');
    circuit.report('PROBE', 'ALIVE', 104);
    expect(circuit.state).toBe('CLOSED');
  });

  it('never has two calls try at a time, never refuses while closed, and refuses only after enough failures', () => {
    const sign = fc.constantFrom<Sign>('WORKS', 'ALIVE', 'FAILS', 'NOTHING');
    const step = fc.record({ wait: fc.integer({ min: 0, max: 60 }), ends: fc.boolean(), sign });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 200 }), (breakAfter, steps) => {
        const circuit = new Circuit(breakAfter, 50);
        const underWay: Pass[] = [];
        let now = 0;
        let row = 0;
        for (const { wait, ends, sign: said } of steps) {
          now += wait;
          const over = ends ? underWay.shift() : undefined;
          if (over) {
            const closed = circuit.state === 'CLOSED';
            const opened = circuit.report(over, said, now);
            if (closed) row = said === 'FAILS' ? row + 1 : said === 'WORKS' ? 0 : row;
            if (closed && opened) expect(row).toBe(breakAfter);
            if (closed && !opened) expect(row).toBeLessThan(breakAfter);
            if (circuit.state === 'CLOSED' && !closed) row = 0;
          } else {
            const refuses = circuit.refuses(now);
            const pass = circuit.enter(now);
            expect(pass === 'REFUSED').toBe(refuses);
            if (pass !== 'REFUSED') underWay.push(pass);
          }
          expect(underWay.filter((pass) => pass === 'PROBE').length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('an agency that fails again and again', () => {
  const agency = new FakeAgency(() => ({ data: { n: 1 } }));
  const held: ServerResponse[] = [];
  let client: AgencyClient;
  beforeAll(() => agency.start());
  afterAll(() => agency.stop());
  beforeEach(() => {
    agency.received.length = 0;
    client = clientOf(agency.url, { breakAfter: 3, breakForMs: BREAK_MS, deadlineMs: 500 });
  });
  afterEach(async () => {
    for (const response of held.splice(0)) response.destroy();
    await until(() => client.pressure.underWay === 0);
    expect(client.pressure).toMatchObject({ waiting: 0, open: 0 });
    await client.close();
  });
  const works = (): unknown => ({ data: { n: 1 } });
  const fail = async (): Promise<void> => {
    agency.behaviour = raw('', { status: 500 });
    for (let i = 0; i < 3; i++) await query(client);
    expect(client.pressure.circuit).toBe('OPEN');
  };

  it('is left alone and named with the time since when, and works again after one call has tried', async () => {
    await fail();
    const since = client.tracker.failingSince?.toISOString();
    const asked = agency.questions.length;
    expect(await query(client)).toEqual({
      ok: false,
      failure: { code: 'AGENCY_UNAVAILABLE', detail: { agency: 'postal', since, sent: false } },
    });
    expect(codeOf(await mutate(client))).toBe('AGENCY_UNAVAILABLE');
    expect(agency.questions).toHaveLength(asked);
    agency.behaviour = works;
    let reply = await query(client);
    while (!reply.ok) reply = await query(client);
    expect(client.pressure.circuit).toBe('CLOSED');
    expect(agency.questions).toHaveLength(asked + 1);
  });

  it('is tried by one call only, and all others are refused while that one waits', async () => {
    await fail();
    const asked = agency.questions.length;
    agency.behaviour = (_, response) => void held.push(response);
    await new Promise((resolve) => setTimeout(resolve, BREAK_MS + 5));
    const order: string[] = [];
    const probe = query(client).then((reply) => order.push(`probe ${codeOf(reply)}`));
    await Promise.all(Array.from({ length: 50 }, () => query(client).then((reply) => order.push(codeOf(reply)))));
    expect(order).toEqual(Array.from({ length: 50 }, () => 'AGENCY_UNAVAILABLE'));
    await probe;
    expect(order.at(-1)).toBe('probe AGENCY_TIMEOUT');
    expect(agency.questions).toHaveLength(asked + 1);
    expect(client.pressure.circuit).toBe('OPEN');
  });

  it('is found out by timeouts, and those who wait for their turn are told at once', async () => {
    const narrow = clientOf(agency.url, { breakAfter: 1, breakForMs: 60_000, deadlineMs: 600, connections: 3 });
    agency.behaviour = (_, response) => void held.push(response);
    const hanging = Array.from({ length: 3 }, () => query(narrow, { leftMs: 320 }));
    await until(() => agency.questions.length === 3);
    const waiting = Array.from({ length: 20 }, () => query(narrow));
    expect(narrow.pressure).toMatchObject({ underWay: 3, waiting: 20, open: 23 });
    expect((await Promise.all(hanging)).map(codeOf)).toEqual(Array.from({ length: 3 }, () => 'AGENCY_TIMEOUT'));
    expect(new Set((await Promise.all(waiting)).map(codeOf))).toEqual(new Set(['AGENCY_UNAVAILABLE']));
    expect(agency.questions).toHaveLength(3);
    expect(narrow.pressure).toEqual({ underWay: 0, waiting: 0, open: 0, circuit: 'OPEN' });
    await narrow.close();
  });

  it('is not held responsible for questions that came with hardly any time left', async () => {
    agency.behaviour = (_, response) => void held.push(response);
    const patient = clientOf(agency.url, { breakAfter: 3, deadlineMs: 60_000 });
    const replies = await Promise.all(Array.from({ length: 5 }, () => query(patient, { leftMs: 30 })));
    expect(replies.map(codeOf)).toEqual(Array.from({ length: 5 }, () => 'AGENCY_TIMEOUT'));
    expect(patient.pressure.circuit).toBe('CLOSED');
    expect(patient.tracker.state).toBe('UNKNOWN');
    await patient.close();
  });

  it('is not left alone for its rate limit, for errors in its answers, or for a document it refuses', async () => {
    for (const behaviour of [
      raw('', { status: 429 }),
      raw('{"data":null,"errors":[{"message":"x","extensions":{"code":"AGENCY_UNAVAILABLE"}}]}'),
      raw('{"errors":[{"message":"x"}]}', { status: 400 }),
    ]) {
      agency.behaviour = behaviour;
      for (let i = 0; i < 4; i++) await query(client);
    }
    expect(client.pressure.circuit).toBe('CLOSED');
  });

  it('still tells about its systems, and an agency without that page is not left alone for it', async () => {
    const context = { questionId: 'q', remainingMs: () => 1_000 };
    agency.behaviour = raw('none', { type: 'text/plain', status: 404 });
    for (let i = 0; i < 5; i++) expect(await clientOf(agency.url).systems(context)).toBeUndefined();
    await fail();
    agency.behaviour = ({ path }) => (path === '/systems' ? [] : undefined);
    expect(await client.systems(context)).toEqual([]);
    expect(client.pressure.circuit).toBe('OPEN');
  });
});
