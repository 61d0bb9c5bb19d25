import type { Province } from '../divisions/division.js';
import { addMonths, monthLabel, type Month } from '../month.js';
import { receivingPlace, type ReceivingPlace, type ReceivingPlaceReason } from '../pension/place/receiving-place.js';
import type { PlaceStretch } from '../pension/place/month-counts.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import type { YearOfBases } from '../retirement/average-index.js';
import { elasticRequest, type ElasticObstacle } from '../retirement/elastic-request.js';
import type { RetirementDates } from '../retirement/retirement-ages.js';
import { attempt } from './attempt.js';
import type { AccountForecast } from './account-forecast.js';
import { outlookEstimate, type OutlookEstimate } from './estimate.js';
import type { GoingOn } from './going-on.js';
import type { PensionMonths } from './pension-months.js';

/** Why one may not retire in a month. */
export type OutlookObstacle = ElasticObstacle | 'MONTH_HAS_PASSED';

/** NOW: the first month that is not over, for who is past the statutory month and draws no pension yet. */
export type OutlookChoice = 'EARLIEST' | 'STATUTORY' | 'NOW' | 'LATEST' | 'CHOSEN';

/** One month in which the person may retire, and what it leads to. */
export interface OutlookOption {
  readonly choice: OutlookChoice;
  readonly month: Month;
  /** In months. */
  readonly age: number;
  /** 最低缴费月数 of the year. */
  readonly requiredMonths: number;
  /** Paid and deemed by then. */
  readonly months: number;
  readonly missingMonths: number;
  readonly allowed: boolean;
  readonly obstacles: readonly OutlookObstacle[];
  readonly receivingProvince: Province | undefined;
  readonly receivingReason: ReceivingPlaceReason | undefined;
  /** Undefined where it cannot be estimated; provisional says why. */
  readonly estimate: OutlookEstimate | undefined;
}

/** What all options of one outlook have in common. */
export interface OptionGround {
  readonly asOf: Month;
  readonly hukou: Province | undefined;
  readonly dates: RetirementDates;
  readonly held: PensionMonths;
  readonly past: readonly YearOfBases[];
  readonly goingOn: GoingOn | undefined;
  readonly account: AccountForecast | undefined;
}

/** What follows when the person retires in a month. */
export function outlookOption(choice: OutlookChoice, month: Month, ground: OptionGround, options: RuleOptions): Ruled<OutlookOption> {
  const working = new Working(options);
  const { asOf, dates, held, goingOn } = ground;
  const still = goingOn === undefined ? 0 : Math.max(0, month - asOf);
  const months = held.actual + held.deemed + still;
  const request = elasticRequest(
    { category: dates.category, birthMonth: dates.birthMonth, chosenMonth: month, countedMonths: months },
    options,
  );
  working.takeOver(request);
  const place = placeThen(ground, still, month, working, options);
  const { requiredMonths } = request.figures;
  // The window bounds what is put off or brought forward. Who has reached the age may ask for the pension at any time after.
  const ofWindow = choice === 'NOW' ? [] : request.figures.obstacles;
  const obstacles = new Set<OutlookObstacle>([...(month < asOf ? (['MONTH_HAS_PASSED'] as const) : []), ...ofWindow]);
  // Later than the statutory month it keeps nobody from going on to pay; a pension takes the minimum all the same.
  if (months < requiredMonths) obstacles.add('MINIMUM_NOT_MET');
  const figures: Omit<OutlookOption, 'estimate'> = {
    choice,
    month,
    age: month - dates.birthMonth,
    requiredMonths,
    months,
    missingMonths: Math.max(0, requiredMonths - months),
    allowed: obstacles.size === 0,
    obstacles: [...obstacles],
    receivingProvince: place?.receivingProvince,
    receivingReason: place?.reason,
  };
  working.step(() => ({
    text: {
      zh: `${monthLabel(month)} 退休：已计 ${held.actual + held.deemed} 个月，继续缴费 ${still} 个月，最低 ${requiredMonths} 个月，尚缺 ${figures.missingMonths} 个月`,
      en: `retiring in ${monthLabel(month)}: ${held.actual + held.deemed} months so far, ${still} still to be paid, ${requiredMonths} needed, ${figures.missingMonths} missing`,
    },
    article: '全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024-09-13）办法第二条',
    amount: String(figures.missingMonths),
  }));
  const estimate = estimateThen(figures, ground, still, working, options);
  return working.ruled({ ...figures, estimate }, { rule: request.rule, article: request.article, version: request.version });
}

/** The receiving place with the months that are still to be paid. */
export function placeThen(
  ground: Pick<OptionGround, 'asOf' | 'hukou' | 'held' | 'goingOn'>,
  still: number,
  conditionsMet: Month | undefined,
  working: Working,
  options: RuleOptions,
): ReceivingPlace | undefined {
  const { asOf, hukou, held, goingOn } = ground;
  if (hukou === undefined) return undefined;
  const future: readonly PlaceStretch[] =
    goingOn === undefined || still === 0
      ? []
      : [{ from: goingOn.from, to: addMonths(asOf, still), province: goingOn.province, counts: goingOn.counts, field: 'goingOn' }];
  const relation = future.length > 0 ? goingOn?.relation : held.relation;
  return attempt(working, 'RECEIVING_PLACE_NOT_DECIDED', () => {
    const answer = receivingPlace({ hukou, relation, stretches: [...held.stretches, ...future], conditionsMet }, options);
    working.takeOver(answer);
    return answer.figures;
  });
}

function estimateThen(
  { month, age, receivingProvince }: Omit<OutlookOption, 'estimate'>,
  { asOf, held, past, goingOn, account }: OptionGround,
  still: number,
  working: Working,
  options: RuleOptions,
): OutlookEstimate | undefined {
  if (month < asOf) {
    working.provisional('MONTH_HAS_PASSED', { zh: '该月已过，不再测算', en: 'the month has passed and is not estimated any more' });
    return undefined;
  }
  const province = receivingProvince ?? goingOn?.relation ?? held.relation ?? held.months.at(-1)?.province;
  if (province === undefined || account === undefined) return undefined;
  if (receivingProvince === undefined) {
    working.provisional('RECEIVING_PLACE_ASSUMED', {
      zh: '户籍地未知，按关系所在地测算',
      en: 'the hukou is not known: estimated for the place of the relation',
    });
  }
  const future = goingOn === undefined || still === 0 ? undefined : { from: goingOn.from, to: month, base: goingOn.base };
  return attempt(working, 'ESTIMATE_NOT_POSSIBLE', () =>
    outlookEstimate({ province, month, age, held, past, future, accountBalance: account.at(month) }, working, options),
  );
}
