import type { Province } from '../divisions/division.js';
import { rateFrom, type Fen, type Rate } from '../money.js';
import { monthsIn, type Month, type MonthRange } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import type { RuleOptions, Working } from '../result.js';
import { averageIndex, benefitPracticeOf, yearsOfBases, type YearOfBases } from '../retirement/average-index.js';
import { benefitEstimate, type Benefit, type TransitionPart } from '../retirement/benefit.js';
import { provincialTerms } from '../retirement/benefit-terms.js';
import { averageWage, calculationBase, noteBase } from '../retirement/wages.js';
import type { PensionMonths } from './pension-months.js';

/** 基本养老金预测算 of one choice, with the factors it was computed from. */
export interface OutlookEstimate extends Benefit {
  readonly calculationBase: Fen;
  readonly averageIndex: Rate;
  readonly accountBalance: Fen;
}

export interface EstimateQuestion {
  readonly province: Province;
  readonly month: Month;
  /** In months. */
  readonly age: number;
  readonly held: PensionMonths;
  /** Months and bases of the past by year. */
  readonly past: readonly YearOfBases[];
  /** What is still paid until the month. */
  readonly future: (MonthRange & { readonly base: Fen }) | undefined;
  readonly accountBalance: Fen;
}

const NOTHING = rateFrom('0', '');

/**
 * The pension of somebody who retires in a month in a province, in the wages of today: figures of the future that nobody knows stand still.
 * @throws RuleRefusal when the table of divisors, a wage or a coefficient does not cover the case
 */
export function outlookEstimate(question: EstimateQuestion, working: Working, options: RuleOptions): OutlookEstimate {
  const { province, month, age, held, accountBalance } = question;
  const base = calculationBase(province, month);
  if (base === undefined) throw new RuleRefusal('NO_PARAMETER', 'calculationBase');
  noteBase(working, base);
  const index = averageIndex({ receivingProvince: province, years: indexYears(question, working) }, options);
  working.takeOver(index);
  const terms = provincialTerms(province, month);
  const answer = benefitEstimate(
    {
      calculationBase: base.amount,
      averageIndex: index.figures.index,
      actualMonths: held.actual + (question.future === undefined ? 0 : monthsIn(question.future)),
      deemedMonths: held.deemed,
      transition: transitionOf(terms.transition, held, working),
      addition: terms.addition ?? NOTHING,
      accountBalance,
      retirementAge: age,
      retirementMonth: month,
      yearsRounding: { places: benefitPracticeOf(province).values.yearsPlaces, way: 'HALF_UP' },
    },
    options,
  );
  working.takeOver(answer);
  return { ...answer.figures, calculationBase: base.amount, averageIndex: index.figures.index, accountBalance };
}

/** Years of bases, past and to come, that a wage is on file for. */
function indexYears({ province, past, future }: EstimateQuestion, working: Working): readonly YearOfBases[] {
  const { wageYearsBefore } = benefitPracticeOf(province).values;
  const known = past.filter(({ year }) => averageWage(province, year - wageYearsBefore) !== undefined);
  if (known.length < past.length) {
    working.provisional('INDEX_WITHOUT_EARLY_YEARS', {
      zh: '部分早年平均工资未备案，未计入平均缴费指数',
      en: 'average wages of some early years are not on file; these years are left out of the index',
    });
  }
  return future === undefined ? known : [...known, ...yearsOfBases([future])];
}

type TransitionRule = ReturnType<typeof provincialTerms>['transition'];

function transitionOf(rule: TransitionRule, held: PensionMonths, working: Working): readonly TransitionPart[] {
  const parts: TransitionPart[] = [];
  if (held.deemed > 0) {
    if (rule?.coefficient !== undefined) parts.push({ basis: rule.basis, months: held.deemed, coefficient: rule.coefficient });
    else {
      working.provisional('TRANSITION_PENSION_NOT_COMPUTED', {
        zh: '过渡性养老金的计发办法未备案或因人而异，结果不含这一部分',
        en: 'the transition formula of the province is not on file or depends on the case; the estimate leaves that part out',
      });
    }
  }
  if (rule?.paidCoefficient !== undefined && rule.paidFrom !== undefined && rule.paidTo !== undefined) {
    const months = monthsBetween(held, rule.paidFrom, rule.paidTo);
    if (months > 0) parts.push({ basis: 'INDEXED', months, coefficient: rule.paidCoefficient });
  }
  return parts;
}

function monthsBetween({ months }: PensionMonths, first: Month, last: Month): number {
  let count = 0;
  for (const { month, counts } of months) if (counts !== 'DEEMED' && month >= first && month <= last) count++;
  return count;
}
