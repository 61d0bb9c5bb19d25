import { Type, type Static } from 'typebox';
import { CountLike, countFrom } from '../count.js';
import { pensionProvinceFrom, type Province } from '../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput, RateInput } from '../input.js';
import { defineKind } from '../kind.js';
import { fen, fenFromYuan, rateFrom, rateText, yuan, type Fen, type Rate } from '../money.js';
import { monthFrom, rangeFrom, type Month, type MonthRange } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions } from '../result.js';
import { averageIndex, benefitPracticeOf, yearsOfBases } from './average-index.js';
import { benefitEstimate, type Benefit, type TransitionPart } from './benefit.js';
import { provincialTerms, type TransitionBasis } from './benefit-terms.js';
import { yearsRoundingFrom, yearsText, type YearsRounding } from './contribution-years.js';
import { divisorText } from './divisor.js';
import { calculationBase, noteBase } from './wages.js';

const ZERO = rateFrom('0', '');

const BasisInput = Type.Union([Type.Literal('AVERAGE'), Type.Literal('INDEXED'), Type.Literal('CALCULATION_BASE')]);
const IndexParts = {
  segments: Type.Optional(Type.Array(Type.Object({ from: MonthInput, to: MonthInput, base: MoneyInput }))),
  /** Average wages of the receiving province by year; those on file when absent. */
  referenceWages: Type.Optional(Type.Record(Type.String(), MoneyInput)),
  indexPlaces: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  deemedMonths: Type.Optional(CountLike),
  /** What the province gives deemed months (often 1.0); absent: the person's own average. */
  deemedIndex: Type.Optional(RateInput),
};

const IndexInput = Type.Object({ receivingProvince: DivisionInput, ...IndexParts });

const BenefitInput = Type.Object({
  receivingProvince: Type.Optional(DivisionInput),
  /** Absent: the base of the province in the retirement year. */
  calcBase: Type.Optional(MoneyInput),
  calcBaseFinal: Type.Optional(Type.Boolean()),
  /** Published after the pension was granted: what it is when computed again (重新核定). */
  finalCalcBase: Type.Optional(MoneyInput),
  /** Absent: computed from segments. */
  averageIndex: Type.Optional(RateInput),
  ...IndexParts,
  actualMonths: CountLike,
  /** Absent: the deemed months, where the province has a formula. */
  transitionMonths: Type.Optional(CountLike),
  transitionCoefficient: Type.Optional(RateInput),
  transitionBasis: Type.Optional(BasisInput),
  /** Months paid before the account was as it is now, where the province counts them (Beijing: 1992-10 to 1998-06). */
  preAccountPaidMonths: Type.Optional(CountLike),
  extraCoefficient: Type.Optional(RateInput),
  accountBalance: MoneyInput,
  /** Absent: from birthMonth to retireMonth. */
  retireAgeMonths: Type.Optional(CountLike),
  birthMonth: Type.Optional(MonthInput),
  retireMonth: Type.Optional(MonthInput),
  yearsRounding: Type.Optional(Type.String()),
});
type BenefitInput = Static<typeof BenefitInput>;

export const averageIndexKind = defineKind({
  kind: 'average_index',
  title: { zh: '平均缴费指数', en: 'average contribution index' },
  input: IndexInput,
  evaluate(input, options) {
    const answer = indexOf(input, pensionProvinceFrom(input.receivingProvince, 'receivingProvince'), options);
    return { ...answer, figures: { averageIndex: rateText(answer.figures.index), months: answer.figures.months } };
  },
});

