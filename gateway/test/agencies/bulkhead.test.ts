import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { Exchange } from '../../src/agencies/exchange.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { clientOf, codeOf, mutate, query, RawServer } from './setup.js';

const IDLE = { underWay: 0, waiting: 0, open: 0, circuit: 'CLOSED' };
const held: ServerResponse[] = [];
let hanging: FakeAgency;
beforeEach(async () => {
  hanging = await new FakeAgency((_, response) => void held.push(response)).start();
});
afterEach(async () => {
  held.length = 0;
  await hanging.stop();
});

describe('an agency', () => {
  it('that takes all its calls and all its waiting places has further ones refused at once', async () => {
    const outcomes: string[] = [];
    const client = clientOf(hanging.url, { connections: 2, maxWaiting: 3, deadlineMs: 5_000 }, ({ outcome }) => outcomes.push(outcome));
    const first = Array.from({ length: 5 }, (_, n) => query(client, { n }));
    await until(() => held.length === 2);
    expect(client.pressure).toMatchObject({ underWay: 2, waiting: 3, open: 5 });
    expect(await query(client)).toEqual({ ok: false, failure: { code: 'AGENCY_UNAVAILABLE', detail: { agency: 'postal', sent: false } } });
    expect(codeOf(await mutate(client))).toBe('AGENCY_UNAVAILABLE');
    expect(outcomes).toEqual(['NOT_ASKED', 'NOT_ASKED']);
    expect(client.tracker.state).toBe('UNKNOWN');

    hanging.behaviour = () => ({ data: { n: 1 } });
    for (const response of held) response.setHeader('content-type', 'application/json').end('{"data":{"n":1}}');
    expect((await Promise.all(first)).map(codeOf)).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
    expect(hanging.questions.map(({ body }) => body).sort()).toEqual(
      [0, 1, 2, 3, 4].map((n) => `{"query":"query($n:Int){n(n:$n)}","variables":{"n":${n}}}`),
    );
    expect(client.pressure).toEqual(IDLE);
    await client.close();
  });

  it('is not sent what waited for its turn until its time was over', async () => {
    const client = clientOf(hanging.url, { connections: 1, deadlineMs: 5_000 });
    const first = query(client, { n: 0, leftMs: 400 });
    await until(() => held.length === 1);
    const late = await Promise.all([query(client, { n: 1, leftMs: 50 }), query(client, { n: 2, leftMs: 50 })]);
    expect(late.map(codeOf)).toEqual(['AGENCY_TIMEOUT', 'AGENCY_TIMEOUT']);
    expect(client.pressure).toMatchObject({ underWay: 1, waiting: 0, open: 1 });
    expect(codeOf(await first)).toBe('AGENCY_TIMEOUT');
    hanging.behaviour = () => ({ data: { n: 1 } });
    expect(codeOf(await query(client, { n: 3 }))).toBe('OK');
    expect(hanging.questions.map(({ body }) => body.at(-3))).toEqual(['0', '3']);
    await client.close();
  });

  it('that never finishes making a connection costs a question its time and no more', async () => {
    const mute = new RawServer(() => undefined);
    const url = (await mute.start()).replace('http:', 'https:');
    const client = clientOf(url, { connectTimeoutMs: 300, deadlineMs: 2_000, breakAfter: 1 });
    const reply = await query(client, { leftMs: 60 });
    expect(codeOf(reply)).toBe('AGENCY_TIMEOUT');
    expect(client.pressure).toEqual({ underWay: 1, waiting: 0, open: 0, circuit: 'CLOSED' });
    await until(() => client.pressure.underWay === 0);
    await client.close();
    await mute.stop();
  });
});

describe('an exchange', () => {
  it('that was given up before it had a connection is not sent when it gets one', () => {
    const exchange = new Exchange(1_000, { ended: () => undefined, mayStillBegin: () => true });
    expect(exchange.breakOff('GIVEN_UP')).toBe(false);
    const reasons: Error[] = [];
    exchange.onConnect((reason) => {
      if (reason) reasons.push(reason);
    });
    expect(reasons).toHaveLength(1);
  });
});

describe('when one of two agencies hangs', () => {
  it('a thousand questions have the answers of the other one while the hanging one still has all its calls, and nothing is left of them', async () => {
    const healthy = await new FakeAgency(() => ({ data: { n: 1 } })).start();
    const quick = clientOf(healthy.url, { deadlineMs: 25_000 });
    const stuck = clientOf(hanging.url, { deadlineMs: 25_000 });
    const order: string[] = [];
    const questions = Array.from({ length: 1_000 }, (_, n) =>
      Promise.all([
        query(stuck, { n, leftMs: 30_000 }).then((reply) => order.push(`hanging ${codeOf(reply)}`)),
        query(quick, { n, leftMs: 30_000 }).then((reply) => order.push(`healthy ${codeOf(reply)}`)),
      ]),
    );
    await until(() => order.length >= 1_000);
    expect(new Set(order)).toEqual(new Set(['healthy OK']));
    expect(quick.pressure).toEqual(IDLE);
    expect(stuck.pressure).toEqual({ underWay: 256, waiting: 744, open: 1_000, circuit: 'CLOSED' });
    expect(healthy.questions).toHaveLength(1_000);

    await hanging.stop();
    await Promise.all(questions);
    expect(order).toHaveLength(2_000);
    expect(new Set(order.slice(1_000))).toEqual(new Set(['hanging AGENCY_UNAVAILABLE']));
    await until(() => stuck.pressure.underWay === 0);
    expect(stuck.pressure).toEqual({ ...IDLE, circuit: 'OPEN' });
    await Promise.all([quick.close(), stuck.close()]);
    await healthy.stop();
  });

  it('its calls all end at their deadline, and what waited too long is never sent', async () => {
    const client = clientOf(hanging.url, { connections: 20, deadlineMs: 400, breakAfter: 1_000 });
    const replies = await Promise.all(Array.from({ length: 100 }, (_, n) => query(client, { n })));
    expect(new Set(replies.map(codeOf))).toEqual(new Set(['AGENCY_TIMEOUT']));
    await until(() => client.pressure.underWay === 0);
    expect(client.pressure).toEqual(IDLE);
    expect(hanging.questions.every(({ headers }) => Number(headers['yichuang-deadline-ms']) >= 20)).toBe(true);
    await client.close();
  });
});
