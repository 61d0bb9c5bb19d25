import type { CivilDate } from '../calendar/civil-date.js';
import { medicalResidentsWait } from '../generated/medical-residents-wait.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

export interface ResidentsWaitQuestion {
  readonly joinedOn: CivilDate;
  /** Joined in the collection period of the year. */
  readonly insideCollectionPeriod: boolean;
  /** Years not insured just before. */
  readonly missedYears: number;
  /** Of these, paid afterwards. */
  readonly repairedYears: number;
  /** Newborns and other special groups wait for nothing. */
  readonly exempt: boolean;
}

/** Months. */
export interface ResidentsWait {
  readonly fixed: number;
  readonly variable: number;
  readonly total: number;
  readonly reason: 'EXEMPT' | 'CONTINUOUS' | 'OUTSIDE_COLLECTION_PERIOD' | 'BREAK' | 'LONG_BREAK';
}

const ARTICLE = '国办发〔2024〕38号';

/**
 * 居民医保待遇等待期 since 2025: three months for joining outside the collection period or after a break, one more for every missed year, one less for
 * every missed year paid afterwards; after four years and more never under six in all.
 * @throws RuleRefusal NO_PARAMETER before 2025; REPAIRED_MORE_THAN_MISSED
 */
export function residentsWait(question: ResidentsWaitQuestion, options: RuleOptions = {}): Ruled<ResidentsWait> {
  const { joinedOn, insideCollectionPeriod, missedYears, repairedYears, exempt } = question;
  const working = new Working(options);
  const row = medicalResidentsWait.at(joinedOn);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'joinedOn');
  if (repairedYears > missedYears) throw new RuleRefusal('REPAIRED_MORE_THAN_MISSED', 'repairedYears');
  const { fixed, perMissedYear, longBreakYears, longBreakLeast } = row.values;
  const basis = {
    rule: 'fixed 3 months; +1 for every missed year, -1 for every one repaired; not under 6 after four missed years',
    article: ARTICLE,
    version: versionOf(medicalResidentsWait, row),
  };
  if (exempt) return working.ruled({ fixed: 0, variable: 0, total: 0, reason: 'EXEMPT' }, basis);
  if (insideCollectionPeriod && missedYears === 0) return working.ruled({ fixed: 0, variable: 0, total: 0, reason: 'CONTINUOUS' }, basis);
  const long = missedYears >= longBreakYears;
  const repaired = (missedYears - repairedYears) * perMissedYear;
  const variable = long ? Math.max(repaired, longBreakLeast - fixed) : repaired;
  working.step(() => ({
    text: {
      zh: `固定等待期 ${fixed} 个月，变动等待期（断保 ${missedYears} 年 − 修复 ${repairedYears} 年）${variable} 个月${long ? `，合计不少于 ${longBreakLeast} 个月` : ''}`,
      en: `fixed ${fixed} months, variable (${missedYears} years missed - ${repairedYears} repaired) ${variable} months${long ? `, not under ${longBreakLeast} in all` : ''}`,
    },
    article: ARTICLE,
    amount: String(fixed + variable),
  }));
  return working.ruled(
    { fixed, variable, total: fixed + variable, reason: long ? 'LONG_BREAK' : missedYears > 0 ? 'BREAK' : 'OUTSIDE_COLLECTION_PERIOD' },
    basis,
  );
}
