import type { InformationSheet, SheetSegment, TransferFigures } from '@yichuang/kit';
import { interestRate } from '../people/rates.js';
import type { Ac02, Ac43, Sc51 } from '../people/tables.js';
import { divideHalfUp, fenOf } from './amounts.js';
import type { PersonBooks } from './generated-books.js';

/*
 * What a source office knows of a relation by its own books. Written from the notice (国办发〔2009〕66号 art. 4) and the rows of the
 * register, not from the rules library, so that each proves the other.
 */

/** Why the books of a relation cannot be exported by a machine: somebody has to clean them first. */
export class BooksNotClean extends Error {
  override readonly name = 'BooksNotClean';
}

export interface ExportQuestion {
  readonly jurisdiction: string;
  readonly relation: Ac02;
  readonly books: PersonBooks;
  readonly accountKind: 'ORDINARY' | 'TEMPORARY';
  /** yyyyMM */
  readonly month: string;
  /** False between two divisions of one jurisdiction. */
  readonly moneyMoves: boolean;
  /** The scheme at the other end. */
  readonly otherScheme: string;
  /** Unemployment benefit that goes along, fen; 0 where none does. */
  readonly benefitDue: number;
}

export interface Export {
  readonly figures: TransferFigures;
  readonly sheet: InformationSheet;
}

/** What was paid for one month, fen. */
export interface MonthSum {
  base: number;
  employer: number;
  personal: number;
  credited: number;
}

/** yyyyMM from which pooled money goes along. */
const POOL_SINCE = '199801';
/** Schemes of which only the personal account moves, or nothing. */
const WITHOUT_POOL: ReadonlySet<string> = new Set(['170', '210', '410']);

/** Sheet and figures of one relation. @throws BooksNotClean */
export function exportOf(question: ExportQuestion): Export {
  const { relation, books, month } = question;
  const own = <R extends Ac43 | Sc51>(rows: readonly R[]): readonly R[] =>
    rows.filter((row) => row.AAC001 === relation.AAC001 && row.AAE140 === relation.AAE140);
  const payments = own(books.AC43);
  const months = monthsOf(payments, month);
  const { years, before1998, balance, principal } = accountOf(question, own(books.SC51), months);
  const pooled = question.accountKind === 'ORDINARY' && !WITHOUT_POOL.has(relation.AAE140) && !WITHOUT_POOL.has(question.otherScheme);
  let bases = 0;
  if (pooled) for (const [at, sum] of months) if (at >= POOL_SINCE) bases += sum.base;
  const moves = (fen: number): number => (question.moneyMoves ? fen : 0);
  const account = moves(before1998 + balance + principal);
  const pool = moves(divideHalfUp(bases * 12, 100) + question.benefitDue);
  const paid = [...months.keys()];
  return {
    figures: { before1998, balance, principal, account, pool, total: account + pool },
    sheet: {
      scheme: relation.AAE140,
      personNumber: relation.AAC001,
      lastUnit: payments.findLast((row) => row.AAE044 !== '')?.AAE044 ?? null,
      firstMonth: hyphened(paid[0]),
      lastMonth: hyphened(paid.at(-1)),
      months: relation.AAE140 === '170' ? paid.length * 12 : paid.length,
      deemedMonths: wholeNumber(relation.AAE200),
      transferMonth: `${month.slice(0, 4)}-${month.slice(4)}`,
      segments: segmentsOf(question, months, years),
    },
  };
}

/** What the account of a relation holds by its yearly rows: the last year-end balance and what was credited since. */
export function balanceOf(rows: readonly Sc51[]): number | undefined {
  const years = [...rows].sort((a, b) => Number(a.AAE001) - Number(b.AAE001));
  const closed = years.findLastIndex((row) => row.AAE382 !== '');
  let sum = closed < 0 ? 0 : fenOf(years[closed]?.AAE382 ?? '');
  for (const row of years.slice(closed + 1)) {
    const credited = fenOf(row.AAE381);
    sum = sum === undefined || credited === undefined ? undefined : sum + credited;
  }
  return sum;
}

