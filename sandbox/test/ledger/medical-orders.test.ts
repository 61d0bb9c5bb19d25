import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadAgency, officesOf, type Agency, type OfficeAction, type OfficeOrder, type TransferOffice } from '@yichuang/kit';
import { fileJournal } from '../../src/ledger/journal.js';
import { MedicalDesk } from '../../src/ledger/medical-desk.js';
import { generateWorld } from '../../src/people/generate.js';
import { startMedical } from '../../src/systems/medical.js';
import { MedicalRegister } from '../../src/systems/medical-register.js';
import type { FaultKind, StandInGroup } from '../../src/systems/stand-in.js';

/* Orders of medical transfers over the signed envelope: the hub's connector on one side, the platform's stand-in on the other. */

const TODAY = '2026-11-20';
const [FROM, TO] = ['320000', '440000'];
const world = generateWorld({ people: 120 });
const person = world.personas.find(({ key }) => key === 'three-sql-groups')?.life;
const citizenNumber = person?.number ?? '';
const held = (person?.medical ?? [])
  .filter(({ poolingArea, scheme }) => poolingArea.startsWith('32') && scheme === '310')
  .reduce((sum, { balance = 0 }) => sum + balance, 0);

const folder = mkdtempSync(join(tmpdir(), 'yichuang-medical-'));
let desk: MedicalDesk;
let group: StandInGroup;
let agency: Agency;
let office: TransferOffice;
let national: number;
beforeAll(async () => {
  desk = new MedicalDesk({ register: new MedicalRegister(world, TODAY), journal: fileJournal(join(folder, 'journal')) });
  const registers = { jurisdictions: new Map(), ministry: { RELATION_INDEX: [], PERSON: [], CARD: [], INJURY_COVER: [] }, manifest: [] };
  group = await startMedical({ world, registers, medicalDesk: desk, port: () => 0, folder, today: TODAY });
  agency = loadAgency(new URL('../../../subgraphs/medical-insurance/agency.yaml', import.meta.url), {
    ...group.env,
    LEGACY_DEADLINE_MS: '5000',
  });
  const found = officesOf(agency)(FROM);
  if (!found) throw new Error('the agency file says nothing of orders');
  office = found;
  national = desk.ledger().national;
});
afterEach(() => group.systems[0]?.setFault(undefined));
afterAll(async () => {
  await agency.close();
  await group.close();
  rmSync(folder, { recursive: true, force: true });
});

const orderOf =
  (number: string) =>
  (action: OfficeAction, at: 'SOURCE' | 'TARGET', more: Partial<OfficeOrder> = {}): OfficeOrder => ({
    ...{ key: `${number}:${action}-${at}`, action, citizenNumber, scheme: '310', accountKind: 'ORDINARY', from: FROM, to: TO },
    jurisdiction: at === 'SOURCE' ? FROM : TO,
    ...more,
  });
const act = (order: OfficeOrder) => office.act(order, AbortSignal.timeout(10_000));
const inquire = ({ jurisdiction, key }: OfficeOrder) => office.inquire(jurisdiction, key, AbortSignal.timeout(10_000));

