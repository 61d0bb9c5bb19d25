import { firstDay } from '../../calendar/civil-date.js';
import { provinceName, type Province } from '../../divisions/division.js';
import { temporaryAccountAges } from '../../generated/temporary-account-ages.js';
import { addMonths, monthOf, monthText, type Month } from '../../month.js';
import { versionOf } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import type { AccountKind } from '../contributions.js';
import { markRuleInTime } from './money-moves.js';

export type EligibilityReason =
  | 'ALREADY_RECEIVING'
  | 'NO_CASH_OUT'
  | 'NOT_YET_CONTRIBUTED'
  | 'SAME_PROVINCE'
  | 'HUKOU_PROVINCE'
  | 'UNDER_AGE_LIMIT'
  | 'AGE_LIMIT_REACHED'
  | 'OFFICIAL_TRANSFER'
  | 'INSURED_THERE_BEFORE_2010'
  | 'MERELY_INTERRUPTED'
  | 'HUKOU_MOVED_IN';

export interface EligibilityQuestion {
  readonly sex: 'M' | 'F';
  readonly birthMonth: Month;
  readonly hukou: Province;
  /** Where the ordinary relation is; undefined: the person was never insured. */
  readonly origin?: Province | undefined;
  readonly destination: Province;
  /** First contribution at the destination; decides the age. */
  readonly firstPaid: Month;
  /** Nothing has been paid at the destination yet: the application comes after the first contribution. */
  readonly notYetPaid?: boolean | undefined;
  readonly alreadyReceiving?: boolean | undefined;
  /** Wants the account in cash instead of moving it. */
  readonly cashOut?: boolean | undefined;
  /** Settles abroad, in Hong Kong, Macao or Taiwan, which special rules decide. */
  readonly settlesAbroad?: boolean | undefined;
  /** 经县级以上组织、人社部门批准调动, with a labour relation and contributions. */
  readonly officialTransfer?: boolean | undefined;
  /** First insured at the destination at any time. */
  readonly insuredThereSince?: Month | undefined;
  /** Reached the age while payments at the destination were merely interrupted. */
  readonly merelyInterrupted?: boolean | undefined;
  /** Where an earlier temporary account is. */
  readonly temporaryAccountIn?: Province | undefined;
  /** Month in which the hukou moved into the destination, and the month of statutory age where it is known. */
  readonly hukouMovedIn?: Month | undefined;
  readonly statutoryMonth?: Month | undefined;
}

export interface Eligibility {
  /** Whether an ordinary relation may move to, begin or go on at the destination. */
  readonly allowed: boolean;
  readonly reason: EligibilityReason;
  /** What becomes of the ordinary relation. */
  readonly relation: 'MOVES' | 'STAYS' | 'BEGINS' | 'NONE';
  /** The account at the destination; undefined where none is opened. */
  readonly accountKind: AccountKind | undefined;
  /** Where the ordinary relation is afterwards. */
  readonly relationProvince: Province | undefined;
  readonly ageMonths: number;
  readonly limitMonths: number;
  /** An earlier temporary account elsewhere is sealed (封存) and gathered by the receiving place at pension time. */
  readonly sealedIn: Province | undefined;
  /** From when a temporary account at the destination is an ordinary one. */
  readonly ordinaryFrom: Month | undefined;
}

const TEMPORARY_SINCE = monthOf(2010, 1);
const ARTICLE = '国办发〔2009〕66号 第五条';

/**
 * Who may move (国办发〔2009〕66号 art. 3 and 5). To the hukou province at any age; elsewhere a man of 50 or a woman of 40 at the first
 * contribution keeps the relation at the origin and gets a temporary account, unless officially transferred, insured there before 2010 or
 * merely interrupted. Who draws the pension does not move; nobody is paid out before pension age.
 * @throws RuleRefusal SPECIAL_RULES_ABROAD for who settles abroad, BORN_AFTER when the first contribution is before birth
 */
export function transferEligibility(question: EligibilityQuestion, options: RuleOptions = {}): Ruled<Eligibility> {
  const working = new Working(options);
  if (question.settlesAbroad === true) throw new RuleRefusal('SPECIAL_RULES_ABROAD', 'settlesAbroad');
  markRuleInTime(question.firstPaid, working);
  const row = temporaryAccountAges.at(firstDay(question.firstPaid)) ?? temporaryAccountAges.rows[0];
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'firstPaidMonth');
  const ageMonths = question.firstPaid - question.birthMonth;
  if (ageMonths < 0) throw new RuleRefusal('BORN_AFTER', 'firstPaidMonth');
  const limitMonths = question.sex === 'M' ? row.values.man : row.values.woman;
  if (ageMonths === limitMonths) {
    working.provisional('AGE_REACHED_IN_THE_MONTH', {
      zh: '首次缴费与达到限定年龄在同一月，以生日当天为准',
      en: 'the age is reached in the very month of the first contribution; the day of birth decides',
    });
  }
  const reason = decide(question, ageMonths >= limitMonths);
  const decided = outcome(question, reason, working);
  explain(question, reason, ageMonths, limitMonths, working);
  return working.ruled(
    { ...decided, reason, ageMonths, limitMonths },
    {
      rule: 'The relation moves to the hukou province at any age, elsewhere before a man is 50 or a woman 40; then it stays and a temporary account is opened',
      article: '国办发〔2009〕66号 第三条、第五条',
      version: versionOf(temporaryAccountAges, row),
    },
  );
}

