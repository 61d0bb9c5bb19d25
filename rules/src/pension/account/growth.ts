import { firstDay } from '../../calendar/civil-date.js';
import type { Province } from '../../divisions/division.js';
import { accountCreditShares } from '../../generated/account-credit-shares.js';
import { accountInterestMethods, type AccountInterestMethodsValues } from '../../generated/account-interest-methods.js';
import { fen, RATE_ONE, rateFrom, rateText, yuan, type Fen, type Rate } from '../../money.js';
import { addMonths, monthOf, yearOf, type Month, type MonthRange } from '../../month.js';
import type { Step, Working } from '../../result.js';
import type { CreditingRates } from './rates.js';

/**
 * How the deposits of a year bear interest in that year: by the months they lie (月积数法), by 1.083/2 of a year (年度近似), not in the
 * year of deposit (only the balance brought forward does), or no interest is computed at all.
 */
export type InterestMethod = AccountInterestMethodsValues['method'];

/** A personal account (个人账户) at the end of a year. */
export interface AccountYearEnd {
  readonly year: number;
  /** Deposits of the year, rounded to the fen for display; the balance is computed from the exact ones. */
  readonly principal: Fen;
  readonly interest: Fen;
  readonly balance: Fen;
}

export interface AccountGrowth {
  /** Balance at the end of the last year. */
  readonly balance: Fen;
  readonly years: readonly AccountYearEnd[];
}

/** The share of a base that is credited in a month; undefined before 1998, when only the personal payments count. */
export function creditShareOf(month: Month): Rate | undefined {
  const year = yearOf(month);
  const known = sharesByYear.get(year);
  if (known !== undefined || sharesByYear.has(year)) return known;
  // Rows begin and end with a year.
  const share = accountCreditShares.at(firstDay(month))?.values.share;
  sharesByYear.set(year, share);
  return share;
}

const sharesByYear = new Map<number, Rate | undefined>();

/** The method of a province in a year. */
export function interestMethodOf(province: Province | undefined, year: number): InterestMethod {
  return accountInterestMethods.at(firstDay(monthOf(year, 1)), province)?.values.method ?? 'MONTH_PRODUCT';
}

interface Credited {
  readonly share: number;
  /** Sum of the bases, and of base x months it lay. */
  base: number;
  product: number;
}

/** What was credited to an account, by year, exact: base x share is not rounded by the month. */
export class Deposits {
  readonly #years = new Map<number, Credited[]>();

  /**
   * Credits a share of a monthly base in every month of a range.
   * @param share of each year's months; undefined for a year in which nothing is credited
   */
  add(range: MonthRange, base: Fen, share: (month: Month) => Rate | undefined): void {
    let first = range.from;
    for (let year = yearOf(first); first <= range.to; year++) {
      const last = Math.min(range.to, year * 12 + 11);
      const credited = share(first);
      if (credited !== undefined) {
        const months = last - first + 1;
        // A deposit of month n lies 12 - n + 1 months: twelve for January, one for December.
        const lying = 12 - (first % 12);
        this.#credit(year, credited, base * months, base * ((months * (2 * lying - months + 1)) / 2));
      }
      if (last === range.to) return;
      first = addMonths(first, last - first + 1);
    }
  }

  /** Credits an amount in one month. */
  addAmount(month: Month, amount: Fen): void {
    this.#credit(yearOf(month), RATE_ONE, amount, amount * (12 - (month % 12)));
  }

  /** Deposits of a year, rounded half up to the fen once. */
  principal(year: number): Fen {
    return fen(roundHalfUp(this.exact(year).principal, UNITS));
  }

  /** First year with a deposit. */
  get firstYear(): number | undefined {
    return this.#years.size === 0 ? undefined : Math.min(...this.#years.keys());
  }

  /** Last year with a deposit. */
  get lastYear(): number | undefined {
    return this.#years.size === 0 ? undefined : Math.max(...this.#years.keys());
  }

  /** In hundred-millionths of a fen: what was deposited, and the sum of deposit x months it lay. */
  exact(year: number): { readonly principal: bigint; readonly product: bigint } {
    let principal = 0n;
    let product = 0n;
    for (const { share, base, product: lain } of this.#years.get(year) ?? []) {
      principal += BigInt(base) * BigInt(share);
      product += BigInt(lain) * BigInt(share);
    }
    return { principal, product };
  }

