import { firstDay, type CivilDate } from '../calendar/civil-date.js';
import { addMonths, monthLabel, type Month } from '../month.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { minimumMonthsIn } from './minimum-months.js';
import { retirementDates, type RetirementCategory } from './retirement-ages.js';

/** Why a chosen month cannot stand. */
export type ElasticObstacle =
  'BEFORE_EARLIEST' | 'AFTER_LATEST' | 'REACHED_BEFORE_REFORM' | 'MINIMUM_NOT_MET' | 'NOTICE_TOO_LATE' | 'EMPLOYER_DOES_NOT_AGREE';

export interface ElasticRequest {
  readonly category: RetirementCategory;
  readonly birthMonth: Month;
  readonly chosenMonth: Month;
  /** Paid and deemed months by then, where known. */
  readonly countedMonths?: number | undefined;
  /** Day of the written notice (early) or of the written agreement (late), where known. */
  readonly noticeOn?: CivilDate | undefined;
  /** Later retirement needs the employer's agreement. */
  readonly employerAgrees?: boolean | undefined;
}

export interface ElasticAnswer {
  readonly kind: 'EARLY' | 'STATUTORY' | 'LATE';
  readonly allowed: boolean;
  readonly obstacles: readonly ElasticObstacle[];
  readonly requiredMonths: number;
  /** Last day for the notice or the agreement. */
  readonly noticeBy: CivilDate | undefined;
}

const EARLY_NOTICE_MONTHS = 3;
const LATE_NOTICE_MONTHS = 1;
const ARTICLE = '人社部发〔2024〕94号';

/**
 * Whether a person may retire in a chosen month (弹性退休): inside the window, with the minimum of the chosen year, with notice in writing three
 * months before when early, with the employer's agreement one month before when late. Employers may force neither.
 */
export function elasticRequest(request: ElasticRequest, options: RuleOptions = {}): Ruled<ElasticAnswer> {
  const working = new Working(options);
  const { category, birthMonth, chosenMonth, countedMonths, noticeOn } = request;
  const { statutoryMonth, elastic } = retirementDates(category, birthMonth);
  const kind = chosenMonth < statutoryMonth ? 'EARLY' : chosenMonth > statutoryMonth ? 'LATE' : 'STATUTORY';
  const requiredMonths = minimumMonthsIn(chosenMonth);
  const notice = { EARLY: EARLY_NOTICE_MONTHS, LATE: LATE_NOTICE_MONTHS, STATUTORY: undefined }[kind];
  // Early: before the month begins. Late: before the statutory month, in which the relation would otherwise end.
  const noticeBy = notice === undefined ? undefined : firstDay(addMonths(kind === 'EARLY' ? chosenMonth : statutoryMonth, -notice));
  const obstacles: ElasticObstacle[] = [];
  if (kind !== 'STATUTORY') {
    if (elastic === undefined) obstacles.push('REACHED_BEFORE_REFORM');
    else if (chosenMonth < elastic.earliestMonth) obstacles.push('BEFORE_EARLIEST');
    else if (chosenMonth > elastic.latestMonth) obstacles.push('AFTER_LATEST');
  }
  if (kind !== 'LATE' && countedMonths !== undefined && countedMonths < requiredMonths) obstacles.push('MINIMUM_NOT_MET');
  if (noticeOn !== undefined && noticeBy !== undefined && noticeOn > noticeBy) obstacles.push('NOTICE_TOO_LATE');
  if (kind === 'LATE' && request.employerAgrees === false) obstacles.push('EMPLOYER_DOES_NOT_AGREE');
  working.step(() => ({
    text: {
      zh: `法定月份 ${monthLabel(statutoryMonth)}，所选月份 ${monthLabel(chosenMonth)}，当年最低缴费 ${requiredMonths} 个月`,
      en: `statutory month ${monthLabel(statutoryMonth)}, chosen ${monthLabel(chosenMonth)}; the minimum of that year is ${requiredMonths} months`,
    },
    article: ARTICLE,
    amount: String(requiredMonths),
  }));
  if (kind === 'EARLY') {
    working.provisional('MINIMUM_OF_CHOSEN_YEAR', {
      zh: '提前退休按所选年份的最低缴费年限计算，条文只要求达到最低年限',
      en: 'the minimum of the chosen year is applied; the decision only says that the minimum must be met',
    });
  }
  return working.ruled(
    { kind, allowed: obstacles.length === 0, obstacles, requiredMonths, noticeBy },
    {
      rule: 'up to three years before or after the statutory month, never below the original age; minimum months met; in writing three months (early) or one month (late) ahead',
      article: ARTICLE,
      version: '2025-01-01',
    },
  );
}
