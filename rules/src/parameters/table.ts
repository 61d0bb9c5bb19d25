import type { CivilDate } from '../calendar/civil-date.js';

/** How sure a parameter is: read in a source, heard of through another, remembered without a source, or computed from what is sure. */
export type Certainty = 'seen' | 'secondary' | 'memory' | 'derived';

export interface Source {
  /** Title of the document, such as 国务院关于完善企业职工基本养老保险制度的决定. */
  readonly document: string;
  /** Such as 国发〔2005〕38号. */
  readonly number?: string;
  /** YYYY-MM-DD, YYYY-MM or YYYY. */
  readonly date?: string;
  /** Article, table or page, and where a copy was read. */
  readonly reference: string;
  readonly certainty: Certainty;
}

/** Values that hold in one place for a time. */
export interface Row<V> {
  readonly validFrom: CivilDate;
  /** Last day; undefined: until further notice. */
  readonly validTo: CivilDate | undefined;
  /** Six digits of a division, or CN. */
  readonly jurisdiction: string;
  readonly values: V;
  readonly source: Source;
}

/** What a generated module hands over of a row. */
export type WrittenRow<V> = readonly [from: CivilDate, to: CivilDate | undefined, jurisdiction: string, values: V, source?: Source];

const NATIONAL = 'CN';
const MOST_PLACES = 10_000;

/** A file of rules/parameters. Rows are chosen by the day of the event and the place; the closest place that has one wins. */
export class Table<V> {
  readonly rows: readonly Row<V>[];
  readonly #byPlace = new Map<string, Row<V>[]>();
  readonly #closestTo = new Map<string, readonly (readonly Row<V>[])[]>();

  /** @param source of every row that names none of its own */
  constructor(
    readonly name: string,
    readonly source: Source,
    rows: readonly WrittenRow<V>[],
  ) {
    this.rows = rows.map(([validFrom, validTo, jurisdiction, values, own]) => ({
      validFrom,
      validTo,
      jurisdiction,
      values,
      source: own ?? source,
    }));
    for (const row of this.rows) {
      const held = this.#byPlace.get(row.jurisdiction);
      if (held) held.push(row);
      else this.#byPlace.set(row.jurisdiction, [row]);
    }
    for (const held of this.#byPlace.values()) held.sort((a, b) => a.validFrom - b.validFrom);
  }

  /**
   * The row in force.
   * @param place six digits of a division: the division itself is looked at first, then its prefecture, its province, the nation
   * @param where picks among rows that hold side by side
   */
  at(on: CivilDate, place: string = NATIONAL, where?: (values: V) => boolean): Row<V> | undefined {
    for (const held of this.#closest(place)) {
      for (let index = held.length - 1; index >= 0; index--) {
        const row = held[index];
        if (row !== undefined && holds(row, on) && (where === undefined || where(row.values))) return row;
      }
    }
    return undefined;
  }

  /** All rows in force side by side, of the closest place that has any. */
  all(on: CivilDate, place: string = NATIONAL): readonly Row<V>[] {
    for (const held of this.#closest(place)) {
      const found = held.filter((row) => holds(row, on));
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The row that began last on or before the day, even when it has run out: the last known value, to be marked provisional. */
  lastKnown(on: CivilDate, place: string = NATIONAL, where?: (values: V) => boolean): Row<V> | undefined {
    for (const held of this.#closest(place)) {
      const found = held.findLast((row) => row.validFrom <= on && (where === undefined || where(row.values)));
      if (found) return found;
    }
    return undefined;
  }

  /** Remembered by place: rules ask the same table for every year of a life. */
  #closest(place: string): readonly (readonly Row<V>[])[] {
    const known = this.#closestTo.get(place);
    if (known !== undefined) return known;
    const found = [...new Set([place, `${place.slice(0, 4)}00`, `${place.slice(0, 2)}0000`, NATIONAL])].flatMap((code) => {
      const held = this.#byPlace.get(code);
      return held === undefined ? [] : [held];
    });
    // Places come from inputs; the list of those that are remembered has an end.
    if (this.#closestTo.size < MOST_PLACES) this.#closestTo.set(place, found);
    return found;
  }
}

/** Which wording of a parameter decided: `account-rates@2023-01-01`, with the document's number where it has one. */
export function versionOf(table: Pick<Table<unknown>, 'name'>, row: Pick<Row<unknown>, 'validFrom' | 'source'>): string {
  const day = String(row.validFrom);
  const number = row.source.number === undefined ? '' : ` ${row.source.number}`;
  return `${table.name}@${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}${number}`;
}

function holds(row: Row<unknown>, on: CivilDate): boolean {
  return row.validFrom <= on && (row.validTo === undefined || on <= row.validTo);
}
