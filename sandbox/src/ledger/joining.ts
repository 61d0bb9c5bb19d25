import type { InformationSheet, TransferFigures } from '@yichuang/kit';
import { monthIndex, monthText } from '../people/calendar.js';
import { yuan } from '../people/registers.js';
import type { Ac02, Ac43, Sc51 } from '../people/tables.js';
import { fenOf } from './amounts.js';
import type { PersonBooks } from './generated-books.js';

/** The books of a person at the source once a relation has moved away: it is ended, and its months and account stand elsewhere. */
export function withoutRelation(books: PersonBooks, relation: Ac02): PersonBooks {
  const isOf = (row: Ac43 | Sc51): boolean => row.AAC001 === relation.AAC001 && row.AAE140 === relation.AAE140;
  return {
    ...books,
    AC02: books.AC02.map((row) => (row === relation ? { ...row, AAC031: '3', AAE201: '0', AAE200: '0' } : row)),
    AC43: books.AC43.filter((row) => !isOf(row)),
    SC51: books.SC51.filter((row) => !isOf(row)),
  };
}

/**
 * The books of a person at the target once the sheet is joined to the relation there. Months that the target has itself count once, and
 * are its own. From another scheme (resident link) the account comes and no month of payment, for a year there is not a month here.
 */
export function withSheet(books: PersonBooks, relation: Ac02, sheet: InformationSheet, received: TransferFigures | undefined): PersonBooks {
  const { AAC001, AAC002, AAE140 } = relation;
  const linked = sheet.scheme !== AAE140;
  const known = new Set(books.AC43.filter((row) => row.AAE140 === AAE140).map(({ AAE003 }) => AAE003));
  const joined = linked ? [] : paymentsOf(sheet, { AAC001, AAC002, AAE140 }).filter(({ AAE003 }) => !known.has(AAE003));
  const months = [...known, ...joined.map(({ AAE003 }) => AAE003)].filter((month) => month !== '').sort();
  const years = linked ? linkedYear(sheet, received) : yearsOf(sheet);
  return {
    ...books,
    AC02: books.AC02.map((row) =>
      row === relation
        ? {
            ...row,
            AAC049: months[0] ?? row.AAC049,
            AAE042: months.at(-1) ?? row.AAE042,
            AAE201: String(linked && AAE140 === '170' ? Number(row.AAE201) + sheet.months : months.length * (AAE140 === '170' ? 12 : 1)),
            AAE200: String(Number(row.AAE200) + sheet.deemedMonths),
          }
        : row,
    ),
    AC43: [...books.AC43, ...joined],
    SC51: joinYears(books.SC51, { AAC001, AAC002, AAE140 }, years),
  };
}

type Owner = Pick<Ac43, 'AAC001' | 'AAC002' | 'AAE140'>;

/** The months of a sheet as payments of the relation that they are joined to. */
export function paymentsOf(sheet: InformationSheet, { AAC001, AAC002, AAE140 }: Owner): readonly Ac43[] {
  const owner = { AAC001, AAC002, AAE140 };
  return sheet.segments.flatMap((segment) => {
    const rows: Ac43[] = [];
    if (segment.months === 0) return rows;
    for (let month = monthIndex(segment.from); month <= monthIndex(segment.to); month++) {
      rows.push({
        ...owner,
        AAE003: monthText(month).replace('-', ''),
        AAE180: yuan(segment.base),
        AAE020: yuan(segment.employer),
        AAE022: yuan(segment.personal),
        AAE381: yuan(segment.credited),
        AAB191: '',
        AAB001: '',
        SAB010: '',
        AAE044: '',
      });
    }
    return rows;
  });
}

interface Year {
  readonly year: number;
  readonly months: number;
  readonly credited: number;
  readonly interest: number | null;
  readonly balance: number | null;
}

function yearsOf(sheet: InformationSheet): readonly Year[] {
  const years = new Map<number, Year>();
  for (const { year, months, from, to, credited, interest, balance } of sheet.segments) {
    const before = years.get(year);
    const rows = months === 0 ? 0 : monthIndex(to) - monthIndex(from) + 1;
    years.set(year, {
      year,
      months: (before?.months ?? 0) + rows,
      credited: (before?.credited ?? 0) + credited * rows,
      interest: interest ?? before?.interest ?? null,
      balance: balance ?? before?.balance ?? null,
    });
  }
  return [...years.values()];
}

/** The account of another scheme comes as one sum in the year of the move. */
function linkedYear(sheet: InformationSheet, received: TransferFigures | undefined): readonly Year[] {
  const year = Number(sheet.transferMonth.slice(0, 4));
  return [{ year, months: 0, credited: received?.account ?? 0, interest: null, balance: null }];
}

/** Adds the sheet's years to those of the account. A year-end balance that only one of them has is carried on by the other. */
function joinYears(rows: readonly Sc51[], owner: Owner, came: readonly Year[]): readonly Sc51[] {
  const isOwn = (row: Sc51): boolean => row.AAC001 === owner.AAC001 && row.AAE140 === owner.AAE140;
  const own: readonly Year[] = rows.filter(isOwn).map((row) => ({
    year: Number(row.AAE001),
    months: Number(row.AAE202),
    credited: fenOf(row.AAE381) ?? 0,
    interest: row.AAE269 === '' ? null : (fenOf(row.AAE269) ?? null),
    balance: row.AAE382 === '' ? null : (fenOf(row.AAE382) ?? null),
  }));
  const all = [...new Set([...own, ...came].map(({ year }) => year))].sort((a, b) => a - b);
  const joined = all.map((year): Sc51 => {
    const parts = [own, came].flatMap((years) => years.find((one) => one.year === year) ?? []);
    const sum = (of: (part: Year) => number): number => parts.reduce((total, part) => total + of(part), 0);
    const closed = parts.some(({ balance }) => balance !== null);
    const balance = balanceAt(own, year) + balanceAt(came, year);
    return {
      ...owner,
      AAE001: String(year),
      AAE202: String(
        Math.min(
          12,
          sum(({ months }) => months),
        ),
      ),
      AAE381: yuan(sum(({ credited }) => credited)),
      AAE269: closed ? yuan(sum(({ interest }) => interest ?? 0)) : '',
      AAE382: closed ? yuan(balance) : '',
    };
  });
  return [...rows.filter((row) => !isOwn(row)), ...joined];
}

/** What an account held at the end of a year: its last balance up to then, and what was credited after it. */
function balanceAt(years: readonly Year[], year: number): number {
  let held = 0;
  for (const one of [...years].sort((a, b) => a.year - b.year)) if (one.year <= year) held = one.balance ?? held + one.credited;
  return held;
}