function decide(question: EligibilityQuestion, limitReached: boolean): EligibilityReason {
  if (question.alreadyReceiving === true) return 'ALREADY_RECEIVING';
  if (question.cashOut === true) return 'NO_CASH_OUT';
  if (question.notYetPaid === true) return 'NOT_YET_CONTRIBUTED';
  if (question.origin === question.destination) return 'SAME_PROVINCE';
  if (question.destination === question.hukou) return question.hukouMovedIn === undefined ? 'HUKOU_PROVINCE' : 'HUKOU_MOVED_IN';
  if (!limitReached) return 'UNDER_AGE_LIMIT';
  if (question.officialTransfer === true) return 'OFFICIAL_TRANSFER';
  const since = question.insuredThereSince ?? question.firstPaid;
  if (since < TEMPORARY_SINCE) return 'INSURED_THERE_BEFORE_2010';
  if (question.merelyInterrupted === true) return 'MERELY_INTERRUPTED';
  return 'AGE_LIMIT_REACHED';
}

function outcome(
  question: EligibilityQuestion,
  reason: EligibilityReason,
  working: Working,
): Omit<Eligibility, 'reason' | 'ageMonths' | 'limitMonths'> {
  const { origin, destination, temporaryAccountIn: earlier } = question;
  const stays = { relation: origin === undefined ? 'NONE' : 'STAYS', relationProvince: origin, ordinaryFrom: undefined } as const;
  const sealedIn = earlier === undefined || earlier === destination ? undefined : earlier;
  switch (reason) {
    case 'ALREADY_RECEIVING':
    case 'NO_CASH_OUT':
    case 'NOT_YET_CONTRIBUTED':
      return { allowed: false, accountKind: undefined, sealedIn: undefined, ...stays };
    case 'SAME_PROVINCE':
      return { allowed: true, accountKind: 'ORDINARY', sealedIn, ...stays };
    case 'AGE_LIMIT_REACHED':
      return { allowed: false, accountKind: 'TEMPORARY', sealedIn, ...stays };
    case 'HUKOU_MOVED_IN':
    case 'HUKOU_PROVINCE':
    case 'UNDER_AGE_LIMIT':
    case 'OFFICIAL_TRANSFER':
    case 'INSURED_THERE_BEFORE_2010':
    case 'MERELY_INTERRUPTED':
      return {
        allowed: true,
        accountKind: 'ORDINARY',
        relation: origin === undefined ? 'BEGINS' : 'MOVES',
        relationProvince: destination,
        sealedIn,
        ordinaryFrom: ordinaryFrom(question, reason, working),
      };
  }
}

function ordinaryFrom(question: EligibilityQuestion, reason: EligibilityReason, working: Working): Month | undefined {
  // The change is for moves before statutory age.
  if (question.statutoryMonth !== undefined && (question.hukouMovedIn ?? 0) >= question.statutoryMonth) return undefined;
  if (reason !== 'HUKOU_MOVED_IN' || question.hukouMovedIn === undefined || question.temporaryAccountIn !== question.destination)
    return undefined;
  working.provisional('SECONDARY_SOURCE', {
    zh: '户籍迁入后临时账户转为一般账户的规定仅见于转载',
    en: 'that a temporary account becomes ordinary after the hukou moved in is known from a secondary source only',
  });
  return addMonths(question.hukouMovedIn, 1);
}

function explain(question: EligibilityQuestion, reason: EligibilityReason, age: number, limit: number, working: Working): void {
  working.step(() => ({
    text: {
      zh: `${monthText(question.firstPaid)}首次在${provinceName(question.destination).zh}缴费时${years(age).zh}，限定${years(limit).zh}`,
      en: `${years(age).en} old at the first contribution in ${provinceName(question.destination).en} in ${monthText(question.firstPaid)}; the limit is ${years(limit).en}`,
    },
    article: ARTICLE,
    amount: reason,
  }));
}

function years(months: number): { zh: string; en: string } {
  const [y, m] = [Math.floor(months / 12), months % 12];
  return { zh: `${y}岁${m}个月`, en: `${y} years ${m} months` };
}
