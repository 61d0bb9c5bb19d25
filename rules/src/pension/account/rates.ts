import { firstDay } from '../../calendar/civil-date.js';
import type { Province } from '../../divisions/division.js';
import { accountCreditingRates } from '../../generated/account-crediting-rates.js';
import { RATE_ONE, rateFrom, type Rate } from '../../money.js';
import { monthOf } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import type { Working } from '../../result.js';

/** Crediting rates (记账利率) by year. */
export interface CreditingRates {
  /**
   * The rate of a year: the one given, else the published one, else the last one known, which makes the result provisional.
   * @throws RuleRefusal CREDITING_RATE_MISSING naming the year: before 2016 each province set its own, and no other year stands in
   */
  at(year: number, working: Working): Rate;
}

const NONE: ReadonlyMap<number, Rate> = new Map();

/**
 * Crediting rates in a province.
 * @param given rates that the input brings; they win over the published ones
 * @param field where they stand in the input
 */
export function creditingRates(
  province: Province | undefined,
  given: ReadonlyMap<number, Rate> = NONE,
  field = 'ratesByYear',
): CreditingRates {
  return {
    at(year, working) {
      const own = given.get(year);
      if (own !== undefined) return own;
      const day = firstDay(monthOf(year, 1));
      const published = accountCreditingRates.at(day, province);
      if (published) return published.values.rate;
      const known = accountCreditingRates.lastKnown(day, province);
      if (known === undefined) throw new RuleRefusal('CREDITING_RATE_MISSING', `${field}.${year}`);
      const publishedYear = Math.floor(known.validFrom / 10_000);
      const givenYear = Math.max(...[...given.keys()].filter((one) => one < year), 0);
      working.provisional('CREDITING_RATE_NOT_PUBLISHED', {
        zh: '所涉年度的记账利率尚未公布，暂按最近公布的利率计算',
        en: 'the crediting rate of a year is not published yet; the last known rate stands in',
      });
      return given.get(givenYear > publishedYear ? givenYear : 0) ?? known.values.rate;
    },
  };
}

/**
 * Reads rates by year: `{ "2021": "0.0669" }`.
 * @throws RuleRefusal YEAR_INVALID, or RATE_INVALID naming the year
 */
export function ratesByYearFrom(given: Readonly<Record<string, string | number>>, field: string): ReadonlyMap<number, Rate> {
  const rates = new Map<number, Rate>();
  for (const [year, value] of Object.entries(given)) {
    if (!/^(19|20|21)\d\d$/.test(year)) throw new RuleRefusal('YEAR_INVALID', field);
    const rate = rateFrom(value, `${field}.${year}`);
    // 6.69 stands for 669 %: a percentage that lost its sign.
    if (rate > RATE_ONE) throw new RuleRefusal('RATE_INVALID', `${field}.${year}`);
    rates.set(Number(year), rate);
  }
  return rates;
}
