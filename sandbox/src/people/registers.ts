import { digits, monthIndex, two } from './calendar.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { Life, Relation, Unit, World } from './model.js';
import { plantInMinistry, plantInRegister } from './dirt.js';
import { jurisdictionOfDivision } from './divisions.js';
import type { MinistryDraft, RegisterDraft } from './register-draft.js';
import { statutoryMonth } from './retirement.js';
import type { DirtEntry, Register, Registers } from './tables.js';

/** Worlds up to this size keep their registers in memory; larger ones are built again each time a register is asked for. */
const KEEP_UP_TO = 20_000;

/**
 * What every register holds of the world: rows with national codes, all text ('' is NULL), dates yyyyMMdd, months yyyyMM, money in yuan
 * with two places; then the dirt, each piece listed in the manifest. A jurisdiction's register is made when it is first asked for.
 */
export function registersOf(world: World): Registers {
  const shelf = new RegisterShelf(world);
  let ministry: { readonly draft: MinistryDraft; readonly manifest: readonly DirtEntry[] } | undefined;
  const ofMinistry = (): { readonly draft: MinistryDraft; readonly manifest: readonly DirtEntry[] } => {
    if (!ministry) {
      const draft = ministryOf(world);
      ministry = { draft, manifest: plantInMinistry(draft, world) };
    }
    return ministry;
  };
  let manifest: readonly DirtEntry[] | undefined;
  return {
    jurisdictions: shelf,
    get ministry() {
      return ofMinistry().draft;
    },
    get manifest() {
      manifest ??= [...ofMinistry().manifest, ...shelf.manifest()];
      return manifest;
    },
  };
}

interface Built {
  readonly register: Register;
  readonly manifest: readonly DirtEntry[];
}

/** The registers by jurisdiction, built when asked for. */
class RegisterShelf implements ReadonlyMap<string, Register> {
  readonly #world: World;
  readonly #built = new Map<string, Built>();
  readonly #residents = new Map<string, number[]>();

  constructor(world: World) {
    this.#world = world;
    for (const { code } of JURISDICTIONS) this.#residents.set(code, []);
    world.lives.forEach((life, index) => {
      for (const jurisdiction of new Set([...life.relations, ...life.employments, ...life.benefits].map((x) => x.jurisdiction))) {
        this.#residents.get(jurisdiction)?.push(index);
      }
    });
  }

  get size(): number {
    return JURISDICTIONS.length;
  }

  get(jurisdiction: string): Register | undefined {
    return this.#build(jurisdiction)?.register;
  }

  has(jurisdiction: string): boolean {
    return this.#residents.has(jurisdiction);
  }

  forEach(visit: (value: Register, key: string, map: ReadonlyMap<string, Register>) => void): void {
    for (const [key, register] of this) visit(register, key, this);
  }

  *entries(): MapIterator<[string, Register]> {
    for (const { code } of JURISDICTIONS) {
      const register = this.get(code);
      if (register) yield [code, register];
    }
  }

  *keys(): MapIterator<string> {
    for (const { code } of JURISDICTIONS) yield code;
  }

  *values(): MapIterator<Register> {
    for (const [, register] of this.entries()) yield register;
  }

  [Symbol.iterator](): MapIterator<[string, Register]> {
    return this.entries();
  }

