import { firstDay } from '../../calendar/civil-date.js';
import type { Province } from '../../divisions/division.js';
import { temporaryAccountShares } from '../../generated/temporary-account-shares.js';
import { transferPoolShare } from '../../generated/transfer-pool-share.js';
import type { TransferMoneyValues } from '../../generated/transfer-money.js';
import { fen, mulRate, rateText, sumFen, yuan, type Fen, type Rate } from '../../money.js';
import { eachMonth, monthOf, monthsIn, monthText, yearOf, type Month } from '../../month.js';
import type { Table } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import { creditShareOf, Deposits, growAccount, type AccountYearEnd, type InterestMethod } from '../account/growth.js';
import type { CreditingRates } from '../account/rates.js';
import type { AccountKind, Contribution } from '../contributions.js';
import { movableOnly } from './held-months.js';
import { markRuleInTime, moneyMoves } from './money-moves.js';

/** One relation that moves: what was paid, what the account held, and when it leaves. */
export interface TransferAmountInput {
  readonly accountKind: AccountKind;
  /** FLEXIBLE: 灵活就业人员, who pay 20 % alone; the same formula holds for them. */
  readonly payer: 'EMPLOYEE' | 'FLEXIBLE';
  readonly from: Province;
  readonly to: Province;
  /** The month of the move (转移时间). */
  readonly month: Month;
  readonly contributions: readonly Contribution[];
  /**
   * Balance of the account at the end of a year; deposits up to then are in it. Without a year it stands at the end of the year before the
   * move when it is given, and before the first deposit when it is to grow. Undefined: an account that starts from nothing.
   */
  readonly opening?: { readonly balance: Fen; readonly year: number | undefined } | undefined;
  /** Personal contributions before 1998 with interest (AIC093); undefined when not known. */
  readonly before1998?: Fen | undefined;
  /** GIVEN_BALANCE: the opening balance stands at the end of the year before the move, and nothing is computed. */
  readonly method: InterestMethod | 'GIVEN_BALANCE' | ((year: number) => InterestMethod);
  readonly rates: CreditingRates;
  /** Share credited to the account since 2006, or paid by the person into a temporary account, where it is not the one on file. */
  readonly personalShare?: Rate | undefined;
  /** Share paid by the employer into a temporary account. */
  readonly employerShare?: Rate | undefined;
  /** Replaces the switches on file. */
  readonly switches?: Table<TransferMoneyValues> | undefined;
}

export interface TransferAmount {
  /** False inside one province: relation and account information move, the fund does not. */
  readonly moneyMoves: boolean;
  /** B (AIC089): account built from 1998 to the end of the year before the move, with interest. */
  readonly balanceEndOfPreviousYear: Fen;
  /** C (AIC082): credited in the year of the move, without interest. */
  readonly currentYearPrincipal: Fen;
  /** A (AIC093). */
  readonly before1998: Fen;
  /** A + B + C (AIC083), or nothing when no money moves. */
  readonly personalAccountTransfer: Fen;
  /** 12 % of every paid base since 1998-01 (AIC084). */
  readonly pooledTransfer: Fen;
  /** AIC102. */
  readonly total: Fen;
  readonly yearEnds: readonly AccountYearEnd[];
  readonly months: MonthCounts;
}

/** Months by what becomes of them. */
export interface MonthCounts {
  /** Paid months that move. */
  readonly paid: number;
  /** Of these, since 1998-01: they carry pooled money. */
  readonly pooled: number;
  /** Deemed months and service: they move with the relation and carry no money. */
  readonly deemed: number;
  /** Owed months: they do not move. */
  readonly unpaid: number;
  /** Months of lump sums that cannot move; they go back to where they were paid. */
  readonly held: number;
}

const POOL_SINCE = monthOf(1998, 1);
const TEMPORARY_SINCE = monthOf(2010, 1);
const ARTICLE = '国办发〔2009〕66号 第四条';

/**
 * The money that moves with a pension relation (国办发〔2009〕66号 art. 4).
 *
 * Ordinary relation between provinces: A + B + C of the account and 12 % of every actual monthly base since 1998-01. A temporary account: all
 * contributions of employer and person with interest, no 12 %. Inside one province: nothing.
 * @throws RuleRefusal when months lie after the move, the balance does not fit the move, or what was paid before 1998 is not known
 */