  #credit(year: number, share: number, base: number, product: number): void {
    const known = this.#years.get(year);
    const same = known?.find((one) => one.share === share);
    if (same !== undefined) {
      same.base += base;
      same.product += product;
    } else if (known !== undefined) {
      known.push({ share, base, product });
    } else {
      this.#years.set(year, [{ share, base, product }]);
    }
  }
}

/**
 * Grows a personal account year by year, rounding half up to the fen at each year end (劳办发〔1997〕116号).
 *
 * - MONTH_PRODUCT: balance x (1 + rate) + deposits + rate/12 x the sum of deposit x months it lay
 * - ANNUAL: balance x (1 + rate) + deposits x (1 + rate x 1.083/2)
 * @param opening balance at the end of `openingYear`; deposits up to that year are in it and are not counted again
 * @param through the last year to close
 */
export function growAccount(
  account: {
    readonly opening: Fen;
    readonly openingYear: number;
    readonly through: number;
    readonly deposits: Deposits;
    readonly method: InterestMethod | ((year: number) => InterestMethod);
    readonly rates: CreditingRates;
  },
  working: Working,
): AccountGrowth {
  const years: AccountYearEnd[] = [];
  let balance = account.opening;
  for (let year = account.openingYear + 1; year <= account.through; year++) {
    const before = balance;
    const method = typeof account.method === 'function' ? account.method(year) : account.method;
    const { principal: exact, product } = account.deposits.exact(year);
    const bears = method !== 'NONE' && (before > 0 || (method !== 'PREVIOUS_BALANCE' && exact > 0n));
    const rate = bears ? account.rates.at(year, working) : NO_RATE;
    balance = yearEnd(before, rate, exact, product, method);
    const principal = account.deposits.principal(year);
    const interest = fen(balance - before - principal);
    years.push({ year, principal, interest, balance });
    if (before > 0 || exact > 0n) working.step(() => growthStep(year, method, rate, before, principal, interest, yuan(fen(balance))));
  }
  return { balance, years };
}

/** Hundred-millionths of a fen in one fen. */
const UNITS = BigInt(RATE_ONE);
const NO_RATE = rateFrom(0, '');

function yearEnd(before: Fen, rate: number, principal: bigint, product: bigint, method: InterestMethod): Fen {
  const r = BigInt(rate);
  const carried = BigInt(before) * (UNITS + r);
  if (method === 'ANNUAL') {
    // 1.083 / 2 = 5415 / 10000.
    return fen(roundHalfUp((carried + principal) * UNITS * 10_000n + principal * r * 5_415n, UNITS * UNITS * 10_000n));
  }
  const own = method === 'MONTH_PRODUCT' ? product * r : 0n;
  return fen(roundHalfUp((carried + principal) * UNITS * 12n + own, UNITS * UNITS * 12n));
}

/** Nothing here is below zero. */
function roundHalfUp(numerator: bigint, denominator: bigint): number {
  return Number((2n * numerator + denominator) / (2n * denominator));
}

function growthStep(year: number, method: InterestMethod, rate: Rate, before: Fen, principal: Fen, interest: Fen, amount: string): Step {
  const percent = rateText(rate);
  const how = {
    MONTH_PRODUCT: { zh: '月积数法', en: 'month-product method' },
    ANNUAL: { zh: '年度法 1.083/2', en: 'annual method, 1.083/2' },
    PREVIOUS_BALANCE: { zh: '当年缴费不计息', en: 'no interest on the deposits of the year' },
    NONE: { zh: '不计息', en: 'no interest' },
  }[method];
  return {
    text: {
      zh: `${year}年末：上年末${yuan(before)} + 本年记入${yuan(principal)} + 利息${yuan(interest)}（记账利率${percent}，${how.zh}）`,
      en: `end of ${year}: ${yuan(before)} brought forward + ${yuan(principal)} credited + ${yuan(interest)} interest (rate ${percent}, ${how.en})`,
    },
    article: '劳办发〔1997〕116号',
    amount,
  };
}
