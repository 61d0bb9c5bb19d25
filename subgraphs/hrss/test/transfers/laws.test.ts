import { describe, expect, it } from '@jest/globals';
import type { TransferKind } from '@yichuang/kit';
import { civilDateFrom, lifeRecordFromJson } from '@yichuang/rules';
import { LAWS } from '../../src/transfers/open.js';

const TODAY = civilDateFrom('2026-03-10', '');
const [SICHUAN, GUANGDONG] = ['510000', '440000'];

interface Person {
  readonly sex?: 'M' | 'F';
  readonly born?: string;
  readonly hukou?: string;
  /** First and last month paid in a place, on a base in yuan. */
  readonly paid?: readonly {
    readonly place: string;
    readonly from: string;
    readonly to: string;
    readonly base: string;
    readonly temporary?: boolean;
    readonly scheme?: string;
  }[];
  readonly more?: object;
}

/** Every month of a stretch, paid in that month, as registers book it. */
function monthsOf({ place, from, to, base, temporary, scheme = '110' }: NonNullable<Person['paid']>[number]) {
  const rows = [];
  for (
    let at = Number(from.slice(0, 4)) * 12 + Number(from.slice(5)) - 1;
    at <= Number(to.slice(0, 4)) * 12 + Number(to.slice(5)) - 1;
    at++
  ) {
    const month = `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
    const share = (rate: number) => (Number(base) * rate).toFixed(2);
    const kind = temporary === true ? { accountKind: 'TEMPORARY' } : {};
    rows.push({ scheme, jurisdiction: place, month, base, personal: share(0.08), employer: share(0.16), paidOn: `${month}-15`, ...kind });
  }
  return rows;
}

const recordOf = (person: Person) => lifeRecordFromJson(jsonOf(person));

function jsonOf({ sex = 'F', born = '1992-06-01', hukou = GUANGDONG, paid = [], more = {} }: Person) {
  return {
    asOf: '2026-03',
    person: { sex, birthDate: born, hukou },
    months: paid.flatMap(monthsOf),
    relations: paid.map(({ place, from, to, temporary, scheme = '110' }) => ({
      ...{ scheme, jurisdiction: place, state: 'PAYING', firstMonth: from, lastMonth: to },
      accountKind: temporary === true ? 'TEMPORARY' : 'ORDINARY',
    })),
    ...more,
  };
}

function judged(
  kind: TransferKind,
  person: Person,
  statements: Readonly<Record<string, string | boolean>> = {},
  target = GUANGDONG,
  source = SICHUAN,
) {
  const law = LAWS[kind];
  if (law === undefined) throw new Error('no law');
  return law.judge({ source, target, statements }, recordOf(person), TODAY);
}

function expected(
  kind: TransferKind,
  person: Person,
  statements: Readonly<Record<string, string | boolean>> = {},
  target = GUANGDONG,
  source = SICHUAN,
) {
  const law = LAWS[kind];
  const may = judged(kind, person, statements, target, source);
  if (law === undefined || !may.allowed) throw new Error('it may not move');
  return law.expect({ source, target, statements, accountKind: may.accountKind, moneyMoves: may.moneyMoves }, recordOf(person), TODAY);
}

const BOTH = [
  { place: SICHUAN, from: '2020-01', to: '2026-01', base: '5000.00' },
  { place: GUANGDONG, from: '2026-02', to: '2026-03', base: '6000.00' },
];

describe('the employees’ pension', () => {
  it('moves to the hukou province, with account and 12 % of every base', () => {
    const person = {
      paid: BOTH,
      more: {
        accounts: [
          {
            scheme: '110',
            jurisdiction: SICHUAN,
            balance: '33000.00',
            years: [
              { year: 2025, balance: '32600.00' },
              { year: 2026, credited: '400.00' },
            ],
          },
        ],
      },
    };
    expect(judged('PENSION', person)).toMatchObject({
      allowed: true,
      moneyMoves: true,
      ground: { reason: 'HUKOU_PROVINCE', article: expect.stringContaining('国办发〔2009〕66号') },
      certificate: { AAE030: '2020-01', AAE031: '2026-01', AAE201: '73', AAE240: '33000.00' },
    });
    // B 32600.00, C one month of 8 % of 5000; 73 months x 5000 x 12 %.
    expect(expected('PENSION', person).figures).toEqual({
      ...{ before1998: 0, balance: 3_260_000, principal: 40_000, account: 3_300_000, pool: 4_380_000, total: 7_680_000 },
    });
  });

  it('inside one province moves without money', () => {
    const answer = judged('PENSION', { paid: BOTH }, {}, SICHUAN);
    expect(answer).toMatchObject({ allowed: true, moneyMoves: false, ground: { reason: 'SAME_PROVINCE' } });
    expect(expected('PENSION', { paid: BOTH }, {}, SICHUAN)).toMatchObject({ moneyMoves: false, figures: { total: 0 } });
  });

  it('stays where it is for who first pays elsewhere too old, unless officially transferred or with a whole unit', () => {
    const old = { sex: 'M' as const, born: '1970-01-01', hukou: '410000', paid: BOTH };
    expect(judged('PENSION', old)).toMatchObject({
      allowed: false,
      refusal: { code: 'AGE_LIMIT_REACHED', article: expect.stringContaining('第五条') },
    });
    expect(judged('PENSION', old, { officialTransfer: true })).toMatchObject({ allowed: true, ground: { reason: 'OFFICIAL_TRANSFER' } });
    expect(judged('COLLECTIVE', old)).toMatchObject({ allowed: false, refusal: { code: 'APPROVAL_MISSING' } });
    expect(judged('COLLECTIVE', old, { approval: ' ' })).toMatchObject({ allowed: false, refusal: { code: 'APPROVAL_MISSING' } });
    expect(judged('COLLECTIVE', old, { approval: '人社函〔2026〕1号' })).toMatchObject({ allowed: true });
  });

  it('does not move for who draws a pension, has paid nothing at the destination, or has nothing at the source', () => {
    const benefit = { benefits: [{ scheme: '110', jurisdiction: SICHUAN, state: 'PAYING', from: '2025-01', monthlyAmount: '2000.00' }] };
    expect(judged('PENSION', { paid: BOTH, more: benefit })).toMatchObject({ refusal: { code: 'ALREADY_RECEIVING' } });
    expect(judged('PENSION', { paid: BOTH.slice(0, 1) })).toMatchObject({ refusal: { code: 'NOT_YET_CONTRIBUTED' } });
    expect(judged('PENSION', { paid: BOTH.slice(1) })).toMatchObject({ refusal: { code: 'NO_RELATION_AT_SOURCE' } });
  });

  it('leaves months of a lump sum without papers behind, says until when the person is told, and moves all others', () => {
    const lump = monthsOf({ place: SICHUAN, from: '2016-01', to: '2018-12', base: '3000.00' }).map((row) => ({
      ...row,
      paidOn: '2019-06-01',
    }));
    const months = [...BOTH.flatMap(monthsOf), ...lump];
    const { notes, figures } = expected('PENSION', { paid: BOTH, more: { months } });
    expect(notes).toMatchObject([{ code: 'LUMP_SUM_HOLD', months: 36, due: '2026-03-24' }]);
    expect(figures?.pool).toBe(4_380_000);
  });

  it('names months that both places claim, to be cleared once everything has moved', () => {
    const paid = [BOTH[0], { place: GUANGDONG, from: '2025-12', to: '2026-03', base: '6000.00' }].filter((one) => one !== undefined);
    expect(judged('PENSION', { paid })).toMatchObject({
      notes: expect.arrayContaining([expect.objectContaining({ code: 'OVERLAP_CLEARING', months: 2 })]),
    });
    // The account part of the other place: 8 % of its bases, December's without a month of interest more than its own in 2025.
    expect(expected('PENSION', { paid }).overlap).toEqual({
      months: ['2025-12', '2026-01'],
      refund: { keepSource: 96_060, keepTarget: 80_050 },
      article: expect.stringContaining('70号'),
    });
    expect(expected('PENSION', { paid: BOTH }).overlap).toBeUndefined();
  });
});

describe('a temporary account', () => {
  const paid = [{ place: SICHUAN, from: '2015-01', to: '2026-01', base: '4000.00', temporary: true }];

  it('is sealed before pension time, and gathered with all contributions afterwards', () => {
    expect(judged('PENSION_TEMPORARY', { sex: 'M', born: '1970-01-01', paid })).toMatchObject({
      allowed: true,
      seals: true,
      moneyMoves: false,
    });
    const retired = {
      sex: 'M' as const,
      born: '1965-01-01',
      paid: [{ place: SICHUAN, from: '2024-01', to: '2025-01', base: '4000.00', temporary: true }],
    };
    expect(judged('PENSION_TEMPORARY', retired)).toMatchObject({ allowed: true, seals: false, moneyMoves: true });
    expect(expected('PENSION_TEMPORARY', retired).figures).toMatchObject({ pool: 0 });
    // Not just anywhere: where the ordinary relation is, or the hukou.
    expect(judged('PENSION_TEMPORARY', { ...retired, hukou: '410000' })).toMatchObject({
      refusal: { code: 'NOT_THE_GATHERING_PLACE', article: expect.stringContaining('第五条') },
    });
    const ordinary = { place: GUANGDONG, from: '2020-01', to: '2020-12', base: '4000.00' };
    expect(judged('PENSION_TEMPORARY', { ...retired, hukou: '410000', paid: [...retired.paid, ordinary] })).toMatchObject({
      allowed: true,
    });
  });

  it('goes with what employer and person really paid in the year of the move, whoever paid and at whatever rate', () => {
    const month = (at: string, personal: string, employer: string) => ({
      ...{ scheme: '110', jurisdiction: SICHUAN, month: at, base: '5000.00', personal, employer, paidOn: `${at}-15` },
      accountKind: 'TEMPORARY',
    });
    const retired = {
      sex: 'M' as const,
      born: '1965-01-01',
      paid: [{ place: SICHUAN, from: '2025-11', to: '2026-02', base: '5000.00', temporary: true }],
      more: {
        // An employer at 14 %, then alone at 20 %.
        months: [month('2025-11', '400.00', '700.00'), month('2026-01', '400.00', '700.00'), month('2026-02', '1000.00', '0.00')],
        accounts: [
          {
            ...{ scheme: '110', jurisdiction: SICHUAN, accountKind: 'TEMPORARY', balance: '3202.75' },
            years: [
              { year: 2025, balance: '1102.75' },
              { year: 2026, credited: '2100.00' },
            ],
          },
        ],
      },
    };
    expect(expected('PENSION_TEMPORARY', retired).figures).toEqual({
      ...{ before1998: 0, balance: 110_275, principal: 210_000, account: 320_275, pool: 0, total: 320_275 },
    });
  });
});

describe('the link with the residents’ pension', () => {
  const resident = { place: SICHUAN, from: '2020-01', to: '2020-01', base: '0.00', scheme: '170' };
  const account = { accounts: [{ scheme: '170', jurisdiction: SICHUAN, balance: '9000.00', years: [] }] };

  it('goes into the employees’ scheme with enough months at statutory age, and the account alone goes along', () => {
    const person = {
      sex: 'M' as const,
      born: '1965-01-01',
      paid: [{ place: GUANGDONG, from: '2008-01', to: '2025-12', base: '4000.00' }, resident],
      more: account,
    };
    expect(judged('RESIDENT_LINK', person, { direction: 'RESIDENT_TO_EMPLOYEE' })).toMatchObject({
      allowed: true,
      scheme: '170',
      targetScheme: '110',
    });
    expect(judged('RESIDENT_LINK', person, { direction: 'EMPLOYEE_TO_RESIDENT' })).toMatchObject({ refusal: { code: expect.any(String) } });
    expect(expected('RESIDENT_LINK', person, { direction: 'RESIDENT_TO_EMPLOYEE' }).figures).toMatchObject({
      account: 900_000,
      pool: 0,
      total: 900_000,
    });
  });

  it('moves the whole account and pays back what was paid as a resident for employee months; a year’s payment is one for all its months', () => {
    const yearly = (scheme: string, month: string, personal: string) => ({
      ...{ scheme, jurisdiction: SICHUAN, month, base: '0.00', personal, employer: '60.00', paidOn: `${month}-15` },
    });
    const person = (to: string) => ({
      ...{ sex: 'M' as const, born: '1965-01-01' },
      paid: [{ place: GUANGDONG, from: '2008-01', to, base: '4000.00' }],
    });
    // Paid as a resident for 2012 and 2020: in 2020 four months, or none, were paid as an employee.
    const record = (to: string) => {
      const { months, relations, ...rest } = jsonOf(person(to));
      return lifeRecordFromJson({
        ...{ ...rest, ...account },
        relations: [...relations, { scheme: '170', jurisdiction: SICHUAN, state: 'PAYING', accountKind: 'ORDINARY', monthsActual: 24 }],
        months: [...months, yearly('170', '2012-09', '300.00'), yearly('170', '2020-09', '500.00')],
      });
    };
    const law = LAWS.RESIDENT_LINK;
    const asked = (direction: string, from: string, to: string) => ({ source: from, target: to, statements: { direction } });
    const few = asked('EMPLOYEE_TO_RESIDENT', GUANGDONG, SICHUAN);
    const lived = record('2020-04');
    expect(law?.judge(few, lived, TODAY)).toMatchObject({ allowed: true, notes: [{ code: 'OVERLAP_CLEARING', months: 16 }] });
    const moves = { accountKind: 'ORDINARY', moneyMoves: true } as const;
    // 300 yuan and four twelfths of 500.
    expect(law?.expect({ ...few, ...moves }, lived, TODAY).overlap).toMatchObject({
      refund: { keepSource: 300_00 + 166_67, keepTarget: null },
      kept: 'SOURCE',
      article: expect.stringContaining('人社部发〔2014〕17号'),
    });
    const enough = asked('RESIDENT_TO_EMPLOYEE', SICHUAN, GUANGDONG);
    expect(law?.expect({ ...enough, ...moves }, record('2025-12'), TODAY)).toMatchObject({
      figures: { account: 900_000, total: 900_000 },
      overlap: { refund: { keepSource: null, keepTarget: 800_00 }, kept: 'TARGET' },
    });
  });

  it('is carried by what the offices say where the rules cannot say what moves', () => {
    const law = LAWS.RESIDENT_LINK;
    const { months, ...rest } = jsonOf({
      ...{ sex: 'M', born: '1965-01-01' },
      paid: [{ place: GUANGDONG, from: '2008-01', to: '2025-12', base: '4000.00' }, resident],
      // Less than what is to be paid back of it.
      more: { accounts: [{ scheme: '170', jurisdiction: SICHUAN, balance: '10.00', years: [] }] },
    });
    const yearly = { scheme: '170', jurisdiction: SICHUAN, month: '2020-09', base: '0.00', personal: '500.00', paidOn: '2020-09-15' };
    const record = lifeRecordFromJson({ ...rest, months: [...months, yearly] });
    const move = { source: SICHUAN, target: GUANGDONG, statements: { direction: 'RESIDENT_TO_EMPLOYEE' } };
    const { refused, figures, overlap } = law?.expect({ ...move, accountKind: 'ORDINARY', moneyMoves: true }, record, TODAY) ?? {};
    expect([refused?.code, figures, overlap?.months.length]).toEqual(['REFUND_EXCEEDS_ACCOUNT', undefined, 12]);
    expect(overlap?.refund).toEqual({ keepSource: null, keepTarget: null });
  });

  it('waits for the statutory age', () => {
    const young = {
      sex: 'M' as const,
      born: '1985-01-01',
      paid: [{ place: GUANGDONG, from: '2008-01', to: '2025-12', base: '4000.00' }, resident],
      more: account,
    };
    expect(judged('RESIDENT_LINK', young, { direction: 'RESIDENT_TO_EMPLOYEE' })).toMatchObject({
      refusal: { code: 'STATUTORY_AGE_NOT_REACHED', article: expect.stringContaining('人社部发〔2014〕17号') },
    });
    expect(judged('RESIDENT_LINK', young)).toMatchObject({ refusal: { code: 'STATEMENT_MISSING', field: 'direction' } });
  });
});

describe('unemployment insurance', () => {
  const paid = [{ place: SICHUAN, from: '2021-01', to: '2025-12', base: '5000.00', scheme: '210' }];

  it('follows who is employed without money', () => {
    expect(judged('UNEMPLOYMENT', { paid }, { status: 'EMPLOYED' })).toMatchObject({
      allowed: true,
      moneyMoves: false,
      ground: { reason: 'EMPLOYED' },
    });
  });

  it('goes with 1.5 times the benefit still due to who is unemployed and claims at the hukou', () => {
    const more = {
      benefits: [{ scheme: '210', jurisdiction: SICHUAN, state: 'SUSPENDED', from: '2026-01', to: '2026-02', monthlyAmount: '1800.00' }],
    };
    const claims = { status: 'UNEMPLOYED', claimAt: 'HUKOU' };
    // Sixty months give 18 of benefit, of which two are drawn: 16 x 1800 x 1.5.
    expect(expected('UNEMPLOYMENT', { paid, more }, claims)).toMatchObject({
      moneyMoves: true,
      figures: { pool: 4_320_000, total: 4_320_000 },
    });
    // A year of work after that claim gives 12 months, and what was left of it is added: 24 at most.
    const again = [...paid, { place: SICHUAN, from: '2026-03', to: '2026-03', base: '5000.00', scheme: '210' }];
    expect(expected('UNEMPLOYMENT', { paid: again, more }, claims).figures?.total).toBe(4_320_000);
    expect(expected('UNEMPLOYMENT', { paid }, claims).figures).toBeUndefined();
    // Who draws it by now was not drawing it when the case was opened: what moves is for the offices to say.
    const drawing = { benefits: more.benefits.map((one) => ({ ...one, state: 'PAYING' })) };
    const late = { source: SICHUAN, target: GUANGDONG, statements: claims, accountKind: 'ORDINARY', moneyMoves: true } as const;
    expect(LAWS.UNEMPLOYMENT?.expect(late, recordOf({ paid, more: drawing }), TODAY)).toMatchObject({
      refused: { code: 'BENEFIT_ALREADY_DRAWN' },
      moneyMoves: true,
    });
    expect(judged('UNEMPLOYMENT', { paid }, { status: 'UNEMPLOYED', claimAt: 'LAST_PLACE' })).toMatchObject({
      refusal: { code: 'CLAIMED_AT_LAST_PLACE' },
    });
  });
});
