import { describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../src/people/generate.js';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import type { Life } from '../../src/people/model.js';
import { registersOf } from '../../src/people/registers.js';

const world = generateWorld();
const registers = registersOf(world);

function life(key: string): Life {
  const persona = world.personas.find((p) => p.key === key);
  if (!persona) throw new Error(`no persona ${key}`);
  return persona.life;
}
const provinces = ({ relations }: Life, scheme?: string): string[] => [
  ...new Set(relations.filter((r) => scheme === undefined || r.scheme === scheme).map(({ jurisdiction }) => jurisdiction)),
];
const dialects = (codes: readonly string[]): string[] =>
  codes.map((code) => JURISDICTIONS.find((j) => j.code === code)?.dialect ?? '').sort();
const months = (of: Life, jurisdiction: string, scheme = '110'): string[] =>
  of.relations
    .filter((r) => r.jurisdiction === jurisdiction && r.scheme === scheme)
    .flatMap(({ contributions }) => contributions.map(({ month }) => month));
const now = world.month;

describe('The personas', () => {
  it('are at least 26, with keys and numbers of their own and a story each', () => {
    expect(world.personas.length).toBeGreaterThanOrEqual(26);
    expect(new Set(world.personas.map(({ key }) => key)).size).toBe(world.personas.length);
    for (const { story, title } of world.personas) {
      expect(story.length).toBeGreaterThan(60);
      expect(title.zh).not.toBe('');
    }
  });
});

describe('Their stories', () => {
  it('courier-four-provinces: four provinces, four dialects, all four agencies', () => {
    const courier = life('courier-four-provinces');
    expect(dialects(provinces(courier, '110'))).toEqual(['batch', 'rest', 'soap', 'sql']);
    expect(courier.courierWork.some(({ to }) => to === undefined)).toBe(true);
    expect(courier.platformWork).toHaveLength(2);
    expect(courier.injuryCover.length).toBeGreaterThan(0);
    expect(courier.businesses).toHaveLength(1);
    expect(courier.medical.some(({ scheme, state }) => scheme === '310' && state === 'NORMAL')).toBe(true);
    expect(courier.card).toBeDefined();
  });

  it('rider-three-provinces: exactly three provinces on three dialects', () => {
    expect(dialects(provinces(life('rider-three-provinces')))).toEqual(['rest', 'soap', 'sql']);
  });

  it('three-sql-groups: three systems of one dialect', () => {
    const systems = provinces(life('three-sql-groups')).map((code) => JURISDICTIONS.find((j) => j.code === code)?.system);
    expect(new Set(systems)).toEqual(new Set(['hrss-sql-north', 'hrss-sql-east', 'hrss-sql-south']));
  });

  it('temporary accounts: only where the first payment came late and away from home', () => {
    const kinds = (key: string): string[] =>
      life(key)
        .relations.filter(({ scheme }) => scheme === '110')
        .map(({ jurisdiction, accountKind }) => `${jurisdiction} ${accountKind}`);
    expect(kinds('temporary-account-man')).toEqual(['430000 ORDINARY', '440000 TEMPORARY']);
    expect(kinds('temporary-account-woman')).toEqual(['360000 ORDINARY', '310000 TEMPORARY']);
    expect(kinds('returned-home')).toEqual(['350000 ORDINARY', '520000 ORDINARY']);
  });

  it('double-insured: the same nine months in two provinces', () => {
    const twice = months(life('double-insured'), '500000').filter((month) => months(life('double-insured'), '510000').includes(month));
    expect(twice).toEqual(['01', '02', '03', '04', '05', '06', '07', '08', '09'].map((m) => `2019-${m}`));
  });

  it('retiree and two-pensions: benefits that are being paid, no contribution since', () => {
    expect(life('retiree').benefits).toMatchObject([{ scheme: '110', state: 'PAYING', from: '2023-06' }]);
    expect(life('retiree').relations.find(({ scheme }) => scheme === '110')).toMatchObject({ insuredAs: 'RETIREE', state: 'PAUSED' });
    expect(
      life('two-pensions')
        .benefits.filter(({ state }) => state === 'PAYING')
        .map(({ scheme }) => scheme),
    ).toEqual(['110', '170']);
  });

  it('deceased-still-paid: clean in life, with three months after death in the register', () => {
    const deceased = life('deceased-still-paid');
    expect(months(deceased, '420000').at(-1)).toBe('2024-03');
    const rows =
      registers.jurisdictions.get('420000')?.AC43.filter(({ AAC002, AAE140 }) => AAC002 === deceased.number && AAE140 === '110') ?? [];
    expect(rows.slice(-3).map(({ AAE003 }) => AAE003)).toEqual(['202404', '202405', '202406']);
  });

  it('flexible-with-gaps: gaps of seven and fourteen months', () => {
    const index = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
    const paid = months(life('flexible-with-gaps'), '410000').map(index);
    expect(paid.map((month, i) => month - (paid[i - 1] ?? month - 1) - 1).filter((gap) => gap > 0)).toEqual([7, 14]);
  });

  it('resident-farmer, resident-then-employee, only-card: the schemes they say', () => {
    const schemes = (key: string): string[] =>
      life(key)
        .relations.map(({ scheme }) => scheme)
        .sort();
    expect(schemes('resident-farmer')).toEqual(['170']);
    expect(schemes('resident-then-employee')).toEqual(['110', '170', '210', '410']);
    expect(life('only-card')).toMatchObject({
      relations: [],
      medical: [],
      employments: [],
      benefits: [],
      platformWork: [],
      courierWork: [],
    });
    expect(life('only-card').card).toBeDefined();
  });

  it('platform drivers: their trades, and cover since the pilot of the place', () => {
    expect(new Set(life('ride-hailing-driver').platformWork.map(({ trade }) => trade))).toEqual(new Set(['RIDE_HAILING']));
    expect(life('ride-hailing-driver').injuryCover[0]?.month).toBe('2022-07');
    expect(life('city-freight-driver').platformWork.map(({ trade }) => trade)).toEqual(['CITY_FREIGHT']);
  });

  it('unemployed-drawing and injured-worker: the benefits of their schemes', () => {
    expect(life('unemployed-drawing').benefits).toMatchObject([{ scheme: '210', state: 'PAYING', from: '2026-06' }]);
    expect(months(life('unemployed-drawing'), '120000').at(-1)).toBe('2026-05');
    expect(life('injured-worker').benefits).toMatchObject([{ scheme: '410', state: 'PAYING' }]);
  });

  it('first-job: just 18, two months in the running year, no balance', () => {
    const pension = life('first-job').relations.find(({ scheme }) => scheme === '110');
    expect(pension?.contributions.map(({ month }) => month)).toEqual(['2026-09', now]);
    expect(pension?.account).toEqual([{ year: 2026, months: 2, credited: expect.any(Number) }]);
  });

  it('public-teacher, corps-worker, small-business-owner: scheme 120, jurisdiction 660000, one business', () => {
    expect(provinces(life('public-teacher'), '120')).toEqual(['110000']);
    expect(provinces(life('corps-worker'))).toEqual(['660000']);
    const owner = life('small-business-owner');
    expect(world.units.find(({ creditCode }) => creditCode === owner.businesses[0])).toMatchObject({
      legalRepresentative: owner.name,
      type: '个体工商户',
    });
  });

  it('fifteen-digits and two-person-numbers: as the registers hold them', () => {
    const number = life('fifteen-digits').number;
    const old =
      registers.jurisdictions.get('230000')?.AC43.filter(({ AAC002 }) => AAC002 === number.slice(0, 6) + number.slice(8, 17)) ?? [];
    expect(old.map(({ AAE003 }) => AAE003).at(-1)).toBe('200512');
    const twice = registers.jurisdictions.get('340000')?.AC01.filter(({ AAC002 }) => AAC002 === life('two-person-numbers').number);
    expect(twice).toHaveLength(2);
  });

  it('same-number-second: nobody under the own number, everything under the other', () => {
    const rows = registers.jurisdictions.get('150000')?.AC02 ?? [];
    expect(rows.filter(({ AAC002 }) => AAC002 === life('same-number-second').number)).toEqual([]);
    expect(new Set(rows.filter(({ AAC002 }) => AAC002 === life('same-number-first').number).map(({ AAC001 }) => AAC001)).size).toBe(2);
  });
});
