import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';
import { accountDivisor, divisorText } from '../../src/retirement/divisor.js';

/** A published notice of results: Sichuan, April 2024. */
const SICHUAN = {
  receivingProvince: '510000',
  calcBase: '8079.00',
  averageIndex: '0.84',
  actualMonths: 208,
  deemedMonths: 0,
  transitionMonths: 0,
  transitionCoefficient: '0.013',
  extraCoefficient: '0.001',
  accountBalance: '91147.87',
  retireAgeMonths: 600,
  yearsRounding: '2dp HALF_UP',
};
const estimate = (input: object) => evaluate('benefit_estimate', { ...SICHUAN, ...input });

interface Estimate {
  readonly basicPension: string;
  readonly accountPension: string;
  readonly transitionPension: string;
  readonly extraPension: string;
  readonly total: string;
}
const isEstimate = (answer: unknown): answer is Estimate => typeof answer === 'object' && answer !== null && 'total' in answer;
function figures(input: object): Estimate {
  const answer = estimate(input);
  if (!isEstimate(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}
const fenOf = (yuan: string): number => Math.round(Number(yuan) * 100);

describe('divisors of the personal account', () => {
  const table =
    '40:233 41:230 42:226 43:223 44:220 45:216 46:212 47:208 48:204 49:199 50:195 51:190 52:185 53:180 54:175 55:170 56:164 57:158 58:152 59:145 60:139 61:132 62:125 63:117 64:109 65:101 66:93 67:84 68:75 69:65 70:56';

  it.each(table.split(' ').map((row) => row.split(':')))('are at %s years %s months, as the gazette prints it', (age, months) => {
    expect(divisorText(accountDivisor(Number(age) * 12, undefined))).toBe(months);
  });

  it.each([
    [60, 1, '138.4'],
    [50, 1, '194.6'],
    [60, 2, '137.8'],
    [60, 3, '137.3'],
    [60, 6, '135.5'],
    [61, 11, '125.6'],
    [62, 6, '121.0'],
    [63, 0, '117'],
    [46, 6, '210.0'],
    [69, 11, '56.8'],
  ])('are at %i years and %i months %s', (years, months, divisor) => {
    expect(divisorText(accountDivisor(years * 12 + months, undefined))).toBe(divisor);
  });

  it('fall with every month of age', () => {
    const tenths = Array.from({ length: 361 }, (_, month) => accountDivisor(480 + month, undefined)).map(
      ({ units, places }) => units * 10 ** (1 - places),
    );
    expect(tenths).toEqual([...tenths].sort((a, b) => b - a));
    expect(new Set(tenths).size).toBe(tenths.length);
  });

  it('count full years only before 2025', () => {
    expect(figures({ retireAgeMonths: 605, retireMonth: '202412' })).toMatchObject({ divisor: '195' });
    expect(figures({ retireAgeMonths: 605, retireMonth: '202501' })).toMatchObject({ divisor: '192.9' });
  });

  it.each([479, 841, 0])('do not exist at %i months of age', (retireAgeMonths) => {
    expect(estimate({ retireAgeMonths })).toMatchObject({ refused: { code: 'AGE_NOT_IN_DIVISOR_TABLE', field: 'retireAgeMonths' } });
  });
});

describe('the benefit estimate', () => {
  it('is to the fen what the notice says', () => {
    expect(estimate({})).toEqual({
      indexedMonthlyWage: '6786.36',
      yearsTotal: '17.33',
      divisor: '195',
      basicPension: '1288.08',
      accountPension: '467.42',
      transitionPension: '0.00',
      extraPension: '117.61',
      total: '1873.11',
    });
  });

  it('is a quarter of a yuan higher when the years are not rounded', () => {
    expect(estimate({ yearsRounding: 'NONE' })).toMatchObject({ basicPension: '1288.33', yearsTotal: '17.3333' });
  });

  it.each([
    ['1dp UP', '17.4', '1293.29'],
    ['2dp DOWN', '17.33', '1288.08'],
    ['3dp HALF_UP', '17.333', '1288.31'],
    ['0dp', '17', '1263.56'],
  ])('follows an agency that rounds years %s', (yearsRounding, yearsTotal, basicPension) => {
    expect(estimate({ yearsRounding })).toMatchObject({ yearsTotal, basicPension });
  });

  it('takes what the province adds from its parameters when the case leaves it out', () => {
    const short = { ...SICHUAN, transitionCoefficient: null, extraCoefficient: null, yearsRounding: null };
    expect(evaluate('benefit_estimate', short)).toEqual(estimate({}));
    expect(evaluate('benefit_estimate', { ...short, receivingProvince: '330000' })).toMatchObject({
      extraPension: '0.00',
      total: '1755.50',
    });
  });

  it('counts a transition pension on the wage of the province: the mean in Sichuan, the indexed one in Jilin, the base in Beijing', () => {
    const years = { calcBase: '8000.00', averageIndex: '1.5', transitionMonths: 60, deemedMonths: 60, extraCoefficient: '0' };
    const pension = (receivingProvince: string, more: object = {}) => figures({ ...years, receivingProvince, ...more }).transitionPension;
    expect(pension('510000')).toBe('650.00');
    expect(pension('220000', { transitionCoefficient: '0.012' })).toBe('720.00');
    expect(pension('110000', { transitionCoefficient: '0.01' })).toBe('400.00');
    expect(pension('110000', { transitionCoefficient: '0.01', preAccountPaidMonths: 60 })).toBe('1000.00');
    expect(pension('330000', { transitionBasis: 'INDEXED', transitionCoefficient: '0.01' })).toBe('600.00');
  });

  it('says when the basis of the province is not on file, and refuses where no coefficient is', () => {
    const years = { receivingProvince: '330000', transitionMonths: 60 };
    expect(evaluateExplained('benefit_estimate', { ...SICHUAN, ...years })).toMatchObject({
      provisional: [{ reason: 'TRANSITION_BASIS_ASSUMED' }],
    });
    const without = { ...SICHUAN, ...years, transitionCoefficient: null };
    const refused = { refused: { code: 'TRANSITION_COEFFICIENT_MISSING', field: 'transitionCoefficient' } };
    expect(evaluate('benefit_estimate', without)).toMatchObject(refused);
    expect(evaluate('benefit_estimate', { ...without, receivingProvince: '220000' })).toMatchObject(refused);
    const deemed = { ...without, transitionMonths: null, deemedMonths: 60 };
    expect(evaluateExplained('benefit_estimate', deemed)).toMatchObject({ provisional: [{ reason: 'TRANSITION_PENSION_NOT_COMPUTED' }] });
  });

  it('uses the base of the retirement year, and the last known one provisionally', () => {
    const without = { ...SICHUAN, calcBase: null, receivingProvince: '110000', averageIndex: '1' };
    expect(evaluate('benefit_estimate', { ...without, retireMonth: '202503' })).toMatchObject({ indexedMonthlyWage: '12049.00' });
    expect(evaluateExplained('benefit_estimate', { ...without, retireMonth: '202503' })).toMatchObject({ provisional: [] });
    expect(evaluateExplained('benefit_estimate', { ...without, retireMonth: '202703' })).toMatchObject({
      figures: { indexedMonthlyWage: '12049.00' },
      provisional: [{ reason: 'CALCULATION_BASE_NOT_PUBLISHED' }],
    });
    expect(evaluateExplained('benefit_estimate', { ...SICHUAN, calcBaseFinal: false })).toMatchObject({
      provisional: [{ reason: 'CALCULATION_BASE_NOT_FINAL' }],
    });
  });

  it('is computed again with the final base, and says the difference', () => {
    expect(estimate({ finalCalcBase: '8321.00' })).toMatchObject({
      total: '1873.11',
      final: { indexedMonthlyWage: '6989.64', basicPension: '1326.67', extraPension: '121.13', total: '1915.22' },
      difference: '42.11',
    });
    expect(estimate({ finalCalcBase: '8079.00' })).toMatchObject({ difference: '0.00' });
  });

  it('finds the age from birth and retirement', () => {
    expect(estimate({ retireAgeMonths: null, birthMonth: '196505', retireMonth: '202507' })).toMatchObject({ divisor: '137.8' });
  });

  it('adds its rounded parts and nothing else', () => {
    const amount = fc.integer({ min: 0, max: 5_000_000 }).map((fen) => (fen / 100).toFixed(2));
    fc.assert(
      fc.property(
        amount,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 540 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 480, max: 840 }),
        (money, index, actualMonths, transitionMonths, retireAgeMonths) => {
          const answer = figures({
            calcBase: money,
            averageIndex: (index / 100).toFixed(2),
            actualMonths,
            transitionMonths,
            retireAgeMonths,
            accountBalance: money,
          });
          const parts = [answer.basicPension, answer.accountPension, answer.transitionPension, answer.extraPension].map(fenOf);
          expect(parts.reduce((a, b) => a + b)).toBe(fenOf(answer.total));
        },
      ),
    );
  });

  it('never falls when somebody pays longer, on a higher base, or retires later with the same account', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 540 }),
        fc.integer({ min: 60, max: 300 }),
        fc.integer({ min: 480, max: 839 }),
        (months, index, age) => {
          const of = (n: number, i: number, a: number) =>
            fenOf(figures({ actualMonths: n, averageIndex: (i / 100).toFixed(2), retireAgeMonths: a }).total);
          const now = of(months, index, age);
          expect(of(months + 1, index, age)).toBeGreaterThanOrEqual(now);
          expect(of(months, index + 1, age)).toBeGreaterThanOrEqual(now);
          expect(of(months, index, age + 1)).toBeGreaterThanOrEqual(now);
        },
      ),
    );
  });

  it.each([
    [{ calcBase: '8079.005' }, 'MONEY_DECIMALS', 'calcBase'],
    [{ calcBase: '-1.00' }, 'MONEY_NEGATIVE', 'calcBase'],
    [{ accountBalance: 'much' }, 'MONEY_INVALID', 'accountBalance'],
    [{ averageIndex: '-0.5' }, 'RATE_INVALID', 'averageIndex'],
    [{ receivingProvince: '990000' }, 'DIVISION_UNKNOWN', 'receivingProvince'],
    [{ receivingProvince: '810000' }, 'NOT_A_PENSION_JURISDICTION', 'receivingProvince'],
    [{ actualMonths: -1 }, 'COUNT_INVALID', 'actualMonths'],
    [{ retireMonth: '202513' }, 'MONTH_INVALID', 'retireMonth'],
    [{ yearsRounding: 'by feel' }, 'ROUNDING_UNKNOWN', 'yearsRounding'],
    [{ averageIndex: null }, 'NO_MONTHS_FOR_INDEX', 'averageIndex'],
    [{ calcBase: null }, 'INPUT_INVALID', 'calcBase'],
  ])('is refused for %j', (input, code, field) => {
    expect(estimate(input)).toMatchObject({ refused: { code, field } });
  });
});