export const benefitKind = defineKind({
  kind: 'benefit_estimate',
  title: { zh: '基本养老金预测算', en: 'benefit estimate' },
  input: BenefitInput,
  evaluate(input, options) {
    const working = new Working(options);
    const province = input.receivingProvince === undefined ? undefined : pensionProvinceFrom(input.receivingProvince, 'receivingProvince');
    const retirementMonth = input.retireMonth === undefined ? undefined : monthFrom(input.retireMonth, 'retireMonth');
    const deemedMonths = countFrom(input.deemedMonths ?? 0, 'deemedMonths');
    const terms = province === undefined ? undefined : provincialTerms(province, retirementMonth);
    const addition = input.extraCoefficient === undefined ? undefined : rateFrom(input.extraCoefficient, 'extraCoefficient');
    const question = {
      calculationBase: baseOf(input, province, retirementMonth, working),
      averageIndex: indexGiven(input, province, options, working),
      actualMonths: countFrom(input.actualMonths, 'actualMonths'),
      deemedMonths,
      transition: transitionOf(input, terms?.transition, deemedMonths, working),
      addition: addition ?? terms?.addition ?? ZERO,
      accountBalance: fenFromYuan(input.accountBalance, 'accountBalance'),
      retirementAge: ageOf(input, retirementMonth),
      retirementMonth,
      yearsRounding: roundingOf(input, province),
    };
    const estimate = benefitEstimate(question, options);
    working.takeOver(estimate);
    if (input.finalCalcBase === undefined) return working.ruled(figuresOf(estimate.figures), estimate);
    const again = benefitEstimate({ ...question, calculationBase: fenFromYuan(input.finalCalcBase, 'finalCalcBase') }, options);
    working.takeOver(again);
    const difference = fen(again.figures.total - estimate.figures.total);
    return working.ruled({ ...figuresOf(estimate.figures), final: figuresOf(again.figures), difference: yuan(difference) }, estimate);
  },
});

function figuresOf(figures: Benefit) {
  return {
    indexedMonthlyWage: yuan(figures.indexedWage),
    yearsTotal: yearsText(figures.years),
    divisor: divisorText(figures.divisor),
    basicPension: yuan(figures.basic),
    accountPension: yuan(figures.account),
    transitionPension: yuan(figures.transition),
    extraPension: yuan(figures.addition),
    total: yuan(figures.total),
  };
}

function baseOf(input: BenefitInput, province: Province | undefined, month: Month | undefined, working: Working): Fen {
  if (input.calcBase !== undefined) {
    if (input.calcBaseFinal === false) {
      working.provisional('CALCULATION_BASE_NOT_FINAL', {
        zh: '计发基数为预发数，公布后重新核定',
        en: 'the calculation base is a preliminary one; the pension is computed again when it is published',
      });
    }
    return fenFromYuan(input.calcBase, 'calcBase');
  }
  if (province === undefined || month === undefined) throw new RuleRefusal('INPUT_INVALID', 'calcBase');
  const found = calculationBase(province, month);
  if (found === undefined) throw new RuleRefusal('NO_PARAMETER', 'calcBase');
  noteBase(working, found);
  return found.amount;
}

function indexGiven(input: BenefitInput, province: Province | undefined, options: RuleOptions, working: Working): Rate {
  if (input.averageIndex !== undefined) return rateFrom(input.averageIndex, 'averageIndex');
  if (province === undefined) throw new RuleRefusal('NO_MONTHS_FOR_INDEX', 'averageIndex');
  const answer = indexOf(input, province, options);
  working.takeOver(answer);
  return answer.figures.index;
}

function indexOf(input: Pick<BenefitInput, keyof typeof IndexParts>, receivingProvince: Province, options: RuleOptions) {
  const stretches = (input.segments ?? []).map(({ from, to, base }, index) => ({
    ...rangeFrom(from, to, `segments[${index}]`),
    base: fenFromYuan(base, `segments[${index}].base`),
  }));
  const wages = new Map(
    Object.entries(input.referenceWages ?? {}).map(([year, wage]) => {
      if (!/^(19|20|21)\d\d$/.test(year)) throw new RuleRefusal('YEAR_INVALID', 'referenceWages');
      const amount = fenFromYuan(wage, `referenceWages.${year}`);
      if (amount === 0) throw new RuleRefusal('MONEY_INVALID', `referenceWages.${year}`);
      return [Number(year), amount] as const;
    }),
  );
  refuseOverlaps(stretches);
  const deemed =
    input.deemedIndex === undefined
      ? undefined
      : { months: countFrom(input.deemedMonths ?? 0, 'deemedMonths'), index: rateFrom(input.deemedIndex, 'deemedIndex') };
  return averageIndex({ receivingProvince, years: yearsOfBases(stretches), wages, deemed, places: input.indexPlaces }, options);
}

