import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencyFault } from '@yichuang/kit';
import { startPostgres, type Postgres } from '../../src/postgres.js';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import { startHrssSql } from '../../src/systems/hrss-sql.js';
import { inTime } from '../systems/hrss-dialect.js';
import { carryThrough, done, ordersOf, startOffices, type Offices } from './offices.js';
import { relationAt } from './reads.js';

const folder = mkdtempSync(join(tmpdir(), 'yichuang-sql-orders-'));
let postgres: Postgres;
let offices: Offices;
beforeAll(async () => {
  postgres = await startPostgres({ folder, port: 0 });
  offices = await startOffices(
    { 'hrss-sql-': startHrssSql, 'hrss-rest-': startHrssRest },
    { postgres: { superuserUrl: postgres.superuserUrl } },
    { limits: { deadlineMs: 20_000 } },
  );
}, 180_000);
afterAll(async () => {
  await offices.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('orders to provinces that are databases', () => {
  it.each([
    ['110000', '440000'],
    ['320000', '340000'],
    ['340000', '330000'],
  ])(
    'move a relation from %s to %s',
    async (from, to) => {
      const life = offices.mover(from);
      const { national } = offices.desk.ledger();
      const before = await relationAt(offices, life, to);
      const { figures } = await carryThrough(offices, `SQL${from}${to}`, life, from, to);
      expect(await relationAt(offices, life, from)).toEqual({ state: 'ENDED', months: 0, balance: 0 });
      expect(await relationAt(offices, life, to)).toMatchObject({ balance: before.balance + (figures?.account ?? NaN) });
      expect(offices.desk.ledger()).toMatchObject({ national, clearing: 0, underWay: 0 });
    },
    60_000,
  );

  it('take effect once when the answer is lost, and meet the faults of an office', async () => {
    const order = ordersOf('SQLLOST', offices.mover('110000').number, '110000', '340000');
    const source = offices.at('110000');
    const standIn = offices.standIn('hrss-sql-north');
    await standIn.setFault({ kind: 'lost-answer', times: 1 });
    await expect(source.act(order('FREEZE', 'SOURCE'), inTime())).rejects.toBeInstanceOf(AgencyFault);
    let found = await source.inquire('110000', order('FREEZE', 'SOURCE').key, inTime());
    while (found?.state === 'PENDING') found = await source.inquire('110000', order('FREEZE', 'SOURCE').key, inTime());
    expect(done(await source.act(order('FREEZE', 'SOURCE'), inTime()))).toEqual(done(found));
    await standIn.setFault({ kind: 'refused-order', times: 1 });
    expect(await source.act(order('PAY', 'SOURCE'), inTime())).toMatchObject({ state: 'REFUSED', code: 'REFUSED_BY_OFFICE' });
    done(await source.act(order('PAY', 'SOURCE'), inTime()));
    await standIn.setFault({ kind: 'drop', times: 1 });
    await expect(source.act(order('EXPORT', 'SOURCE'), inTime())).rejects.toBeInstanceOf(AgencyFault);
    expect(await source.inquire('110000', order('EXPORT', 'SOURCE').key, inTime())).toBeUndefined();
  }, 60_000);

  it('go on after the database was restarted', async () => {
    const order = ordersOf('SQLRESTART', offices.mover('110000').number, '110000', '340000')('FREEZE', 'SOURCE');
    await postgres.restart();
    let receipt = await offices
      .at('110000')
      .act(order, inTime())
      .catch(() => undefined);
    while (receipt?.state !== 'DONE') {
      receipt = await offices
        .at('110000')
        .act(order, inTime())
        .catch(() => undefined);
    }
    done(receipt);
  }, 60_000);

  it('come from an account that can do nothing but hand them in', async () => {
    const client = new pg.Client({ connectionString: offices.groups[0]?.env['HRSS_SQL_NORTH_ORDER_URL'] ?? '' });
    await client.connect();
    for (const statement of [
      'SELECT * FROM v_ac02',
      'SELECT * FROM office.transfer_order',
      "DELETE FROM core.ac02 WHERE aab299 = '110000'",
    ])
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
