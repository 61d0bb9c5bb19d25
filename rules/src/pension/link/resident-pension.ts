import { firstDay } from '../../calendar/civil-date.js';
import type { Province } from '../../divisions/division.js';
import { residentBasicPensions } from '../../generated/resident-basic-pensions.js';
import { residentPensions } from '../../generated/resident-pensions.js';
import { mulDiv, sumFen, yuan, type Fen } from '../../money.js';
import { yearOf, type Month } from '../../month.js';
import { versionOf } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';

export interface ResidentPensionQuestion {
  readonly account: Fen;
  /** The month for which it is asked. */
  readonly month: Month;
  /** Age in that month, in months; undefined: the age is reached. */
  readonly age?: number | undefined;
  readonly province?: Province | undefined;
  /** 基础养老金 a month, where the place pays more than the national minimum. */
  readonly basic?: Fen | undefined;
}

export interface ResidentPension {
  readonly paidFromAge: number;
  readonly divisor: number;
  readonly account: Fen;
  readonly basic: Fen;
  readonly total: Fen;
}

const ARTICLE = '国发〔2014〕8号';

/**
 * Pension of the resident scheme (城乡居民养老金): account / 139 from the age of 60, and the basic pension, of which the nation sets the least.
 * @throws RuleRefusal RESIDENT_AGE_NOT_REACHED; NO_PARAMETER before the scheme, or for a year before the first minimum on file
 */
export function residentPension(question: ResidentPensionQuestion, options: RuleOptions = {}): Ruled<ResidentPension> {
  const working = new Working(options);
  const row = residentPensions.at(firstDay(question.month), question.province);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'month');
  const { age, divisor } = row.values;
  if (question.age !== undefined && question.age < age * 12) throw new RuleRefusal('RESIDENT_AGE_NOT_REACHED', 'month');
  const account = mulDiv(question.account, 1, divisor);
  const basic = question.basic ?? leastBasic(question, working);
  const total = sumFen([account, basic]);
  working.step(() => ({
    text: {
      zh: `个人账户养老金 = 储存额 ${yuan(question.account)} ÷ ${divisor}`,
      en: `account pension = balance ${yuan(question.account)} / ${divisor}`,
    },
    article: ARTICLE,
    amount: yuan(account),
  }));
  working.step(() => ({
    text: { zh: `加基础养老金 ${yuan(basic)}`, en: `with the basic pension of ${yuan(basic)}` },
    article: ARTICLE,
    amount: yuan(total),
  }));
  return working.ruled(
    { paidFromAge: age, divisor, account, basic, total },
    { rule: 'account / 139 from the age of 60, and the basic pension', article: ARTICLE, version: versionOf(residentPensions, row) },
  );
}

function leastBasic({ month, province }: ResidentPensionQuestion, working: Working): Fen {
  const day = firstDay(month);
  const exact = residentBasicPensions.at(day, province);
  const row = exact ?? residentBasicPensions.lastKnown(day, province);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'basicPension');
  working.provisional('NATIONAL_MINIMUM_STANDS_IN', {
    zh: '基础养老金按全国最低标准计算，各省可另行提高',
    en: 'the national minimum stands for the basic pension; provinces pay more',
  });
  if (exact === undefined) {
    working.provisional('BASIC_PENSION_NOT_PUBLISHED', {
      zh: `${yearOf(month)}年的最低标准未公布或未备案，沿用最近公布的标准`,
      en: `the minimum of ${yearOf(month)} is not published or not on file; the last known one stands in`,
    });
  }
  return row.values.monthly;
}