/** Sends an order until it is known to be done, as the machinery does: it asks before it sends again. */
async function until(order: OfficeOrder) {
  for (let tries = 0; tries < 20; tries++) {
    try {
      const receipt = (await inquire(order)) ?? (await act(order));
      if (receipt.state === 'DONE') return receipt;
      if (receipt.state === 'REFUSED') throw new Error(`refused: ${receipt.code}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('refused')) throw error;
    }
  }
  throw new Error('the order is never done');
}

describe('orders to the national medical platform', () => {
  it('undo a case to the fen, and take no late order of it any more', async () => {
    const order = orderOf('BACK');
    for (const [action, at] of [
      ['OPEN', 'TARGET'],
      ['FREEZE', 'SOURCE'],
      ['PAY', 'SOURCE'],
    ] as const)
      await until(order(action, at));
    expect(desk.ledger()).toMatchObject({ national, clearing: held, underWay: 1 });
    for (const action of ['REFUND', 'RELEASE'] as const) await until(order(action, 'SOURCE'));
    expect(desk.ledger()).toMatchObject({ national, clearing: 0, underWay: 0 });
    expect(await act({ ...order('PAY', 'SOURCE'), key: 'BACK:PAY-LATE' })).toMatchObject({ state: 'REFUSED', code: 'CASE_CLOSED' });
  });

  it('carry a relation through although every answer is lost, doubled, late, cut or not given at first, and nothing takes effect twice', async () => {
    const troubles: readonly FaultKind[] = [
      'lost-answer',
      'duplicate-order',
      'late-order',
      'truncate',
      'drop',
      'error-in-200',
      'closed',
      'lost-answer',
    ];
    let turn = 0;
    const under = async (order: OfficeOrder) => {
      const kind = troubles[turn++ % troubles.length] ?? 'drop';
      await group.systems[0]?.setFault({ kind, times: kind === 'closed' ? 1 : 2, milliseconds: 20 });
      return until(order);
    };
    const before = { ...desk.ledger().effects };
    const order = orderOf('MOVE');
    await under(order('OPEN', 'TARGET'));
    await under(order('FREEZE', 'SOURCE'));
    const sheet = await under(order('EXPORT', 'SOURCE', { month: '2026-11' }));
    expect(sheet.figures).toEqual({ before1998: 0, balance: held, principal: 0, account: held, pool: 0, total: held });
    expect(sheet.sheet).toMatchObject({ scheme: '310', firstMonth: '2014-04', lastMonth: '2019-12', months: 69, transferMonth: '2026-11' });
    expect(sheet.sheet?.segments.reduce((sum, { months }) => sum + months, 0)).toBe(69);
    const paid = await under(order('PAY', 'SOURCE', { month: '2026-11' }));
    expect(paid.figures?.total).toBe(held);
    await under(order('IMPORT', 'TARGET', sheet.sheet ? { sheet: sheet.sheet } : {}));
    await under(order('RECEIVE', 'TARGET', paid.figures ? { figures: paid.figures } : {}));
    await under(order('CONFIRM', 'SOURCE'));
    await under(order('CONFIRM', 'TARGET'));
    const { effects, ...sums } = desk.ledger();
    expect(sums).toMatchObject({ national, clearing: 0, underWay: 0 });
    const more = Object.entries(effects).map(([action, count]) => [action, count - (before[action] ?? 0)]);
    expect(Object.fromEntries(more)).toMatchObject({ OPEN: 1, FREEZE: 1, EXPORT: 1, PAY: 1, IMPORT: 1, RECEIVE: 1, CONFIRM: 2 });
  }, 60_000);

  it('leave the account and the months at the destination, and what happened survives the stand-in', () => {
    const rows = (found: MedicalDesk) => found.register.books(citizenNumber);
    const months = rows(desk).clctinfo.filter(
      ({ poolareaNo, accrym }) => poolareaNo?.startsWith('44') === true && (accrym ?? '') < '202001',
    );
    expect(months).toHaveLength(69);
    expect(rows(desk).insuinfo.filter(({ insuplc_admdvs: area }) => area?.startsWith('32'))).toMatchObject([
      { balc: '0.00', psn_insu_stas: '3' },
    ]);
    const again = new MedicalDesk({ register: new MedicalRegister(world, TODAY), journal: fileJournal(join(folder, 'journal')) });
    expect(again.ledger()).toEqual(desk.ledger());
    expect(rows(again)).toEqual(rows(desk));
  });

  it('refuse what is not to be moved, in the platform’s words', async () => {
    expect(await act(orderOf('AGAIN')('FREEZE', 'SOURCE'))).toMatchObject({ state: 'REFUSED', code: 'RELATION_ENDED' });
    expect(await act({ ...orderOf('NOBODY')('FREEZE', 'SOURCE'), jurisdiction: '310000' })).toMatchObject({ code: 'NOT_THIS_OFFICE' });
    await group.systems[0]?.setFault({ kind: 'refused-order', times: 1 });
    expect(await act(orderOf('NO')('OPEN', 'TARGET'))).toMatchObject({ state: 'REFUSED', code: 'REFUSED_BY_OFFICE' });
  });
});
