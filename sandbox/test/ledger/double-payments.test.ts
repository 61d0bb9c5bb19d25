import { describe, expect, it } from '@jest/globals';
import type { OfficeAction, OfficeOrder, OfficeReceipt } from '@yichuang/kit';
import { benefitDuration, fen, linkResident, monthFrom, unemploymentTransfer, pensionProvinceFrom } from '@yichuang/rules';
import { Desk } from '../../src/ledger/desk.js';
import { balanceOf } from '../../src/ledger/figures.js';
import { generateWorld } from '../../src/people/generate.js';
import { registersOf } from '../../src/people/registers.js';
import { done, freshDesk, movers, ordersOf, TODAY } from './offices.js';

/* What offices do about months paid twice, about two schemes of one province, and about a benefit that is claimed elsewhere. */

const { world, registers } = freshDesk();
const opening = freshDesk().desk.ledger();

/** A case of one person, step by step; the sheet goes from the source to the target. */
function stepsOf(desk: Desk, number: string, from: string, to: string, more: Readonly<Record<'SOURCE' | 'TARGET', Partial<OfficeOrder>>>) {
  const order = ordersOf(`CASE${number}`, number, from, to);
  const told = (action: OfficeAction, at: 'SOURCE' | 'TARGET', also: Partial<OfficeOrder> = {}): OfficeReceipt =>
    desk.handle({ ...order(action, at), ...more[at], ...also });
  return {
    told,
    whole() {
      done(told('OPEN', 'TARGET'));
      done(told('FREEZE', 'SOURCE'));
      const { sheet, figures } = done(told('EXPORT', 'SOURCE'));
      if (!sheet || !figures) throw new Error('the sheet is missing');
      const paid = done(told('PAY', 'SOURCE'));
      expect(paid.figures).toEqual(figures);
      done(told('IMPORT', 'TARGET', { sheet }));
      done(told('RECEIVE', 'TARGET', { figures }));
      done(told('CONFIRM', 'SOURCE'));
      done(told('CONFIRM', 'TARGET'));
      return figures;
    },
  };
}

/** 失业保险金 a month of who has never claimed, as the stand-ins have it; fen. */
const STANDARD = 1_680_00;
const NOTHING = { SOURCE: {}, TARGET: {} };
const held = (desk: Desk, number: string, place: string, scheme = '110'): number =>
  balanceOf(desk.books.of(place, number).SC51.filter((row) => row.AAE140 === scheme)) ?? NaN;

describe('months that two places were paid for', () => {
  const number = world.personas.find(({ key }) => key === 'double-insured')?.life.number ?? '';
  const months = Array.from({ length: 9 }, (_, at) => `2019-0${at + 1}`);

  it.each(['SOURCE', 'TARGET'] as const)(
    'are cleared at the destination once: with %s kept, the account part of the others is paid back',
    (keep) => {
      const { desk } = freshDesk();
      const monthly = (place: string): string[] =>
        desk.books
          .of(place, number)
          .AC43.flatMap(({ AAE140, AAE003, AAE180 }) => (AAE140 === '110' && AAE003 === '201905' ? [AAE180] : []));
      const kept = monthly(keep === 'SOURCE' ? '500000' : '510000');
      const { told, whole } = stepsOf(desk, number, '500000', '510000', NOTHING);
      const clear = (more: Partial<OfficeOrder> = {}): OfficeReceipt => told('CLEAR', 'TARGET', { clearing: { keep, months }, ...more });
      expect(clear()).toMatchObject({ state: 'REFUSED', code: 'NOT_CONFIRMED' });
      whole();
      const before = held(desk, number, '510000');
      expect(clear({ clearing: { keep, months: ['2018-12'] } })).toMatchObject({ state: 'REFUSED', code: 'NOT_OVERLAPPING' });
      const wrong = { before1998: 0, balance: 1, principal: 0, account: 1, pool: 0, total: 1 };
      expect(clear({ figures: wrong })).toMatchObject({ state: 'REFUSED', code: 'AMOUNT_MISMATCH' });
      const { figures } = done(clear());
      expect(figures?.account).toBeGreaterThan(0);
      // The same order again, and another one for the same months: nothing is paid back twice.
      expect(done(clear()).figures).toEqual(figures);
      expect(clear({ key: `CASE${number}:CLEAR-AGAIN` })).toMatchObject({ state: 'REFUSED', code: 'ALREADY_CLEARED' });
      expect(held(desk, number, '510000')).toBe(before - (figures?.account ?? NaN));
      expect(monthly('510000')).toEqual(kept);
      expect(desk.ledger()).toMatchObject({ national: opening.national, clearing: 0, refunds: figures?.account });
    },
  );
});

