import type { Unit, World } from '../people/model.js';
import type { DirtEntry } from '../people/tables.js';
import { registeringProvince, spellingOf, spellRegistration, type SpeltRegistration } from './market-spelling.js';

/** What is wrong with the registration of a unit. */
export type RegistrationDirt = 'ESTABLISHED_ZERO' | 'ESTABLISHED_EMPTY' | 'THOUSANDS_COMMA' | 'LOWER_CASE_CREDIT_CODE' | 'STATE_UNLISTED';

const PLANTED: readonly RegistrationDirt[] = [
  'ESTABLISHED_ZERO',
  'THOUSANDS_COMMA',
  'LOWER_CASE_CREDIT_CODE',
  'STATE_UNLISTED',
  'ESTABLISHED_EMPTY',
];
const EXPECTED: Readonly<Record<RegistrationDirt, Pick<DirtEntry, 'field' | 'expect'>>> = {
  ESTABLISHED_ZERO: { field: 'established', expect: { outcome: 'NULL_WITH_FINDING', rule: 'DATE_SENTINEL' } },
  // An empty date is nothing, and nothing is no finding.
  ESTABLISHED_EMPTY: { field: 'established', expect: { outcome: 'KEPT' } },
  THOUSANDS_COMMA: { field: 'registeredCapital', expect: { outcome: 'NORMALISED' } },
  LOWER_CASE_CREDIT_CODE: { field: 'creditCode', expect: { outcome: 'NORMALISED' } },
  STATE_UNLISTED: { field: 'state', expect: { outcome: 'NULL_WITH_FINDING', rule: 'CODE_UNKNOWN' } },
};

/** Units whose registration is dirty. The first units are the platforms and express companies that every story needs: they stay clean. */
export function registrationDirt(units: readonly Unit[]): ReadonlyMap<string, RegistrationDirt> {
  const dirt = new Map<string, RegistrationDirt>();
  let turn = 0;
  units.forEach((unit, i) => {
    if (i < 14 || i % (i < 60 ? 9 : 37) !== 4) return;
    const kind = PLANTED.slice(turn % PLANTED.length)
      .concat(PLANTED)
      .find((candidate) => candidate !== 'THOUSANDS_COMMA' || commas(unit) !== undefined);
    if (kind) dirt.set(unit.creditCode, kind);
    turn++;
  });
  return dirt;
}

/** The registration with its dirt, in the province's own spelling. */
export function soil(spelt: SpeltRegistration, unit: Unit, dirt: RegistrationDirt | undefined): SpeltRegistration {
  const { family } = spellingOf(registeringProvince(unit));
  switch (dirt) {
    case undefined:
      return spelt;
    case 'ESTABLISHED_ZERO':
      return { ...spelt, established: family === 'lower' ? 0 : '00000000' };
    case 'ESTABLISHED_EMPTY':
      return { ...spelt, established: '' };
    case 'THOUSANDS_COMMA':
      return { ...spelt, capital: commas(unit) };
    case 'LOWER_CASE_CREDIT_CODE':
      return { ...spelt, code: unit.creditCode.toLowerCase() };
    case 'STATE_UNLISTED':
      return { ...spelt, state: '停业整顿' };
  }
}

/** What is wrong with a platform's report of one person's work. */
export type PlatformDirt = 'DAYS_ABOVE_MONTH' | 'MONTH_13' | 'FULL_WIDTH_NUMBER' | 'DUPLICATE_ROW';
const PLATFORM_PLANTED: readonly PlatformDirt[] = ['DAYS_ABOVE_MONTH', 'FULL_WIDTH_NUMBER', 'MONTH_13', 'DUPLICATE_ROW'];
const PLATFORM_EXPECTED: Readonly<Record<PlatformDirt, Pick<DirtEntry, 'table' | 'field' | 'expect'>>> = {
  DAYS_ABOVE_MONTH: { table: 'activity', field: 'activeDays', expect: { outcome: 'NULL_WITH_FINDING', rule: 'INTEGER_OUT_OF_RANGE' } },
  MONTH_13: { table: 'activity', field: 'month', expect: { outcome: 'NULL_WITH_FINDING', rule: 'MONTH_INVALID' } },
  FULL_WIDTH_NUMBER: { table: 'engagement', field: 'subject', expect: { outcome: 'NORMALISED' } },
  DUPLICATE_ROW: { table: 'engagement', field: '*', expect: { outcome: 'NORMALISED' } },
};

/** Lives, by their index, whose platform work is reported with dirt: every fifth of those who have any. It stands in the last month of the first engagement. */
export function platformDirt(world: World): ReadonlyMap<number, PlatformDirt> {
  const dirt = new Map<number, PlatformDirt>();
  let workers = 0;
  world.lives.forEach((life, index) => {
    if ((life.platformWork[0]?.months.length ?? 0) === 0) return;
    const kind = PLATFORM_PLANTED[Math.floor(workers / 5) % PLATFORM_PLANTED.length];
    if (workers % 5 === 4 && kind) dirt.set(index, kind);
    workers++;
  });
  return dirt;
}

/** The dirt of both systems of market regulation, for tests to know what must be found. */
export function marketManifest(world: World): readonly DirtEntry[] {
  const planted = registrationDirt(world.units);
  const entries: DirtEntry[] = [];
  for (const unit of world.units) {
    const row = { system: 'market-registry', jurisdiction: registeringProvince(unit), table: 'registration', rowKey: unit.creditCode };
    const kind = planted.get(unit.creditCode);
    if (kind) entries.push({ kind, ...row, ...EXPECTED[kind] });
    if (unit.name.includes('（'))
      entries.push({ kind: 'FULL_WIDTH_PARENTHESES', ...row, field: 'name', expect: { outcome: 'NORMALISED' } });
    // The register was not told that the unit has closed: what it says is shown, as of when it said it.
    if (unit.state === '1' && unit.insuredState === 'ENDED')
      entries.push({ kind: 'STALE_STATE', ...row, field: 'state', expect: { outcome: 'KEPT' } });
  }
  const personas = new Map(world.personas.map(({ key, life }) => [life.number, key]));
  for (const [lifeIndex, kind] of platformDirt(world)) {
    const life = world.lives[lifeIndex];
    const persona = life && personas.get(life.number);
    const month = life?.platformWork[0]?.months.at(-1)?.month;
    entries.push({
      kind,
      system: 'market-platforms',
      ...(persona === undefined ? { lifeIndex } : { persona }),
      ...PLATFORM_EXPECTED[kind],
      ...(month === undefined ? {} : { rowKey: month }),
    });
  }
  return entries;
}

/** The capital with thousands commas; undefined where the figure is too small to have one. */
function commas(unit: Unit): string | undefined {
  const { capital } = spellRegistration(unit, 0);
  if (typeof capital !== 'string') return undefined;
  const [whole = '', places = ''] = capital.split('.');
  return whole.length > 3 ? `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${places.slice(0, 2)}` : undefined;
}
