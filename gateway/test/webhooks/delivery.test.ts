import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Pool } from 'pg';
import { append } from '../events/setup/appended.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';
import { asking, OPEN_TO_ALL, webhookHub, type WebhookHub } from './setup/hub.js';
import { isGenuine, Receiver } from './setup/receiver.js';

describe('deliveries to webhooks', () => {
  let database: TestDatabase;
  let url: string;
  let hub: WebhookHub;
  let pool: Pool;
  let receiver: Receiver;
  const others: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.stop());
  beforeEach(async () => {
    url = await database.another();
    receiver = await new Receiver().start();
    hub = await webhookHub(url);
    pool = hub.store.pool;
  });
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await hub.close();
    await receiver.stop();
  });

  const another = async (): Promise<Receiver> => {
    const started = await new Receiver().start();
    others.push({ close: () => started.stop() });
    return started;
  };
  /** Whatever waits need wait no more: as if the time had come. */
  const now = async (): Promise<void> => {
    await pool.query(`update yichuang.webhook set rest_until = clock_timestamp()`);
    await pool.query(`update yichuang.webhook_lane set due_at = clock_timestamp() where claim is null`);
  };
  const states = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ state: string }>('select state from yichuang.webhook_delivery order by cursor');
    return rows.map(({ state }) => state);
  };
  const settled = (count: number, state = 'DELIVERED'): Promise<void> =>
    until(async () => (await states()).filter((one) => one === state).length === count);

  it('are signed, thin, and carry the place to go on from', async () => {
    const { secret } = await hub.register(receiver.url);
    const case_id = randomUUID();
    const deadline = new Date('2026-12-01T00:00:00Z');
    const id = await append(pool, { case_id, number: 'T-1', step: 'LETTER_SENT', state: 'LETTER_SENT', citizen: 'c1secret', deadline });
    await settled(1);
    const [had] = receiver.had;
    if (!had) throw new Error('nothing came');
    expect(isGenuine(had, secret)).toBe(true);
    expect(isGenuine({ ...had, body: had.body.replace('T-1', 'T-2') }, secret)).toBe(false);
    expect(isGenuine({ ...had, headers: { ...had.headers, 'webhook-timestamp': '1700000000' } }, secret)).toBe(false);
    // Caught, and sent again by somebody else six minutes later.
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 360_000);
    expect(isGenuine(had, secret)).toBe(false);
    later.mockRestore();
    expect(had.headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/cloudevents+json; charset=utf-8' });
    const { data } = had.event;
    expect(had.event).toEqual({
      specversion: '1.0',
      id,
      source: '/transfers/hrss',
      type: 'yichuang.transfer.event.v1',
      subject: 'T-1',
      time: data['at'],
      datacontenttype: 'application/json',
      data: {
        cursor: hub.cursors.text(1),
        caseId: case_id,
        number: 'T-1',
        kind: 'PENSION',
        step: 'LETTER_SENT',
        state: 'LETTER_SENT',
        source: '440000',
        target: '330000',
        at: data['at'],
        deadline: deadline.toISOString(),
      },
    });
    expect(had.body).not.toContain('c1secret');
  });

  it('bring what is of interest, from when an endpoint is registered or from a cursor', async () => {
    await append(pool, { case_id: randomUUID(), step: 'BEFORE' });
    await until(async () => (await hub.readings.last()) === 1);
    await until(async () => (await pool.query('select from yichuang.webhook_reader where place = 1')).rowCount === 1);
    const fromStart = await another();
    await hub.register(receiver.url, { places: ['310000'] });
    await hub.register(fromStart.url, {}, 0);
    await append(pool, { case_id: randomUUID(), step: 'ELSEWHERE' });
    await append(pool, { case_id: randomUUID(), step: 'HERE', target: '310000' });
    await settled(4);
    expect(receiver.steps).toEqual(['HERE']);
    expect(fromStart.steps.sort()).toEqual(['BEFORE', 'ELSEWHERE', 'HERE']);
  });

  it('keep the order of each case: a failure holds up the rest of its case, and no other case', async () => {
    await hub.register(receiver.url);
    const [slow, other] = [randomUUID(), randomUUID()];
    receiver.reception = ({ event }) => (event.data['step'] === 'A1' ? 500 : 204);
    for (const step of ['A1', 'A2', 'A3']) await append(pool, { case_id: slow, step });
    for (const step of ['B1', 'B2', 'B3']) await append(pool, { case_id: other, step });
    await settled(3);
    await until(async () => (await pool.query('select from yichuang.webhook_lane where claim is null')).rowCount === 1);
    expect(receiver.steps.filter((step) => String(step).startsWith('B'))).toEqual(['B1', 'B2', 'B3']);
    expect(receiver.steps).not.toContain('A2');
    receiver.reception = () => 204;
    await now();
    await settled(6);
    expect(receiver.steps.filter((step) => String(step).startsWith('A'))).toEqual(['A1', 'A1', 'A2', 'A3']);
    const ids = receiver.had.filter(({ event }) => event.data['step'] === 'A1').map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
  });

  it('of one endpoint that never answers, is slow or is gone delay those of nobody else', async () => {
    const never = await another();
    never.reception = () => undefined;
    await hub.register(never.url);
    await hub.register('http://127.0.0.1:1/gone');
    await hub.register(receiver.url);
    for (let i = 0; i < 30; i++) await append(pool, { case_id: randomUUID(), step: String(i) });
    await until(() => receiver.had.length === 30);
    // It holds what may be sent to it at once, and no more.
    expect(never.had.length).toBeLessThanOrEqual(4);
  });

  it('leave alone whoever fails again and again, try with one, and bring everything at once when it is back', async () => {
    receiver.reception = () => 503;
    const { webhook } = await hub.register(receiver.url);
    for (let i = 0; i < 20; i++) await append(pool, { case_id: randomUUID(), step: String(i) });
    const resting = async (): Promise<boolean> =>
      (await pool.query('select from yichuang.webhook where faults >= 5 and rest_until > clock_timestamp()')).rowCount === 1;
    await until(resting);
    await until(async () => (await pool.query('select from yichuang.webhook_lane where claim is not null')).rowCount === 0);
    const before = receiver.had.length;
    expect(before).toBeLessThan(20);
    receiver.reception = () => 204;
    await pool.query('update yichuang.webhook set rest_until = clock_timestamp() where id = $1', [webhook.id]);
    await settled(20);
    expect((await pool.query<{ faults: number }>('select faults from yichuang.webhook')).rows).toEqual([{ faults: 0 }]);
  });

  it('are given up after three days, each tried once at least, and are sent again when that is asked for', async () => {
    receiver.reception = () => 400;
    const { webhook } = await hub.register(receiver.url);
    const case_id = randomUUID();
    for (const step of ['1', '2']) await append(pool, { case_id, step });
    await until(() => receiver.had.length === 1);
    await until(async () => (await pool.query('select from yichuang.webhook_delivery')).rowCount === 2);
    await until(async () => (await pool.query('select from yichuang.webhook_lane where claim is null')).rowCount === 1);
    const { rows } = await pool.query<{ hours: number }>(
      `select extract(epoch from expires_at - created_at)::float8 / 3600 as hours from yichuang.webhook_delivery`,
    );
    expect(rows.map(({ hours }) => Math.round(hours))).toEqual([72, 72]);
    await pool.query(`update yichuang.webhook_delivery set expires_at = clock_timestamp()`);
    await now();
    await settled(2, 'DEAD');
    expect(receiver.steps).toEqual(['1', '1', '2']);
    receiver.reception = () => 204;
    expect(await hub.webhooks.endpoints.replay(asking(), webhook.id, 0, true)).toEqual({ upTo: 2 });
    await settled(2);
    expect(receiver.steps.slice(3)).toEqual(['1', '2']);
  });

  it('are sent again from a cursor on, with their ids, in the order of each case', async () => {
    const { webhook } = await hub.register(receiver.url);
    const cases = [randomUUID(), randomUUID()];
    for (const step of ['1', '2', '3']) for (const case_id of cases) await append(pool, { case_id, number: case_id, step });
    await settled(6);
    const first = receiver.had.splice(0);
    await hub.webhooks.endpoints.replay(asking(), webhook.id, 2, false);
    await until(() => receiver.had.length === 4);
    await settled(6);
    for (const case_id of cases) {
      const again = receiver.had.filter(({ event }) => event.subject === case_id);
      expect(again.map(({ event }) => event.data['step'])).toEqual(['2', '3']);
      const once = first.filter(({ event }) => event.subject === case_id).slice(1);
      expect(again.map(({ headers }) => headers['webhook-id'])).toEqual(once.map(({ headers }) => headers['webhook-id']));
    }
  });

  it('stop when the receiver says that it is gone for good, until it takes a test', async () => {
    receiver.reception = () => 410;
    const { webhook } = await hub.register(receiver.url);
    await append(pool, { case_id: randomUUID(), step: 'LOST' });
    await until(async () => (await pool.query(`select from yichuang.webhook where state = 'STOPPED'`)).rowCount === 1);
    await append(pool, { case_id: randomUUID(), step: 'MISSED' });
    await until(async () => (await pool.query('select from yichuang.webhook_reader where place = 2')).rowCount === 1);
    expect(await hub.webhooks.endpoints.replay(asking(), webhook.id, 0, false)).toEqual({ refused: 'WEBHOOK_REFUSED', reason: 'STOPPED' });
    receiver.reception = () => 204;
    expect(await hub.webhooks.endpoints.test(asking(), webhook.id)).toMatchObject({ fault: undefined, status: 204 });
    await hub.webhooks.endpoints.replay(asking(), webhook.id, 0, false);
    await settled(2);
    expect(receiver.steps.slice(2).sort()).toEqual(['LOST', 'MISSED']);
  });

  it('are signed with both secrets while both are good', async () => {
    const { webhook, secret: first } = await hub.register(receiver.url);
    const rotated = await hub.webhooks.endpoints.rotate(asking(), webhook.id, 24);
    if ('refused' in rotated) throw new Error('refused');
    await append(pool, { case_id: randomUUID(), step: '1' });
    await settled(1);
    const genuine = (): boolean[] => [first, rotated.secret].map((secret) => receiver.had.slice(-1).every((had) => isGenuine(had, secret)));
    expect(genuine()).toEqual([true, true]);
    await pool.query(`update yichuang.webhook set former_until = clock_timestamp()`);
    await append(pool, { case_id: randomUUID(), step: '2' });
    await settled(2);
    expect(genuine()).toEqual([false, true]);
    const { rows } = await pool.query<{ row: string }>('select webhook::text as row from yichuang.webhook');
    for (const secret of [first, rotated.secret]) {
      expect(rows[0]?.row).not.toContain(secret);
      expect(rows[0]?.row).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('are decided anew before each attempt: what may no longer be told is not sent, and nothing of it is left', async () => {
    let may: 'TOLD' | 'WITHHELD' | { readonly code: 'CONSENT_UNAVAILABLE' } = { code: 'CONSENT_UNAVAILABLE' };
    const questions: string[] = [];
    const deciding = await webhookHub(
      await database.another(),
      {},
      {
        ...OPEN_TO_ALL,
        decide: (_, _event, { questionId }) => {
          questions.push(questionId);
          return Promise.resolve(may);
        },
      },
    );
    others.push(deciding);
    const { pool: own } = deciding.store;
    const waiting = (count: number): Promise<void> =>
      until(async () => (await own.query('select from yichuang.webhook_delivery')).rowCount === count);
    const due = (): Promise<unknown> => own.query('update yichuang.webhook_lane set due_at = clock_timestamp() where claim is null');
    await deciding.register(receiver.url);
    await append(own, { case_id: randomUUID() });
    await until(() => questions.length === 1);
    await until(async () => (await own.query('select from yichuang.webhook_lane where claim is null')).rowCount === 1);
    may = 'WITHHELD';
    await due();
    await waiting(0);
    expect(receiver.had).toEqual([]);
    expect(questions.length).toBe(2);
    // However often it is tried, it is one use of what it rests on.
    expect(new Set(questions).size).toBe(1);
    may = 'TOLD';
    await append(own, { case_id: randomUUID() });
    await until(() => receiver.had.length === 1);
  });

  it('come once from several processes together, and no more when an endpoint is removed', async () => {
    const second = await webhookHub(url);
    others.push(second);
    const { webhook } = await second.register(receiver.url);
    for (let i = 0; i < 40; i++) await append(pool, { case_id: randomUUID(), step: String(i) });
    await settled(40);
    expect(receiver.had.length).toBe(40);
    expect(await hub.webhooks.endpoints.remove(asking('platform-2'), webhook.id)).toBe(false);
    expect(await hub.webhooks.endpoints.remove(asking(), webhook.id)).toBe(true);
    expect(await hub.webhooks.endpoints.of(asking())).toEqual([]);
    await append(pool, { case_id: randomUUID() });
    await until(async () => (await pool.query('select from yichuang.webhook_reader where place = 41')).rowCount === 1);
    expect(receiver.had.length).toBe(40);
    expect([...hub.faults, ...second.faults]).toEqual([]);
  });
});
