import { parseCitizenNumber } from '@yichuang/schema';
import type { Ac01, Ac02, Ac43, MinistryRegister, Registers, Sc51, Sc61 } from '../people/tables.js';
import type { LedgerSums } from './accounts.js';
import { openingSums } from './audit.js';

/** What one jurisdiction's register holds of one person, as far as a transfer can change it. */
export interface PersonBooks {
  readonly AC01: readonly Ac01[];
  readonly AC02: readonly Ac02[];
  readonly AC43: readonly Ac43[];
  readonly SC51: readonly Sc51[];
}
type Person = MinistryRegister['PERSON'][number];

/** The canonical number of a row, in whatever form the register holds it. */
export const numberOf = (text: string): string => parseCitizenNumber(text) ?? text;

/** The generated registers, found by person. They never change, so what was looked up once serves every desk over them. */
export class GeneratedBooks {
  readonly #shelves = new Map<string, Shelf>();
  #persons: ReadonlyMap<string, Person> | undefined;
  #opening: LedgerSums | undefined;

  private constructor(private readonly registers: Registers) {}

  static over(registers: Registers): GeneratedBooks {
    const known = made.get(registers) ?? new GeneratedBooks(registers);
    made.set(registers, known);
    return known;
  }

  of(jurisdiction: string, number: string): PersonBooks | undefined {
    return this.#shelf(jurisdiction).persons.get(number);
  }

  /** True while the register has a benefit of the scheme that is not ended. */
  drawsBenefit(jurisdiction: string, number: string, scheme: string): boolean {
    return this.#shelf(jurisdiction).drawing.has(`${number} ${scheme}`);
  }

  /** Benefits of the scheme that the register has ever paid. */
  benefits(jurisdiction: string, number: string, scheme: string): readonly Sc61[] {
    return (this.#shelf(jurisdiction).benefits.get(number) ?? []).filter(({ AAE140 }) => AAE140 === scheme);
  }

  /** The person as the ministry knows them. */
  person(number: string): Person | undefined {
    this.#persons ??= new Map(this.registers.ministry.PERSON.map((row) => [row.AAC002, row]));
    return this.#persons.get(number);
  }

  /** What accounts and pools held before the first transfer. */
  opening(): LedgerSums {
    return (this.#opening ??= openingSums(this.registers));
  }

  #shelf(jurisdiction: string): Shelf {
    let shelf = this.#shelves.get(jurisdiction);
    if (shelf) return shelf;
    const register = this.registers.jurisdictions.get(jurisdiction);
    const persons = new Map<string, { AC01: Ac01[]; AC02: Ac02[]; AC43: Ac43[]; SC51: Sc51[] }>();
    const of = (text: string) => {
      const number = numberOf(text);
      const person = persons.get(number) ?? { AC01: [], AC02: [], AC43: [], SC51: [] };
      persons.set(number, person);
      return person;
    };
    for (const row of register?.AC01 ?? []) of(row.AAC002).AC01.push(row);
    for (const row of register?.AC02 ?? []) of(row.AAC002).AC02.push(row);
    for (const row of register?.AC43 ?? []) of(row.AAC002).AC43.push(row);
    for (const row of register?.SC51 ?? []) of(row.AAC002).SC51.push(row);
    const drawn = (register?.SC61 ?? [])
      // A claim of unemployment benefit that rests pays nobody, and may go on elsewhere.
      .filter(({ AAE116, AAE140 }) => AAE116 !== '3' && !(AAE116 === '2' && AAE140 === '210'))
      .map(({ AAC002, AAE140 }) => `${numberOf(AAC002)} ${AAE140}`);
    const benefits = new Map<string, Sc61[]>();
    for (const row of register?.SC61 ?? []) {
      const number = numberOf(row.AAC002);
      benefits.set(number, [...(benefits.get(number) ?? []), row]);
    }
    shelf = { persons, drawing: new Set(drawn), benefits };
    this.#shelves.set(jurisdiction, shelf);
    return shelf;
  }
}

interface Shelf {
  readonly persons: ReadonlyMap<string, PersonBooks>;
  /** Number and scheme of those who draw a benefit. */
  readonly drawing: ReadonlySet<string>;
  readonly benefits: ReadonlyMap<string, readonly Sc61[]>;
}

const made = new WeakMap<Registers, GeneratedBooks>();
