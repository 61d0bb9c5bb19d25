import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseCitizenNumber } from '@yichuang/schema';
import { DIRT_GLOSSARY } from '../../src/people/dirt-glossary.js';
import { DIRT_KINDS } from '../../src/people/dirt-kinds.js';
import { monthIndex } from '../../src/people/calendar.js';
import { generateWorld } from '../../src/people/generate.js';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import type { Life } from '../../src/people/model.js';
import { personasPage } from '../../src/people/personas-page.js';
import { registersOf } from '../../src/people/registers.js';
import { statutoryMonth } from '../../src/people/retirement.js';
import type { DirtEntry, Register } from '../../src/people/tables.js';

const world = generateWorld();
const registers = registersOf(world);

type Loose = Readonly<Record<string, string>>;

const lifeOf = ({ lifeIndex }: DirtEntry): Life => {
  const life = world.lives[lifeIndex ?? -1];
  if (!life) throw new Error('an entry names nobody');
  return life;
};
const registerOf = (jurisdiction: string): Register => {
  const register = registers.jurisdictions.get(jurisdiction);
  if (!register) throw new Error('no such register');
  return register;
};

/** The rows an entry names, found as a stand-in's developer would: by table, person and row key. */
function rowsOf(entry: DirtEntry): readonly Loose[] {
  const life = lifeOf(entry);
  if (entry.table === 'PERSON') return registers.ministry.PERSON.filter(({ AAC002 }) => AAC002 === life.number);
  const register = registerOf(entry.jurisdiction ?? '');
  const mine = ({ AAC001 }: { readonly AAC001: string }): boolean =>
    life.relations.some(({ personNumber }) => personNumber.slice(0, 10) === AAC001.slice(0, 10));
  switch (entry.table) {
    case 'AC01':
      return register.AC01.filter(({ AAC001 }) => AAC001 === entry.rowKey);
    case 'AC02':
      return register.AC02.filter(({ AAC001, AAE140 }) => `${AAC001}/${AAE140}` === entry.rowKey);
    case 'AC43':
      return register.AC43.filter((row) => `${row.AAE140}/${row.AAE003}` === entry.rowKey && mine(row));
    case 'SC70':
      return register.SC70.filter(({ AAC002, SAB010, AAE030 }) => AAC002 === life.number && `${SAB010}/${AAE030}` === entry.rowKey);
    default:
      throw new Error(`no rule to find a row of ${entry.table}`);
  }
}

describe('The manifest of planted dirt', () => {
  it('lists nothing that does not stand in the register at the place it names', () => {
    const missing = registers.manifest.filter((entry) => !rowsOf(entry).some((row) => row[entry.field] === entry.stored));
    expect(missing).toEqual([]);
  });

  it('has every kind at least once, and explains each', () => {
    const planted = new Set(registers.manifest.map(({ kind }) => kind));
    expect([...planted].sort()).toEqual(DIRT_KINDS.map(([kind]) => kind).sort());
    expect(Object.keys(DIRT_GLOSSARY).sort()).toEqual([...planted].sort());
  });

  it('reaches every dialect with nearly every kind', () => {
    for (const dialect of ['sql', 'soap', 'rest', 'batch'] as const) {
      const kinds = new Set(registers.manifest.filter(({ system }) => system.startsWith(`hrss-${dialect}`)).map(({ kind }) => kind));
      expect(kinds.size).toBeGreaterThan(20);
    }
  });

  it('names the system and the life it is about', () => {
    const systems = new Map(JURISDICTIONS.map(({ code, system }) => [code, system]));
    for (const entry of registers.manifest) {
      expect(entry.system).toBe(entry.table === 'PERSON' ? 'hrss-ministry' : systems.get(entry.jurisdiction ?? ''));
      expect(world.personas[entry.lifeIndex ?? -1]?.key).toBe(entry.persona);
    }
  });

  it('never touches the personas whose answers must be clean', () => {
    const clean = new Set(['courier-four-provinces', 'rider-three-provinces']);
    expect(registers.manifest.filter(({ persona }) => clean.has(persona ?? ''))).toEqual([]);
  });

  it('puts at most one kind on a person who has no name', () => {
    const kinds = new Map<string, Set<string>>();
    for (const { lifeIndex, kind, persona, jurisdiction } of registers.manifest) {
      const key = `${String(lifeIndex)}/${jurisdiction ?? ''}`;
      if (persona === undefined) kinds.set(key, (kinds.get(key) ?? new Set<string>()).add(kind));
    }
    expect([...kinds.values()].filter((set) => set.size > 1)).toEqual([]);
  });
});

