import { describe, expect, it } from '@jest/globals';
import type { Provenance } from '@yichuang/kit';
import { civilDateFrom } from '@yichuang/rules';
import type { EnrolmentRecord, PaymentRecord } from '../../src/records.js';
import type { MedicalFacts } from '../../src/transfers/facts.js';
import { medicalLaw } from '../../src/transfers/law.js';

const TODAY = civilDateFrom('2026-03-10', '');
const [WUHAN, YICHANG, GUANGZHOU] = ['420100', '420500', '440100'];
const [HUBEI, GUANGDONG] = ['420000', '440000'];
const provenance: Provenance = {
  ...{ agency: 'medical-insurance', system: 'medical-platform', jurisdiction: null, freshness: 'LIVE', quality: [] },
  asOf: '2026-03-10T00:00:00.000Z',
};

interface Spell {
  readonly scheme?: 'EMPLOYEE' | 'RESIDENT';
  readonly area: string;
  readonly state?: EnrolmentRecord['state'];
  readonly personType?: EnrolmentRecord['personType'];
  readonly balance?: string | null;
  /** First and last month paid. */
  readonly paid?: readonly [string, string];
  /** All of it was paid on that day. */
  readonly paidOn?: string;
  readonly employer?: string;
}

function factsOf(...spells: readonly Spell[]): MedicalFacts {
  return {
    missing: [],
    covers: spells.map(
      ({ scheme = 'EMPLOYEE', area, state = 'NORMAL', personType = 'WORKING', balance = null, employer = null, paid }) => ({
        ...{ scheme, poolingArea: area, state, personType, balance, provenance, to: null, employerName: employer },
        from: `${paid?.[0] ?? '2020-01'}-01`,
      }),
    ),
    payments: spells.flatMap(({ scheme = 'EMPLOYEE', area, paid, paidOn }) =>
      paid === undefined ? [] : paymentsOf(scheme, area, paid, paidOn),
    ),
  };
}

