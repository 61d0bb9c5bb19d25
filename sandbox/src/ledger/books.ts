import type { MinistryRegister, Register, Registers } from '../people/tables.js';
import { GeneratedBooks, numberOf, type PersonBooks } from './generated-books.js';

export const MOVING_TABLES = ['AC01', 'AC02', 'AC43', 'SC51'] as const satisfies readonly (keyof PersonBooks)[];
type IndexRow = MinistryRegister['RELATION_INDEX'][number];

/**
 * The registers as transfers have changed them: the generated rows stay as they are, and beside them stands, per jurisdiction and person,
 * what holds instead. Stand-ins lay the one over the other when they are asked.
 */
export class Books {
  readonly generated: GeneratedBooks;
  readonly #changed = new Map<string, Map<string, PersonBooks>>();
  readonly #entered = new Map<string, IndexRow[]>();
  readonly #listeners: ((jurisdiction: string, number: string) => void)[] = [];

  constructor(private readonly registers: Registers) {
    this.generated = GeneratedBooks.over(registers);
  }

  /** What the register holds of the person now. */
  of(jurisdiction: string, number: string): PersonBooks {
    return this.#changed.get(jurisdiction)?.get(number) ?? this.generated.of(jurisdiction, number) ?? NOTHING;
  }

  /** Persons of whom the register holds something else than it was generated with. */
  changed(jurisdiction: string): ReadonlyMap<string, PersonBooks> {
    return this.#changed.get(jurisdiction) ?? NOBODY;
  }

  put(jurisdiction: string, number: string, books: PersonBooks): void {
    const persons = this.#changed.get(jurisdiction) ?? new Map<string, PersonBooks>();
    this.#changed.set(jurisdiction, persons.set(number, books));
    for (const { AAE140 } of books.AC02) this.#enterInIndex(number, AAE140, jurisdiction);
    for (const listener of this.#listeners) listener(jurisdiction, number);
  }

  /** Rows that the ministry's relation index has got since. */
  entered(number: string): readonly IndexRow[] {
    return this.#entered.get(number) ?? [];
  }

  /** Told of every person whose rows have changed. */
  onChange(listener: (jurisdiction: string, number: string) => void): void {
    this.#listeners.push(listener);
  }

  /** The whole register as it stands now, for those who deliver it as a file. */
  register(jurisdiction: string): Register | undefined {
    const base = this.registers.jurisdictions.get(jurisdiction);
    const changed = this.changed(jurisdiction);
    if (!base || changed.size === 0) return base;
    const unchanged = ({ AAC002 }: { readonly AAC002: string }): boolean => !changed.has(numberOf(AAC002));
    const all = [...changed.values()];
    return {
      ...base,
      AC01: [...base.AC01.filter(unchanged), ...all.flatMap(({ AC01 }) => AC01)],
      AC02: [...base.AC02.filter(unchanged), ...all.flatMap(({ AC02 }) => AC02)],
      AC43: [...base.AC43.filter(unchanged), ...all.flatMap(({ AC43 }) => AC43)],
      SC51: [...base.SC51.filter(unchanged), ...all.flatMap(({ SC51 }) => SC51)],
    };
  }

  #enterInIndex(AAC002: string, AAE140: string, AAB299: string): void {
    const known = this.#entered.get(AAC002) ?? [];
    if (!known.some((row) => row.AAE140 === AAE140 && row.AAB299 === AAB299))
      this.#entered.set(AAC002, [...known, { AAC002, AAE140, AAB299 }]);
  }
}

const NOBODY: ReadonlyMap<string, PersonBooks> = new Map();
const NOTHING: PersonBooks = { AC01: [], AC02: [], AC43: [], SC51: [] };
