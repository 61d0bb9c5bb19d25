import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OfficeAction, OfficeOrder } from '@yichuang/kit';
import { Desk } from '../../src/ledger/desk.js';
import { fileJournal } from '../../src/ledger/journal.js';
import { balanceOf } from '../../src/ledger/figures.js';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { freshDesk, movers, ordersOf, TODAY } from './offices.js';

const { world, registers } = freshDesk();
const opening = freshDesk().desk.ledger();
const DIRTY = new Set(registers.manifest.map(({ lifeIndex }) => lifeIndex));
const PLACES = ['110000', '340000', '510000', '630000'];
const PEOPLE = PLACES.flatMap((from) =>
  movers(world, registers, from)
    .slice(0, 2)
    .map(({ number }) => ({ from, number })),
);
const STEPS: readonly (readonly [OfficeAction, 'SOURCE' | 'TARGET'])[] = [
  ['OPEN', 'TARGET'],
  ['FREEZE', 'SOURCE'],
  ['EXPORT', 'SOURCE'],
  ['PAY', 'SOURCE'],
  ['IMPORT', 'TARGET'],
  ['RECEIVE', 'TARGET'],
  ['CONFIRM', 'SOURCE'],
  ['CONFIRM', 'TARGET'],
  ['RELEASE', 'SOURCE'],
  ['REFUND', 'TARGET'],
  ['REFUND', 'SOURCE'],
];

/** Any orders of a few cases, also two of the same person, in any order and number; a low number is more likely, so that moves get through. */
const orders = fc.array(
  fc.record({
    person: fc.nat(PEOPLE.length - 1),
    to: fc.constantFrom(...PLACES, '420000'),
    twin: fc.boolean(),
    step: fc.oneof({ weight: 4, arbitrary: fc.nat(7) }, fc.nat(STEPS.length - 1)),
    defect: fc.option(fc.integer({ min: -500, max: 500 }), { freq: 8 }),
  }),
  { maxLength: 60 },
);

