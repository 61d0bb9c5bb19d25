import { parseCitizenNumber } from '@yichuang/schema';
import { MOVING_TABLES } from '../ledger/books.js';
import { numberOf, type PersonBooks } from '../ledger/generated-books.js';
import type { Register, TableName } from '../people/tables.js';
import type { RestProvince } from './hrss-rest-provinces.js';

export type RegisterRow = Readonly<Record<string, string>>;
export const PERSON_TABLES = ['AC01', 'AC02', 'AC43', 'SC51', 'SC61', 'SC70'] as const satisfies readonly TableName[];
export type PersonTable = (typeof PERSON_TABLES)[number];

/** Rows of one person, by table. */
export type PersonRows = ReadonlyMap<PersonTable, readonly RegisterRow[]>;

/** A province's register, looked up by key. Indexed when first asked: most tests ask few provinces. */
export class ProvinceRegister {
  #persons: Map<string, Map<PersonTable, RegisterRow[]>> | undefined;
  #units: Map<string, RegisterRow> | undefined;

  constructor(
    private readonly province: RestProvince,
    private readonly register: () => Register | undefined,
    /** What holds of persons whom a transfer has changed, by canonical number. */
    private readonly changed: () => ReadonlyMap<string, PersonBooks>,
  ) {}

  /** The persons whose numbers were asked for; each once, whatever forms the question has. */
  persons(keys: readonly string[]): readonly PersonRows[] {
    const persons = this.#personIndex();
    const changed = this.changed();
    if (changed.size === 0) return [...new Set(keys.map((key) => this.#form(key)))].flatMap((key) => persons.get(key) ?? []);
    const told = new Set<string>();
    return [...new Set(keys.map((key) => this.#form(key)))].flatMap((key) => {
      const number = numberOf(key);
      const books = changed.get(number);
      const person = persons.get(key);
      if (!books) return person ?? [];
      // The forms of one number are one person here, whom the register now has as the transfer left them.
      if (told.has(number) || (!person && this.province.literal && !books.AC01.some(({ AAC002 }) => AAC002 === key))) return [];
      told.add(number);
      return laidOver(person, books);
    });
  }

  units(keys: readonly string[]): readonly RegisterRow[] {
    const units = this.#unitIndex();
    return [...new Set(keys)].flatMap((key): RegisterRow[] => {
      const row = units.get(key);
      return row ? [row] : [];
    });
  }

  /** Some persons who were not asked about. */
  otherPersons(keys: readonly string[]): readonly PersonRows[] {
    const asked = new Set(keys.map((key) => this.#form(key)));
    return [...this.#personIndex()]
      .filter(([key]) => !asked.has(key))
      .slice(0, 20)
      .map(([, rows]) => rows);
  }

  otherUnits(keys: readonly string[]): readonly RegisterRow[] {
    return [...this.#unitIndex()]
      .filter(([key]) => !keys.includes(key))
      .slice(0, 1)
      .map(([, row]) => row);
  }

  #form(key: string): string {
    return this.province.literal ? key : (parseCitizenNumber(key) ?? key);
  }

  #personIndex(): Map<string, Map<PersonTable, RegisterRow[]>> {
    if (this.#persons) return this.#persons;
    const persons = new Map<string, Map<PersonTable, RegisterRow[]>>();
    const register = this.register();
    for (const table of PERSON_TABLES) {
      for (const row of register?.[table] ?? []) {
        const key = this.#form(row.AAC002);
        const person = persons.get(key) ?? new Map<PersonTable, RegisterRow[]>();
        persons.set(key, person);
        const rows = person.get(table);
        if (rows) rows.push(row);
        else person.set(table, [row]);
      }
    }
    return (this.#persons = persons);
  }

  #unitIndex(): Map<string, RegisterRow> {
    return (this.#units ??= new Map((this.register()?.AB01 ?? []).map((row) => [row.SAB010, row])));
  }
}

function laidOver(person: PersonRows | undefined, books: PersonBooks): PersonRows {
  const rows = new Map<PersonTable, readonly RegisterRow[]>(person);
  for (const table of MOVING_TABLES) rows.set(table, books[table]);
  return rows;
}
