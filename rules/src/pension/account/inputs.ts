import { Type } from 'typebox';
import { RateInput } from '../../input.js';
import { monthFrom, monthOfYear, yearOf } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import type { InterestMethod } from './growth.js';

/** Rates by year: `{ "2021": "0.0669" }`. */
export const RatesByYearInput = Type.Record(Type.String(), RateInput);

const METHODS: readonly (readonly [RegExp, InterestMethod | 'GIVEN_BALANCE'])[] = [
  [/^MONTH(LY)?(_PRODUCTS?)?(_METHOD)?$/, 'MONTH_PRODUCT'],
  [/^(ANNUAL|YEARLY)(_(APPROXIMATION|APPROX|FORMULA|METHOD))?$/, 'ANNUAL'],
  [/^(PREVIOUS_BALANCE(_ONLY)?|NO_CURRENT_YEAR|NO_CURRENT_YEAR_INTEREST|NO_INTEREST_ON_CURRENT_YEAR)$/, 'PREVIOUS_BALANCE'],
  [/^(NONE|NO_INTEREST)$/, 'NONE'],
  [/^(GIVEN|GIVEN_BALANCE)$/, 'GIVEN_BALANCE'],
];

/** Reads how interest is computed; undefined where nothing is said. @throws RuleRefusal INTEREST_METHOD_UNKNOWN */
export function interestMethodFrom(value: string | undefined, field: string): InterestMethod | 'GIVEN_BALANCE' | undefined {
  if (value === undefined) return undefined;
  const word = value.normalize('NFKC').trim().toUpperCase();
  const method = METHODS.find(([pattern]) => pattern.test(word));
  if (method === undefined) throw new RuleRefusal('INTEREST_METHOD_UNKNOWN', field);
  return method[1];
}

/**
 * The year at whose end a balance stands: `"2006"`, `"200612"`, `"2006-12-31"`.
 * @throws RuleRefusal MONTH_INVALID, or BALANCE_NOT_AT_YEAR_END for any other day
 */
export function yearEndFrom(value: string | number, field: string): number {
  const text = String(value).normalize('NFKC').trim();
  if (/^(19|20|21)\d\d$/.test(text)) return Number(text);
  const day = /^(\d{4}-?\d{2})-?(\d{2})$/.exec(text);
  const month = monthFrom(day?.[1] ?? text, field);
  if (monthOfYear(month) !== 12 || (day !== null && day[2] !== '31')) throw new RuleRefusal('BALANCE_NOT_AT_YEAR_END', field);
  return yearOf(month);
}
