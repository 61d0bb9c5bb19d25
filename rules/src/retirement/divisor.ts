import { monthOfDate } from '../calendar/civil-date.js';
import { accountDivisorsByMonth } from '../generated/account-divisors-by-month.js';
import { accountDivisors } from '../generated/account-divisors.js';
import { roundedProduct, unitsText } from '../money.js';
import type { Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';

/** 计发月数 as whole units of 10^-places: 138.4 is 1384 with one place. */
export interface Divisor {
  readonly units: number;
  readonly places: number;
}

const YEARS = new Map(accountDivisors.rows.map(({ values }) => [values.age, values.months]));
const [BY_MONTH] = accountDivisorsByMonth.rows;
const BY_MONTH_FROM = BY_MONTH === undefined ? undefined : monthOfDate(BY_MONTH.validFrom);

/**
 * Months by which the personal account is divided at an age (国发〔2005〕38号 annex; by month since 2025).
 * @param ageMonths age at retirement in months, from 40 to 70 years
 * @param retirementMonth before 2025 only full years count; undefined: as since 2025
 * @throws RuleRefusal AGE_NOT_IN_DIVISOR_TABLE naming the field
 */
export function accountDivisor(ageMonths: number, retirementMonth: Month | undefined, field = 'retireAgeMonths'): Divisor {
  const months = ageMonths % 12;
  const years = (ageMonths - months) / 12;
  const here = YEARS.get(years);
  if (here === undefined) throw new RuleRefusal('AGE_NOT_IN_DIVISOR_TABLE', field);
  if (months === 0 || (retirementMonth !== undefined && BY_MONTH_FROM !== undefined && retirementMonth < BY_MONTH_FROM))
    return { units: here, places: 0 };
  const next = YEARS.get(years + 1);
  if (next === undefined || BY_MONTH === undefined) throw new RuleRefusal('AGE_NOT_IN_DIVISOR_TABLE', field);
  const { places } = BY_MONTH.values;
  // D - (D - D') x k / 12, rounded once: 60y3m is 137.25 and becomes 137.3.
  return { units: roundedProduct(here * 12 - (here - next) * months, 10 ** places, 12), places };
}

/** `"195"`, `"138.4"`. */
export function divisorText(divisor: Divisor): string {
  return unitsText(divisor.units, divisor.places);
}
