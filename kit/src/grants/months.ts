/** Months of the data, both included, as YYYY-MM. */
interface MonthRange {
  readonly from?: string;
  readonly to?: string;
}

/** Months whose data may be counted or shown in one field of one subject. */
export interface Months {
  /** True for a month that may be; what cannot be read lies in no bounded period. */
  holds(month: string | null): boolean;
  /** The records that may be counted or shown. @param when month of a record */
  of<T>(records: readonly T[], when: (record: T) => string | null): readonly T[];
}

/** No bound. */
export const EVERY_MONTH: Months = { holds: () => true, of: (records) => records };

/** Months that lie in all of some ranges. */
export function boundedMonths(ranges: readonly MonthRange[]): Months {
  const holds = (month: string | null): boolean =>
    month !== null && ranges.every(({ from = month, to = month }) => from <= month && month <= to);
  return { holds, of: (records, when) => records.filter((record) => holds(when(record))) };
}