describe('the average index', () => {
  const index = (input: object) => evaluate('average_index', { receivingProvince: '510000', ...input });

  it('compares each base with the wage of the year before in the receiving province', () => {
    const referenceWages = { '2019': '5000.00', '2020': '6000.00' };
    const segments = [
      { from: '202001', to: '202012', base: '5000.00' },
      { from: '202101', to: '202106', base: '9000.00' },
    ];
    expect(index({ segments, referenceWages })).toEqual({ averageIndex: '1.167', months: 18 });
    expect(index({ segments, referenceWages, indexPlaces: 2 })).toEqual({ averageIndex: '1.17', months: 18 });
  });

  it('is the same for segments in any order and for a segment in two pieces', () => {
    const referenceWages = { '2019': '5123.45', '2020': '6000.00' };
    const whole = [
      { from: '202001', to: '202012', base: '5000.00' },
      { from: '202101', to: '202106', base: '9000.00' },
    ];
    const pieces = [
      { from: '202103', to: '202106', base: '9000.00' },
      { from: '202001', to: '202005', base: '5000.00' },
      { from: '202101', to: '202102', base: '9000.00' },
      { from: '202006', to: '202012', base: '5000.00' },
    ];
    expect(index({ segments: pieces, referenceWages })).toEqual(index({ segments: whole, referenceWages }));
  });

  it('gives deemed months the index of the province where it has one', () => {
    const paid = { segments: [{ from: '202001', to: '202012', base: '10000.00' }], referenceWages: { '2019': '5000.00' } };
    expect(index({ ...paid, deemedMonths: 12, deemedIndex: '1.0' })).toEqual({ averageIndex: '1.5', months: 24 });
    expect(index({ ...paid, deemedMonths: 12 })).toEqual({ averageIndex: '2', months: 12 });
  });

  it('is not clamped', () => {
    const one = (base: string) => index({ segments: [{ from: '202001', to: '202001', base }], referenceWages: { '2019': '5000.00' } });
    expect(one('1000.00')).toMatchObject({ averageIndex: '0.2' });
    expect(one('25000.00')).toMatchObject({ averageIndex: '5' });
  });

  it('says when a national or an older wage stands in', () => {
    const reasons = (receivingProvince: string, month: string) => {
      const answer = evaluateExplained('average_index', { receivingProvince, segments: [{ from: month, to: month, base: '6000.00' }] });
      return 'provisional' in answer ? answer.provisional.map(({ reason }) => reason) : answer;
    };
    expect(reasons('110000', '202001')).toEqual([]);
    expect(reasons('110000', '202701')).toEqual(['AVERAGE_WAGE_NOT_PUBLISHED']);
    expect(reasons('620000', '202001')).toEqual(['NATIONAL_WAGE_STANDS_IN']);
  });

  it.each([
    [{}, 'NO_MONTHS_FOR_INDEX', 'averageIndex'],
    [
      {
        segments: [
          { from: '202006', to: '202012', base: '1' },
          { from: '202001', to: '202006', base: '1' },
        ],
      },
      'MONTHS_OVERLAP',
      'segments[0].from',
    ],
    [{ segments: [{ from: '198001', to: '198012', base: '60.00' }] }, 'NO_PARAMETER', 'referenceWages.1979'],
    [{ segments: [{ from: '202012', to: '202001', base: '60.00' }] }, 'RANGE_REVERSED', 'segments[0].to'],
    [{ segments: [{ from: '202001', to: '202012', base: '-60.00' }] }, 'MONEY_NEGATIVE', 'segments[0].base'],
    [{ segments: [{ from: '202001', to: '202001', base: '1' }], referenceWages: { '2019': '0' } }, 'MONEY_INVALID', 'referenceWages.2019'],
  ])('is refused for %j', (input, code, field) => {
    expect(index(input)).toMatchObject({ refused: { code, field } });
  });
});