export function transferAmount(input: TransferAmountInput, options: RuleOptions = {}): Ruled<TransferAmount> {
  const working = new Working(options);
  markRuleInTime(input.month, working);
  refuseWhatCannotBe(input);
  const { movable, held } = movableOnly(input.contributions, working);
  const switched = moneyMoves(input, working, input.switches);
  const paid = movable.filter(({ state }) => state === 'PAID');
  const before1998 = personalBefore1998(input, paid);
  const { balance, principal, yearEnds } = accountOf(input, paid, working);
  const account = sumFen([before1998, balance, principal]);
  const pooledMonths = paid.flatMap((part) => since(part, POOL_SINCE));
  const temporary = input.accountKind === 'TEMPORARY';
  const pool = temporary ? fen(0) : poolOf(pooledMonths, input.month, working);
  const personalAccountTransfer = switched.moves ? account : fen(0);
  const pooledTransfer = switched.moves ? pool : fen(0);
  const total = fen(personalAccountTransfer + pooledTransfer);
  explain(input, { before1998, balance, principal, account, pool, total, moves: switched.moves }, working);
  const count = (parts: readonly Contribution[]) => parts.reduce((sum, part) => sum + monthsIn(part), 0);
  return working.ruled(
    {
      moneyMoves: switched.moves,
      balanceEndOfPreviousYear: balance,
      currentYearPrincipal: principal,
      before1998,
      personalAccountTransfer,
      pooledTransfer,
      total,
      yearEnds,
      months: {
        paid: count(paid),
        pooled: temporary ? 0 : count(pooledMonths),
        deemed: count(movable.filter(({ state }) => state === 'DEEMED' || state === 'SERVICE')),
        unpaid: count(movable.filter(({ state }) => state === 'UNPAID')),
        held,
      },
    },
    {
      rule: temporary
        ? 'A temporary account: all contributions of employer and person with interest are gathered; the 12 % formula does not apply'
        : 'Account balance at the end of the year before the move, principal of the year of the move, personal contributions before 1998 with interest; 12 % of every paid base since 1998-01',
      article: temporary ? '国办发〔2009〕66号 第五条' : ARTICLE,
      version: switched.version,
    },
  );
}

function refuseWhatCannotBe(input: TransferAmountInput): void {
  for (const part of input.contributions) {
    if (part.to > input.month) throw new RuleRefusal('MONTHS_AFTER_MOVE', `${part.field}.to`);
    if (part.account !== undefined && part.account !== input.accountKind) throw new RuleRefusal('ACCOUNT_KINDS_MIXED', part.field);
    if (input.accountKind === 'TEMPORARY' && part.state === 'PAID' && part.from < TEMPORARY_SINCE) {
      throw new RuleRefusal('TEMPORARY_BEFORE_2010', `${part.field}.from`);
    }
  }
  const lastClosed = yearOf(input.month) - 1;
  const openingYear = input.opening?.year ?? lastClosed;
  if (openingYear > lastClosed) throw new RuleRefusal('BALANCE_AFTER_MOVE', 'openingBalanceAsOf');
  if (input.method === 'GIVEN_BALANCE' && openingYear < lastClosed) {
    throw new RuleRefusal('BALANCE_NOT_OF_LAST_YEAR', 'openingBalanceAsOf');
  }
}

/** A: what it grew to by 1998 is known to the source alone; months before 1998 without it cannot be valued. */
function personalBefore1998(input: TransferAmountInput, paid: readonly Contribution[]): Fen {
  if (input.before1998 !== undefined) return input.before1998;
  const early = paid.find((part) => part.from < POOL_SINCE);
  if (early !== undefined) throw new RuleRefusal('BALANCE_BEFORE_1998_MISSING', 'pre1998PersonalWithInterest');
  return fen(0);
}

interface AccountParts {
  readonly balance: Fen;
  readonly principal: Fen;
  readonly yearEnds: readonly AccountYearEnd[];
}

/** B and C. */
function accountOf(input: TransferAmountInput, paid: readonly Contribution[], working: Working): AccountParts {
  const deposits = input.accountKind === 'TEMPORARY' ? temporaryDeposits(input, paid, working) : ordinaryDeposits(input, paid);
  const moveYear = yearOf(input.month);
  const principal = deposits.principal(moveYear);
  if (input.method === 'GIVEN_BALANCE') {
    if (input.opening === undefined) throw new RuleRefusal('INPUT_INVALID', 'openingBalance');
    return { balance: input.opening.balance, principal, yearEnds: [] };
  }
  const openingYear = input.opening?.year ?? (deposits.firstYear ?? moveYear) - 1;
  if (input.opening !== undefined && input.opening.year === undefined && input.opening.balance > 0) {
    working.provisional('BALANCE_DAY_ASSUMED', {
      zh: '未说明期初储存额的时点，按首笔记入的上年末计算',
      en: 'the balance brought forward has no day; it is taken to stand at the end of the year before the first deposit',
    });
  }
  const growth = growAccount(
    {
      opening: input.opening?.balance ?? fen(0),
      openingYear,
      through: moveYear - 1,
      deposits,
      method: input.method,
      rates: input.rates,
    },
    working,
  );
  return { balance: growth.balance, principal, yearEnds: growth.years };
}

