import { firstDay } from '../../calendar/civil-date.js';
import { doubleBenefitRules } from '../../generated/double-benefit-rules.js';
import { fen, mulDiv, sumFen, yuan, type Fen } from '../../money.js';
import { eachMonth, monthsIn, sharedMonths, type MonthRange } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';

/** A pension that is or was drawn. */
export interface DrawnBenefit extends MonthRange {
  readonly id: string;
  readonly scheme: '110' | '120' | '170';
  /** Monthly pension; of a resident pension the basic part, which is what is repaid beside an employee pension. */
  readonly monthly: Fen;
  /** What is left in the personal account. */
  readonly account: Fen;
  /** Government subsidies inside the account, which are not paid out. */
  readonly subsidies: Fen;
  readonly field: string;
}

export type KeptBecause = 'EMPLOYEE_OVER_RESIDENT' | 'PAID_FIRST' | 'CHOSEN';

export interface ClearedBenefit {
  readonly id: string;
  readonly doubleMonths: number;
  readonly repayMonths: number;
  readonly repay: Fen;
  /** Rest of the account that is due to the person. */
  readonly accountReturned: Fen;
  /** Set off first against the account, then against the running pension. */
  readonly setOffFromAccount: Fen;
  readonly setOffFromPension: Fen;
  readonly payout: Fen;
}

export interface DoubleBenefits {
  readonly keep: string;
  readonly reason: KeptBecause;
  readonly cleared: readonly ClearedBenefit[];
}

const ARTICLE = '人社厅发〔2019〕94号；人社厅发〔2021〕77号';

/**
 * Pensions drawn twice (重复领取): one is kept, the others end. Of an employee and a resident pension the employee pension is kept; of two
 * resident pensions the one that was paid first; of two employee pensions the one the person chooses. What was drawn twice after
 * 人社部规〔2016〕5号 is repaid, before it not; a resident's basic pension beside an employee pension is repaid whole (17号). If it is not
 * repaid it is set off against the account that is closed, then against the running pension.
 * @throws RuleRefusal KEEP_NOT_CHOSEN when the rule leaves the choice to the person, NOT_DOUBLE for fewer than two pensions
 */
export function doubleBenefits(
  benefits: readonly DrawnBenefit[],
  chosen: string | undefined,
  options: RuleOptions = {},
): Ruled<DoubleBenefits> {
  const working = new Working(options);
  if (benefits.length < 2) throw new RuleRefusal('NOT_DOUBLE', 'benefits');
  const { kept, reason } = keep(benefits, chosen);
  const cleared = benefits.filter((one) => one !== kept).map((one) => clear(one, kept, working));
  return working.ruled(
    { keep: kept.id, reason, cleared },
    {
      rule: 'One pension is kept; what was drawn twice since 人社部规〔2016〕5号 is repaid or set off against the closed account, then the running pension',
      article: ARTICLE,
      version: '人社厅发〔2019〕94号',
    },
  );
}

function keep(
  benefits: readonly DrawnBenefit[],
  chosen: string | undefined,
): { readonly kept: DrawnBenefit; readonly reason: KeptBecause } {
  const wanted = chosen === undefined ? undefined : benefits.find(({ id }) => id === chosen);
  if (chosen !== undefined && wanted === undefined) throw new RuleRefusal('KEEP_UNKNOWN', 'keep');
  const employee = benefits.filter(({ scheme }) => scheme !== '170');
  const [first] = employee;
  if (first === undefined) {
    const earliest = Math.min(...benefits.map(({ from }) => from));
    const paidFirst = benefits.filter(({ from }) => from === earliest);
    const [only] = paidFirst;
    if (only !== undefined && paidFirst.length === 1) return { kept: only, reason: 'PAID_FIRST' };
    if (wanted !== undefined && paidFirst.includes(wanted)) return { kept: wanted, reason: 'CHOSEN' };
    throw new RuleRefusal('KEEP_NOT_CHOSEN', 'keep');
  }
  if (employee.length === 1) return { kept: first, reason: 'EMPLOYEE_OVER_RESIDENT' };
  if (wanted === undefined || wanted.scheme === '170') throw new RuleRefusal('KEEP_NOT_CHOSEN', 'keep');
  return { kept: wanted, reason: 'CHOSEN' };
}

function clear(benefit: DrawnBenefit, kept: DrawnBenefit, working: Working): ClearedBenefit {
  const double = sharedMonths(benefit, kept);
  const doubleMonths = double === undefined ? 0 : monthsIn(double);
  const whole = benefit.scheme === '170' && kept.scheme !== '170';
  const repayMonths = double === undefined ? 0 : whole ? doubleMonths : repaidMonths(double);
  const repay = mulDiv(benefit.monthly, repayMonths, 1);
  const accountReturned = fen(benefit.account - benefit.subsidies);
  if (accountReturned < 0) throw new RuleRefusal('SUBSIDIES_EXCEED_ACCOUNT', `${benefit.field}.governmentSubsidies`);
  const setOffFromAccount = fen(Math.min(repay, accountReturned));
  const payout = fen(accountReturned - setOffFromAccount);
  if (repayMonths > 0 && !whole) {
    working.provisional('EFFECTIVE_DAY_UNCONFIRMED', {
      zh: '人社部规〔2016〕5号的生效日期未经核实，退还起始月份可能有变',
      en: 'the day on which 人社部规〔2016〕5号 took effect is not confirmed; the first month to be repaid may differ',
    });
  }
  working.step(() => ({
    text: {
      zh: `重复领取${doubleMonths}个月，应退${repayMonths}个月 × ${yuan(benefit.monthly)}；个人账户余额${yuan(accountReturned)}先行抵扣`,
      en: `${doubleMonths} months drawn twice, ${repayMonths} to be repaid × ${yuan(benefit.monthly)}; set off first against the account of ${yuan(accountReturned)}`,
    },
    article: whole ? '人社部发〔2014〕17号 第七条' : ARTICLE,
    amount: yuan(repay),
  }));
  return {
    id: benefit.id,
    doubleMonths,
    repayMonths,
    repay,
    accountReturned,
    setOffFromAccount,
    setOffFromPension: fen(repay - setOffFromAccount),
    payout,
  };
}

function repaidMonths(double: MonthRange): number {
  let months = 0;
  for (const month of eachMonth(double)) if (doubleBenefitRules.at(firstDay(month))?.values.repaid === true) months++;
  return months;
}

/** What all closed pensions come to. */
export function totals(cleared: readonly ClearedBenefit[]): { readonly repay: Fen; readonly payout: Fen } {
  return { repay: sumFen(cleared.map(({ repay }) => repay)), payout: sumFen(cleared.map(({ payout }) => payout)) };
}