describe('Dirt of more than one row', () => {
  const entries = (kind: string): readonly DirtEntry[] => registers.manifest.filter((entry) => entry.kind === kind);

  it('is a double row when the row stands there twice, the same in every column', () => {
    for (const entry of entries('DOUBLE_ROW')) {
      const [first, second, ...rest] = rowsOf(entry);
      expect(second).toEqual(first);
      expect(rest).toEqual([]);
    }
  });

  it('is a correction when three rows of a month add up to the right one', () => {
    for (const entry of entries('NEGATIVE_CORRECTION')) {
      const rows = rowsOf(entry);
      expect(rows).toHaveLength(3);
      const sum = rows.reduce((total, row) => total + Math.round(Number(row['AAE022']) * 100), 0);
      expect(sum).toBe(Math.round(Number(rows[2]?.['AAE022']) * 100));
      expect(rows[1]?.['AAE022']).toMatch(/^-/);
    }
  });

  it('is after death only when the month is later than the death', () => {
    for (const entry of entries('CONTRIBUTION_AFTER_DEATH'))
      expect((entry.stored ?? '') > (lifeOf(entry).diedOn ?? '9').replaceAll('-', '').slice(0, 6)).toBe(true);
  });

  it('is a conflict when one number has rows with two person numbers and two names', () => {
    for (const entry of entries('IDENTITY_CONFLICT')) {
      const persons = registerOf(entry.jurisdiction ?? '').AC01.filter(({ AAC002 }) => AAC002 === lifeOf(entry).number);
      expect(new Set(persons.map(({ AAC001 }) => AAC001)).size).toBe(2);
      expect(new Set(persons.map(({ AAC003 }) => AAC003)).size).toBe(2);
    }
  });

  it('has 15-digit, lower-case and full-width numbers that are still the same number', () => {
    for (const kind of ['FIFTEEN_DIGITS', 'LOWER_CASE_X', 'FULL_WIDTH_NUMBER']) {
      for (const entry of entries(kind)) {
        expect(entry.stored).not.toBe(entry.clean);
        expect(parseCitizenNumber(entry.stored ?? '')).toBe(lifeOf(entry).number);
      }
    }
  });
});

describe('The page of the personas', () => {
  it('is up to date in docs/personas.md', () => {
    const page = readFileSync(new URL('../../../docs/personas.md', import.meta.url), 'utf8');
    expect(page).toBe(personasPage(world, registers));
  });
});

