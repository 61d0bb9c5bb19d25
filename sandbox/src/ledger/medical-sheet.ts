import type { SheetSegment } from '@yichuang/kit';
import type { MedicalRow } from '../systems/medical-rows.js';
import { fenOf } from './amounts.js';
import { BooksNotClean, type Export } from './figures.js';

/** What a source office of 医保 puts on the sheet (参保人员基本医疗保险信息表) of one relation. */
interface MedicalExportQuestion {
  readonly area: string;
  readonly scheme: string;
  readonly personNumber: string;
  readonly lastUnit: string | null;
  /** Rows of clctInfo. */
  readonly payments: readonly MedicalRow[];
  /** Of the personal account, fen; what of it moves. */
  readonly balance: number;
  /** YYYY-MM. */
  readonly month: string;
}

interface Period {
  readonly to: string;
  base: number;
  personal: number;
  employer: number;
}

/** Sheet and figures of one relation. Written from the notice (医保办发〔2021〕43号), not from the rules library. @throws BooksNotClean */
export function medicalExport(question: MedicalExportQuestion): Export {
  const { area, scheme, personNumber, lastUnit, balance, month } = question;
  const segments = segmentsOf(area, periodsOf(question.payments));
  return {
    figures: { before1998: 0, balance, principal: 0, account: balance, pool: 0, total: balance },
    sheet: {
      ...{ scheme, personNumber, lastUnit },
      firstMonth: segments[0]?.from ?? null,
      lastMonth: segments.at(-1)?.to ?? null,
      months: segments.reduce((sum, { months }) => sum + months, 0),
      deemedMonths: 0,
      transferMonth: month,
      segments,
    },
  };
}

/** What was paid for, by its first month, in order. Corrections are rows with negative amounts: what sums to nothing was not paid. */
function periodsOf(rows: readonly MedicalRow[]): ReadonlyMap<string, Period> {
  const periods = new Map<string, Period>();
  for (const row of rows) {
    const [base, personal, employer] = ['clctstd', 'psnAmt', 'empAmt'].map((column) => fenOf(row[column] ?? ''));
    const [from, to] = [hyphened(row['accrym']), hyphened(row['expiYm'])];
    if (base === undefined || personal === undefined || employer === undefined || from === undefined || to === undefined)
      throw new BooksNotClean('a payment that cannot be read');
    const known = periods.get(from);
    if (known) {
      known.personal += personal;
      known.employer += employer;
    } else periods.set(from, { to, base, personal, employer });
  }
  return new Map([...periods].filter(([, { personal, employer }]) => personal + employer > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Months in a row, of one year and on the same terms, are one line; a year that was paid at once is one as well. */
function segmentsOf(division: string, periods: ReadonlyMap<string, Period>): readonly SheetSegment[] {
  const segments: { -readonly [Name in keyof SheetSegment]: SheetSegment[Name] }[] = [];
  for (const [from, { to, base, personal, employer }] of periods) {
    const year = Number(from.slice(0, 4));
    const open = segments.at(-1);
    const goesOn =
      from === to &&
      open?.year === year &&
      indexOf(from) === indexOf(open.to) + 1 &&
      open.base === base &&
      open.personal === personal &&
      open.employer === employer;
    if (goesOn) {
      open.to = to;
      open.months++;
    } else {
      const months = indexOf(to) - indexOf(from) + 1;
      segments.push({ division, year, from, to, months, base, employer, personal, credited: 0, interest: null, balance: null });
    }
  }
  return segments;
}

const indexOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));

function hyphened(text: string | undefined): string | undefined {
  const match = /^(\d{4})(0[1-9]|1[0-2])$/.exec(text ?? '');
  return match ? match.slice(1).join('-') : undefined;
}