/** Paid months up to the month of the move, in their order. A row that is an exact copy is one row; corrections are summed before a month counts. */
export function monthsOf(rows: readonly Ac43[], until: string): Map<string, MonthSum> {
  const seen = new Set<string>();
  const sums = new Map<string, MonthSum>();
  for (const row of rows) {
    const copy = JSON.stringify(row);
    if (seen.has(copy)) continue;
    seen.add(copy);
    const [base, employer, personal, credited] = [fenOf(row.AAE180), fenOf(row.AAE020), fenOf(row.AAE022), fenOf(row.AAE381)];
    if (
      !/^\d{4}(0[1-9]|1[0-2])$/.test(row.AAE003) ||
      base === undefined ||
      employer === undefined ||
      personal === undefined ||
      credited === undefined
    )
      throw new BooksNotClean('a contribution that cannot be read');
    if (row.AAE003 > until) throw new BooksNotClean('a contribution after the move');
    const sum = sums.get(row.AAE003) ?? { base: 0, employer: 0, personal: 0, credited: 0 };
    sums.set(row.AAE003, sum);
    sum.base += base;
    sum.employer += employer;
    sum.personal += personal;
    sum.credited += credited;
  }
  return new Map([...sums].filter(([, sum]) => sum.personal + sum.employer > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Account {
  readonly years: ReadonlyMap<number, { readonly interest: number | null; readonly balance: number | null }>;
  readonly before1998: number;
  readonly balance: number;
  readonly principal: number;
}

/** A, B and C. Where nothing was credited before 1998 the yearly rows say B; otherwise it is grown from the payments. */
function accountOf(question: ExportQuestion, rows: readonly Sc51[], months: ReadonlyMap<string, MonthSum>): Account {
  const moveYear = Number(question.month.slice(0, 4));
  const inYear = (deposit: (sum: MonthSum) => number): number => {
    let sum = 0;
    for (const [at, month] of months) if (Number(at.slice(0, 4)) === moveYear) sum += deposit(month);
    return sum;
  };
  const credited = (sum: MonthSum): number => sum.credited;
  const early = [...months].filter(([at]) => at < POOL_SINCE);
  if (early.length > 0) {
    const own = grow(new Map(early), ({ personal, credited: share }) => Math.min(personal, share), moveYear);
    const since = grow(new Map([...months].filter(([at]) => at >= POOL_SINCE)), credited, moveYear);
    const years = new Map(
      [...own.years.keys(), ...since.years.keys()].map((year) => [year, both(own.years.get(year), since.years.get(year))]),
    );
    return { years, before1998: own.balance, balance: since.balance, principal: inYear(credited) };
  }
  const closed = rows.filter((row) => Number(row.AAE001) < moveYear);
  const balance = balanceOf(closed);
  if (balance === undefined) throw new BooksNotClean('an account row that cannot be read');
  const years = new Map(
    closed.map((row) => {
      const [interest, end] = [row.AAE269, row.AAE382].map((text) => (text === '' ? null : (fenOf(text) ?? null)));
      return [Number(row.AAE001), { interest: interest ?? null, balance: end ?? null }];
    }),
  );
  return { years, before1998: 0, balance, principal: inYear(credited) };
}

/** Month-product method (劳办发〔1997〕116号), half up to the fen at each year end; deposits of years without a rate are added as they are. */
export function grow(
  months: ReadonlyMap<string, MonthSum>,
  deposit: (sum: MonthSum) => number,
  moveYear: number,
): Pick<Account, 'years' | 'balance'> {
  const years = new Map<number, { interest: number | null; balance: number | null }>();
  const first = [...months.keys()][0];
  let balance = 0;
  if (first === undefined) return { years, balance };
  for (let year = Number(first.slice(0, 4)); year < moveYear; year++) {
    let credited = 0;
    let product = 0;
    for (const [at, sum] of months) {
      if (Number(at.slice(0, 4)) !== year) continue;
      credited += deposit(sum);
      product += deposit(sum) * (13 - Number(at.slice(4)));
    }
    const rate = interestRate(year);
    const interest = rate === undefined ? null : divideHalfUp((balance * 12 + product) * rate, 120_000);
    balance += credited + (interest ?? 0);
    years.set(year, { interest, balance: interest === null ? null : balance });
  }
  return { years, balance };
}

/** Interest of a year and balance at its end; null where the year has no rate. */
export type YearEnd = { readonly interest: number | null; readonly balance: number | null } | undefined;

function both(a: YearEnd, b: YearEnd): { readonly interest: number | null; readonly balance: number | null } {
  const add = (x: number | null | undefined, y: number | null | undefined): number | null =>
    x === null || y === null ? null : (x ?? 0) + (y ?? 0);
  return { interest: add(a?.interest, b?.interest), balance: add(a?.balance, b?.balance) };
}

/** Part 2: months in a row, of one year and on the same terms, are one line; the year's interest and balance stand on its last. */
function segmentsOf(
  { jurisdiction: division, relation }: ExportQuestion,
  months: ReadonlyMap<string, MonthSum>,
  years: Account['years'],
): readonly SheetSegment[] {
  const segments: { -readonly [Name in keyof SheetSegment]: SheetSegment[Name] }[] = [];
  let before = '';
  for (const [at, { base, employer, personal, credited }] of months) {
    const open = segments.at(-1);
    const month = hyphened(at) ?? '';
    const goesOn =
      open?.year === Number(at.slice(0, 4)) &&
      Number(at) === Number(before) + 1 &&
      open.base === base &&
      open.employer === employer &&
      open.personal === personal &&
      open.credited === credited;
    if (goesOn) {
      open.to = month;
      open.months++;
    } else {
      const year = Number(at.slice(0, 4));
      const counted = relation.AAE140 === '170' ? 12 : 1;
      segments.push({
        division,
        year,
        from: month,
        to: month,
        months: counted,
        base,
        employer,
        personal,
        credited,
        interest: null,
        balance: null,
      });
    }
    before = at;
  }
  for (const [year, end] of years) {
    const last = segments.findLast((segment) => segment.year === year);
    // An account goes on earning in years without a payment: the sheet has a line for them, of no months.
    if (last) Object.assign(last, end);
    else segments.push(emptyYear(division, year, end));
  }
  return segments.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

function emptyYear(
  division: string,
  year: number,
  end: { readonly interest: number | null; readonly balance: number | null },
): SheetSegment {
  return { division, year, from: `${year}-01`, to: `${year}-12`, months: 0, base: 0, employer: 0, personal: 0, credited: 0, ...end };
}

const hyphened = (month: string | undefined): string | null => (month === undefined ? null : `${month.slice(0, 4)}-${month.slice(4)}`);
const wholeNumber = (text: string): number => (/^\d{1,4}$/.test(text) ? Number(text) : 0);
