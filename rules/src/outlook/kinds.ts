import { Type, type Static } from 'typebox';
import { pensionProvinceFrom } from '../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { fenFromYuan, rateText, yuan } from '../money.js';
import { monthFrom, monthText, type Month } from '../month.js';
import { LifeRecordInput } from '../record/input.js';
import { lifeRecordFrom } from '../record/read.js';
import type { Ruled } from '../result.js';
import { yearsText } from '../retirement/contribution-years.js';
import { divisorText } from '../retirement/divisor.js';
import { ageText, retirementCategoryFrom } from '../retirement/retirement-ages.js';
import type { OutlookEstimate } from './estimate.js';
import type { OutlookOption } from './option.js';
import { outlook, type Outlook } from './outlook.js';
import type { OutlookWish } from './wish.js';

const WishInput = Type.Object({
  retireIn: Type.Optional(MonthInput),
  base: Type.Optional(MoneyInput),
  stopPaying: Type.Optional(Type.Boolean()),
  moveTo: Type.Optional(DivisionInput),
  hukou: Type.Optional(DivisionInput),
  category: Type.Optional(Type.String()),
});

const outlookKind = defineKind({
  kind: 'outlook',
  title: { zh: '养老待遇预测', en: 'pension outlook of a life' },
  input: Type.Object({ ...LifeRecordInput.properties, whatIf: Type.Optional(WishInput) }),
  evaluate(input, options) {
    const answer = outlook(lifeRecordFrom(input), wishFrom(input.whatIf ?? {}), options);
    return {
      ...answer,
      figures: figuresOf(answer.figures),
      steps: [...answer.steps, ...answer.figures.options.flatMap(({ steps }) => steps)],
    };
  },
});

function wishFrom({ retireIn, base, stopPaying, moveTo, hukou, category }: Static<typeof WishInput>): OutlookWish {
  return {
    retireIn: retireIn === undefined ? undefined : monthFrom(retireIn, 'whatIf.retireIn'),
    base: base === undefined ? undefined : fenFromYuan(base, 'whatIf.base'),
    stopPaying,
    moveTo: moveTo === undefined ? undefined : pensionProvinceFrom(moveTo, 'whatIf.moveTo'),
    hukou: hukou === undefined ? undefined : pensionProvinceFrom(hukou, 'whatIf.hukou'),
    category: category === undefined ? undefined : retirementCategoryFrom(category, 'whatIf.category'),
  };
}

function figuresOf(figures: Outlook) {
  const { receivingPlace: place, retirement: dates } = figures;
  return {
    asOf: monthText(figures.asOf),
    category: figures.category ?? null,
    categoryAssumed: figures.categoryAssumed,
    monthsPaid: figures.monthsPaid,
    monthsDeemed: figures.monthsDeemed,
    monthsDoubled: figures.monthsDoubled,
    receivingProvince: place?.receivingProvince ?? null,
    receivingReason: place?.reason ?? null,
    whatWouldChangeIt: place?.changes ?? [],
    statutoryMonth: optionalMonth(dates?.statutoryMonth),
    earliestElasticMonth: optionalMonth(dates?.elastic?.earliestMonth),
    latestElasticMonth: optionalMonth(dates?.elastic?.latestMonth),
    minimumMetIn: optionalMonth(figures.minimumMetIn),
    options: figures.options.map(optionOf),
  };
}

function optionOf({ figures, provisional }: Ruled<OutlookOption>) {
  return {
    choice: figures.choice,
    month: monthText(figures.month),
    age: ageText(figures.age),
    requiredMonths: figures.requiredMonths,
    months: figures.months,
    missingMonths: figures.missingMonths,
    allowed: figures.allowed,
    obstacles: figures.obstacles,
    receivingProvince: figures.receivingProvince ?? null,
    receivingReason: figures.receivingReason ?? null,
    estimate: figures.estimate === undefined ? null : estimateOf(figures.estimate),
    provisional: provisional.map(({ reason }) => reason),
  };
}

function estimateOf(estimate: OutlookEstimate) {
  return {
    calcBase: yuan(estimate.calculationBase),
    averageIndex: rateText(estimate.averageIndex),
    yearsTotal: yearsText(estimate.years),
    accountBalance: yuan(estimate.accountBalance),
    divisor: divisorText(estimate.divisor),
    basicPension: yuan(estimate.basic),
    accountPension: yuan(estimate.account),
    transitionPension: yuan(estimate.transition),
    extraPension: yuan(estimate.addition),
    total: yuan(estimate.total),
  };
}

function optionalMonth(month: Month | undefined): string | null {
  return month === undefined ? null : monthText(month);
}

export const outlookKinds: readonly Kind[] = [outlookKind];
