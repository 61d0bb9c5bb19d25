import type { Province } from '../divisions/division.js';
import { fen, sumFen, type Fen } from '../money.js';
import { addMonths, earlierMonth, laterMonth, monthOf, yearOf, type Month } from '../month.js';
import { creditShareOf, Deposits, growAccount, interestMethodOf } from '../pension/account/growth.js';
import { creditingRates } from '../pension/account/rates.js';
import { EMPLOYEE_PENSIONS, type Account, type LifeRecord } from '../record/record.js';
import type { Working } from '../result.js';
import type { PaidRun } from './pension-months.js';

export interface AccountForecast {
  /** 个人账户储存额 when the pension begins after a month: year ends with interest, the deposits of the last year without. */
  at(month: Month): Fen;
}

/**
 * Grows what the registers hold of the employees' accounts to the end of the year before the record's, and from there, as one account, to the
 * years in which the pension may begin.
 * @param runs months with their bases, each calendar month once
 * @param goingOn months that are still to be paid; its end is the last month that will be asked for
 * @param until the last month that will be asked for
 */
export function accountForecast(
  record: LifeRecord,
  runs: readonly PaidRun[],
  goingOn: PaidRun | undefined,
  until: Month,
  working: Working,
): AccountForecast {
  const closed = yearOf(record.asOf) - 1;
  const held = heldAtEndOf(closed, record, runs, working);
  // A balance of the day holds the deposits of the running year already.
  const open = runs.filter(({ province }) => !held.untilNow.has(province));
  const later = goingOn === undefined ? open : [...open, goingOn];
  const { years } = growAccount(
    {
      opening: held.balance,
      openingYear: closed,
      through: Math.max(closed, yearOf(until) - 1),
      deposits: depositsOf(later, monthOf(closed + 1, 1), until),
      method: (year) => interestMethodOf(goingOn?.province, year),
      rates: creditingRates(goingOn?.province),
    },
    working,
  );
  const balances = new Map(years.map(({ year, balance }) => [year, balance]));
  return {
    at(month) {
      const year = yearOf(month);
      if (year <= closed) return held.balance;
      const principal = depositsOf(later, monthOf(year, 1), month).principal(year);
      return sumFen([balances.get(year - 1) ?? held.balance, principal]);
    },
  };
}

interface Held {
  readonly balance: Fen;
  /** Places whose balance is that of the day, not of the end of a year. */
  readonly untilNow: ReadonlySet<Province>;
}

/** All accounts at the end of a year, each with the interest of its own place. */
function heldAtEndOf(closed: number, record: LifeRecord, runs: readonly PaidRun[], working: Working): Held {
  const known = new Set<Province>();
  const untilNow = new Set<Province>();
  const balances: Fen[] = [];
  for (const account of record.accounts) {
    if (!EMPLOYEE_PENSIONS.has(account.scheme)) continue;
    const last = lastYearEnd(account, closed);
    if (last === undefined && account.balance === undefined) continue;
    known.add(account.jurisdiction);
    if (last === undefined) {
      untilNow.add(account.jurisdiction);
      balances.push(account.balance ?? fen(0));
    } else {
      balances.push(last.year === closed ? last.balance : grown(account, last, closed, runs, working));
    }
  }
  const without = runs.filter(({ province, from }) => !known.has(province) && yearOf(from) <= closed);
  if (without.length > 0) {
    working.provisional('ACCOUNT_BALANCE_UNKNOWN', {
      zh: '部分参保地未提供个人账户储存额，仅计入本金，未计利息',
      en: 'some places do not say what the account holds: only what was credited there is counted, without interest',
    });
    const deposits = depositsOf(without, EARLIEST, monthOf(closed, 12));
    for (let year = deposits.firstYear ?? closed + 1; year <= closed; year++) balances.push(deposits.principal(year));
  }
  return { balance: sumFen(balances), untilNow };
}

/** Before 1998 a base says nothing of what the account got. */
const EARLIEST = monthOf(1998, 1);

function depositsOf(runs: readonly PaidRun[], first: Month, last: Month): Deposits {
  const deposits = new Deposits();
  for (const { from, to, base } of runs) {
    const range = { from: laterMonth(from, first), to: earlierMonth(to, last) };
    if (range.from <= range.to) deposits.add(range, base, creditShareOf);
  }
  return deposits;
}

interface YearEnd {
  readonly year: number;
  readonly balance: Fen;
}

function lastYearEnd({ years }: Account, closed: number): YearEnd | undefined {
  let last: YearEnd | undefined;
  for (const { year, balance } of years) {
    if (balance !== undefined && year <= closed && (last === undefined || year > last.year)) last = { year, balance };
  }
  return last;
}

function grown({ jurisdiction }: Account, last: YearEnd, closed: number, runs: readonly PaidRun[], working: Working): Fen {
  const here = runs.filter(({ province }) => province === jurisdiction);
  return growAccount(
    {
      opening: last.balance,
      openingYear: last.year,
      through: closed,
      deposits: depositsOf(here, addMonths(monthOf(last.year, 12), 1), monthOf(closed, 12)),
      method: (year) => interestMethodOf(jurisdiction, year),
      rates: creditingRates(jurisdiction),
    },
    working,
  ).balance;
}
