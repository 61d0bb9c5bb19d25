import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencyFault } from '@yichuang/kit';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import { startHrssSoap } from '../../src/systems/hrss-soap.js';
import { inTime } from '../systems/hrss-dialect.js';
import { carryThrough, done, ordersOf, startOffices, type Offices } from './offices.js';
import { relationAt } from './reads.js';

let offices: Offices;
beforeAll(async () => {
  offices = await startOffices({ 'hrss-rest-': startHrssRest, 'hrss-soap-': startHrssSoap });
}, 120_000);
afterAll(() => offices.close());

describe('orders to provincial cores behind SOAP', () => {
  it.each([
    ['510000', '340000'],
    ['340000', '510000'],
    ['130000', '420000'],
  ])('move a relation from %s to %s, also between dialects', async (from, to) => {
    const life = offices.mover(from);
    const { national } = offices.desk.ledger();
    const before = await relationAt(offices, life, to);
    const { figures } = await carryThrough(offices, `SOAP${from}${to}`, life, from, to);
    expect(await relationAt(offices, life, from)).toEqual({ state: 'ENDED', months: 0, balance: 0 });
    expect(await relationAt(offices, life, to)).toMatchObject({ balance: before.balance + (figures?.account ?? NaN) });
    expect(offices.desk.ledger()).toMatchObject({ national, clearing: 0, underWay: 0 });
  });

  it('take effect once when the answer is lost or cut, and are found again by their key', async () => {
    const life = offices.mover('510000');
    const order = ordersOf('SOAPLOST', life.number, '510000', '340000');
    const source = offices.at('510000');
    const standIn = offices.standIn('hrss-soap-510000');
    for (const [kind, step] of [
      ['lost-answer', 'FREEZE'],
      ['truncate', 'PAY'],
    ] as const) {
      await standIn.setFault({ kind, times: 1 });
      await expect(source.act(order(step, 'SOURCE'), inTime())).rejects.toBeInstanceOf(AgencyFault);
      const found = done(await source.inquire('510000', order(step, 'SOURCE').key, inTime()));
      expect(done(await source.act(order(step, 'SOURCE'), inTime()))).toEqual(found);
    }
    expect(offices.desk.ledger().underWay).toBe(1);
  });

  it('have no effect when the core has an error, is closed, or refuses', async () => {
    const order = ordersOf('SOAPNONE', offices.mover('510000').number, '510000', '340000')('FREEZE', 'SOURCE');
    const source = offices.at('510000');
    const standIn = offices.standIn('hrss-soap-510000');
    for (const [kind, code] of [
      ['error-in-200', 'AGENCY_BAD_RESPONSE'],
      ['closed', 'AGENCY_CLOSED'],
      ['drop', 'AGENCY_UNAVAILABLE'],
    ] as const) {
      await standIn.setFault({ kind, times: 1 });
      await expect(source.act(order, inTime())).rejects.toMatchObject({ code });
      await standIn.setFault(undefined);
      expect(await source.inquire('510000', order.key, inTime())).toBeUndefined();
    }
    await standIn.setFault({ kind: 'refused-order', times: 1 });
    expect(await source.act(order, inTime())).toMatchObject({ state: 'REFUSED', text: '经办人员退回' });
  });
});
