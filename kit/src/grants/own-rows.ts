import { jurisdictionOfDivision } from '@yichuang/schema';

/** Rows that may be shown in one field of one subject, by the unit that declared them. */
export interface OwnRows {
  /** The records that may be shown. @param unit credit code of a record's unit; what cannot be read is nobody's own */
  of<T>(records: readonly T[], unit: (record: T) => string | null): readonly T[];
  /**
   * What did not answer that may be spoken of: where rows are cut to a unit, the register of the place in which it is registered alone.
   * Any other would tell where else the person is known.
   * @param place pension jurisdiction of a register
   */
  gaps<T>(missing: readonly T[], place: (one: T) => string | undefined): readonly T[];
  /** True where rows are cut to a unit. A list of them is there or is not: it has no places for what is missing. */
  readonly cut: boolean;
}

/** No bound. */
export const ALL_ROWS: OwnRows = { of: (records) => records, gaps: (missing) => missing, cut: false };

/** Rows that are of all of some units. */
export function rowsOfUnits(units: readonly string[]): OwnRows {
  const places = new Set(units.flatMap((unit) => jurisdictionOfDivision(unit.slice(2, 8)) ?? []));
  return {
    of: (records, unitOf) => records.filter((record) => units.every((unit) => unitOf(record) === unit)),
    gaps: (missing, placeOf) =>
      missing.filter((one) => {
        const place = jurisdictionOfDivision(placeOf(one) ?? '');
        return place !== undefined && places.has(place);
      }),
    cut: true,
  };
}
