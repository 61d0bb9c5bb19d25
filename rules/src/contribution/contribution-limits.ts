import { firstDay } from '../calendar/civil-date.js';
import { contributionLimits as limitsTable } from '../generated/contribution-limits.js';
import { flexibleContribution } from '../generated/flexible-contribution.js';
import { mulRate, type Fen } from '../money.js';
import { monthOf, yearOf, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import type { Working } from '../result.js';

/** 缴费基数上下限. */
export interface ContributionLimits {
  readonly floor: Fen;
  readonly ceiling: Fen;
  readonly version: string;
}

export interface LimitsQuestion {
  /** Six digits: a city may have a floor of its own (Guangzhou). */
  readonly place?: string | undefined;
  readonly month?: Month | undefined;
  /** 全口径城镇单位就业人员平均工资, where the caller has it. */
  readonly referenceWage?: Fen | undefined;
  readonly floor?: Fen | undefined;
  readonly ceiling?: Fen | undefined;
}

const NOW = monthOf(2199, 1);

/** Shares and rates for flexible workers in a month; those in force when no month is named. */
export function flexibleTerms(month: Month | undefined) {
  const row = flexibleContribution.at(firstDay(month ?? NOW));
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'month');
  return { ...row.values, version: versionOf(flexibleContribution, row) };
}

/**
 * Floor and ceiling of the base in a place and month: given ones, else the published ones, else 60 % and 300 % of the average wage, which is
 * provisional because agencies publish rounded limits.
 * @throws RuleRefusal NO_PARAMETER when neither limits nor a wage are known, LIMITS_REVERSED
 */
export function contributionLimits(question: LimitsQuestion, working: Working): ContributionLimits {
  const published = publishedLimits(question, working);
  const terms = flexibleTerms(question.month);
  const wage = question.referenceWage ?? published?.values.referenceWage;
  const limit = (given: Fen | undefined, onFile: Fen | undefined, share: typeof terms.floorShare, field: string): Fen => {
    if (given !== undefined || onFile !== undefined) return given ?? onFile ?? fail(field);
    if (wage === undefined) return fail(field);
    working.provisional('LIMITS_COMPUTED', {
      zh: '未查到公布的上下限，按平均工资的比例计算，公布值可能取整',
      en: 'the published limits are not on file: computed from the average wage; the published ones may be rounded',
    });
    return mulRate(wage, share);
  };
  const floor = limit(question.floor, published?.values.floor, terms.floorShare, 'floor');
  const ceiling = limit(question.ceiling, published?.values.ceiling, terms.ceilingShare, 'ceiling');
  if (ceiling < floor) throw new RuleRefusal('LIMITS_REVERSED', 'ceiling');
  return { floor, ceiling, version: published === undefined ? terms.version : versionOf(limitsTable, published) };
}

function publishedLimits({ place, month, floor, ceiling }: LimitsQuestion, working: Working) {
  if (place === undefined || month === undefined || (floor !== undefined && ceiling !== undefined)) return undefined;
  const day = firstDay(month);
  const exact = limitsTable.at(day, place);
  if (exact !== undefined) return exact;
  const last = limitsTable.lastKnown(day, place);
  if (last === undefined) return undefined;
  working.provisional('LIMITS_NOT_PUBLISHED', {
    zh: `${yearOf(month)} 年的上下限未公布或未备案，沿用最近公布的数据`,
    en: `the limits of ${yearOf(month)} are not published or not on file; the last known ones stand in`,
  });
  return last;
}

function fail(field: string): never {
  throw new RuleRefusal('NO_PARAMETER', field);
}
