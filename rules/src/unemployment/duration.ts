import { firstDay } from '../calendar/civil-date.js';
import { unemploymentDurations } from '../generated/unemployment-durations.js';
import { unemploymentTerms } from '../generated/unemployment-terms.js';
import { monthOf, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

export interface DurationQuestion {
  /** Months paid since the last benefit began to count (on a new loss of work counting starts again). */
  readonly paidMonths: number;
  /** Months of an earlier benefit that were due and not drawn. */
  readonly unusedMonths: number;
  /** False: the person left of their own will, which gives no claim. */
  readonly involuntary?: boolean | undefined;
  /** Month of the loss of work; the wording in force now when undefined. */
  readonly month?: Month | undefined;
}

export interface BenefitDuration {
  readonly eligible: boolean;
  readonly reason: 'PAID_ENOUGH' | 'UNUSED_MONTHS_LEFT' | 'PAID_UNDER_ONE_YEAR' | 'LEFT_VOLUNTARILY';
  /** From the months paid. */
  readonly fromContributions: number;
  /** With the unused months, within the limit. */
  readonly months: number;
}

const ARTICLE = '社会保险法 第四十五条, 第四十六条';
const NOW = monthOf(2199, 1);

/** 失业保险金领取期限: 12, 18 or 24 months by what was paid; unused months are added, 24 in all. */
export function benefitDuration(question: DurationQuestion, options: RuleOptions = {}): Ruled<BenefitDuration> {
  const { paidMonths, unusedMonths } = question;
  const working = new Working(options);
  const { steps, most, version } = durationTerms(question.month);
  const fromContributions = steps.findLast(({ paidMonths: from }) => paidMonths >= from)?.benefitMonths ?? 0;
  const months = question.involuntary === false ? 0 : Math.min(most, fromContributions + unusedMonths);
  working.step(() => ({
    text: {
      zh: `累计缴费 ${paidMonths} 个月，对应期限 ${fromContributions} 个月；加上未领 ${unusedMonths} 个月，最长 ${most} 个月`,
      en: `${paidMonths} months paid give ${fromContributions} months; with ${unusedMonths} unused ones, at most ${most}`,
    },
    article: ARTICLE,
    amount: String(months),
  }));
  return working.ruled(
    { eligible: months > 0, reason: reasonOf(question, fromContributions), fromContributions, months },
    { rule: '12 to 59 months paid: 12; 60 to 119: 18; 120 and more: 24; unused months add up to 24 in all', article: ARTICLE, version },
  );
}

function reasonOf({ involuntary, unusedMonths }: DurationQuestion, fromContributions: number): BenefitDuration['reason'] {
  if (involuntary === false) return 'LEFT_VOLUNTARILY';
  if (fromContributions > 0) return 'PAID_ENOUGH';
  return unusedMonths > 0 ? 'UNUSED_MONTHS_LEFT' : 'PAID_UNDER_ONE_YEAR';
}

function durationTerms(month: Month | undefined) {
  const day = firstDay(month ?? NOW);
  const rows = unemploymentDurations.all(day);
  const terms = unemploymentTerms.at(day);
  const [first] = rows;
  if (first === undefined || terms === undefined) throw new RuleRefusal('NO_PARAMETER', 'month');
  const steps = rows.map(({ values }) => values).sort((a, b) => a.paidMonths - b.paidMonths);
  return { steps, most: terms.values.mostMonths, version: versionOf(unemploymentDurations, first) };
}
