import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHrssBatch } from '../../src/systems/hrss-batch.js';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import { carryThrough, done, ordersOf, startOffices, type Offices } from './offices.js';
import { relationAt } from './reads.js';

let offices: Offices;
beforeAll(async () => {
  offices = await startOffices(
    { 'hrss-batch-': startHrssBatch, 'hrss-rest-': startHrssRest },
    // Daily files are due by the clock.
    { today: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10) },
    { limits: { deadlineMs: 20_000 } },
  );
}, 120_000);
afterAll(() => offices.close());

const inTime = (): AbortSignal => AbortSignal.timeout(60_000);
const night = async (): Promise<void> => {
  for (const group of offices.groups) await group.night?.();
};

/** How many connections the SFTP server took meanwhile. */
async function connectionsDuring(work: () => Promise<void>): Promise<number> {
  const address = offices.groups.map(({ env }) => env['HRSS_SFTP_ORDER_URL']).find((url) => url !== undefined) ?? '';
  let connections = 0;
  const count = (message: unknown): void => {
    if ((message as { readonly socket: Socket }).socket.localPort === Number(new URL(address).port)) connections++;
  };
  subscribe('net.server.socket', count);
  await work().finally(() => unsubscribe('net.server.socket', count));
  return connections;
}

describe('orders to provinces that work at night', () => {
  // First: nothing has asked for a daily file yet, so nobody else connects.
  it('are asked about over one connection when they are asked about at once', async () => {
    const order = ordersOf('NIGHTATONCE', offices.mover('230000').number, '230000', '340000');
    const office = offices.at('230000');
    const ask = async (key: string): Promise<string | undefined> => (await office.inquire('230000', key, inTime()))?.state;
    await office.act(order('FREEZE', 'SOURCE'), inTime());
    await night();
    await office.act(order('EXPORT', 'SOURCE'), inTime());
    const [frozen, exported] = [order('FREEZE', 'SOURCE').key, order('EXPORT', 'SOURCE').key];
    let states: (string | undefined)[] = [];
    const connections = await connectionsDuring(async () => {
      states = await Promise.all([frozen, exported, 'NOBODY:FREEZE-SOURCE', frozen].map(ask));
    });
    expect(states).toEqual(['DONE', 'PENDING', undefined, 'DONE']);
    expect(connections).toBe(1);
    // What was done since is seen by who asks now.
    await night();
    expect(await ask(exported)).toBe('DONE');
  }, 120_000);

  it('move a relation from the file of a night to the next, and the daily file shows it', async () => {
    const [from, to] = ['220000', '340000'];
    const life = offices.mover(from);
    const { national } = offices.desk.ledger();
    const before = await relationAt(offices, life, to);
    const { figures } = await carryThrough(offices, 'NIGHTLY', life, from, to);
    expect(await relationAt(offices, life, to)).toMatchObject({ balance: before.balance + (figures?.account ?? NaN) });
    expect(offices.desk.ledger()).toMatchObject({ national, clearing: 0, underWay: 0 });
    let told = await relationAt(offices, life, from);
    while (told.state !== 'ENDED') told = await relationAt(offices, life, from);
    expect(told).toEqual({ state: 'ENDED', months: 0, balance: 0 });
  }, 120_000);

  it('lie there until a night has passed, once, however often they are sent', async () => {
    const order = ordersOf('NIGHTONCE', offices.mover('220000').number, '220000', '340000')('FREEZE', 'SOURCE');
    const office = offices.at('220000');
    expect(await office.inquire('220000', order.key, inTime())).toBeUndefined();
    expect((await office.act(order, inTime())).state).toBe('PENDING');
    expect((await office.act(order, inTime())).state).toBe('PENDING');
    expect((await office.inquire('220000', order.key, inTime()))?.state).toBe('PENDING');
    await night();
    const first = done(await office.inquire('220000', order.key, inTime()));
    expect(done(await office.act(order, inTime()))).toEqual(first);
    expect(offices.desk.inquire('220000', order.key)).toEqual(first);
  }, 120_000);

  it('are there when the server comes back, and so are its answers', async () => {
    const order = ordersOf('NIGHTKILLED', offices.mover('220000').number, '220000', '340000');
    const office = offices.at('220000');
    await office.act(order('FREEZE', 'SOURCE'), inTime());
    await offices.restart('hrss-batch-');
    expect((await office.inquire('220000', order('FREEZE', 'SOURCE').key, inTime()))?.state).toBe('PENDING');
    await night();
    const first = done(await office.inquire('220000', order('FREEZE', 'SOURCE').key, inTime()));
    await offices.restart('hrss-batch-');
    // The next night's answers do not take the place of those that stand there.
    await office.act(order('EXPORT', 'SOURCE'), inTime());
    await night();
    expect(done(await office.inquire('220000', order('EXPORT', 'SOURCE').key, inTime())).sheet).toBeDefined();
    expect(done(await office.inquire('220000', order('FREEZE', 'SOURCE').key, inTime()))).toEqual(first);
  }, 120_000);

  it('are sent again after a refusal or when the answer file is lost, and have had their effect once', async () => {
    const order = ordersOf('NIGHTLOST', offices.mover('220000').number, '220000', '340000');
    const office = offices.at('220000');
    const standIn = offices.standIn('hrss-batch-220000');
    await office.act(order('FREEZE', 'SOURCE'), inTime());
    await standIn.setFault({ kind: 'refused-order', times: 1 });
    await night();
    expect(await office.inquire('220000', order('FREEZE', 'SOURCE').key, inTime())).toMatchObject({ state: 'REFUSED' });
    expect((await office.act(order('FREEZE', 'SOURCE'), inTime())).state).toBe('PENDING');
    await standIn.setFault({ kind: 'lost-answer', times: 1 });
    await night();
    expect(offices.desk.inquire('220000', order('FREEZE', 'SOURCE').key)?.state).toBe('DONE');
    await office.act(order('FREEZE', 'SOURCE'), inTime());
    await night();
    const told = done(await office.inquire('220000', order('FREEZE', 'SOURCE').key, inTime()));
    expect(offices.desk.inquire('220000', order('FREEZE', 'SOURCE').key)).toEqual(told);
  }, 120_000);
});
