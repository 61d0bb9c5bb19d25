import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../../sandbox/src/people/generate.js';
import type { Life, Unit } from '../../../sandbox/src/people/model.js';
import { marketManifest } from '../../../sandbox/src/systems/market.js';
import { startAll, type Running } from './running.js';

const world = generateWorld({ people: 1300 });
const manifest = marketManifest(world);
const STATES = {
  '1': 'ACTIVE',
  '2': 'REVOKED',
  '3': 'REVOKED_CANCELLED',
  '4': 'CANCELLED',
  '5': 'ANNULLED',
  '6': 'MOVED_OUT',
  '9': 'OTHER',
} as const;
const REGISTRATION =
  'creditCode name type state legalRepresentative registeredCapital established division registrar address businessScope';

let running: Running;
beforeAll(async () => {
  running = await startAll(world);
});
afterAll(() => running.close());
beforeEach(() => {
  running.system('market-registry').resetCalls();
  running.system('market-platforms').resetCalls();
});

function persona(key: string): Life {
  const found = world.personas.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no persona ${key}`);
  return found.life;
}

function unitOf(creditCode: string | undefined): Unit {
  const found = world.units.find((unit) => unit.creditCode === creditCode);
  if (!found) throw new Error('no such unit');
  return found;
}

/** What the graph must say of a unit whose record is clean: text in its compatibility form, money in yuan. */
function clean(unit: Unit): Record<string, unknown> {
  const plain = (text: string): string => text;
  return {
    creditCode: unit.creditCode,
    name: plain(unit.name),
    type: plain(unit.type),
    state: STATES[unit.state],
    legalRepresentative: unit.legalRepresentative,
    registeredCapital: unit.capital === undefined ? null : (unit.capital / 100).toFixed(2),
    established: unit.established,
    division: unit.division,
    registrar: plain(unit.registrar),
    address: plain(unit.address),
    businessScope: plain(unit.scope),
  };
}

const soiled = new Set(
  manifest
    .filter(({ system, expect: { outcome } }) => system === 'market-registry' && outcome !== 'NORMALISED')
    .map(({ rowKey }) => rowKey),
);
const cleanUnits = world.units.filter(({ creditCode }) => !soiled.has(creditCode));

describe('an enterprise', () => {
  it('reads the same whatever spelling its province registers in', async () => {
    const provinces = new Set(cleanUnits.map(({ division }) => division.slice(0, 2)));
    expect(provinces.size).toBeGreaterThanOrEqual(31);
    for (let i = 0; i < cleanUnits.length; i += 100) {
      const units = cleanUnits.slice(i, i + 100);
      const { data, errors } = await running.enterprises(
        units.map(({ creditCode }) => creditCode),
        REGISTRATION,
      );
      expect(errors).toBeUndefined();
      expect(data?._entities).toEqual(units.map(clean));
    }
  });

  it('shows abnormal listings and punishments newest first, with open entries open', async () => {
    const units = cleanUnits.filter(({ abnormal, punishments }) => abnormal.length > 0 || punishments.length > 0).slice(0, 40);
    expect(units.some(({ abnormal }) => abnormal.some(({ removedOn }) => removedOn === undefined))).toBe(true);
    const { data } = await running.enterprises(
      units.map(({ creditCode }) => creditCode),
      'abnormalListings { reason listedOn removedOn } punishments { documentNumber reason decidedOn authority }',
    );
    expect(data?._entities).toEqual(
      units.map(({ abnormal, punishments }) => ({
        abnormalListings: [...abnormal]
          .sort((a, b) => (a.listedOn < b.listedOn ? 1 : -1))
          .map(({ reason, listedOn, removedOn = null }) => ({ reason: reason, listedOn, removedOn })),
        punishments: [...punishments]
          .sort((a, b) => (a.decidedOn < b.decidedOn ? 1 : -1))
          .map((punishment) => ({ ...punishment, documentNumber: punishment.documentNumber })),
      })),
    );
    expect(running.system('market-registry').calls()).toBe(1);
  });

  it('that the register does not know is null with ENTERPRISE_NOT_FOUND, and its neighbours are answered', async () => {
    const [known] = cleanUnits;
    for (let time = 0; time < 2; time++) {
      const { data, errors } = await running.enterprises(
        ['91110000MA0000013U', known?.creditCode ?? '', 'no code at all'],
        'creditCode name',
      );
      expect(data?._entities).toEqual([null, { creditCode: known?.creditCode, name: known?.name }, null]);
      const byPlace = errors?.map(({ path, extensions }) => [path, extensions]).sort();
      expect(byPlace).toEqual([
        [['_entities', 0], { code: 'ENTERPRISE_NOT_FOUND', agency: 'market-regulation', system: 'market-registry' }],
        [['_entities', 2], { code: 'ENTERPRISE_NOT_FOUND', agency: 'market-regulation', system: 'market-registry' }],
      ]);
    }
  });

  it('shows what is dirty at the source as null with the finding, or put right, and never as a guess', async () => {
    for (const { kind, rowKey, field, expect: outcome } of manifest.filter(({ system }) => system === 'market-registry')) {
      const unit = unitOf(rowKey);
      const { data } = await running.enterprises([unit.creditCode], `${REGISTRATION} provenance { quality { field rule } }`);
      const { provenance, ...fields } = data?._entities[0] ?? {};
      if (outcome.outcome === 'NULL_WITH_FINDING') {
        expect([kind, fields, provenance]).toEqual([kind, { ...clean(unit), [field]: null }, { quality: [{ field, rule: outcome.rule }] }]);
      } else {
        expect([kind, fields, provenance]).toEqual([
          kind,
          { ...clean(unit), ...(kind === 'ESTABLISHED_EMPTY' ? { established: null } : {}) },
          { quality: [] },
        ]);
      }
    }
    const kinds = new Set(manifest.filter(({ system }) => system === 'market-registry').map(({ kind }) => kind));
    for (const kind of ['ESTABLISHED_ZERO', 'ESTABLISHED_EMPTY', 'THOUSANDS_COMMA', 'LOWER_CASE_CREDIT_CODE', 'STATE_UNLISTED'])
      expect(kinds).toContain(kind);
  });
});

describe('work through platforms', () => {
  const FIELDS =
    'platformWork { platformName trade division from to enterprise { creditCode name } months { month activeDays orders } provenance { agency system } }';

  it('of the courier of four provinces is shown exactly, newest first, with the companies behind the brands', async () => {
    const courier = persona('courier-four-provinces');
    const { data, errors, extensions } = await running.citizens([courier.number], FIELDS);
    expect(errors).toBeUndefined();
    expect(data?._entities[0]).toEqual({
      platformWork: [...courier.platformWork]
        .sort((a, b) => (a.from < b.from ? 1 : -1))
        .map(({ platform, trade, division, from, to = null, unit, months }) => ({
          platformName: platform,
          trade,
          division,
          from,
          to,
          enterprise: { creditCode: unit, name: unitOf(unit).name },
          months: [...months].reverse().slice(0, 24),
          provenance: { agency: 'market-regulation', system: 'market-platforms' },
        })),
    });
    expect(courier.platformWork.length).toBeGreaterThan(1);
    expect(extensions?.provenance?.map(({ path, system, jurisdiction, freshness }) => [path, system, jurisdiction, freshness])).toEqual([
      [['_entities', 0, 'platformWork'], 'market-platforms', null, 'LIVE'],
      ...[0, 1].map((i) => [['_entities', 0, 'platformWork', i, 'enterprise', 'name'], 'market-registry', expect.any(String), 'LIVE']),
    ]);
  });

  it('shows what is dirty in the reports as null with the finding, or put right', async () => {
    const entries = manifest.filter(({ system }) => system === 'market-platforms');
    expect(new Set(entries.map(({ kind }) => kind)).size).toBe(4);
    for (const { kind, persona: key, lifeIndex, field, rowKey, expect: outcome } of entries) {
      const life = key === undefined ? world.lives[lifeIndex ?? -1] : persona(key);
      const first = life?.platformWork[0];
      const { data, errors } = await running.citizens(
        [life?.number ?? ''],
        'platformWork { from platformName months { month activeDays orders } provenance { quality { field rule } } }',
      );
      expect(errors).toBeUndefined();
      const work = data?._entities[0]?.['platformWork'] as { from: string; months: Record<string, unknown>[]; provenance: unknown }[];
      expect(work).toHaveLength(life?.platformWork.length ?? -1);
      const soiledOne = work.find(({ from }) => from === first?.from);
      if (outcome.outcome === 'NULL_WITH_FINDING')
        expect([kind, soiledOne?.provenance]).toEqual([kind, { quality: [{ field: `months.${field}`, rule: outcome.rule }] }]);
      if (kind === 'DAYS_ABOVE_MONTH') expect(soiledOne?.months[0]).toEqual({ ...first?.months.at(-1), month: rowKey, activeDays: null });
      if (kind === 'DUPLICATE_ROW') expect(soiledOne?.provenance).toEqual({ quality: [{ field: '*', rule: 'DUPLICATE_ROW' }] });
      if (kind === 'FULL_WIDTH_NUMBER') expect(soiledOne?.provenance).toEqual({ quality: [] });
    }
  });

  it('is an empty list for somebody who never had any', async () => {
    const { data, errors } = await running.citizens([persona('elder').number], 'platformWork { platformName } businesses { name }');
    expect([data, errors]).toEqual([{ _entities: [{ platformWork: [], businesses: [] }] }, undefined]);
  });
});

describe('the businesses of a person', () => {
  it('are shown with their whole record', async () => {
    const owner = persona('small-business-owner');
    const { data, errors } = await running.citizens(
      [owner.number],
      `businesses { ${REGISTRATION} abnormalListings { reason } punishments { reason } provenance { system jurisdiction } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?._entities[0]).toEqual({
      businesses: owner.businesses.map((code) => {
        const unit = unitOf(code);
        return {
          ...clean(unit),
          abnormalListings: unit.abnormal.map(({ reason }) => ({ reason: reason })),
          punishments: [],
          provenance: { system: 'market-registry', jurisdiction: `${unit.division.slice(0, 2)}0000` },
        };
      }),
    });
    // The record came with the list, so the register was not asked again.
    expect(running.system('market-registry').calls()).toBe(1);
  });
});