describe('two schemes of one province', () => {
  it('are linked: the account goes from the one to the other, and no fen leaves the province', () => {
    const life = world.lives.find(
      ({ relations, benefits }, index) =>
        index >= world.personas.length &&
        benefits.length === 0 &&
        relations.some(
          ({ scheme, jurisdiction }) =>
            scheme === '170' && relations.some((one) => one.scheme === '110' && one.jurisdiction === jurisdiction),
        ),
    );
    const place = life?.relations.find(({ scheme }) => scheme === '170')?.jurisdiction ?? '';
    const { desk } = freshDesk();
    const number = life?.number ?? '';
    const [employee, resident] = [held(desk, number, place), held(desk, number, place, '170')];
    const figures = stepsOf(desk, number, place, place, {
      SOURCE: { scheme: '170', otherScheme: '110' },
      TARGET: { scheme: '110', otherScheme: '170' },
    }).whole();
    expect(figures).toMatchObject({ account: resident, pool: 0 });
    expect(held(desk, number, place)).toBe((employee || 0) + resident);
    expect(desk.books.of(place, number).AC02.find(({ AAE140 }) => AAE140 === '170')?.AAC031).toBe('3');
    expect(desk.ledger()).toMatchObject({ accounts: opening.accounts, pools: opening.pools, clearing: 0 });
  });

  it('give back what was paid to the residents’ scheme for months of the employees’, as the rules have it, whichever way the account goes', () => {
    const linking = 100;
    const people = generateWorld({ people: 60, linking });
    const books = registersOf(people);
    const before = new Desk({ registers: books, today: TODAY }).ledger();
    const ways = new Set<string>();
    for (const [index, { number, relations }] of people.lives.entries()) {
      if (index < people.lives.length - linking || books.manifest.some(({ lifeIndex }) => lifeIndex === index)) continue;
      const [employee, resident] = ['110', '170'].map((scheme) => relations.find((one) => one.scheme === scheme));
      if (!employee || !resident) throw new Error('nothing to link');
      const years = new Map(resident.contributions.map(({ month, personal }) => [Number(month.slice(0, 4)), fen(personal)]));
      const overlap = employee.contributions.map(({ month }) => month).filter((month) => years.has(Number(month.slice(0, 4))));
      const toEmployees = employee.contributions.length >= 180;
      const [from, to] = toEmployees ? [resident, employee] : [employee, resident];
      const desk = new Desk({ registers: books, today: TODAY });
      const accounts = (held(desk, number, employee.jurisdiction) || 0) + (held(desk, number, resident.jurisdiction, '170') || 0);
      const { told, whole } = stepsOf(desk, number, from.jurisdiction, to.jurisdiction, {
        SOURCE: { scheme: from.scheme, otherScheme: to.scheme },
        TARGET: { scheme: to.scheme, otherScheme: from.scheme },
      });
      whole();
      const clearing = { keep: toEmployees ? ('TARGET' as const) : ('SOURCE' as const), months: overlap };
      if (overlap.length > 0) {
        ways.add(to.scheme);
        const refund = done(told('CLEAR', 'TARGET', { clearing })).figures?.account ?? NaN;
        const ruled = linkResident({
          ...{ direction: toEmployees ? 'RESIDENT_TO_EMPLOYEE' : 'EMPLOYEE_TO_RESIDENT', reachedStatutoryAge: true },
          ...{ retireMonth: monthFrom('2026-11', ''), employeeMonths: employee.contributions.length, residentMonths: years.size * 12 },
          overlap: overlap.map((month) => monthFrom(month, '')),
          ...{ employeeAccount: fen(accounts), residentAccount: fen(accounts), personal: years, collective: fen(0) },
        });
        expect([number, refund]).toEqual([number, ruled.figures.refund]);
        expect(held(desk, number, to.jurisdiction, to.scheme)).toBe(accounts - refund);
        const counted = desk.books.of(to.jurisdiction, number).AC02.find(({ AAE140 }) => AAE140 === to.scheme)?.AAE201;
        const { countedEmployeeMonths, countedResidentMonths } = ruled.figures;
        expect(Number(counted)).toBe(toEmployees ? countedEmployeeMonths : countedResidentMonths);
      } else expect(told('CLEAR', 'TARGET', { clearing: { ...clearing, months: ['2018-05'] } })).toMatchObject({ code: 'NOT_OVERLAPPING' });
      expect(desk.ledger()).toMatchObject({ national: before.national, clearing: 0 });
    }
    expect([...ways].sort()).toEqual(['110', '170']);
  });

  it('that are the same are ended and joined at once', () => {
    const [life] = movers(world, registers, '510000');
    const { desk } = freshDesk();
    expect(stepsOf(desk, life?.number ?? '', '510000', '510000', NOTHING).whole().total).toBe(0);
    expect(desk.ledger()).toMatchObject({ accounts: opening.accounts, pools: opening.pools, clearing: 0 });
  });
});

