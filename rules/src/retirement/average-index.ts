import type { Province } from '../divisions/division.js';
import { benefitPractice } from '../generated/benefit-practice.js';
import { firstDay } from '../calendar/civil-date.js';
import { fen, RATE_ONE, rateFrom, rateText, roundedProduct, unitsText, yuan, type Fen, type Rate } from '../money.js';
import { monthOf, yearOf, type MonthRange } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { averageWage, noteWage } from './wages.js';

/** What was paid in a calendar year: months, and the sum of their bases. */
export interface YearOfBases {
  readonly year: number;
  readonly months: number;
  readonly bases: Fen;
}

export interface AverageIndexQuestion {
  /** 66号 art. 7: bases earned anywhere are compared with the wages of the province that pays. */
  readonly receivingProvince: Province;
  readonly years: readonly YearOfBases[];
  /** Average wages of the receiving province by the year they were earned in, where the caller has better ones. */
  readonly wages?: ReadonlyMap<number, Fen> | undefined;
  /** Deemed months and the index the province gives them (often 1.0); without it they have the person's own average. */
  readonly deemed?: { readonly months: number; readonly index: Rate } | undefined;
  /** Decimals of the index; the province's practice when undefined. */
  readonly places?: number | undefined;
}

export interface AverageIndex {
  readonly index: Rate;
  readonly months: number;
}

/** Rows hold for all years there are; which one decides does not depend on a day yet. */
const PRACTICE_DAY = firstDay(monthOf(2025, 1));

/** How the agencies of a province round and compare. */
export function benefitPracticeOf(province: Province | undefined) {
  const row = benefitPractice.at(PRACTICE_DAY, province);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'receivingProvince');
  return row;
}

/**
 * 平均缴费指数: the sum of base / reference wage over the months, divided by the months, rounded once.
 * @throws RuleRefusal NO_MONTHS_FOR_INDEX, or NO_PARAMETER for a year without any wage on file
 */
export function averageIndex(question: AverageIndexQuestion, options: RuleOptions = {}): Ruled<AverageIndex> {
  const working = new Working(options);
  const { receivingProvince, wages } = question;
  const row = benefitPracticeOf(receivingProvince);
  const { indexPlaces, wageYearsBefore } = row.values;
  let sum = 0;
  let months = 0;
  for (const { year, months: paid, bases } of question.years) {
    const wageYear = year - wageYearsBefore;
    let wage = wages?.get(wageYear);
    if (wage === undefined) {
      const found = averageWage(receivingProvince, wageYear);
      if (found === undefined) throw new RuleRefusal('NO_PARAMETER', `referenceWages.${wageYear}`);
      noteWage(working, found);
      wage = found.amount;
    }
    const reference = wage;
    sum += roundedProduct(bases, RATE_ONE, reference);
    months += paid;
    working.step(() => ({
      text: {
        zh: `${year} 年 ${paid} 个月，缴费基数合计 ${yuan(bases)}，与 ${wageYear} 年月平均工资 ${yuan(reference)} 相比`,
        en: `${year}: ${paid} months, bases of ${yuan(bases)} in all, against the average wage of ${wageYear}, ${yuan(reference)}`,
      },
      article: '国办发〔2009〕66号 第七条',
      amount: rateText(indexOf(roundedProduct(bases, RATE_ONE, reference * Math.max(1, paid)), 4)),
    }));
  }
  const { deemed } = question;
  if (deemed !== undefined && deemed.months > 0) {
    sum += deemed.index * deemed.months;
    months += deemed.months;
    working.step(() => ({
      text: {
        zh: `视同缴费 ${deemed.months} 个月，指数 ${rateText(deemed.index)}`,
        en: `${deemed.months} deemed months with index ${rateText(deemed.index)}`,
      },
      article: '省级规定',
      amount: rateText(deemed.index),
    }));
  }
  if (months === 0) throw new RuleRefusal('NO_MONTHS_FOR_INDEX', 'averageIndex');
  const index = indexOf(roundedProduct(sum, 1, months), question.places ?? indexPlaces);
  working.step(() => ({
    text: { zh: `${months} 个月的平均缴费指数`, en: `average index of ${months} months` },
    article: '国办发〔2009〕66号 第七条',
    amount: rateText(index),
  }));
  return working.ruled(
    { index, months },
    {
      rule: 'base of every month over the average wage of the year before in the receiving province; the mean of all months',
      article: '国办发〔2009〕66号 第七条; 国发〔2005〕38号',
      version: versionOf(benefitPractice, row),
    },
  );
}

/** Months and bases by calendar year, from stretches on one base in any order. */
export function yearsOfBases(stretches: Iterable<MonthRange & { readonly base: Fen }>): readonly YearOfBases[] {
  const years = new Map<number, { months: number; bases: number }>();
  for (const { from, to, base } of stretches) {
    for (let year = yearOf(from); year <= yearOf(to); year++) {
      const months = Math.min(to, year * 12 + 11) - Math.max(from, year * 12) + 1;
      const held = years.get(year);
      if (held === undefined) years.set(year, { months, bases: base * months });
      else {
        held.months += months;
        held.bases += base * months;
      }
    }
  }
  return [...years].sort(([a], [b]) => a - b).map(([year, { months, bases }]) => ({ year, months, bases: fen(bases) }));
}

function indexOf(units: number, places: number): Rate {
  const step = 10 ** (8 - places);
  return rateFrom(unitsText(roundedProduct(units, 1, step) * step, 8), 'averageIndex');
}
