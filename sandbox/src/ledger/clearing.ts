import type { InformationSheet, OfficeOrder } from '@yichuang/kit';
import { yuan } from '../people/registers.js';
import type { Ac02 } from '../people/tables.js';
import { fenOf } from './amounts.js';
import { grow, monthsOf, type MonthSum, type YearEnd } from './figures.js';
import type { PersonBooks } from './generated-books.js';
import { paymentsOf } from './joining.js';

/** What is paid back of months that two places were paid for, and what the account loses by it. */
export interface Cleared {
  readonly personNumber: string;
  /** Whose months stay: with SOURCE the own ones of these months are replaced by those of the sheet. */
  readonly keep: 'SOURCE' | 'TARGET';
  /** yyyyMM */
  readonly months: readonly string[];
  readonly sheet: InformationSheet;
  /** Fen. */
  readonly refund: number;
  /** What the account is credited with less in a year, and has less at its end. */
  readonly years: readonly { readonly year: number; readonly credited: number; readonly end: YearEnd }[];
}

type Joined = Pick<PersonBooks, 'AC43'>;

/** Months that the books have of their own and a sheet brings as well, yyyyMM: looked for before the sheet is joined. */
export function paidTwice({ AC43 }: Joined, relation: Ac02, sheet: InformationSheet): readonly string[] {
  const own = new Set(AC43.filter((row) => row.AAC001 === relation.AAC001 && row.AAE140 === relation.AAE140).map(({ AAE003 }) => AAE003));
  return sheet.scheme === relation.AAE140 ? paymentsOf(sheet, relation).flatMap(({ AAE003 }) => (own.has(AAE003) ? [AAE003] : [])) : [];
}

/**
 * Clears overlapping months at the destination (先转后清, 人社部发〔2009〕187号): the account part of the months that are not kept, with interest to the
 * end of last year.
 */
export function clearedOf(
  { keep, months: named }: NonNullable<OfficeOrder['clearing']>,
  {
    books,
    relation,
    sheet,
    today,
  }: { readonly books: Joined; readonly relation: Ac02; readonly sheet: InformationSheet; readonly today: string },
): Cleared {
  const months = named.map((month) => month.replace('-', ''));
  const rows =
    keep === 'SOURCE'
      ? books.AC43.filter(({ AAC001, AAE140 }) => AAC001 === relation.AAC001 && AAE140 === relation.AAE140)
      : paymentsOf(sheet, relation);
  const side = monthsOf(rows, today.slice(0, 7).replace('-', ''));
  const lost = new Map([...side].filter(([month]) => months.includes(month)));
  const thisYear = Number(today.slice(0, 4));
  const credited = ({ credited: share }: MonthSum): number => share;
  const grown = grow(lost, credited, thisYear);
  const inYear = (year: number): number => {
    let sum = 0;
    for (const [month, one] of lost) if (Number(month.slice(0, 4)) === year) sum += one.credited;
    return sum;
  };
  const years = [...new Set([...grown.years.keys(), ...[...lost.keys()].map((month) => Number(month.slice(0, 4)))])];
  return {
    personNumber: relation.AAC001,
    keep,
    months,
    sheet,
    refund: grown.balance + inYear(thisYear),
    years: years.map((year) => ({ year, credited: inYear(year), end: grown.years.get(year) })),
  };
}

/** The books of a person once overlapping months are cleared. */
export function withoutCleared(books: PersonBooks, relation: Ac02, cleared: Cleared): PersonBooks {
  const { AAC001, AAE140 } = relation;
  const isOwn = (row: { readonly AAC001: string; readonly AAE140: string }): boolean => row.AAC001 === AAC001 && row.AAE140 === AAE140;
  const goes = ({ AAE003, ...row }: PersonBooks['AC43'][number]): boolean =>
    cleared.keep === 'SOURCE' && isOwn(row) && cleared.months.includes(AAE003);
  const instead = cleared.keep === 'SOURCE' ? paymentsOf(cleared.sheet, relation) : [];
  const byYear = new Map(cleared.years.map((one) => [one.year, one]));
  return {
    ...books,
    AC43: [...books.AC43.filter((row) => !goes(row)), ...instead.filter(({ AAE003 }) => cleared.months.includes(AAE003))],
    SC51: books.SC51.map((row) => {
      const less = isOwn(row) ? byYear.get(Number(row.AAE001)) : undefined;
      if (!less) return row;
      const minus = (text: string, fen: number | null | undefined): string => (text === '' ? '' : yuan((fenOf(text) ?? 0) - (fen ?? 0)));
      return {
        ...row,
        AAE381: minus(row.AAE381, less.credited),
        AAE269: minus(row.AAE269, less.end?.interest),
        AAE382: minus(row.AAE382, less.end?.balance),
      };
    }),
  };
}