describe('the calls a question costs', () => {
  it('are one per system for fifty people and every field that depends on no other', async () => {
    const people = world.lives.slice(0, 50).map(({ number }) => number);
    const { data, errors } = await running.citizens(
      people,
      'platformWork { platformName months { month } } businesses { name state abnormalListings { reason } punishments { reason } }',
    );
    expect(errors).toBeUndefined();
    expect(data?._entities).toHaveLength(50);
    expect([running.system('market-registry').calls(), running.system('market-platforms').calls()]).toEqual([1, 1]);
  });

  it('are one more for the companies behind the platforms, however many', async () => {
    const people = world.lives.filter(({ platformWork }) => platformWork.length > 0).slice(0, 50);
    await running.citizens(
      people.map(({ number }) => number),
      'platformWork { enterprise { name type state } }',
    );
    expect([running.system('market-registry').calls(), running.system('market-platforms').calls()]).toEqual([1, 1]);
  });

  it('are none for what nobody asked of the register', async () => {
    await running.citizens([persona('courier-four-provinces').number], 'platformWork { platformName enterprise { creditCode } }');
    expect([running.system('market-registry').calls(), running.system('market-platforms').calls()]).toEqual([0, 1]);
  });

  it('are one for two fields of one question that come in two requests', async () => {
    const [unit] = cleanUnits;
    const representations = [{ __typename: 'Enterprise', creditCode: unit?.creditCode }];
    const question = { 'yichuang-question': 'the same question' };
    await running.entities(representations, '... on Enterprise { name }', question);
    await running.entities(representations, '... on Enterprise { state }', question);
    expect(running.system('market-registry').calls()).toBe(1);
  });

  it('are two for more enterprises than one call may carry', async () => {
    await running.enterprises(
      world.units.slice(0, 101).map(({ creditCode }) => creditCode),
      'name',
    );
    expect(running.system('market-registry').calls()).toBe(2);
  });
});
