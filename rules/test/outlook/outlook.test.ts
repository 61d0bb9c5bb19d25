import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';
import { monthFrom, monthText, type Month } from '../../src/month.js';
import { outlook } from '../../src/outlook/outlook.js';
import { lifeRecordFrom } from '../../src/record/read.js';
import { minimumMonthsIn } from '../../src/retirement/minimum-months.js';

/** A man of Sichuan: 60 months at home, since then in Guangdong, paying. */
const MAN = {
  sex: 'M',
  birthMonth: '197005',
  hukouProvince: '510000',
  asOf: '202612',
  segments: [
    { from: '200801', to: '201212', province: '510000', base: '3000.00' },
    { from: '201301', to: '202612', province: '440000', base: '6000.00' },
  ],
  relations: [
    { province: '440000', scheme: '110', accountKind: 'ORDINARY', state: 'PAYING' },
    { province: '510000', scheme: '110', accountKind: 'ORDINARY', state: 'ENDED' },
  ],
  accounts: [
    { province: '510000', scheme: '110', years: [{ year: 2025, balance: '20000.00' }] },
    { province: '440000', scheme: '110', years: [{ year: 2025, balance: '80000.00' }] },
  ],
};

const life = (json: object) => lifeRecordFrom({ ...MAN, ...json });
const of = (json: object, whatIf: object = {}) => evaluate('outlook', { ...MAN, ...json, whatIf });
function options(json: object, wish: Parameters<typeof outlook>[1] = {}) {
  return new Map(outlook(life(json), wish).figures.options.map(({ figures }) => [figures.choice, figures]));
}
const reasonsOf = (answer: ReturnType<typeof evaluateExplained>): readonly string[] =>
  'provisional' in answer ? answer.provisional.map(({ reason }) => reason) : [];
const month = (text: string): Month => monthFrom(text, '');

