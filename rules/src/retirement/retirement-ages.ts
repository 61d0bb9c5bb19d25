import { firstDay } from '../calendar/civil-date.js';
import { retirementAges, type RetirementAgesValues } from '../generated/retirement-ages.js';
import { addMonths, monthOf, monthLabel, monthText, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { minimumMonthsIn } from './minimum-months.js';

/** Retirement group: men, women with original age 55 (management and technical posts), women with original age 50 (workers). */
export type RetirementCategory = RetirementAgesValues['category'];

/** When a person may retire. Ages and spans in months. */
export interface RetirementDates {
  readonly category: RetirementCategory;
  readonly birthMonth: Month;
  readonly originalAge: number;
  /** Months by which the original age is raised. */
  readonly delay: number;
  readonly statutoryAge: number;
  readonly statutoryMonth: Month;
  /** 弹性退休. Undefined for those who reached the age before the reform took effect. */
  readonly elastic: ElasticWindow | undefined;
  /** Months of contributions needed when the pension is drawn from the statutory month. */
  readonly minimumMonths: number;
}

export interface ElasticWindow {
  readonly earliestAge: number;
  readonly earliestMonth: Month;
  readonly latestMonth: Month;
}

const REFORM = monthOf(2025, 1);
const ROWS = new Map(retirementAges.rows.map((row) => [row.values.category, row]));
const DECISION = '全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024-09-13）';

/**
 * Reads a retirement group: `M60`, `F55` or `F50`.
 * @throws RuleRefusal RETIREMENT_CATEGORY_UNKNOWN naming the field
 */
export function retirementCategoryFrom(value: string, field: string): RetirementCategory {
  const text = value.normalize('NFKC').trim().toUpperCase();
  for (const category of ROWS.keys()) if (category === text) return category;
  throw new RuleRefusal('RETIREMENT_CATEGORY_UNKNOWN', field);
}

/**
 * Statutory month and elastic window (国务院关于渐进式延迟法定退休年龄的办法 第一条, 第三条; 人社部发〔2024〕94号). Nothing but arithmetic: the plain value
 * for other rules; `retirementDate` is the answer for people.
 */
export function retirementDates(category: RetirementCategory, birthMonth: Month): RetirementDates {
  const { originalAge, affectedFrom, step, most, early, late } = groupOf(category).values;
  const distance = birthMonth - affectedFrom;
  const delay = distance < 0 ? 0 : Math.min(most, Math.floor(distance / step) + 1);
  const statutoryAge = originalAge + delay;
  const statutoryMonth = addMonths(birthMonth, statutoryAge);
  const earliestAge = Math.max(originalAge, statutoryAge - early);
  return {
    category,
    birthMonth,
    originalAge,
    delay,
    statutoryAge,
    statutoryMonth,
    elastic:
      statutoryMonth < REFORM
        ? undefined
        : { earliestAge, earliestMonth: addMonths(birthMonth, earliestAge), latestMonth: addMonths(statutoryMonth, late) },
    minimumMonths: minimumMonthsIn(statutoryMonth),
  };
}

/** When a person of this group and birth month may retire, with the arithmetic. */
export function retirementDate(category: RetirementCategory, birthMonth: Month, options: RuleOptions = {}): Ruled<RetirementDates> {
  const working = new Working(options);
  const row = groupOf(category);
  const { affectedFrom, step, most } = row.values;
  const dates = retirementDates(category, birthMonth);
  working.step(() => ({
    text:
      dates.delay === 0
        ? {
            zh: `${monthLabel(birthMonth)} 出生，早于 ${monthLabel(affectedFrom)}，不延迟`,
            en: `born ${monthLabel(birthMonth)}, before ${monthLabel(affectedFrom)}: not delayed`,
          }
        : {
            zh: `自 ${monthLabel(affectedFrom)} 起每 ${step} 个出生月延迟 1 个月，最多 ${most} 个月：min(${most}, ⌊${birthMonth - affectedFrom} ÷ ${step}⌋ + 1) = ${dates.delay}`,
            en: `one month for every ${step} birth months from ${monthLabel(affectedFrom)}, at most ${most}: min(${most}, ⌊${birthMonth - affectedFrom} / ${step}⌋ + 1) = ${dates.delay}`,
          },
    article: `${DECISION} 办法第一条`,
    amount: String(dates.delay),
  }));
  working.step(() => ({
    text: {
      zh: `法定退休年龄 ${ageText(dates.originalAge)} + ${dates.delay} 个月 = ${ageText(dates.statutoryAge)}，于 ${monthLabel(dates.statutoryMonth)} 达到`,
      en: `statutory age ${ageText(dates.originalAge)} + ${dates.delay} months = ${ageText(dates.statutoryAge)}, reached in ${monthLabel(dates.statutoryMonth)}`,
    },
    article: `${DECISION} 办法第一条`,
    amount: monthText(dates.statutoryMonth),
  }));
  const { elastic } = dates;
  if (elastic !== undefined) {
    working.step(() => ({
      text: {
        zh: `弹性退休：最早 ${monthLabel(elastic.earliestMonth)}（不低于原年龄 ${ageText(dates.originalAge)}），最迟 ${monthLabel(elastic.latestMonth)}`,
        en: `elastic: ${monthLabel(elastic.earliestMonth)} at the earliest (not below the original age ${ageText(dates.originalAge)}), ${monthLabel(elastic.latestMonth)} at the latest`,
      },
      article: '人社部发〔2024〕94号',
    }));
  }
  working.step(() => ({
    text: {
      zh: `${monthLabel(dates.statutoryMonth)} 领取需累计缴费 ${dates.minimumMonths} 个月`,
      en: `drawing from ${monthLabel(dates.statutoryMonth)} needs ${dates.minimumMonths} months of contributions`,
    },
    article: `${DECISION} 办法第二条`,
    amount: String(dates.minimumMonths),
  }));
  return working.ruled(dates, {
    rule: 'one month is added for every four (two) birth months; up to three years earlier, never below the original age, or three years later',
    article: `${DECISION}; 人社部发〔2024〕94号`,
    version: versionOf(retirementAges, row),
  });
}

/** 60y2m. */
export function ageText(months: number): string {
  return `${Math.floor(months / 12)}y${months % 12}m`;
}

function groupOf(category: RetirementCategory) {
  const row = ROWS.get(category) ?? retirementAges.at(firstDay(REFORM), 'CN', (values) => values.category === category);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'category');
  return row;
}
