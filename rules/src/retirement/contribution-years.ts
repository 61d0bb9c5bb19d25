import { roundedProduct, unitsText } from '../money.js';
import { RuleRefusal } from '../refusal.js';

/** How an agency makes years of months: so many decimals, and which way; EXACT divides by twelve and rounds nothing. */
export type YearsRounding = 'EXACT' | { readonly places: number; readonly way: 'HALF_UP' | 'UP' | 'DOWN' };

/** Years as whole units, so many of which are one year: 17.33 is 1733 of 100, 208 months exactly are 208 of 12. */
export interface ContributionYears {
  readonly units: number;
  readonly perYear: number;
}

/** 缴费年限 of a number of months. */
export function contributionYears(months: number, rounding: YearsRounding): ContributionYears {
  if (rounding === 'EXACT') return { units: months, perYear: 12 };
  const perYear = 10 ** rounding.places;
  const exact = months * perYear;
  switch (rounding.way) {
    case 'HALF_UP':
      return { units: roundedProduct(months, perYear, 12), perYear };
    case 'UP':
      return { units: Math.ceil(exact / 12), perYear };
    case 'DOWN':
      return { units: Math.floor(exact / 12), perYear };
  }
}

/** `"17.33"`; exact years that are no decimal show four places. */
export function yearsText({ units, perYear }: ContributionYears): string {
  if (perYear === 12) return unitsText(roundedProduct(units, 10_000, 12), 4);
  return unitsText(units, String(perYear).length - 1);
}

/**
 * Reads a rounding as cases write it: `"2dp HALF_UP"`, `"HALF_UP 2dp"`, `"1dp UP"`, `"NONE"`.
 * @throws RuleRefusal ROUNDING_UNKNOWN naming the field
 */
export function yearsRoundingFrom(value: string, field: string): YearsRounding {
  const text = value
    .normalize('NFKC')
    .trim()
    .toUpperCase()
    .replace(/HALF[ -]UP/, 'HALF_UP');
  if (text === 'NONE' || text === 'EXACT' || text === 'UNROUNDED') return 'EXACT';
  const { places, way = 'HALF_UP' } =
    (/^(?<places>[0-6]) ?DP(?: (?<way>\w+))?$/.exec(text) ?? /^(?<way>\w+) (?<places>[0-6]) ?DP$/.exec(text))?.groups ?? {};
  if (places === undefined || (way !== 'HALF_UP' && way !== 'UP' && way !== 'DOWN')) throw new RuleRefusal('ROUNDING_UNKNOWN', field);
  return { places: Number(places), way };
}