/** Employees pay by the month, residents by the year. */
function paymentsOf(
  scheme: 'EMPLOYEE' | 'RESIDENT',
  area: string,
  [from, to]: readonly [string, string],
  paidOn?: string,
): PaymentRecord[] {
  const same = { scheme, poolingArea: area, base: null, personal: '100.00', employer: '300.00', employerName: null, provenance };
  const rows: PaymentRecord[] = [];
  const index = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const text = (at: number): string => `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  const step = scheme === 'RESIDENT' ? 12 : 1;
  for (let at = index(from); at <= index(to); at += step)
    rows.push({
      ...same,
      month: text(at),
      lastMonth: text(at + step - 1),
      paidOn: paidOn ?? `${text(scheme === 'RESIDENT' ? at - 2 : at)}-15`,
    });
  return rows;
}

const moveOf = (fromScheme: string, toScheme: string, more: Readonly<Record<string, string>> = {}) => ({
  ...{ source: HUBEI, target: GUANGDONG },
  statements: { fromScheme, toScheme, ...more },
});
const EMPLOYED = moveOf('EMPLOYEE', 'EMPLOYEE');
const judge = (facts: MedicalFacts, move: ReturnType<typeof moveOf> = EMPLOYED) => medicalLaw.judge(move, facts, TODAY);

const STOPPED: Spell = { area: WUHAN, state: 'PAUSED', balance: '1234.56', paid: ['2020-01', '2025-10'] };
const NEW: Spell = { area: GUANGZHOU, balance: '10.00', paid: ['2025-11', '2026-02'], employer: '某公司' };

describe('a medical relation between employee covers', () => {
  it('moves when the old cover has stopped and the new one is paid, with the whole balance and no pooled money', () => {
    expect(judge(factsOf(STOPPED, NEW))).toMatchObject({
      ...{ allowed: true, scheme: '310', targetScheme: '310', moneyMoves: true, notes: [] },
      ground: { reason: 'EMPLOYEE_TO_EMPLOYEE', article: '医保办发〔2021〕43号 第八条至第十一条' },
      statements: { sourceArea: WUHAN, targetArea: GUANGZHOU },
      certificate: { insutype: '310', poolareaNo: WUHAN, begnYm: '2020-01', expiYm: '2025-10', clctMons: '70', balc: '1234.56' },
    });
    expect(medicalLaw.expect({ ...EMPLOYED, accountKind: 'ORDINARY', moneyMoves: true }, factsOf(STOPPED, NEW), TODAY)).toMatchObject({
      moneyMoves: true,
      figures: { before1998: 0, balance: 123_456, principal: 0, account: 123_456, pool: 0, total: 123_456 },
    });
  });

  it('moves between two pooling areas of one province as between provinces', () => {
    const facts = factsOf(STOPPED, { ...NEW, area: YICHANG });
    const inside = { ...EMPLOYED, target: HUBEI };
    expect(judge(facts, inside)).toMatchObject({
      ...{ allowed: true, moneyMoves: true, statements: { sourceArea: WUHAN, targetArea: YICHANG } },
    });
    const { statements } = moveOf('EMPLOYEE', 'EMPLOYEE', { sourceArea: WUHAN, targetArea: YICHANG });
    const move = { ...inside, statements, accountKind: 'ORDINARY' as const, moneyMoves: true };
    expect(medicalLaw.expect(move, facts, TODAY).figures?.total).toBe(123_456);
  });

  it('takes the covers of one pooling area together, and asks which is meant where there are several', () => {
    const again: Spell = { ...STOPPED, balance: '1.44', paid: ['2018-01', '2018-12'], state: 'ENDED' };
    const facts = factsOf(STOPPED, again, NEW);
    expect(medicalLaw.expect({ ...EMPLOYED, accountKind: 'ORDINARY', moneyMoves: true }, facts, TODAY).figures?.total).toBe(123_600);
    const elsewhere = factsOf(STOPPED, { ...again, area: YICHANG }, NEW);
    expect(judge(elsewhere)).toMatchObject({ allowed: false, refusal: { code: 'SEVERAL_AREAS', field: 'from' } });
    expect(judge(elsewhere, moveOf('EMPLOYEE', 'EMPLOYEE', { sourceArea: YICHANG }))).toMatchObject({
      ...{ allowed: true, statements: { sourceArea: YICHANG } },
    });
  });

  it('waits by the local rule after a gap of more than three months, and for nothing where three months were paid afterwards', () => {
    const late = factsOf(STOPPED, { ...NEW, paid: ['2026-03', '2026-03'] });
    expect(judge(late)).toMatchObject({ allowed: true, notes: [{ code: 'WAITING_PERIOD', months: 6 }] });
    const repaired = factsOf(
      STOPPED,
      { ...NEW, paid: ['2026-01', '2026-02'] },
      { ...NEW, paid: ['2025-11', '2025-12'], paidOn: '2026-01-15' },
    );
    expect(judge(repaired)).toMatchObject({ allowed: true, notes: [] });
  });

  it('has no gap for months that were paid at a third place', () => {
    const between: Spell = { area: '430100', state: 'ENDED', balance: '0.00', paid: ['2025-11', '2026-02'] };
    expect(judge(factsOf(STOPPED, between, { ...NEW, paid: ['2026-03', '2026-03'] }))).toMatchObject({ allowed: true, notes: [] });
  });

  it('tells of months that both covers were paid for', () => {
    expect(judge(factsOf(STOPPED, { ...NEW, paid: ['2025-09', '2025-10'] }))).toMatchObject({
      ...{ allowed: true, notes: [{ code: 'OVERLAP_CLEARING', months: 2 }] },
    });
  });

  it('compares the source with itself where the balance cannot be read', () => {
    const quality = [{ field: 'balance', rule: 'YUAN_INVALID', sourceField: 'balc' }];
    const facts = factsOf({ ...STOPPED, balance: null }, NEW);
    const dirty = {
      ...facts,
      covers: facts.covers.map((cover, i) => (i === 0 ? { ...cover, provenance: { ...provenance, quality } } : cover)),
    };
    expect(judge(dirty)).toMatchObject({ allowed: true, moneyMoves: true });
    expect(medicalLaw.expect({ ...EMPLOYED, accountKind: 'ORDINARY', moneyMoves: true }, dirty, TODAY)).toMatchObject({ moneyMoves: true });
    expect(medicalLaw.expect({ ...EMPLOYED, accountKind: 'ORDINARY', moneyMoves: true }, dirty, TODAY).figures).toBeUndefined();
  });
});

describe('a medical relation does not move', () => {
  const ARTICLE = '医保办发〔2021〕43号';

  it.each([
    [
      'of who is in retiree cover',
      factsOf({ ...STOPPED, personType: 'RETIRED', paid: ['2001-01', '2001-01'] }, NEW),
      'RETIREE_COVER_STAYS',
    ],
    ['where there is none', factsOf(NEW), 'NO_RELATION_AT_SOURCE'],
    ['that has moved already', factsOf({ area: WUHAN, state: 'ENDED', balance: '0.00' }, NEW), 'NO_RELATION_AT_SOURCE'],
    ['to where nothing is paid yet', factsOf(STOPPED), 'NOT_YET_CONTRIBUTED'],
    ['to where a cover has ended', factsOf(STOPPED, { ...NEW, state: 'ENDED' }), 'NOT_YET_CONTRIBUTED'],
  ])('%s, and the notice is named', (_, facts, code) => {
    expect(judge(facts)).toMatchObject({ allowed: false, refusal: { code, article: ARTICLE } });
  });

  it('while the employee cover at the origin runs: the rule of double cover says which to keep', () => {
    const facts = factsOf({ ...STOPPED, state: 'NORMAL', employer: '某公司' }, { ...NEW });
    expect(judge(facts)).toMatchObject({ refusal: { code: 'STILL_INSURED_AT_SOURCE', article: '医保发〔2020〕33号 第三条' } });
  });

  it('inside one pooling area, or without the schemes being named', () => {
    const inside = moveOf('EMPLOYEE', 'RESIDENT', { sourceArea: WUHAN, targetArea: WUHAN });
    expect(judge(factsOf(STOPPED, NEW), { ...inside, target: HUBEI })).toMatchObject({
      refusal: { code: 'SAME_POOLING_AREA', article: ARTICLE },
    });
    // An old cover of the place where the person is insured now.
    const same = factsOf({ ...STOPPED, area: GUANGZHOU }, NEW);
    expect(judge(same, { ...EMPLOYED, source: GUANGDONG })).toMatchObject({ refusal: { code: 'NO_RELATION_AT_SOURCE' } });
    expect(judge(factsOf(STOPPED, NEW), moveOf('EMPLOYEE', 'OTHER'))).toMatchObject({ refusal: { code: 'STATEMENT_MISSING' } });
  });
});

describe('between the schemes', () => {
  const RESIDENT: Spell = { scheme: 'RESIDENT', area: WUHAN, state: 'ENDED', personType: 'RESIDENT', paid: ['2023-01', '2025-01'] };

  it('a resident who takes up work brings the record and no money, and waits for nothing after 24 months', () => {
    const facts = factsOf(RESIDENT, { ...NEW, paid: ['2026-01', '2026-02'] });
    expect(judge(facts, moveOf('RESIDENT', 'EMPLOYEE'))).toMatchObject({
      ...{ allowed: true, scheme: '390', targetScheme: '310', moneyMoves: false, notes: [] },
    });
    const move = { ...moveOf('RESIDENT', 'EMPLOYEE'), accountKind: 'ORDINARY' as const, moneyMoves: false };
    expect(medicalLaw.expect(move, facts, TODAY)).toMatchObject({ moneyMoves: false, figures: { total: 0 } });
  });

  it('a new resident after missed years waits as 国办发〔2024〕38号 says', () => {
    const home: Spell = { ...RESIDENT, area: GUANGZHOU, state: 'NORMAL', paid: ['2026-01', '2026-01'] };
    const facts = factsOf({ ...STOPPED, paid: ['2020-01', '2023-12'] }, home);
    expect(judge(facts, moveOf('EMPLOYEE', 'RESIDENT'))).toMatchObject({
      ...{ allowed: true, notes: [{ code: 'WAITING_PERIOD', months: 5, article: '国办发〔2024〕38号' }] },
    });
  });

  it('between residents it counts from the next year, as a rule', () => {
    const home: Spell = { ...RESIDENT, area: GUANGZHOU, state: 'NORMAL', paid: ['2026-01', '2026-01'] };
    expect(judge(factsOf(RESIDENT, home), moveOf('RESIDENT', 'RESIDENT'))).toMatchObject({
      ...{ allowed: true, moneyMoves: false, notes: [{ code: 'EFFECTIVE_LATER' }] },
    });
  });
});
