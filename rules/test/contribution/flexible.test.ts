import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';

const BEIJING = { referenceWage: '11937.00', floor: '7162.00', ceiling: '35811.00', rate: '0.20', accountRate: '0.08' };
const ask = (input: object) => evaluate('flexible_contribution', input);

describe('what a flexible worker pays', () => {
  it('keeps to the published limits, floor and ceiling included', () => {
    const choices = ['7161.99', '7162.00', '35811.00', '35811.01'];
    expect(ask({ ...BEIJING, choices })).toMatchObject({
      results: [
        { base: '7161.99', valid: false, error: 'BELOW_FLOOR' },
        { base: '7162.00', valid: true, monthly: '1432.40', toAccount: '572.96', toPool: '859.44' },
        { base: '35811.00', valid: true, monthly: '7162.20', toAccount: '2864.88', toPool: '4297.32' },
        { base: '35811.01', valid: false, error: 'ABOVE_CEILING' },
      ],
    });
  });

  it('finds limits and rates by place and month when the case leaves them out', () => {
    expect(ask({ province: '110000', month: '202510', choices: ['7162.00'] })).toEqual({
      floor: '7162.00',
      ceiling: '35811.00',
      results: [{ base: '7162.00', valid: true, monthly: '1432.40', toAccount: '572.96', toPool: '859.44' }],
    });
    expect(ask({ place: '440100', month: '202510', choices: [] })).toMatchObject({ floor: '5510.00', ceiling: '27549.00' });
    expect(ask({ place: '440300', month: '202510', choices: [] })).toMatchObject({ floor: '4775.00', ceiling: '27549.00' });
    expect(ask({ province: '310000', month: 202512, choices: [] })).toMatchObject({ floor: '7460.00', ceiling: '37302.00' });
  });

  it('takes 60 and 300 percent of the average wage, provisionally, where no limits are published', () => {
    expect(evaluateExplained('flexible_contribution', { referenceWage: '11937.00', choices: ['7162.00'] })).toMatchObject({
      figures: { floor: '7162.20', ceiling: '35811.00', results: [{ valid: false, error: 'BELOW_FLOOR' }] },
      provisional: [{ reason: 'LIMITS_COMPUTED' }],
    });
  });

  it('goes on with the last known limits, provisionally', () => {
    expect(evaluateExplained('flexible_contribution', { province: '110000', month: '202612', choices: [] })).toMatchObject({
      figures: { floor: '7162.00' },
      provisional: [{ reason: 'LIMITS_NOT_PUBLISHED' }],
    });
  });

  it('may be paid for several months at once', () => {
    expect(ask({ ...BEIJING, choices: ['7162.00'], rhythm: 'QUARTERLY' })).toMatchObject({ results: [{ perPayment: '4297.20' }] });
  });

  it('loses no fen between account and pool', () => {
    fc.assert(
      fc.property(fc.integer({ min: 716_200, max: 3_581_100 }), fc.constantFrom('0.20', '0.19', '0.123'), (base, rate) => {
        const answer = ask({ ...BEIJING, rate, choices: [(base / 100).toFixed(2)] });
        const [choice] = isResults(answer) ? answer.results : [];
        const [monthly, account, pool] = [choice?.monthly, choice?.toAccount, choice?.toPool].map((yuan) => Math.round(Number(yuan) * 100));
        expect((account ?? 0) + (pool ?? 0)).toBe(monthly);
      }),
    );
  });

  it.each([
    [{ ...BEIJING, choices: ['7162.005'] }, 'MONEY_DECIMALS', 'choices[0]'],
    [{ ...BEIJING, choices: ['8000', '-1'] }, 'MONEY_NEGATIVE', 'choices[1]'],
    [{ ...BEIJING, floor: '40000', choices: [] }, 'LIMITS_REVERSED', 'ceiling'],
    [{ ...BEIJING, accountRate: '0.3', choices: [] }, 'RATES_INCONSISTENT', 'accountRate'],
    [{ choices: ['5000'] }, 'NO_PARAMETER', 'floor'],
    [{ province: '620000', month: '202510', choices: [] }, 'NO_PARAMETER', 'floor'],
    [{ ...BEIJING, month: '200512', choices: [] }, 'NO_PARAMETER', 'month'],
    [{ ...BEIJING, province: '000000', choices: [] }, 'DIVISION_UNKNOWN', 'province'],
    [{ ...BEIJING }, 'INPUT_INVALID', 'choices'],
  ])('is refused for %j', (input, code, field) => {
    expect(ask(input)).toMatchObject({ refused: { code, field } });
  });
});

describe('the subsidy for flexible workers', () => {
  const subsidy = (input: object) => evaluate('contribution_subsidy', { monthly: '1432.40', ...input });

  it('is at most two thirds, for three years', () => {
    const worker = { firstApproved: '202401', category: 'M60', birthMonth: '197501' };
    expect(subsidy(worker)).toEqual({ most: '954.93', lastMonth: '202612', untilRetirement: false });
    expect(subsidy({ ...worker, month: '202612' })).toMatchObject({ most: '954.93' });
    expect(subsidy({ ...worker, month: '202701' })).toMatchObject({ most: '0.00' });
  });

  it('lasts until retirement when fewer than five years are left at the first approval', () => {
    expect(subsidy({ firstApproved: '202608', statutoryMonth: '203107' })).toMatchObject({ untilRetirement: true, lastMonth: '203107' });
    expect(subsidy({ firstApproved: '202607', statutoryMonth: '203107' })).toMatchObject({ untilRetirement: false, lastMonth: '202906' });
  });

  it('is refused when the statutory age is reached already or not known', () => {
    expect(subsidy({ firstApproved: '202608', statutoryMonth: '202607' })).toMatchObject({ refused: { code: 'RANGE_REVERSED' } });
    expect(subsidy({ firstApproved: '202608' })).toMatchObject({ refused: { code: 'INPUT_INVALID', field: 'statutoryMonth' } });
  });
});

interface Results {
  readonly results: readonly { readonly monthly?: string; readonly toAccount?: string; readonly toPool?: string }[];
}
const isResults = (answer: unknown): answer is Results => typeof answer === 'object' && answer !== null && 'results' in answer;