describe('the offices behind the stand-ins', () => {
  it('keep the national sum whatever comes, in whatever order, however often, and nothing takes effect twice', () => {
    fc.assert(
      fc.property(orders, (sent) => {
        const { desk } = freshDesk();
        const receipts = new Map<string, string>();
        for (const { person, to, twin, step, defect } of sent) {
          const { from, number } = PEOPLE[person] ?? { from: '', number: '' };
          const [action, at] = STEPS[step] ?? STEPS[0] ?? ['OPEN', 'TARGET'];
          if (from === to) continue;
          const order = withSheet(desk, ordersOf(`C${person}${to}${twin ? 'B' : 'A'}`, number, from, to)(action, at));
          const receipt = desk.handle(order, defect === null ? undefined : { kind: 'wrong-fund', fen: defect });
          const before = receipts.get(order.key);
          if (before !== undefined) expect(JSON.stringify(receipt)).toBe(before);
          if (receipt.state === 'DONE') receipts.set(order.key, JSON.stringify(receipt));
        }
        const { national, effects, clearing, accounts } = desk.ledger();
        expect(national).toBe(opening.national);
        expect(Object.values(effects).reduce((sum, count) => sum + count, 0)).toBe(receipts.size);
        expect(clearing).toBeGreaterThanOrEqual(0);
        expect(accounts).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it('carry every case of the four dialects through with figures by which account and books agree', () => {
    for (const [index, { code }] of JURISDICTIONS.entries()) {
      const to = JURISDICTIONS[(index + 5) % JURISDICTIONS.length]?.code ?? '';
      for (const { number } of movers(world, registers, code).slice(0, 3)) {
        const { desk } = freshDesk();
        const order = ordersOf(`ALL${code}`, number, code, to);
        const before = heldAt(desk, number, to);
        const had = heldAt(desk, number, code);
        for (const [action, at] of STEPS.slice(0, 8)) {
          const receipt = desk.handle(withSheet(desk, order(action, at)));
          expect([code, to, action, receipt.state === 'REFUSED' ? receipt.code : receipt.state]).toEqual([code, to, action, 'DONE']);
        }
        const paid = desk.inquire(code, order('PAY', 'SOURCE').key);
        const figures = paid?.state === 'DONE' ? paid.figures : undefined;
        expect(figures?.account).toBe(had);
        expect(heldAt(desk, number, to)).toBe(before + had);
        expect(heldAt(desk, number, code)).toBe(0);
        expect(desk.ledger()).toMatchObject({ national: opening.national, clearing: 0, underWay: 0 });
      }
    }
  }, 120_000);

  it('give the money back to the fen when a case is undone, and take no late order of it any more', () => {
    const [{ from, number } = { from: '', number: '' }] = PEOPLE;
    const { desk } = freshDesk();
    const order = ordersOf('UNDONE', number, from, '340000');
    for (const [action, at] of STEPS.slice(0, 6)) desk.handle(withSheet(desk, order(action, at)));
    expect(desk.ledger().accounts + desk.ledger().pools).toBe(opening.national);
    for (const action of ['REFUND', 'RELEASE'] as const) expect(desk.handle(order(action, 'SOURCE')).state).toBe('REFUSED');
    const undoing = [order('REFUND', 'TARGET'), order('REFUND', 'SOURCE'), order('RELEASE', 'SOURCE')];
    expect(undoing.map((one) => desk.handle(one).state)).toEqual(['DONE', 'DONE', 'DONE']);
    expect(desk.ledger()).toMatchObject({ accounts: opening.accounts, pools: opening.pools, clearing: 0 });
    const late = { ...order('PAY', 'SOURCE'), key: 'UNDONE:PAY-AGAIN' };
    expect(desk.handle(late)).toMatchObject({ state: 'REFUSED', code: 'CASE_CLOSED' });
    expect(desk.handle(ordersOf('ANEW', number, from, '340000')('FREEZE', 'SOURCE')).state).toBe('DONE');
  });

  it('move the whole account and no pooled money between employees and residents, and of temporary accounts, which hold all that was paid', () => {
    const kinds = { RESIDENT: 0, TEMPORARY: 0 };
    world.lives.forEach((life, index) => {
      if (index < world.personas.length || life.benefits.length > 0 || DIRTY.has(index)) return;
      for (const { scheme, jurisdiction, accountKind, state } of life.relations) {
        const kind = scheme === '170' ? 'RESIDENT' : scheme === '110' && accountKind === 'TEMPORARY' ? 'TEMPORARY' : undefined;
        if (!kind || state === 'ENDED' || kinds[kind] === 5) continue;
        const { desk } = freshDesk();
        const to = jurisdiction === '430000' ? '350000' : '430000';
        const order = ordersOf(`LINK${index}`, life.number, jurisdiction, to, { accountKind: kind === 'TEMPORARY' ? kind : 'ORDINARY' });
        const other = (at: 'SOURCE' | 'TARGET'): Partial<OfficeOrder> =>
          kind === 'TEMPORARY' ? {} : at === 'SOURCE' ? { scheme: '170', otherScheme: '110' } : { scheme: '110', otherScheme: '170' };
        const before = heldAt(desk, life.number, to);
        const had = balanceOf(desk.books.of(jurisdiction, life.number).SC51.filter((row) => row.AAE140 === scheme));
        for (const [action, at] of STEPS.slice(0, 8)) {
          const receipt = desk.handle(withSheet(desk, { ...order(action, at), ...other(at) }));
          expect([action, receipt.state === 'REFUSED' ? receipt.code : receipt.state]).toEqual([action, 'DONE']);
        }
        const paid = desk.inquire(jurisdiction, order('PAY', 'SOURCE').key);
        const figures = paid?.state === 'DONE' ? paid.figures : undefined;
        expect(figures?.pool).toBe(0);
        expect(figures?.account).toBe(had);
        expect(heldAt(desk, life.number, to)).toBe(before + (figures?.account ?? NaN));
        expect(desk.ledger()).toMatchObject({ national: opening.national, clearing: 0 });
        kinds[kind]++;
      }
    });
    expect(kinds.RESIDENT).toBeGreaterThan(0);
    expect(kinds.TEMPORARY).toBeGreaterThan(0);
  }, 60_000);

  it('freeze a relation for one case only', () => {
    const [{ from, number } = { from: '', number: '' }] = PEOPLE;
    const { desk } = freshDesk();
    desk.handle(ordersOf('FIRST', number, from, '340000')('FREEZE', 'SOURCE'));
    const second = desk.handle(ordersOf('SECOND', number, from, '420000')('FREEZE', 'SOURCE'));
    expect(second).toMatchObject({ state: 'REFUSED', code: 'FROZEN_FOR_ANOTHER' });
  });

  it('move no money inside a province, only the relation', () => {
    const [{ from, number } = { from: '', number: '' }] = PEOPLE;
    const { desk } = freshDesk();
    const order = ordersOf('INSIDE', number, from, `${from.slice(0, 2)}0100`);
    const inside = (action: OfficeAction): OfficeOrder => ({ ...order(action, 'SOURCE'), jurisdiction: from });
    expect(desk.handle(inside('FREEZE')).state).toBe('DONE');
    expect(desk.handle(inside('EXPORT'))).toMatchObject({ state: 'DONE', figures: { account: 0, pool: 0, total: 0 } });
    expect(desk.handle(inside('CONFIRM')).state).toBe('DONE');
    expect(desk.books.of(from, number).AC02.find((row) => row.AAE140 === '110')?.AAA027).toBe(`${from.slice(0, 2)}0100`);
    expect(desk.ledger()).toMatchObject({ accounts: opening.accounts, pools: opening.pools, clearing: 0 });
  });

  it('know after a kill what they have done, and forget an entry that was cut', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yichuang-journal-'));
    const path = join(folder, 'ledger');
    const [{ from, number } = { from: '', number: '' }] = PEOPLE;
    const order = ordersOf('KILLED', number, from, '340000');
    const first = new Desk({ registers, today: TODAY, journal: fileJournal(path) });
    for (const [action, at] of STEPS.slice(0, 8)) first.handle(withSheet(first, order(action, at)));
    const again = new Desk({ registers, today: TODAY, journal: fileJournal(path) });
    expect(again.ledger()).toEqual(first.ledger());
    expect(again.books.of('340000', number)).toEqual(first.books.of('340000', number));
    expect(again.handle(order('PAY', 'SOURCE'))).toEqual(first.inquire(from, order('PAY', 'SOURCE').key));
    rmSync(folder, { recursive: true });
  });
});

/** IMPORT takes the sheet that the source gave, where it has given one. */
function withSheet(desk: Desk, order: OfficeOrder): OfficeOrder {
  if (order.action !== 'IMPORT') return order;
  const exported = desk.inquire(order.from, order.key.replace('IMPORT-TARGET', 'EXPORT-SOURCE'));
  return exported?.state === 'DONE' && exported.sheet ? { ...order, sheet: exported.sheet } : order;
}

/** What the books of a jurisdiction hold on somebody's accounts of employees' pension, in fen. */
function heldAt(desk: Desk, number: string, jurisdiction: string): number {
  return balanceOf(desk.books.of(jurisdiction, number).SC51.filter((row) => row.AAE140 === '110')) ?? NaN;
}
