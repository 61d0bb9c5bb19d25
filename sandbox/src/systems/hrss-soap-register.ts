import { MOVING_TABLES } from '../ledger/books.js';
import { numberOf, type PersonBooks } from '../ledger/generated-books.js';
import type { Register, TableName } from '../people/tables.js';

export type RegisterRow = Readonly<Record<string, string>>;

/** The tables a core can be asked for, with the column that its conditions may name. */
const COLUMNS: Readonly<Record<TableName, 'AAC002' | 'SAB010'>> = {
  AC01: 'AAC002',
  AC02: 'AAC002',
  AC43: 'AAC002',
  SC51: 'AAC002',
  SC61: 'AAC002',
  SC70: 'AAC002',
  AB01: 'SAB010',
};

/** A province's register, looked up by what it holds to the letter. Indexed when first asked. */
export class SoapRegister {
  readonly #indexes = new Map<TableName, Map<string, RegisterRow[]>>();

  constructor(
    private readonly register: () => Register | undefined,
    /** What holds of persons whom a transfer has changed, by canonical number. */
    private readonly changed: () => ReadonlyMap<string, PersonBooks>,
  ) {}

  /** The rows of a table where the column holds one of the values; undefined where it cannot be asked by that column. */
  rows(table: string, column: string, values: readonly string[]): readonly RegisterRow[] | undefined {
    if (!isTable(table) || COLUMNS[table] !== column) return undefined;
    const index = this.#index(table);
    const asked = [...new Set(values)];
    const changed = this.changed();
    const moving = MOVING_TABLES.find((name) => name === table);
    if (!moving || changed.size === 0) return asked.flatMap((value) => index.get(value) ?? []);
    return asked.flatMap((value): readonly RegisterRow[] => {
      const books = changed.get(numberOf(value));
      return books ? books[moving].filter(({ AAC002 }) => AAC002 === value) : (index.get(value) ?? []);
    });
  }

  /** Rows of a table about somebody else. */
  othersRows(table: string, values: readonly string[]): readonly RegisterRow[] {
    if (!isTable(table)) return [];
    for (const [key, rows] of this.#index(table)) if (!values.includes(key)) return rows;
    return [];
  }

  #index(table: TableName): ReadonlyMap<string, RegisterRow[]> {
    let index = this.#indexes.get(table);
    if (!index) {
      index = new Map();
      const rows: readonly RegisterRow[] = this.register()?.[table] ?? [];
      for (const row of rows) {
        const key = row[COLUMNS[table]] ?? '';
        const known = index.get(key);
        if (known) known.push(row);
        else index.set(key, [row]);
      }
      this.#indexes.set(table, index);
    }
    return index;
  }
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(COLUMNS, name);
}