describe('The registers', () => {
  it('hold 32 jurisdictions with rows in every table that has any', () => {
    expect([...registers.jurisdictions.keys()]).toEqual(JURISDICTIONS.map(({ code }) => code));
    for (const [, register] of registers.jurisdictions) {
      const { AC01, AC02, AC43, SC51, SC61, SC70, AB01 } = register;
      expect([AC01, AC02, AC43, SC51, SC61, SC70, AB01].map(({ length }) => length > 0)).toEqual(Array(7).fill(true));
    }
  });

  it('write clean money, months and dates as registers do', () => {
    const spoilt = new Set(
      registers.manifest.map(({ jurisdiction, lifeIndex }) => `${jurisdiction ?? ''}/${world.lives[lifeIndex ?? -1]?.number ?? ''}`),
    );
    for (const { jurisdiction, AC43, SC51 } of registers.jurisdictions.values()) {
      const clean = AC43.filter(({ AAC002 }) => !spoilt.has(`${jurisdiction}/${AAC002}`) && AAC002.length === 18);
      const shape = (row: (typeof clean)[number]): boolean =>
        /^\d{4}(0[1-9]|1[0-2])$/.test(row.AAE003) &&
        /^\d{8}$/.test(row.AAB191) &&
        [row.AAE180, row.AAE020, row.AAE022, row.AAE381].every((text) => /^\d+\.\d\d$/.test(text));
      expect(clean.filter((row) => !shape(row)).filter(({ AAC002 }) => !/[xX]$/.test(AAC002))).toEqual([]);
      expect(SC51.filter(({ AAE382 }) => !/^(\d+\.\d\d)?$/.test(AAE382))).toEqual([]);
    }
  });

  it('hold the contributions of a clean life month for month, to the fen', () => {
    const fen = (text: string): number => Math.round(Number(text) * 100);
    const clean = new Set(['courier-four-provinces', 'rider-three-provinces', 'temporary-account-man', 'retiree', 'resident-farmer']);
    for (const { life } of world.personas.filter(({ key }) => clean.has(key))) {
      for (const { jurisdiction, scheme, contributions } of life.relations) {
        const rows = registerOf(jurisdiction).AC43.filter(({ AAC002, AAE140 }) => AAC002 === life.number && AAE140 === scheme);
        expect(
          rows.map((row) => [row.AAE003, row.AAB191, fen(row.AAE180), fen(row.AAE022), fen(row.AAE020), fen(row.AAE381), row.SAB010]),
        ).toEqual(
          contributions.map(({ month, paidOn, base, personal, employer, credited, unit }) => [
            month.replace('-', ''),
            paidOn.replaceAll('-', ''),
            base,
            personal,
            employer,
            credited,
            unit ?? '',
          ]),
        );
      }
    }
  });

  it('index every relation at the ministry', () => {
    const index = new Set(registers.ministry.RELATION_INDEX.map(({ AAC002, AAE140, AAB299 }) => `${AAC002}/${AAE140}/${AAB299}`));
    const missing = world.lives.flatMap(({ number, relations }) =>
      relations.filter(({ scheme, jurisdiction }) => !index.has(`${number}/${scheme}/${jurisdiction}`)),
    );
    expect(missing).toEqual([]);
  });

  it('count the insured of a unit in the last declared month', () => {
    const unit = world.units.find(({ name }) => name === '广东驿舟快运有限公司');
    const row = registerOf('440000').AB01.find(({ SAB010 }) => SAB010 === unit?.creditCode);
    const insured = world.lives.filter(({ relations }) =>
      relations.some(
        ({ jurisdiction, contributions }) =>
          jurisdiction === '440000' && contributions.at(-1)?.unit === unit?.creditCode && contributions.at(-1)?.month === world.month,
      ),
    );
    expect(insured.length).toBeGreaterThan(1);
    expect(row?.SAB120).toBe(String(insured.length));
  });

  it('count of these who joined the unit in the sixty months before the statutory age', () => {
    const late = new Map<string, number>();
    for (const { birthDate, sex, relations } of world.lives) {
      const retires = statutoryMonth(sex === 'M' ? 'M60' : 'F55', monthIndex(birthDate.slice(0, 7)));
      for (const unit of world.units) {
        if (!unit.division.startsWith('44')) continue;
        const months = relations
          .filter(({ jurisdiction }) => jurisdiction === '440000')
          .flatMap(({ contributions }) => contributions.filter((one) => one.unit === unit.creditCode).map(({ month }) => month))
          .sort();
        if (months[0] === undefined || months.at(-1) !== unit.lastDeclaredMonth || retires - monthIndex(months[0]) > 60) continue;
        late.set(unit.creditCode, (late.get(unit.creditCode) ?? 0) + 1);
      }
    }
    expect(late.size).toBeGreaterThan(0);
    for (const { SAB010, SAB121 } of registerOf('440000').AB01) expect([SAB010, SAB121]).toEqual([SAB010, String(late.get(SAB010) ?? 0)]);
  });

  it('are the same in whatever order they are asked for', () => {
    const again = registersOf(generateWorld());
    for (const jurisdiction of ['630000', '460000'])
      expect(JSON.stringify(again.jurisdictions.get(jurisdiction))).toBe(JSON.stringify(registerOf(jurisdiction)));
  });
});
