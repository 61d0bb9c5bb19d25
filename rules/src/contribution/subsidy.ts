import { firstDay } from '../calendar/civil-date.js';
import { contributionSubsidies } from '../generated/contribution-subsidies.js';
import { mulDiv, yuan, type Fen } from '../money.js';
import { addMonths, monthLabel, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

export interface SubsidyQuestion {
  /** What the person pays a month. */
  readonly monthly: Fen;
  /** First month of the first approval. */
  readonly firstApproved: Month;
  /** The month in which the statutory age is reached. */
  readonly statutoryMonth: Month;
  readonly month: Month;
}

export interface Subsidy {
  /** The most that may be granted in the month. */
  readonly most: Fen;
  readonly lastMonth: Month;
  readonly untilRetirement: boolean;
}

/**
 * 社会保险补贴 for flexible workers in difficulties: at most two thirds of what is paid, for three years, until retirement when fewer than five
 * years were left at the first approval.
 * @throws RuleRefusal RANGE_REVERSED when the approval is after the statutory month
 */
export function contributionSubsidy(question: SubsidyQuestion, options: RuleOptions = {}): Ruled<Subsidy> {
  const { monthly, firstApproved, statutoryMonth, month } = question;
  const working = new Working(options);
  const row = contributionSubsidies.at(firstDay(firstApproved));
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'firstApproved');
  if (statutoryMonth < firstApproved) throw new RuleRefusal('RANGE_REVERSED', 'firstApproved');
  const { shareOf, shareBy, months, nearRetirement } = row.values;
  const untilRetirement = statutoryMonth - firstApproved < nearRetirement;
  const lastMonth = untilRetirement ? statutoryMonth : addMonths(firstApproved, months - 1);
  const granted = month >= firstApproved && month <= lastMonth;
  const most = granted ? mulDiv(monthly, shareOf, shareBy) : mulDiv(0, 1, 1);
  working.step(() => ({
    text: {
      zh: `首次核定 ${monthLabel(firstApproved)}，距法定退休 ${statutoryMonth - firstApproved} 个月，补贴至 ${monthLabel(lastMonth)}`,
      en: `first approved ${monthLabel(firstApproved)}, ${statutoryMonth - firstApproved} months before the statutory age: granted until ${monthLabel(lastMonth)}`,
    },
    article: row.source.number ?? row.source.document,
    amount: yuan(most),
  }));
  working.provisional('LOCAL_SUBSIDY_RULES', {
    zh: '补贴标准和对象由各地规定，此处为上限',
    en: 'who gets how much is set locally; this is the most',
  });
  return working.ruled(
    { most, lastMonth, untilRetirement },
    {
      rule: 'at most two thirds of what is paid, three years or until retirement',
      article: row.source.number ?? row.source.document,
      version: versionOf(contributionSubsidies, row),
    },
  );
}
