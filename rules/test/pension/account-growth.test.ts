import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountCreditingRates } from '../../src/generated/account-crediting-rates.js';
import { fenFromYuan } from '../../src/money.js';
import { ask } from './question.js';

const grow = (input: object) => ask('account_growth', input);
const year = [{ from: '202301', to: '202312', base: '5000.00' }];
const fenOf = (value: unknown) => fenFromYuan(String(value), '');

describe('a personal account', () => {
  it('bears interest by the months the deposits lay: twelve for January, one for December', () => {
    // 400 x 12 + 0.0397/12 x 400 x 78
    expect(grow({ segments: year })).toMatchObject({
      balance: '4903.22',
      principal: '4800.00',
      interest: '103.22',
      yearEndBalances: { '2023': '4903.22' },
    });
    expect(grow({ deposits: [{ month: '202301', amount: '1200.00' }] })).toMatchObject({ balance: '1247.64' });
    expect(grow({ deposits: [{ month: '202312', amount: '1200.00' }] })).toMatchObject({ balance: '1203.97' });
  });

  it('grows with the published rate of every year, rounded at each year end', () => {
    // 10000 x 1.0831 x 1.0712 x 1.0829, rounded each year
    expect(grow({ openingBalance: '10000', openingBalanceAsOf: '201512', throughYear: 2018 })).toMatchObject({
      yearEndBalances: { '2016': '10831.00', '2017': '11602.17', '2018': '12563.99' },
    });
  });

  it.each([
    ['ANNUAL', '4903.19'],
    ['MONTH_PRODUCT', '4903.22'],
    ['PREVIOUS_BALANCE', '4800.00'],
    ['NONE', '4800.00'],
  ])('by %s holds %s after a year', (interestMethod, balance) => {
    expect(grow({ segments: year, interestMethod })).toMatchObject({ balance });
  });

  it('without interest on the deposits of the year still pays it on what was brought forward', () => {
    expect(
      grow({ openingBalance: '10000.00', openingBalanceAsOf: '202212', segments: year, interestMethod: 'PREVIOUS_BALANCE' }),
    ).toMatchObject({ balance: '15197.00' });
  });

  it('has a published rate for every year from 2016 to the last one on file', () => {
    const years = accountCreditingRates.rows.map(({ validFrom }) => Math.floor(validFrom / 10_000)).sort((a, b) => a - b);
    expect(years).toEqual(Array.from({ length: years.length }, (_, index) => 2016 + index));
    const last = years.at(-1) ?? 0;
    const through = (throughYear: number) => grow({ openingBalance: '100.00', openingBalanceAsOf: '2015', throughYear });
    expect(through(last)).toMatchObject({ provisional: [] });
    expect(through(last + 1)).toMatchObject({ provisional: ['CREDITING_RATE_NOT_PUBLISHED'] });
  });

  it('needs the rates of the province before 2016', () => {
    const before = { province: '440000', segments: [{ from: '201401', to: '201412', base: '5000.00' }], throughYear: '2014' };
    expect(grow(before)).toMatchObject({ refused: { code: 'CREDITING_RATE_MISSING', field: 'ratesByYear.2014' } });
    expect(grow({ ...before, ratesByYear: { '2014': '3%' } })).toMatchObject({ balance: '4878.00' });
  });

  it('is the same whether deposits come as bases or as amounts', () => {
    const deposits = Array.from({ length: 12 }, (_, index) => ({ month: 202301 + index, amount: 400 }));
    expect(grow({ deposits })).toEqual(grow({ segments: year }));
  });

  it('of twelve equal deposits differs by the two methods by no more than 0.02 % of a year’s interest and a fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 4_000_000 }), fc.integer({ min: 0, max: 1_000 }), (base, rate) => {
        const input = { segments: [{ ...year[0], base: (base / 100).toFixed(2) }], ratesByYear: { '2023': (rate / 10_000).toFixed(4) } };
        const product = fenOf(grow({ ...input, interestMethod: 'MONTH_PRODUCT' })['balance']);
        const annual = fenOf(grow({ ...input, interestMethod: 'ANNUAL' })['balance']);
        // 6.5/12 - 1.083/2 = 0.0001666...
        const bound = (base * 0.08 * 12 * rate * 0.00016667) / 10_000 + 1;
        expect(product - annual).toBeGreaterThanOrEqual(-1);
        expect(product - annual).toBeLessThanOrEqual(bound);
      }),
    );
  });

  it('is principal and interest and what was brought forward', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 1, max: 5_000_000 }), (opening, base) => {
        const out = grow({
          openingBalance: (opening / 100).toFixed(2),
          openingBalanceAsOf: '201812',
          segments: [{ from: '201903', to: '202305', base: (base / 100).toFixed(2) }],
        });
        expect(opening + fenOf(out['principal']) + fenOf(out['interest'])).toBe(fenOf(out['balance']));
      }),
    );
  });

  it.each<[string, string, string, object]>([
    ['nothing to start from', 'INPUT_INVALID', 'openingBalanceAsOf', {}],
    ['an end before the start', 'RANGE_REVERSED', 'throughYear', { openingBalanceAsOf: '2020', throughYear: '2019' }],
    ['a given balance that is to grow', 'INTEREST_METHOD_UNKNOWN', 'interestMethod', { segments: year, interestMethod: 'GIVEN_BALANCE' }],
    ['bases before 1998', 'BALANCE_BEFORE_1998_MISSING', 'segments[0].from', { segments: [{ from: '199701', to: '199801', base: '300' }] }],
    ['a year that is none', 'YEAR_INVALID', 'ratesByYear', { segments: year, ratesByYear: { next: '0.03' } }],
  ])('is refused with %s', (_, code, field, input) => {
    expect(grow(input)).toMatchObject({ refused: { code, field } });
  });
});
