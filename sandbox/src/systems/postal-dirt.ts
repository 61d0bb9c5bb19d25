import iconv from 'iconv-lite';
import type { Life, Outlet, World } from '../people/model.js';
import type { DirtEntry } from '../people/tables.js';

/** What is wrong with the filing of a courier. */
export type CourierDirt = 'FROM_ZEROS' | 'FIFTEEN_DIGITS' | 'LOWER_CASE_CREDIT_CODE';
/** What is wrong with the filing of an outlet. */
export type OutletDirt = 'OPENED_29_FEBRUARY' | 'TWELVE_DIGIT_DIVISION' | 'NEGATIVE_COUNT' | 'PADDED_NAME';

type Expected = Pick<DirtEntry, 'field' | 'expect'>;
const NORMALISED = { outcome: 'NORMALISED' } as const;
const COURIER: Readonly<Record<CourierDirt, Expected>> = {
  FROM_ZEROS: { field: 'from', expect: { outcome: 'NULL_WITH_FINDING', rule: 'DATE_SENTINEL' } },
  FIFTEEN_DIGITS: { field: 'subject', expect: NORMALISED },
  LOWER_CASE_CREDIT_CODE: { field: 'creditCode', expect: NORMALISED },
};
const OUTLET: Readonly<Record<OutletDirt, Expected>> = {
  OPENED_29_FEBRUARY: { field: 'openedOn', expect: { outcome: 'NULL_WITH_FINDING', rule: 'DATE_INVALID' } },
  TWELVE_DIGIT_DIVISION: { field: 'division', expect: NORMALISED },
  NEGATIVE_COUNT: { field: 'couriers', expect: { outcome: 'NULL_WITH_FINDING', rule: 'INTEGER_OUT_OF_RANGE' } },
  PADDED_NAME: { field: 'name', expect: NORMALISED },
};

/** Lives by their index whose first courier filing is dirty: every third of the couriers that are no persona. */
export function courierDirt(world: World): ReadonlyMap<number, CourierDirt> {
  const personas = new Set(world.personas.map(({ life }) => life.number));
  const dirt = new Map<number, CourierDirt>();
  let couriers = 0;
  world.lives.forEach((life, index) => {
    if (life.courierWork.length === 0 || personas.has(life.number)) return;
    const kind = (['FROM_ZEROS', 'FIFTEEN_DIGITS', 'LOWER_CASE_CREDIT_CODE'] as const)[Math.floor(couriers / 3) % 3];
    if (couriers % 3 === 0 && kind) dirt.set(index, kind === 'FIFTEEN_DIGITS' && !life.birthDate.startsWith('19') ? 'FROM_ZEROS' : kind);
    couriers++;
  });
  return dirt;
}

/** Outlets by filing number whose row is dirty: one of every forty. */
export function outletDirt(outlets: readonly Outlet[]): ReadonlyMap<string, OutletDirt> {
  const kinds = ['OPENED_29_FEBRUARY', 'TWELVE_DIGIT_DIVISION', 'NEGATIVE_COUNT', 'PADDED_NAME'] as const;
  const dirt = new Map<string, OutletDirt>();
  outlets.forEach(({ filingNumber }, i) => {
    const kind = kinds[Math.floor(i / 40) % kinds.length];
    if (i % 40 === 9 && kind) dirt.set(filingNumber, kind);
  });
  return dirt;
}

/** True for a name that strict GBK cannot hold: systems that write it put a question mark in the place of the character. */
const namedOutsideGbk = (life: Life): boolean => iconv.decode(iconv.encode(life.name, 'gbk'), 'gbk') !== life.name;

/** The dirt of both postal systems, for tests to know what must be found. */
export function postalManifest(world: World): readonly DirtEntry[] {
  const personas = new Map(world.personas.map(({ key, life }) => [life.number, key]));
  const couriers = courierDirt(world);
  const entries: DirtEntry[] = [];
  world.lives.forEach((life, lifeIndex) => {
    const [first] = life.courierWork;
    if (!first) return;
    const persona = personas.get(life.number);
    const row = {
      system: 'postal-couriers',
      ...(persona === undefined ? { lifeIndex } : { persona }),
      table: 'couriers',
      rowKey: first.filingNumber,
    };
    const kind = couriers.get(lifeIndex);
    if (kind) entries.push({ kind, ...row, ...COURIER[kind] });
    if (namedOutsideGbk(life))
      entries.push({ kind: 'NAME_OUTSIDE_GBK', ...row, field: 'name', expect: { outcome: 'NULL_WITH_FINDING', rule: 'NAME_UNREADABLE' } });
  });
  for (const [rowKey, kind] of outletDirt(world.outlets))
    entries.push({ kind, system: 'postal-couriers', table: 'outlets', rowKey, ...OUTLET[kind] });
  const soiled = soiledLicence(world);
  if (soiled !== undefined) {
    entries.push({
      kind: 'VALID_FROM_ZEROS',
      system: 'postal-licences',
      table: 'licences',
      rowKey: soiled,
      field: 'validFrom',
      expect: { outcome: 'NULL_WITH_FINDING', rule: 'DATE_SENTINEL' },
    });
  }
  return entries;
}

/** Number of the one licence whose first day is zeros: the last, which no story is about. */
export const soiledLicence = (world: World): string | undefined => world.licences.at(-1)?.number;
