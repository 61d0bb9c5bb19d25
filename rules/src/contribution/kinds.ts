import { Type, type Static } from 'typebox';
import { divisionFrom, provinceFrom } from '../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput, RateInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { fenFromYuan, rateFrom, yuan } from '../money.js';
import { monthFrom, monthText } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { Working } from '../result.js';
import { retirementCategoryFrom, retirementDates } from '../retirement/retirement-ages.js';
import { contributionLimits, type LimitsQuestion } from './contribution-limits.js';
import { flexibleContribution } from './flexible-contribution.js';
import { contributionSubsidy } from './subsidy.js';

const LimitParts = {
  /** Province or city. */
  place: Type.Optional(DivisionInput),
  province: Type.Optional(DivisionInput),
  month: Type.Optional(MonthInput),
  referenceWage: Type.Optional(MoneyInput),
  floor: Type.Optional(MoneyInput),
  ceiling: Type.Optional(MoneyInput),
};
const LimitsInput = Type.Object(LimitParts);

function limitsFrom(input: Static<typeof LimitsInput>): LimitsQuestion {
  const { month, referenceWage, floor, ceiling } = input;
  const place = input.place ?? input.province;
  const field = input.place === undefined ? 'province' : 'place';
  if (place !== undefined) provinceFrom(place, field);
  return {
    place: place === undefined ? undefined : divisionFrom(place, field),
    month: month === undefined ? undefined : monthFrom(month, 'month'),
    referenceWage: referenceWage === undefined ? undefined : fenFromYuan(referenceWage, 'referenceWage'),
    floor: floor === undefined ? undefined : fenFromYuan(floor, 'floor'),
    ceiling: ceiling === undefined ? undefined : fenFromYuan(ceiling, 'ceiling'),
  };
}

const flexible = defineKind({
  kind: 'flexible_contribution',
  title: { zh: '灵活就业人员养老保险缴费', en: 'what a flexible worker pays' },
  input: Type.Object({
    ...LimitParts,
    rate: Type.Optional(RateInput),
    accountRate: Type.Optional(RateInput),
    choices: Type.Array(MoneyInput),
    rhythm: Type.Optional(
      Type.Union([Type.Literal('MONTHLY'), Type.Literal('QUARTERLY'), Type.Literal('HALF_YEARLY'), Type.Literal('YEARLY')]),
    ),
  }),
  evaluate(input, options) {
    const { rate, accountRate, choices, rhythm } = input;
    const answer = flexibleContribution(
      {
        ...limitsFrom(input),
        rate: rate === undefined ? undefined : rateFrom(rate, 'rate'),
        accountRate: accountRate === undefined ? undefined : rateFrom(accountRate, 'accountRate'),
        choices: choices.map((choice, index) => fenFromYuan(choice, `choices[${index}]`)),
        rhythm,
      },
      options,
    );
    const { limits, choices: judged } = answer.figures;
    const results = judged.map((choice) => {
      const base = yuan(choice.base);
      if (!choice.valid) return { base, valid: false, error: choice.error };
      const { monthly, toAccount, toPool, perPayment } = choice;
      const atOnce = rhythm === undefined ? {} : { perPayment: yuan(perPayment) };
      return { base, valid: true, monthly: yuan(monthly), toAccount: yuan(toAccount), toPool: yuan(toPool), ...atOnce };
    });
    return { ...answer, figures: { floor: yuan(limits.floor), ceiling: yuan(limits.ceiling), results } };
  },
});

const limits = defineKind({
  kind: 'contribution_limits',
  title: { zh: '缴费基数上下限', en: 'floor and ceiling of the contribution base' },
  input: LimitsInput,
  evaluate(input, options) {
    const working = new Working(options);
    const { floor, ceiling, version } = contributionLimits(limitsFrom(input), working);
    working.step(() => ({
      text: {
        zh: `缴费基数下限 ${yuan(floor)}，上限 ${yuan(ceiling)}`,
        en: `the base is at least ${yuan(floor)} and at most ${yuan(ceiling)}`,
      },
      article: '国办发〔2019〕13号',
    }));
    return working.ruled(
      { floor: yuan(floor), ceiling: yuan(ceiling) },
      { rule: 'the published limits; 60 % and 300 % of the average wage where none are on file', article: '国办发〔2019〕13号', version },
    );
  },
});

const subsidy = defineKind({
  kind: 'contribution_subsidy',
  title: { zh: '灵活就业社会保险补贴上限', en: 'the most that is granted to a flexible worker in difficulties' },
  input: Type.Object({
    monthly: MoneyInput,
    firstApproved: MonthInput,
    month: Type.Optional(MonthInput),
    statutoryMonth: Type.Optional(MonthInput),
    category: Type.Optional(Type.String()),
    birthMonth: Type.Optional(MonthInput),
  }),
  evaluate(input, options) {
    const firstApproved = monthFrom(input.firstApproved, 'firstApproved');
    const answer = contributionSubsidy(
      {
        monthly: fenFromYuan(input.monthly, 'monthly'),
        firstApproved,
        month: input.month === undefined ? firstApproved : monthFrom(input.month, 'month'),
        statutoryMonth: statutoryMonthOf(input),
      },
      options,
    );
    const { most, lastMonth, untilRetirement } = answer.figures;
    return { ...answer, figures: { most: yuan(most), lastMonth: monthText(lastMonth), untilRetirement } };
  },
});

function statutoryMonthOf(input: { statutoryMonth?: string | number; category?: string; birthMonth?: string | number }) {
  const { statutoryMonth, category, birthMonth } = input;
  if (statutoryMonth !== undefined) return monthFrom(statutoryMonth, 'statutoryMonth');
  if (category === undefined || birthMonth === undefined) throw new RuleRefusal('INPUT_INVALID', 'statutoryMonth');
  return retirementDates(retirementCategoryFrom(category, 'category'), monthFrom(birthMonth, 'birthMonth')).statutoryMonth;
}

export const contributionKinds: readonly Kind[] = [flexible, limits, subsidy];
