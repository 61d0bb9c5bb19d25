/** A row of the register, as far as a picture needs it. */
export interface Paid {
  readonly month: string | null;
  readonly jurisdiction: string;
  readonly personal: string | null;
  readonly employer: string | null;
}

/** One year: for each of the twelve months the places that were paid in it. */
export interface PaidYear {
  readonly year: number;
  readonly months: readonly (readonly string[])[];
  /** Months paid anywhere. */
  readonly count: number;
}

/** Whole fen of an amount in yuan. */
export function fen(amount: string | null): number {
  return amount === null ? 0 : Math.round(Number(amount) * 100);
}

/**
 * The years from the first paid month to the last, latest first. Correction bookings are rows of their own: a month is paid in a place
 * where the sum of its rows there is positive.
 */
export function paidYears(rows: readonly Paid[]): readonly PaidYear[] {
  const sums = new Map<string, Map<string, number>>();
  for (const { month, jurisdiction, personal, employer } of rows) {
    if (month === null) continue;
    const places = sums.get(month) ?? new Map<string, number>();
    places.set(jurisdiction, (places.get(jurisdiction) ?? 0) + fen(personal) + fen(employer));
    sums.set(month, places);
  }
  const paid = (month: string): readonly string[] => [...(sums.get(month) ?? [])].flatMap(([place, sum]) => (sum > 0 ? [place] : []));
  const known = [...sums.keys()].map((month) => Number(month.slice(0, 4)));
  if (known.length === 0) return [];
  const [first, last] = [Math.min(...known), Math.max(...known)];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const year = last - index;
    const months = Array.from({ length: 12 }, (__, month) => paid(`${year}-${String(month + 1).padStart(2, '0')}`));
    return { year, months, count: months.filter(({ length }) => length > 0).length };
  });
}

/** A yearly row of one account. */
export interface AccountYear {
  readonly year: number | null;
  readonly balance: string | null;
}

/** What all accounts held at the end of each closed year, in fen; an account without a row for a year holds what it held before. */
export function yearEnds(accounts: readonly (readonly AccountYear[])[]): readonly { readonly year: number; readonly fen: number }[] {
  const years = [...new Set(accounts.flat().flatMap(({ year, balance }) => (year === null || balance === null ? [] : [year])))].sort();
  return years.map((year) => ({
    year,
    fen: accounts.reduce((sum, rows) => {
      const closed = rows.filter((row) => row.balance !== null && row.year !== null && row.year <= year);
      return sum + fen(closed.at(-1)?.balance ?? null);
    }, 0),
  }));
}
