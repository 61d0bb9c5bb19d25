import type { InformationSheet, OfficeOrder } from '@yichuang/kit';
import { yuan } from '../people/registers.js';
import type { Ac02 } from '../people/tables.js';
import { divideHalfUp, fenOf } from './amounts.js';
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
const RESIDENTS = '170';
const isOfAnother = (sheet: InformationSheet, { AAE140 }: Ac02): boolean => sheet.scheme !== AAE140;

/** Months that the books have of their own and a sheet brings as well, yyyyMM: looked for before the sheet is joined. */
export function paidTwice({ AC43 }: Joined, relation: Ac02, sheet: InformationSheet): readonly string[] {
  const own = new Set(AC43.filter((row) => row.AAC001 === relation.AAC001 && row.AAE140 === relation.AAE140).map(({ AAE003 }) => AAE003));
  if (isOfAnother(sheet, relation)) {
    const brought = new Set(paymentsOf(sheet, relation).map(({ AAE003 }) => AAE003));
    const [months, payments] = relation.AAE140 === RESIDENTS ? [brought, own] : [own, brought];
    // A payment to the residents' scheme is one for its year.
    const years = new Set([...payments].map((month) => month.slice(0, 4)));
    return [...months].filter((month) => years.has(month.slice(0, 4))).sort();
  }
  return paymentsOf(sheet, relation).flatMap(({ AAE003 }) => (own.has(AAE003) ? [AAE003] : []));
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
  const personNumber = relation.AAC001;
  if (isOfAnother(sheet, relation)) {
    const refund = paidAsResident(months, books, relation, sheet);
    return {
      personNumber,
      keep,
      months,
      sheet,
      refund,
      years: [{ year: Number(sheet.transferMonth.slice(0, 4)), credited: refund, end: undefined }],
    };
  }
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
    ...{ personNumber, keep, months, sheet },
    refund: grown.balance + inYear(thisYear),
    years: years.map((year) => ({ year, credited: inYear(year), end: grown.years.get(year) })),
  };
}

/** What the person paid to the residents' scheme for months of the employees': a twelfth of the year's payment for each; subsidies and interest stay. */
function paidAsResident(months: readonly string[], { AC43 }: Joined, relation: Ac02, sheet: InformationSheet): number {
  const own = AC43.filter(({ AAC001, AAE140 }) => AAC001 === relation.AAC001 && AAE140 === relation.AAE140);
  const payments = relation.AAE140 === RESIDENTS ? own : paymentsOf(sheet, relation);
  let twelfths = 0;
  for (const { AAE003, AAE022 } of payments)
    twelfths += (fenOf(AAE022) ?? 0) * months.filter((month) => month.slice(0, 4) === AAE003.slice(0, 4)).length;
  return divideHalfUp(twelfths, 12);
}

/** The books of a person once overlapping months are cleared. */
export function withoutCleared(books: PersonBooks, relation: Ac02, cleared: Cleared): PersonBooks {
  const { AAC001, AAE140 } = relation;
  const isOwn = (row: { readonly AAC001: string; readonly AAE140: string }): boolean => row.AAC001 === AAC001 && row.AAE140 === AAE140;
  // What another scheme brought is money: no month takes the place of one of the own.
  const linked = isOfAnother(cleared.sheet, relation);
  const takesOver = cleared.keep === 'SOURCE' && !linked;
  const goes = ({ AAE003, ...row }: PersonBooks['AC43'][number]): boolean => takesOver && isOwn(row) && cleared.months.includes(AAE003);
  const instead = takesOver ? paymentsOf(cleared.sheet, relation) : [];
  const byYear = new Map(cleared.years.map((one) => [one.year, one]));
  const counted = (row: Ac02): Ac02 => ({ ...row, AAE201: String(Number(row.AAE201) - cleared.months.length) });
  return {
    ...books,
    ...(linked && AAE140 === RESIDENTS ? { AC02: books.AC02.map((row) => (row === relation ? counted(row) : row)) } : {}),
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