/** Every month counts once: two bases for one month are cleared first. */
function refuseOverlaps(stretches: readonly MonthRange[]): void {
  const inOrder = stretches.map((range, index) => ({ range, index })).sort((a, b) => a.range.from - b.range.from);
  let last = Number.NEGATIVE_INFINITY;
  for (const { range, index } of inOrder) {
    if (range.from <= last) throw new RuleRefusal('MONTHS_OVERLAP', `segments[${index}].from`);
    last = range.to;
  }
}

function transitionOf(
  input: BenefitInput,
  rule: ReturnType<typeof provincialTerms>['transition'],
  deemedMonths: number,
  working: Working,
): readonly TransitionPart[] {
  const given = input.transitionCoefficient === undefined ? undefined : rateFrom(input.transitionCoefficient, 'transitionCoefficient');
  const months = countFrom(input.transitionMonths ?? deemedMonths, 'transitionMonths');
  const paid = countFrom(input.preAccountPaidMonths ?? 0, 'preAccountPaidMonths');
  const parts: TransitionPart[] = [];
  if (months > 0) {
    const coefficient = given ?? rule?.coefficient;
    if (coefficient !== undefined) parts.push({ basis: basisOf(input.transitionBasis, rule?.basis, working), months, coefficient });
    else if (input.transitionMonths !== undefined || rule !== undefined) {
      throw new RuleRefusal('TRANSITION_COEFFICIENT_MISSING', 'transitionCoefficient');
    } else {
      working.provisional('TRANSITION_PENSION_NOT_COMPUTED', {
        zh: '该省过渡性养老金的计发办法未备案，结果不含这一部分',
        en: "the province's transition formula is not on file; the estimate leaves that part out",
      });
    }
  }
  if (paid > 0) {
    if (rule?.paidCoefficient === undefined) throw new RuleRefusal('TRANSITION_COEFFICIENT_MISSING', 'preAccountPaidMonths');
    parts.push({ basis: 'INDEXED', months: paid, coefficient: rule.paidCoefficient });
  }
  return parts;
}

function basisOf(given: TransitionBasis | undefined, rule: TransitionBasis | undefined, working: Working): TransitionBasis {
  const basis = given ?? rule;
  if (basis !== undefined) return basis;
  working.provisional('TRANSITION_BASIS_ASSUMED', {
    zh: '该省过渡性养老金的计算基数未备案，按计发基数与指数化工资的平均数计算',
    en: "the province's basis is not on file; the mean of the calculation base and the indexed wage is taken",
  });
  return 'AVERAGE';
}

function ageOf(input: BenefitInput, retirementMonth: Month | undefined): number {
  if (input.retireAgeMonths !== undefined) return countFrom(input.retireAgeMonths, 'retireAgeMonths');
  if (input.birthMonth === undefined || retirementMonth === undefined) throw new RuleRefusal('INPUT_INVALID', 'retireAgeMonths');
  const age = retirementMonth - monthFrom(input.birthMonth, 'birthMonth');
  if (age < 0) throw new RuleRefusal('RANGE_REVERSED', 'retireMonth');
  return age;
}

function roundingOf(input: BenefitInput, province: Province | undefined): YearsRounding {
  if (input.yearsRounding !== undefined) return yearsRoundingFrom(input.yearsRounding, 'yearsRounding');
  return { places: benefitPracticeOf(province).values.yearsPlaces, way: 'HALF_UP' };
}
