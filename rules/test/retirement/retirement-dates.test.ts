import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';
import { monthFrom, monthText } from '../../src/month.js';
import { retirementDates } from '../../src/retirement/retirement-ages.js';
import { COMPARISON_ROWS } from './comparison-tables.js';

const category = fc.constantFrom('M60', 'F55', 'F50');
const birth = fc.integer({ min: Number(monthFrom('194001', '')), max: Number(monthFrom('202612', '')) });
const ORIGINAL = { M60: 720, F55: 660, F50: 600 } as const;

const text = (index: number): string => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;

describe('the statutory retirement month and the elastic window', () => {
  it.each(COMPARISON_ROWS)('are for %s born %s those of the published table', (...row) => {
    const [group, birthMonth, delayMonths, statutoryAge, statutoryMonth, earliestAge, earliest, latest, minimum] = row;
    expect(evaluate('retirement_date', { people: [{ category: group, birthMonth }] })).toEqual({
      rows: [
        {
          category: group,
          birthMonth,
          delayMonths,
          statutoryAge,
          statutoryMonth,
          earliestElasticAge: earliestAge,
          earliestElasticMonth: earliest,
          latestElasticMonth: latest,
          minContributionMonthsAtStatutory: minimum,
        },
      ],
    });
  });

  it('leave out June 2025 for men: those due in April retire in May, those due in May in July', () => {
    const men = ['196501', '196502', '196503', '196504', '196505', '196506', '196507', '196508'];
    const months = men.map((month) => monthText(retirementDates('M60', monthFrom(month, '')).statutoryMonth));
    expect(months).toEqual(['202502', '202503', '202504', '202505', '202507', '202508', '202509', '202510']);
  });

  it('always lie inside the law', () => {
    fc.assert(
      fc.property(category, birth, (group, born) => {
        const { delay, statutoryAge, statutoryMonth, elastic, birthMonth } = retirementDates(group, monthFrom(text(born), ''));
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(group === 'F50' ? 60 : 36);
        expect(statutoryAge).toBe(ORIGINAL[group] + delay);
        if (elastic === undefined) expect(statutoryMonth).toBeLessThan(monthFrom('202501', ''));
        else {
          expect(elastic.earliestMonth - birthMonth).toBeGreaterThanOrEqual(ORIGINAL[group]);
          expect(statutoryMonth - elastic.earliestMonth).toBeLessThanOrEqual(36);
          expect(elastic.earliestMonth).toBeLessThanOrEqual(statutoryMonth);
          expect(elastic.latestMonth - statutoryMonth).toBe(36);
        }
      }),
    );
  });

  it('never come earlier for those born later', () => {
    fc.assert(
      fc.property(category, birth, (group, born) => {
        const [now, next] = [born, born + 1].map((month) => retirementDates(group, monthFrom(text(month), '')));
        expect(Number(next?.statutoryMonth)).toBeGreaterThan(Number(now?.statutoryMonth));
        expect(Number(next?.minimumMonths)).toBeGreaterThanOrEqual(Number(now?.minimumMonths));
      }),
    );
  });

  it('take months as numbers and with a dash, and one person without a list', () => {
    const rows = (input: unknown) => evaluate('retirement_date', input);
    const written = rows({ people: [{ category: 'M60', birthMonth: '196505' }] });
    expect(rows({ people: [{ category: 'm60', birthMonth: 196505 }] })).toEqual(written);
    expect(rows({ people: [{ category: 'M60', birthMonth: '1965-05' }] })).toEqual(written);
    expect(rows({ category: 'M60', birthMonth: '196505' })).toMatchObject({ statutoryMonth: '202507' });
  });

  it.each([
    [{ people: [{ category: 'M60', birthMonth: '196513' }] }, 'MONTH_INVALID', 'people[0].birthMonth'],
    [
      {
        people: [
          { category: 'M60', birthMonth: '196505' },
          { category: 'F60', birthMonth: '196505' },
        ],
      },
      'RETIREMENT_CATEGORY_UNKNOWN',
      'people[1].category',
    ],
    [{ people: [] }, 'INPUT_INVALID', 'people'],
    [{ people: [{ category: 'M60' }] }, 'INPUT_INVALID', 'people[0].birthMonth'],
  ])('are refused for %j with a code and the field', (input, code, field) => {
    expect(evaluate('retirement_date', input)).toMatchObject({ refused: { code, field } });
  });

  it('come with the arithmetic in both languages, the document and the version', () => {
    const answer = evaluateExplained('retirement_date', { people: [{ category: 'F50', birthMonth: '198102' }] });
    expect(answer).toMatchObject({ version: 'retirement-ages@2025-01-01' });
    const steps = 'steps' in answer ? answer.steps : [];
    expect(steps.map(({ text: { en } }) => en)).toEqual([
      'one month for every 2 birth months from 1975-01, at most 60: min(60, ⌊73 / 2⌋ + 1) = 37',
      'statutory age 50y0m + 37 months = 53y1m, reached in 2034-03',
      'elastic: 2031-03 at the earliest (not below the original age 50y0m), 2037-03 at the latest',
      'drawing from 2034-03 needs 210 months of contributions',
    ]);
    expect(steps.every(({ text: { zh }, article }) => zh.length > 0 && article.includes('20'))).toBe(true);
  });
});