  manifest(): readonly DirtEntry[] {
    return JURISDICTIONS.flatMap(({ code }) => this.#build(code)?.manifest ?? []);
  }

  #build(jurisdiction: string): Built | undefined {
    const residents = this.#residents.get(jurisdiction);
    if (!residents) return undefined;
    let built = this.#built.get(jurisdiction);
    if (!built) {
      const draft = registerOf(this.#world, jurisdiction, residents);
      built = { register: draft, manifest: plantInRegister(draft, this.#world, residents) };
      if (this.#world.lives.length <= KEEP_UP_TO) this.#built.set(jurisdiction, built);
    }
    return built;
  }
}

const STATE = { PAYING: '1', PAUSED: '2', ENDED: '3' } as const;
const BENEFIT_STATE = { PAYING: '1', SUSPENDED: '2', ENDED: '3' } as const;
const INSURED_AS = { EMPLOYEE: '1', FLEXIBLE: '2', RESIDENT: '3', RETIREE: '4' } as const;
const KIND = { FULL_TIME: '1', PART_TIME: '2', DISPATCHED: '3', FLEXIBLE: '4' } as const;
const CARD_STATE = { ACTIVE: '1', LOST: '2', CANCELLED: '3' } as const;

/** Yuan text with two places of an amount in fen. */
export function yuan(fen: number): string {
  const size = fen < 0 ? -fen : fen;
  const cents = size % 100;
  return `${fen < 0 ? '-' : ''}${(size - cents) / 100}.${two(cents)}`;
}

function registerOf(world: World, jurisdiction: string, residents: readonly number[]): RegisterDraft {
  const draft: RegisterDraft = { jurisdiction, AC01: [], AC02: [], AC43: [], SC51: [], SC61: [], SC70: [], AB01: [] };
  const units = unitsOf(world);
  for (const index of residents) {
    const life = world.lives[index];
    if (life) writeLife(draft, life, units);
  }
  writeUnits(draft, world);
  return draft;
}

const unitIndex = new WeakMap<World, ReadonlyMap<string, Unit>>();

function unitsOf(world: World): ReadonlyMap<string, Unit> {
  let units = unitIndex.get(world);
  if (!units) {
    units = new Map(world.units.map((unit) => [unit.creditCode, unit]));
    unitIndex.set(world, units);
  }
  return units;
}

function writeLife(draft: RegisterDraft, life: Life, units: ReadonlyMap<string, Unit>): void {
  const { jurisdiction } = draft;
  const AAC002 = life.number;
  const relations = life.relations.filter((relation) => relation.jurisdiction === jurisdiction);
  for (const AAC001 of new Set(relations.map(({ personNumber }) => personNumber))) {
    draft.AC01.push({
      AAC001,
      AAC002,
      AAC003: life.name,
      AAC004: life.sex === 'M' ? '1' : '2',
      AAC006: digits(life.birthDate),
      AAC060: life.diedOn === undefined ? '1' : '2',
      AAE138: digits(life.diedOn ?? ''),
    });
  }
  for (const relation of relations) writeRelation(draft, AAC002, relation, units);
  for (const benefit of life.benefits) {
    if (benefit.jurisdiction !== jurisdiction) continue;
    const relation = relations.find(({ scheme }) => scheme === benefit.scheme) ?? relations[0];
    draft.SC61.push({
      AAC001: relation?.personNumber ?? '',
      AAC002,
      AAE140: benefit.scheme,
      AAE116: BENEFIT_STATE[benefit.state],
      AAE041: digits(benefit.from),
      AAE042: digits(benefit.to ?? ''),
      AAE129: yuan(benefit.monthly),
    });
  }
  for (const { unit, from, to, kind, jurisdiction: where } of life.employments) {
    if (where !== jurisdiction) continue;
    draft.SC70.push({
      AAC002,
      SAB010: unit,
      AAE044: units.get(unit)?.name ?? '',
      AAE030: digits(from),
      AAE031: digits(to ?? ''),
      AAC013: KIND[kind],
    });
  }
}

function writeRelation(draft: RegisterDraft, AAC002: string, relation: Relation, units: ReadonlyMap<string, Unit>): void {
  const { personNumber: AAC001, scheme: AAE140, contributions } = relation;
  const monthsActual = AAE140 === '170' ? contributions.length * 12 : contributions.length;
  draft.AC02.push({
    AAC001,
    AAC002,
    AAE140,
    AAC031: STATE[relation.state],
    AAE473: relation.accountKind === 'TEMPORARY' ? '2' : '1',
    AAC066: INSURED_AS[relation.insuredAs],
    AAC049: digits(contributions[0]?.month ?? ''),
    AAE042: digits(contributions.at(-1)?.month ?? ''),
    AAE201: String(monthsActual),
    AAE200: String(relation.deemedMonths),
    AAA027: relation.area,
    AAB301: relation.office,
  });
  // Terms stay the same for months on end (the share credited changed alone in 2006): the same text objects serve many rows.
  let terms:
    | {
        readonly base: number;
        readonly personal: number;
        readonly employer: number;
        readonly credited: number;
        readonly text: readonly [string, string, string, string];
      }
    | undefined;
  let unit: Unit | undefined;
  for (const { month, base, personal, employer, credited, paidOn, unit: code } of contributions) {
    if (terms?.base !== base || terms.personal !== personal || terms.employer !== employer || terms.credited !== credited) {
      terms = { base, personal, employer, credited, text: [yuan(base), yuan(employer), yuan(personal), yuan(credited)] };
    }
    const [AAE180, AAE020, AAE022, AAE381] = terms.text;
    if (unit?.creditCode !== code) unit = code === undefined ? undefined : units.get(code);
    draft.AC43.push({
      AAC001,
      AAC002,
      AAE140,
      AAE003: shortMonth(month),
      AAE180,
      AAE020,
      AAE022,
      AAE381,
      AAB191: paidOn.startsWith(month) ? shortMonth(month) + paidOn.slice(8) : digits(paidOn),
      AAB001: unit?.unitNumber ?? '',
      SAB010: code ?? '',
      AAE044: unit?.name ?? '',
    });
  }
  for (const { year, months, credited, interest, balance } of relation.account) {
    draft.SC51.push({
      AAC001,
      AAC002,
      AAE140,
      AAE001: String(year),
      AAE202: String(months),
      AAE381: yuan(credited),
      AAE269: interest === undefined ? '' : yuan(interest),
      AAE382: balance === undefined ? '' : yuan(balance),
    });
  }
}

const shortMonths = new Map<string, string>();

/** yyyyMM, the same text object for the same month. */
function shortMonth(month: string): string {
  let text = shortMonths.get(month);
  if (text === undefined) {
    text = digits(month);
    shortMonths.set(month, text);
  }
  return text;
}

/**
 * The units registered in the jurisdiction, with the persons they paid for there in their last declared month, and how many of them joined
 * the unit in the sixty months before their statutory age.
 */
function writeUnits(draft: RegisterDraft, world: World): void {
  const here = world.units.filter((unit) => jurisdictionOfDivision(unit.division) === draft.jurisdiction);
  const declared = new Map(here.map((unit) => [unit.creditCode, digits(unit.lastDeclaredMonth ?? '')]));
  const staff = new Map<string, Map<string, { number: string; joined: string; last: string }>>();
  for (const { SAB010, AAE003, AAC001, AAC002 } of draft.AC43) {
    if (SAB010 === '' || !declared.has(SAB010)) continue;
    const persons = staff.get(SAB010) ?? new Map<string, { number: string; joined: string; last: string }>();
    staff.set(SAB010, persons);
    const known = persons.get(AAC001);
    if (known === undefined) persons.set(AAC001, { number: AAC002, joined: AAE003, last: AAE003 });
    else {
      if (AAE003 < known.joined) known.joined = AAE003;
      if (AAE003 > known.last) known.last = AAE003;
    }
  }
  for (const unit of here) {
    const insured = [...(staff.get(unit.creditCode)?.values() ?? [])].filter(({ last }) => last === declared.get(unit.creditCode));
    draft.AB01.push({
      AAB001: unit.unitNumber,
      SAB010: unit.creditCode,
      AAB004: unit.name,
      AAB051: STATE[unit.insuredState],
      AAE003: declared.get(unit.creditCode) ?? '',
      SAB120: String(insured.length),
      SAB121: String(insured.filter(joinedLate).length),
      SAB130: yuan(unit.arrears),
    });
  }
}

/** Sixty months and less before the statutory age; of a woman the later one, since no register says her group. */
function joinedLate({ number, joined }: { readonly number: string; readonly joined: string }): boolean {
  const born = monthIndex(`${number.slice(6, 10)}-${number.slice(10, 12)}`);
  const group = Number(number.charAt(16)) % 2 === 1 ? 'M60' : 'F55';
  return statutoryMonth(group, born) - monthIndex(`${joined.slice(0, 4)}-${joined.slice(4)}`) <= 60;
}

/** 用工登记 in the index, which is no scheme: somebody can be registered as employed where nobody insures them. */
const EMPLOYMENT_REGISTERED = '000';

function ministryOf(world: World): MinistryDraft {
  const draft: MinistryDraft = { RELATION_INDEX: [], PERSON: [], CARD: [], INJURY_COVER: [] };
  for (const life of world.lives) {
    const AAC002 = life.number;
    for (const key of new Set(life.relations.map(({ scheme, jurisdiction }) => `${scheme}${jurisdiction}`))) {
      draft.RELATION_INDEX.push({ AAC002, AAE140: key.slice(0, 3), AAB299: key.slice(3) });
    }
    for (const AAB299 of new Set(life.employments.map(({ jurisdiction }) => jurisdiction))) {
      draft.RELATION_INDEX.push({ AAC002, AAE140: EMPLOYMENT_REGISTERED, AAB299 });
    }
    draft.PERSON.push({
      AAC002,
      AAC003: life.name,
      AAC004: life.sex === 'M' ? '1' : '2',
      AAC006: digits(life.birthDate),
      AAC301: life.hukou,
      AAC060: life.diedOn === undefined ? '1' : '2',
      AAE138: digits(life.diedOn ?? ''),
    });
    if (life.card) {
      const { number, issuer, issuedOn, state, electronic } = life.card;
      draft.CARD.push({
        AAC002,
        AAZ500: number,
        SAA010: issuer,
        AAZ503: digits(issuedOn),
        AAZ502: CARD_STATE[state],
        SAA020: electronic ? '1' : '0',
      });
    }
    for (const { unit, platform, month, days, orders, paid, jurisdiction } of life.injuryCover) {
      draft.INJURY_COVER.push({
        AAC002,
        SAB010: unit,
        SAB011: platform,
        AAE003: shortMonth(month),
        SAE010: `${days}`,
        SAE020: `${orders}`,
        SAE030: yuan(paid),
        AAA027: jurisdiction,
      });
    }
  }
  return draft;
}
