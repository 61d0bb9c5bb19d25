import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencyFault } from '@yichuang/kit';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import type { Fault } from '../../src/systems/stand-in.js';
import { inTime } from '../systems/hrss-dialect.js';
import { carryThrough, done, ordersOf, startOffices, type Offices } from './offices.js';
import { relationAt } from './reads.js';

let offices: Offices;
beforeAll(async () => {
  offices = await startOffices({ 'hrss-rest-': startHrssRest });
}, 60_000);
afterAll(() => offices.close());

/** One move between each two of the three families. */
const MOVES = [
  ['340000', '430000'],
  ['370000', '610000'],
  ['530000', '350000'],
] as const;

describe('orders to provinces with JSON services', () => {
  it.each(MOVES)('move a relation from %s to %s: ended there, joined here, and no fen lost', async (from, to) => {
    const life = offices.mover(from);
    const before = offices.desk.ledger();
    const had = { source: await relationAt(offices, life, from), target: await relationAt(offices, life, to) };
    const { figures, sheet } = await carryThrough(offices, `REST${from}${to}`, life, from, to);
    const has = { source: await relationAt(offices, life, from), target: await relationAt(offices, life, to) };
    expect(has.source).toEqual({ state: 'ENDED', months: 0, balance: 0 });
    expect(has.target).toMatchObject({ balance: had.target.balance + (figures?.account ?? NaN) });
    expect(has.target.months).toBeGreaterThanOrEqual(Math.max(had.source.months, had.target.months));
    expect(figures?.account).toBe(had.source.balance);
    expect(sheet?.months).toBe(had.source.months);
    expect(offices.desk.ledger()).toMatchObject({ national: before.national, clearing: 0, underWay: 0 });
  });

  it('take effect once, however often they are sent and by whatever the answer was lost', async () => {
    const [from, to] = MOVES[0];
    const life = offices.mover(from);
    const order = ordersOf('RESTTWICE', life.number, from, to);
    const source = offices.at(from);
    expect(await source.inquire(from, order('FREEZE', 'SOURCE').key, inTime())).toBeUndefined();
    await under({ kind: 'lost-answer', times: 1 }, async () => {
      await expect(source.act(order('FREEZE', 'SOURCE'), inTime())).rejects.toBeInstanceOf(AgencyFault);
    });
    const asked = done(await source.inquire(from, order('FREEZE', 'SOURCE').key, inTime()));
    expect(done(await source.act(order('FREEZE', 'SOURCE'), inTime()))).toEqual(asked);
    const first = await under({ kind: 'duplicate-order', times: 1 }, () => source.act(order('PAY', 'SOURCE'), inTime()));
    expect(done(await source.act(order('PAY', 'SOURCE'), inTime()))).toEqual(first);
    expect(offices.desk.clearing('RESTTWICE')).toBe(done(first).figures?.total);
  });

  it('never reach an office whose line breaks before it, and are not sent again by the connector', async () => {
    const [from, to] = MOVES[0];
    const order = ordersOf('RESTDROP', offices.mover(from).number, from, to)('FREEZE', 'SOURCE');
    const standIn = offices.standIn(`hrss-rest-${from}`);
    standIn.resetCalls();
    await under({ kind: 'drop', times: 1 }, async () => {
      await expect(offices.at(from).act(order, inTime())).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
    });
    expect(standIn.calls()).toBe(1);
    expect(await offices.at(from).inquire(from, order.key, inTime())).toBeUndefined();
  });

  it('may be done later, or refused by the office', async () => {
    const [from, to] = MOVES[0];
    const order = ordersOf('RESTLATE', offices.mover(from).number, from, to)('FREEZE', 'SOURCE');
    const refused = await under({ kind: 'refused-order', times: 1 }, () => offices.at(from).act(order, inTime()));
    expect(refused).toMatchObject({ state: 'REFUSED', code: 'REFUSED_BY_OFFICE' });
    const pending = await under({ kind: 'late-order', milliseconds: 50, times: 1 }, () => offices.at(from).act(order, inTime()));
    expect(pending.state).toBe('PENDING');
    let receipt = await offices.at(from).inquire(from, order.key, inTime());
    while (receipt?.state === 'PENDING') receipt = await offices.at(from).inquire(from, order.key, inTime());
    done(receipt);
  });

  it('show a planted mismatch: the sheet says something else than what is paid', async () => {
    const [from, to] = MOVES[0];
    const order = ordersOf('RESTWRONG', offices.mover(from).number, from, to);
    done(await offices.at(from).act(order('FREEZE', 'SOURCE'), inTime()));
    const sheet = done(
      await under({ kind: 'wrong-figures', fen: 777, times: 1 }, () => offices.at(from).act(order('EXPORT', 'SOURCE'), inTime())),
    );
    const paid = done(await offices.at(from).act(order('PAY', 'SOURCE'), inTime()));
    expect((sheet.figures?.pool ?? 0) - (paid.figures?.pool ?? 0)).toBe(777);
  });

  it('need a key of their own: the one for questions orders nothing', async () => {
    const url = `${offices.groups[0]?.env['HRSS_REST_URL'] ?? ''}/340000/transfer/order`;
    const headers = { 'content-type': 'application/json', 'x-api-key': offices.groups[0]?.env['HRSS_REST_KEY'] ?? '' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ywxx: {}, mxxx: [] }) });
    expect(response.status).toBe(401);
  });
});

async function under<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
  const standIn = offices.standIn('hrss-rest-340000');
  await standIn.setFault(fault);
  try {
    return await work();
  } finally {
    await standIn.setFault(undefined);
  }
}
