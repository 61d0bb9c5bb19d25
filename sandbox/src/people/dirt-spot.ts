import { JURISDICTIONS } from './jurisdictions.js';
import type { Life } from './model.js';
import type { RegisterDraft } from './register-draft.js';
import type { Ac43, DirtEntry } from './tables.js';

type Drafted<Name extends Exclude<keyof RegisterDraft, 'jurisdiction'>> = RegisterDraft[Name][number];
export type Ac43Draft = Drafted<'AC43'>;

/** The rows of a register by citizen number, as they were before anything was planted. */
export class RegisterIndex {
  readonly #rows = new Map<string, Ac43Draft[]>();

  constructor(readonly draft: RegisterDraft) {
    for (const row of draft.AC43) {
      const rows = this.#rows.get(row.AAC002);
      if (rows) rows.push(row);
      else this.#rows.set(row.AAC002, [row]);
    }
  }

  contributions(number: string): readonly Ac43Draft[] {
    return this.#rows.get(number) ?? [];
  }
}

export type Expectation = DirtEntry['expect'];
export const REPAIRED: Expectation = { outcome: 'NORMALISED' };
export const KEPT: Expectation = { outcome: 'KEPT' };
export const nullWith = (rule: string): Expectation => ({ outcome: 'NULL_WITH_FINDING', rule });

/** What is planted is described by this, or undefined where the person has no field for it. */
export type Planter = (spot: Spot) => readonly DirtEntry[];

/** One person in one register: where dirt can be put. */
export class Spot {
  readonly #index: RegisterIndex;

  constructor(
    index: RegisterIndex,
    readonly life: Life,
    readonly lifeIndex: number,
    readonly persona: string | undefined,
    /** Last month of the world, YYYY-MM. */
    readonly month: string,
  ) {
    this.#index = index;
  }

  get draft(): RegisterDraft {
    return this.#index.draft;
  }

  get jurisdiction(): string {
    return this.draft.jurisdiction;
  }

  /** Contributions to the pension, oldest first. */
  get contributions(): readonly Ac43Draft[] {
    const rows = this.#index.contributions(this.life.number);
    const employee = rows.filter(({ AAE140 }) => AAE140 === '110');
    return employee.length > 0 ? employee : rows.filter(({ AAE140 }) => AAE140 === '120');
  }

  /** All contributions, whatever the scheme. */
  get allContributions(): readonly Ac43Draft[] {
    return this.#index.contributions(this.life.number);
  }

  /** The contribution this many months before the latest. */
  recent(back: number): Ac43Draft | undefined {
    return this.contributions.at(-1 - back);
  }

  get person(): Drafted<'AC01'> | undefined {
    return this.draft.AC01.find(({ AAC002 }) => AAC002 === this.life.number);
  }

  get relation(): Drafted<'AC02'> | undefined {
    return this.draft.AC02.find(({ AAC002 }) => AAC002 === this.life.number);
  }

  /** Overwrites one field and says so. */
  spoil<Column extends string>(
    kind: string,
    table: string,
    row: Record<Column, string> | undefined,
    field: Column,
    stored: string,
    expect: Expectation,
    key: () => string,
  ): readonly DirtEntry[] {
    if (!row) return [];
    const clean = row[field];
    row[field] = stored;
    return [this.entry(kind, table, field, key(), expect, stored, clean)];
  }

  spoilPerson(kind: string, field: keyof Drafted<'AC01'>, stored: string, expect: Expectation): readonly DirtEntry[] {
    const row = this.person;
    return this.spoil(kind, 'AC01', row, field, stored, expect, () => row?.AAC001 ?? '');
  }

  spoilRelation(kind: string, field: keyof Drafted<'AC02'>, stored: string, expect: Expectation): readonly DirtEntry[] {
    const row = this.relation;
    return this.spoil(kind, 'AC02', row, field, stored, expect, () => (row ? `${row.AAC001}/${row.AAE140}` : ''));
  }

  spoilContribution(
    kind: string,
    row: Ac43Draft | undefined,
    field: keyof Ac43,
    stored: string,
    expect: Expectation,
  ): readonly DirtEntry[] {
    return this.spoil(kind, 'AC43', row, field, stored, expect, () => (row ? contributionKey(row) : ''));
  }

  /** Books rows beside another row: before it (0) or after it (1). */
  book(beside: Ac43Draft, place: 0 | 1, ...rows: readonly Ac43Draft[]): void {
    this.draft.AC43.splice(this.draft.AC43.indexOf(beside) + place, 0, ...rows);
  }

  entry(kind: string, table: string, field: string, rowKey: string, expect: Expectation, stored?: string, clean?: string): DirtEntry {
    const { jurisdiction } = this;
    return {
      kind,
      system: JURISDICTIONS.find(({ code }) => code === jurisdiction)?.system ?? '',
      jurisdiction,
      ...(this.persona === undefined ? {} : { persona: this.persona }),
      lifeIndex: this.lifeIndex,
      table,
      field,
      rowKey,
      ...(stored === undefined ? {} : { stored }),
      ...(clean === undefined ? {} : { clean }),
      expect,
    };
  }
}

export const contributionKey = (row: Readonly<Record<'AAE140' | 'AAE003', string>>): string => `${row.AAE140}/${row.AAE003}`;