describe('the outlook of a life', () => {
  it('says where, when, how many months and what is missing', () => {
    expect(of({})).toMatchObject({
      asOf: '202612',
      category: 'M60',
      monthsPaid: 228,
      monthsDeemed: 0,
      receivingProvince: '440000',
      receivingReason: 'RELATION_PLACE_10Y',
      statutoryMonth: '203110',
      earliestElasticMonth: '203005',
      latestElasticMonth: '203410',
      minimumMetIn: '203110',
      options: [
        { choice: 'EARLIEST', month: '203005', age: '60y0m', requiredMonths: 186, months: 269, missingMonths: 0, allowed: true },
        { choice: 'STATUTORY', month: '203110', age: '61y5m', requiredMonths: 192, months: 286 },
        { choice: 'LATEST', month: '203410', age: '64y5m', requiredMonths: 210, months: 322 },
      ],
    });
  });

  it('computes the benefit of every option from base, index, years, account and divisor, as the estimate by itself does', () => {
    const statutory = options({}).get('STATUTORY')?.estimate;
    if (statutory === undefined) throw new Error('no estimate');
    const alone = evaluate('benefit_estimate', {
      receivingProvince: '440000',
      calcBase: String(statutory.calculationBase / 100),
      averageIndex: String(statutory.averageIndex / 1e8),
      actualMonths: 286,
      accountBalance: String(statutory.accountBalance / 100),
      retireAgeMonths: 737,
    });
    expect(alone).toMatchObject({ total: (statutory.total / 100).toFixed(2), divisor: '129.1', yearsTotal: '23.83' });
  });

  it('grows the account at the last known rate, with the deposits of the last year without interest', () => {
    // Rate 1.50 % as in 2025. 2026: 100000.00 + 5760.00 deposits; interest 1500.00 + 480.00 x 78 x 0.015 / 12 = 46.80.
    const answer = options({}, { stopPaying: true, retireIn: month('202701') }).get('CHOSEN');
    expect(answer?.estimate?.accountBalance).toBe(10_730_680);
    const paying = options({}, { retireIn: month('202702') }).get('CHOSEN');
    expect(paying?.estimate?.accountBalance).toBe(10_730_680 + 2 * 48_000);
  });

  it('counts only what was paid when the person stops', () => {
    const stopped = options({ birthMonth: '197609' }, { stopPaying: true });
    expect(stopped.get('STATUTORY')).toMatchObject({ requiredMonths: 240, months: 228, missingMonths: 12, allowed: false });
    expect(stopped.get('STATUTORY')?.obstacles).toContain('MINIMUM_NOT_MET');
  });

  it('assumes that those who paid in the last months go on, and that others do not', () => {
    expect(outlook(life({})).figures.goingOn).toMatchObject({ province: '440000', base: 600_000 });
    expect(outlook(life({ relations: [], asOf: '202702' })).figures.goingOn).toBeDefined();
    expect(outlook(life({ relations: [], asOf: '202703' })).figures.goingOn).toBeUndefined();
  });

  it('follows what-if: a higher base, a later month, another hukou, another group', () => {
    const total = (answer: ReturnType<typeof options>, choice: 'STATUTORY' | 'CHOSEN') => Number(answer.get(choice)?.estimate?.total);
    const now = options({});
    expect(total(options({}, { base: life({}).bookings[0]?.base }), 'STATUTORY')).toBeLessThan(total(now, 'STATUTORY'));
    expect(total(options({}, { retireIn: month('203410') }), 'CHOSEN')).toBeGreaterThan(total(now, 'STATUTORY'));
    expect(of({}, { hukou: '440300' })).toMatchObject({ receivingProvince: '440000', receivingReason: 'RELATION_IN_HUKOU' });
    expect(of({ sex: 'F' }, { category: 'F55' })).toMatchObject({ category: 'F55', categoryAssumed: false });
    expect(of({}, { retireIn: '203004' })).toMatchObject({
      options: expect.arrayContaining([expect.objectContaining({ choice: 'CHOSEN', allowed: false, obstacles: ['BEFORE_EARLIEST'] })]),
    });
  });

  it('moves the relation with a person under the age limit, and opens a temporary account for one above it', () => {
    const young = outlook(life({ birthMonth: '198005' }), {
      moveTo: life({}).bookings.find(({ jurisdiction }) => jurisdiction !== '440000')?.jurisdiction,
    });
    expect(young.figures.goingOn).toMatchObject({ counts: 'ACTUAL', relation: '510000' });
    expect(of({}, { moveTo: '330000' })).toMatchObject({
      options: expect.arrayContaining([expect.objectContaining({ choice: 'LATEST', receivingProvince: '440000' })]),
    });
    expect(outlook(life({}), { moveTo: province('330000') }).figures.goingOn).toMatchObject({ counts: 'TEMPORARY', relation: '440000' });
    expect(outlook(life({ birthMonth: '198005' }), { moveTo: province('330000') }).figures.goingOn).toMatchObject({ counts: 'ACTUAL' });
  });

  it('says in which month the minimum is met when it is not met at the statutory month', () => {
    const late = { birthMonth: '197005', segments: [{ from: '202001', to: '202612', province: '440000', base: '6000.00' }] };
    const { minimumMetIn, retirement } = outlook(life(late)).figures;
    if (minimumMetIn === undefined) throw new Error('never met');
    const by = (at: number) => 84 + at - month('202612');
    expect(minimumMetIn).toBeGreaterThan(Number(retirement?.statutoryMonth));
    expect(by(minimumMetIn)).toBeGreaterThanOrEqual(minimumMonthsIn(minimumMetIn));
    const before = month(monthText(minimumMetIn)) - 1;
    expect(by(before)).toBeLessThan(minimumMonthsIn(month(`${Math.floor(before / 12)}${String((before % 12) + 1).padStart(2, '0')}`)));
  });

  it('counts a month paid in two places once, and says that it has to be cleared', () => {
    const doubled = [...MAN.segments, { from: '202601', to: '202603', province: '510000', base: '9000.00' }];
    expect(of({ segments: doubled })).toMatchObject({ monthsPaid: 228, monthsDoubled: 3, receivingProvince: '440000' });
    expect(reasonsOf(evaluateExplained('outlook', { ...MAN, segments: doubled }))).toContain('OVERLAP_NOT_CLEARED');
  });

  it('does not let a temporary account make a receiving place', () => {
    const temporary = [
      { from: '200801', to: '201212', province: '440000', base: '3000.00' },
      { from: '201301', to: '202612', province: '330000', base: '6000.00', type: 'TEMPORARY' },
    ];
    expect(of({ segments: temporary, relations: [] })).toMatchObject({
      receivingProvince: '510000',
      receivingReason: 'HUKOU_FALLBACK',
      monthsPaid: 228,
    });
  });

  it('adds deemed months, named or only counted, to the months and the place', () => {
    const relations = [{ ...MAN.relations[0], monthsDeemed: 24 }];
    expect(of({ relations })).toMatchObject({ monthsDeemed: 24, options: [{ months: 293 }, {}, {}] });
    const named = [...MAN.segments, { from: '200601', to: '200712', province: '440000', type: 'DEEMED' }];
    expect(of({ relations, segments: named })).toMatchObject({ monthsDeemed: 24 });
  });

  it('says what is assumed and what is missing', () => {
    const missing = [{ agency: 'hrss', jurisdiction: '330000', parts: ['bookings'] }];
    expect(reasonsOf(evaluateExplained('outlook', { ...MAN, missing }))).toEqual(
      expect.arrayContaining(['RECORD_INCOMPLETE', 'GOING_ON_AS_NOW']),
    );
    expect(reasonsOf(evaluateExplained('outlook', { ...MAN, sex: 'F' }))).toContain('RETIREMENT_GROUP_ASSUMED');
    expect(reasonsOf(evaluateExplained('outlook', { ...MAN, accounts: [] }))).toContain('ACCOUNT_BALANCE_UNKNOWN');
    expect(reasonsOf(evaluateExplained('outlook', { ...MAN, birthMonth: undefined }))).toContain('BIRTH_OR_SEX_UNKNOWN');
  });

  it.each([
    ['120', 'EMPLOYEE', 'F55', '机关事业单位'],
    ['110', 'FLEXIBLE', 'F55', '灵活就业'],
    ['110', 'EMPLOYEE', 'F50', '工人'],
  ])('assumes of a woman in scheme %s as %s the group %s, and says so', (scheme, insuredAs, category, why) => {
    const woman = { sex: 'F', birthMonth: '199005', relations: [{ province: '440000', scheme, insuredAs, state: 'PAYING' }] };
    expect(of(woman)).toMatchObject({ category, categoryAssumed: true });
    const answer = evaluateExplained('outlook', { ...MAN, ...woman });
    const said = 'provisional' in answer ? answer.provisional.find(({ reason }) => reason === 'RETIREMENT_GROUP_ASSUMED') : undefined;
    expect(said?.text.zh).toContain(why);
  });

  it('takes a woman for whom is still paid after the statutory month of workers for one of 55', () => {
    const paidUntil = (last: string) =>
      of({ sex: 'F', birthMonth: '197110', segments: [{ from: '200801', to: last, province: '440000', base: '6000.00' }] });
    expect(paidUntil('202110')).toMatchObject({ category: 'F50', statutoryMonth: '202110' });
    expect(paidUntil('202111')).toMatchObject({ category: 'F55', statutoryMonth: '202704', earliestElasticMonth: '202610' });
  });

  it('says of every choice that is not allowed why not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1960, max: 1995 }), fc.integer({ min: 2015, max: 2026 }), fc.boolean(), (born, last, man) => {
        const segments = [{ from: '201301', to: `${last}12`, province: '440000', base: '6000.00' }];
        const choices = options({ sex: man ? 'M' : 'F', birthMonth: `${born}05`, segments, relations: [] });
        for (const { allowed, obstacles, missingMonths } of choices.values()) {
          expect(allowed).toBe(obstacles.length === 0);
          expect(obstacles.includes('MINIMUM_NOT_MET')).toBe(missingMonths > 0);
        }
      }),
    );
  });

  it('still answers for a person whose hukou or birth nobody knows', () => {
    expect(of({ hukouProvince: undefined })).toMatchObject({ receivingProvince: null, options: [{ estimate: {} }, {}, {}] });
    expect(of({ birthMonth: undefined })).toMatchObject({ receivingProvince: '440000', statutoryMonth: null, options: [] });
  });

  it('gives no figure for a month that has passed', () => {
    expect(of({ birthMonth: '196505' })).toMatchObject({
      options: [
        {
          month: '202505',
          allowed: false,
          obstacles: ['MONTH_HAS_PASSED'],
          estimate: null,
          provisional: expect.arrayContaining(['MONTH_HAS_PASSED']),
        },
        { choice: 'STATUTORY', month: '202507', allowed: false },
        { choice: 'NOW', month: '202701', allowed: true, estimate: {} },
        { choice: 'LATEST', month: '202807', estimate: {} },
      ],
    });
  });

  it('offers who is past the statutory month to retire now, also past the elastic window and from before the reform', () => {
    // Born 1964-12: sixty in 2024-12, before the reform. Born 1963-01: past every window.
    for (const birthMonth of ['196412', '196301']) {
      const choices = options({ birthMonth });
      expect([...choices.keys()]).toEqual(['STATUTORY', 'NOW']);
      expect(choices.get('NOW')).toMatchObject({ month: month('202701'), requiredMonths: 180, months: 229, allowed: true, obstacles: [] });
      expect(choices.get('NOW')?.estimate?.total).toBeGreaterThan(0);
    }
    const short = { birthMonth: '196301', segments: [{ from: '201501', to: '202612', province: '440000', base: '6000.00' }] };
    expect(options(short).get('NOW')).toMatchObject({ missingMonths: 35, allowed: false, obstacles: ['MINIMUM_NOT_MET'] });
    expect(options({ birthMonth: '196701' }).has('NOW')).toBe(false);
  });

  it('is refused for the dead and for those who draw the pension', () => {
    expect(of({ deathMonth: '202601' })).toMatchObject({ refused: { code: 'PERSON_HAS_DIED' } });
    expect(of({ benefits: [{ scheme: '110', province: '440000', state: 'PAYING', from: '202601' }] })).toMatchObject({
      refused: { code: 'ALREADY_RECEIVING', field: 'benefits[0]' },
    });
    expect(of({}, { category: 'F55' })).toMatchObject({ refused: { code: 'CATEGORY_NOT_OF_SEX', field: 'whatIf.category' } });
    expect(of({}, { retireIn: '203013' })).toMatchObject({ refused: { code: 'MONTH_INVALID', field: 'whatIf.retireIn' } });
  });

  it('is the same for months in any order and for a stretch in pieces', () => {
    const pieces = fc.uniqueArray(fc.integer({ min: 1, max: 167 }), { maxLength: 6 }).map((cuts) => {
      const points = [0, ...cuts.sort((a, b) => a - b), 168];
      return points.slice(1).map((to, index) => ({ from: points[index] ?? 0, to: to - 1 }));
    });
    const text = (offset: number) => monthText(month(`${2013 + Math.floor(offset / 12)}${String((offset % 12) + 1).padStart(2, '0')}`));
    const whole = of({});
    fc.assert(
      fc.property(pieces, fc.boolean(), (parts, backwards) => {
        const segments = [
          ...MAN.segments.slice(0, 1),
          ...parts.map(({ from, to }) => ({ from: text(from), to: text(to), province: '440000', base: '6000.00' })),
        ];
        expect(of({ segments: backwards ? segments.reverse() : segments })).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('shows the arithmetic in both languages only when asked', () => {
    const answer = evaluateExplained('outlook', MAN);
    const steps = 'steps' in answer ? answer.steps : [];
    expect(steps.some(({ text: { en } }) => en.startsWith('basic pension = '))).toBe(true);
    expect(steps.every(({ text: { zh, en }, article }) => zh !== '' && en !== '' && article !== '')).toBe(true);
    expect(outlook(life({})).steps).toEqual([]);
  });
});

function province(code: string) {
  const found = life({ hukouProvince: code }).person.hukouProvince;
  if (found === undefined) throw new Error(code);
  return found;
}
