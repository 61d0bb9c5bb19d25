import {
  divisorText,
  monthLabel,
  provinceName,
  rateText,
  yuan,
  type Outlook,
  type OutlookEstimate,
  type OutlookOption,
  type Ruled,
  type Step,
} from '@yichuang/rules';
import type {
  BenefitEstimate,
  OutlookOption as ShownOption,
  PensionOutlook,
  ReceivingPlace as ShownPlace,
  RetirementMonths,
  RuleStep,
} from '@yichuang/schema/resolvers/hrss';

/** An outlook in the terms of the graph; steps of all choices follow those that they have in common. */
export function shownOutlook(answer: Ruled<Outlook>): Omit<PensionOutlook, 'missing'> {
  const { figures, rule, article, version, steps, provisional } = answer;
  return {
    asOf: monthLabel(figures.asOf),
    category: figures.category ?? null,
    categoryAssumed: figures.categoryAssumed,
    refused: null,
    monthsPaid: figures.monthsPaid,
    monthsDeemed: figures.monthsDeemed,
    monthsDoubled: figures.monthsDoubled,
    minimumMetIn: figures.minimumMetIn === undefined ? null : monthLabel(figures.minimumMetIn),
    receivingPlace: shownPlace(figures.receivingPlace),
    retirement: shownRetirement(figures.retirement),
    options: figures.options.map(shownOption),
    steps: [...steps, ...figures.options.flatMap((option) => option.steps)].map(shownStep),
    provisional: [...provisional],
    rule,
    article,
    version,
  };
}

const REASONS = {
  RELATION_IN_HUKOU: { zh: '基本养老保险关系在户籍所在地', en: 'the pension relation is in the hukou province' },
  RELATION_PLACE_10Y: { zh: '在关系所在地累计缴费年限满10年', en: 'ten years are paid where the relation is' },
  PREVIOUS_PLACE_10Y: {
    zh: '关系所在地不满10年，回到上一个缴费满10年的参保地',
    en: 'under ten years where the relation is: the latest earlier place with ten years',
  },
  HUKOU_FALLBACK: { zh: '各参保地均不满10年，归集至户籍所在地', en: 'no place has ten years: gathered in the hukou province' },
} as const;

function shownPlace(place: Outlook['receivingPlace']): ShownPlace | null {
  if (!place) return null;
  const name = provinceName(place.receivingProvince);
  const reason = REASONS[place.reason];
  return {
    province: place.receivingProvince,
    reason: place.reason,
    text: { zh: `${name.zh}：${reason.zh}`, en: `${name.en}: ${reason.en}` },
    months: [...place.months].map(([province, { actual, deemed, temporary }]) => ({ province, actual, deemed, temporary })),
    monthsMissing: place.monthsMissing,
    changes: place.changes.map(({ change, province, months, receivingProvince, reason: then }) => ({
      change,
      province,
      months: months ?? null,
      receivingProvince,
      reason: then,
    })),
  };
}

function shownRetirement(dates: Outlook['retirement']): RetirementMonths | null {
  if (!dates) return null;
  const { originalAge, delay, statutoryAge, statutoryMonth, elastic } = dates;
  return {
    originalAge,
    delay,
    statutoryAge,
    statutoryMonth: monthLabel(statutoryMonth),
    earliestMonth: elastic ? monthLabel(elastic.earliestMonth) : null,
    latestMonth: elastic ? monthLabel(elastic.latestMonth) : null,
  };
}

function shownOption({ figures, steps, provisional }: Ruled<OutlookOption>): ShownOption {
  const { choice, month, age, requiredMonths, months, missingMonths, allowed, obstacles, receivingProvince, estimate } = figures;
  return {
    choice,
    month: monthLabel(month),
    age,
    requiredMonths,
    months,
    missingMonths,
    allowed,
    obstacles: [...obstacles],
    receivingProvince: receivingProvince ?? null,
    steps: steps.map(shownStep),
    provisional: [...provisional],
    estimate: estimate ? shownEstimate(estimate) : null,
  };
}

function shownEstimate(estimate: OutlookEstimate): BenefitEstimate {
  return {
    total: yuan(estimate.total),
    basic: yuan(estimate.basic),
    account: yuan(estimate.account),
    transition: yuan(estimate.transition),
    extra: yuan(estimate.addition),
    calculationBase: yuan(estimate.calculationBase),
    averageIndex: rateText(estimate.averageIndex),
    accountBalance: yuan(estimate.accountBalance),
    divisor: divisorText(estimate.divisor),
  };
}

function shownStep({ text, article, amount }: Step): RuleStep {
  return { text, article, amount: amount ?? null };
}