describe('the minimum of contribution months', () => {
  it.each([
    ['196501', 180],
    ['196901', 186],
    ['197001', 192],
    ['197109', 204],
    ['197609', 240],
  ])('of a man born %s is %i', (birthMonth, requiredMonths) => {
    expect(evaluate('min_contribution', { category: 'M60', birthMonth, paidMonths: 100, deemedMonths: 12 })).toMatchObject({
      requiredMonths,
      shortageMonths: requiredMonths - 112,
    });
  });

  it('is that of the chosen year when the person retires earlier or later, and says that this is provisional', () => {
    const person = { category: 'M60', birthMonth: '197004', paidMonths: 182, deemedMonths: 0 };
    expect(evaluate('min_contribution', { ...person, option: 'EARLIEST' })).toMatchObject({
      drawingMonth: '203004',
      requiredMonths: 186,
      shortageMonths: 4,
    });
    expect(evaluate('min_contribution', { ...person, retireMonth: '203408' })).toMatchObject({ requiredMonths: 210, shortageMonths: 28 });
    expect(evaluateExplained('min_contribution', { ...person, option: 'LATEST' })).toMatchObject({
      provisional: [{ reason: 'MINIMUM_OF_CHOSEN_YEAR' }],
    });
    expect(evaluate('min_contribution', { ...person, retireMonth: '203409' })).toMatchObject({
      refused: { code: 'OUTSIDE_ELASTIC_WINDOW', field: 'retireMonth' },
    });
  });

  it('has no shortage and no ways out once it is met', () => {
    expect(evaluate('min_contribution', { category: 'F50', birthMonth: '197502', paidMonths: '170', deemedMonths: 10 })).toMatchObject({
      shortageMonths: 0,
      waysOut: [],
    });
  });

  it('may be paid up at once only by members from before July 2011', () => {
    const ways = (firstInsuredMonth: string) =>
      evaluate('min_contribution', { category: 'F50', birthMonth: '197502', paidMonths: 100, firstInsuredMonth });
    expect(ways('201106')).toMatchObject({ waysOut: expect.arrayContaining(['PAY_THE_REST_AT_ONCE']) });
    expect(ways('201107')).toMatchObject({ waysOut: ['GO_ON_PAYING', 'MOVE_TO_RESIDENT_SCHEME', 'END_RELATION_IN_WRITING'] });
  });

  it.each([
    [{ paidMonths: -1 }, 'COUNT_INVALID', 'paidMonths'],
    [{ paidMonths: 1.5 }, 'COUNT_INVALID', 'paidMonths'],
    [{ paidMonths: 'many' }, 'COUNT_INVALID', 'paidMonths'],
    [{ paidMonths: 1, deemedMonths: '-3' }, 'COUNT_INVALID', 'deemedMonths'],
    [{}, 'INPUT_INVALID', 'paidMonths'],
  ])('is refused for %j', (input, code, field) => {
    expect(evaluate('min_contribution', { category: 'M60', birthMonth: '197004', ...input })).toMatchObject({ refused: { code, field } });
  });
});

describe('a request to retire in a chosen month', () => {
  const man = { category: 'M60', birthMonth: '197004', paidMonths: 200 };

  it('needs notice in writing three months before an early month', () => {
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203004', noticeOn: '2030-01-01' })).toEqual({
      kind: 'EARLY',
      allowed: true,
      obstacles: [],
      requiredMonths: 186,
      noticeBy: '2030-01-01',
      pensionPaidFrom: '203005',
    });
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203004', noticeOn: '2030-01-02' })).toMatchObject({
      allowed: false,
      obstacles: ['NOTICE_TOO_LATE'],
    });
  });

  it('needs the minimum of the chosen year when early', () => {
    expect(evaluate('elastic_retirement', { ...man, paidMonths: 185, chosenMonth: '203004' })).toMatchObject({
      obstacles: ['MINIMUM_NOT_MET'],
    });
  });

  it('may not leave the window, and is not open to those who reached the age before 2025', () => {
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203003' })).toMatchObject({ obstacles: ['BEFORE_EARLIEST'] });
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203409' })).toMatchObject({ obstacles: ['AFTER_LATEST'] });
    expect(evaluate('elastic_retirement', { ...man, birthMonth: '196412', chosenMonth: '202601' })).toMatchObject({
      obstacles: ['REACHED_BEFORE_REFORM'],
    });
  });

  it('needs the employer when late, one month before the statutory month', () => {
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203201', employerAgrees: false })).toMatchObject({
      kind: 'LATE',
      noticeBy: '2031-07-01',
      obstacles: ['EMPLOYER_DOES_NOT_AGREE'],
    });
    expect(evaluate('elastic_retirement', { ...man, chosenMonth: '203108' })).toMatchObject({ kind: 'STATUTORY', noticeBy: null });
  });
});