describe('unemployment insurance', () => {
  it('takes along what the rules give of the benefit still due for who claims elsewhere, and nothing for who works', () => {
    let compared = 0;
    const month = '2026-11';
    for (const [index, life] of world.lives.entries()) {
      const claims = life.benefits.filter(({ scheme }) => scheme === '210');
      const [benefit] = claims;
      const relation = life.relations.find(({ scheme, state }) => scheme === '210' && state !== 'ENDED');
      if (!relation || index < world.personas.length || compared > 20) continue;
      if (registers.manifest.some(({ lifeIndex }) => lifeIndex === index) || claims.length > 1) continue;
      if (benefit && (benefit.state !== 'ENDED' || benefit.jurisdiction !== relation.jurisdiction)) continue;
      const from = relation.jurisdiction;
      const to = from === '430000' ? '350000' : '430000';
      const scheme = { scheme: '210' } as const;
      const { desk } = freshDesk();
      expect(stepsOf(desk, life.number, from, to, { SOURCE: scheme, TARGET: scheme }).whole().total).toBe(0);
      const elsewhere = freshDesk();
      const figures = stepsOf(elsewhere.desk, life.number, from, to, { SOURCE: { ...scheme, benefitDue: true }, TARGET: scheme }).whole();
      const paid = [...new Set(relation.contributions.map((one) => one.month))];
      const due = (paidMonths: number, unusedMonths: number): number => benefitDuration({ paidMonths, unusedMonths }).figures.months;
      const before = benefit ? paid.filter((one) => one < benefit.from).length : 0;
      const span = (a: string, b: string): number =>
        (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) * 12 + Number(b.slice(5)) - Number(a.slice(5)) + 1;
      const ruled = unemploymentTransfer({
        ...{ status: 'UNEMPLOYED', claimAt: 'HUKOU', paidMonths: paid.length, monthlyBenefit: fen(benefit?.monthly ?? STANDARD) },
        ...{ fromProvince: pensionProvinceFrom(from, ''), toProvince: pensionProvinceFrom(to, '') },
        monthsDue: due(paid.length - before, benefit ? Math.max(0, due(before, 0) - span(benefit.from, benefit.to ?? month)) : 0),
      });
      expect([life.number, figures.pool]).toEqual([life.number, ruled.figures.total]);
      expect(elsewhere.desk.ledger()).toMatchObject({ national: opening.national, clearing: 0 });
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});