function ordinaryDeposits(input: TransferAmountInput, paid: readonly Contribution[]): Deposits {
  const deposits = new Deposits();
  // The rate of a case is that of the years since 2006; what was credited before follows from the date.
  const share = (month: Month) => (month >= CREDIT_OF_2006 ? (input.personalShare ?? creditShareOf(month)) : creditShareOf(month));
  for (const part of paid) deposits.add(part, part.base, part.creditShare === undefined ? share : given(part.creditShare));
  return deposits;
}

const CREDIT_OF_2006 = monthOf(2006, 1);

/** Before 1998 nothing is credited under a share: those payments are in A. */
function given(share: Rate): (month: Month) => Rate | undefined {
  return (month) => (month >= POOL_SINCE ? share : undefined);
}

function temporaryDeposits(input: TransferAmountInput, paid: readonly Contribution[], working: Working): Deposits {
  const deposits = new Deposits();
  for (const part of paid) {
    // By month: the employer's rate changed in the middle of a year.
    for (const month of eachMonth(part)) {
      const row = temporaryAccountShares.at(firstDay(month), input.from, ({ payer }) => payer === input.payer);
      if (row === undefined) throw new RuleRefusal('NO_PARAMETER', part.field);
      const employer = part.employerShare ?? input.employerShare;
      if (employer === undefined && row.values.employer > 0) {
        working.provisional('EMPLOYER_RATE_ASSUMED', {
          zh: '单位缴费比例未给出，按记忆中的全国比例推算',
          en: 'the rate the employer paid was not given; the national rate, from memory, stands in',
        });
      }
      const person = part.creditShare ?? input.personalShare ?? row.values.person;
      deposits.add({ from: month, to: month }, part.base, () => person);
      deposits.add({ from: month, to: month }, part.base, () => employer ?? row.values.employer);
    }
  }
  return deposits;
}

function poolOf(months: readonly Contribution[], moveMonth: Month, working: Working): Fen {
  const row = transferPoolShare.at(firstDay(moveMonth)) ?? transferPoolShare.rows[0];
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'transferOutMonth');
  const bases = sumFen(months.map((part) => fen(part.base * monthsIn(part), `${part.field}.base`)));
  const pool = mulRate(bases, row.values.share);
  const share = rateText(row.values.share);
  working.step(() => ({
    text: {
      zh: `统筹基金：1998年1月起各月实际缴费基数之和${yuan(bases)} × ${share}`,
      en: `pooled fund: ${yuan(bases)}, the sum of the actual bases of all paid months since 1998-01, × ${share}`,
    },
    article: `${ARTICLE}第二项`,
    amount: yuan(pool),
  }));
  return pool;
}

function since(part: Contribution, first: Month): readonly Contribution[] {
  if (part.to < first) return [];
  return part.from >= first ? [part] : [{ ...part, from: first }];
}

function explain(
  input: TransferAmountInput,
  sums: Readonly<Record<'before1998' | 'balance' | 'principal' | 'account' | 'pool' | 'total', Fen>> & { readonly moves: boolean },
  working: Working,
): void {
  const year = yearOf(input.month);
  const [a, b, c] = [yuan(sums.before1998), yuan(sums.balance), yuan(sums.principal)];
  working.step(() => ({
    text: {
      zh: `${input.accountKind === 'TEMPORARY' ? '临时缴费账户' : '个人账户'}：1998年前个人缴费本息${a} + ${year - 1}年末储存额${b} + ${year}年记入本金${c}（不计息）`,
      en: `${input.accountKind === 'TEMPORARY' ? 'temporary account' : 'personal account'}: ${a} from before 1998 with interest + ${b} at the end of ${year - 1} + ${c} principal of ${year}, without interest`,
    },
    article: `${ARTICLE}第一项`,
    amount: yuan(sums.account),
  }));
  working.step(() => ({
    text: sums.moves
      ? { zh: `${monthText(input.month)}转移资金合计`, en: `money that moves in ${monthText(input.month)}` }
      : {
          zh: '同一省内转移关系和账户信息，不转移基金',
          en: 'inside one province the relation and the account information move, the fund does not',
        },
    article: sums.moves ? ARTICLE : '省级统筹',
    amount: yuan(sums.total),
  }));
}
