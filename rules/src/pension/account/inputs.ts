import { Type } from 'typebox';
import { RateInput } from '../../input.js';
import { monthFrom, monthOfYear, yearOf } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import type { InterestMethod } from './growth.js';

/** Rates by year: `{ "2021": "0.0669" }`. */
export const RatesByYearInput = Type.Record(Type.String(), RateInput);

const METHODS: ReadonlyMap<string, InterestMethod | 'GIVEN_BALANCE'> = new Map<string, InterestMethod | 'GIVEN_BALANCE'>([
  ['MONTH_PRODUCT', 'MONTH_PRODUCT'],
  ['MONTHLY_PRODUCT', 'MONTH_PRODUCT'],
  ['ANNUAL', 'ANNUAL'],
  ['ANNUAL_APPROXIMATION', 'ANNUAL'],
  ['YEARLY', 'ANNUAL'],
  ['PREVIOUS_BALANCE', 'PREVIOUS_BALANCE'],
  ['NO_CURRENT_YEAR', 'PREVIOUS_BALANCE'],
  ['NONE', 'NONE'],
  ['NO_INTEREST', 'NONE'],
  ['GIVEN_BALANCE', 'GIVEN_BALANCE'],
]);

/** Reads how interest is computed; undefined where nothing is said. @throws RuleRefusal INTEREST_METHOD_UNKNOWN */
export function interestMethodFrom(value: string | undefined, field: string): InterestMethod | 'GIVEN_BALANCE' | undefined {
  if (value === undefined) return undefined;
  const method = METHODS.get(value.normalize('NFKC').trim().toUpperCase());
  if (method === undefined) throw new RuleRefusal('INTEREST_METHOD_UNKNOWN', field);
  return method;
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
