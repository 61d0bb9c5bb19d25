import {
  civilDateFrom,
  monthLabel,
  residentsWait,
  RuleRefusal,
  type Month,
  type ResidentsWait,
  type Ruled,
  type Text,
} from '@yichuang/rules';
import { continuousMonths } from '../continuous-months.js';
import type { MedicalFacts } from './facts.js';
import { paidMonthsOf, type MedicalRelation } from './relation.js';

/** How the cover at the destination follows on what was paid before. */
export interface Continuity {
  /** The last month paid for before, wherever that was. */
  readonly lastPaid: Month;
  /** The first month of the new cover that was paid in time. */
  readonly firstPaid: Month;
  /** Every month in between was paid for afterwards. */
  readonly backPaid: boolean;
  /** Paid without a break up to the last month before. */
  readonly continuousMonths: number;
}

/** Both relations have months that were paid for. */
export function continuityOf(facts: MedicalFacts, source: MedicalRelation, target: MedicalRelation): Continuity | undefined {
  const left = source.months.at(-1)?.month;
  const [first] = target.months;
  if (left === undefined || first === undefined) return undefined;
  const after = target.months.filter(({ month }) => month > left);
  const firstPaid = (after.find(({ late }) => !late) ?? after[0] ?? first).month;
  // Somebody who was insured at third places in between has no gap for those months.
  const elsewhere = paidMonthsOf(facts.payments.filter((payment) => !target.payments.includes(payment)));
  const lastPaid = elsewhere.findLast(({ month }) => month < firstPaid && month > left)?.month ?? left;
  const paidLate = new Set(target.months.filter(({ late }) => late).map(({ month }) => month));
  let backPaid = firstPaid > lastPaid + 1;
  for (let month = lastPaid + 1; month < firstPaid; month++) backPaid &&= paidLate.has(month as Month);
  const until = monthLabel(lastPaid);
  return { lastPaid, firstPaid, backPaid, continuousMonths: continuousMonths(facts.payments, (month) => month <= until) };
}

/** 居民医保待遇等待期 of who joins a residents' cover; undefined before there was a rule, and where nobody knows when it was paid. */
export function residentsWaiting({ firstPaid, lastPaid }: Continuity, target: MedicalRelation): Ruled<ResidentsWait> | undefined {
  const paidOn = target.payments.find(({ month }) => month === monthLabel(firstPaid))?.paidOn ?? null;
  if (paidOn === null) return undefined;
  try {
    return residentsWait(
      {
        joinedOn: civilDateFrom(paidOn, 'paidOn'),
        // The collection for a year ends before it begins.
        insideCollectionPeriod: paidOn.slice(0, 4) < monthLabel(firstPaid).slice(0, 4),
        missedYears: Math.max(0, Math.floor(firstPaid / 12) - Math.floor(lastPaid / 12) - 1),
        repairedYears: 0,
        exempt: false,
      },
      { explain: true },
    );
  } catch (error) {
    if (error instanceof RuleRefusal) return undefined;
    throw error;
  }
}

/** What is said of a wait. */
export function waitingText(months: number): Text {
  return { zh: `待遇等待期 ${months} 个月`, en: `benefits begin after a waiting period of ${months} months` };
}
