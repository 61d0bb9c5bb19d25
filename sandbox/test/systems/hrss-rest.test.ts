import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { startHrssRest } from '../../src/systems/hrss-rest.js';
import type { FaultKind } from '../../src/systems/stand-in.js';
import { askPeople, dirtOf, inTime, RECORDS, startDialect, underFault, type Dialect } from './hrss-dialect.js';
import { inOrder, recordsOfLife } from './hrss-expected.js';

const PROVINCES = JURISDICTIONS.filter(({ dialect }) => dialect === 'rest').map(({ code, system }) => [code, system] as const);
/** One province of each family. */
const FAMILIES = [
  ['340000', 'hrss-rest-340000'],
  ['370000', 'hrss-rest-370000'],
  ['610000', 'hrss-rest-610000'],
] as const;
let dialect: Dialect;

beforeAll(async () => {
  dialect = await startDialect(startHrssRest, 'hrss-rest-', {}, { deadlineMs: 2500, breakAfter: 50 });
}, 60_000);
afterAll(() => dialect.close());
afterEach(() => {
  for (const { id } of dialect.agency.systems) dialect.standIn(id).resetCalls();
});

const numbers = (code: string): string[] => dialect.cleanLives(code).map(({ number }) => number);
const ask = (code: string, keys = numbers(code).slice(0, 3)): Promise<unknown> =>
  dialect.system(`hrss-rest-${code}`).ask('citizen', keys, RECORDS, inTime());

describe('a province with a JSON service', () => {
  it.each(PROVINCES)('tells the clean lives of %s as they were lived, in one call', async (code, id) => {
    const lives = dialect.cleanLives(code).slice(0, 40);
    expect(lives.length).toBeGreaterThan(0);
    const answer = await askPeople(
      dialect.system(id),
      lives.map(({ number }) => number),
      code,
    );
    for (const life of lives) {
      expect(inOrder(answer.get(life.number)?.records ?? {})).toEqual(inOrder(recordsOfLife(dialect.world, life, code)));
      expect(answer.get(life.number)?.findings).toEqual([]);
    }
    expect(dialect.standIn(id).calls()).toBe(1);
  });

  it.each(PROVINCES)('is found out about its planted dirt, all of it and nothing else: %s', async (code, id) => {
    const { planted, found } = await dirtOf(dialect, id, code);
    expect(planted.length).toBeGreaterThan(0);
    expect(found).toEqual(planted);
  });

  it.each(FAMILIES)('is asked once, however many people and parts there are: %s', async (code, id) => {
    await dialect.system(id).ask('citizen', numbers(code).slice(0, 1), ['contribution'], inTime());
    await ask(code, numbers(code));
    expect(dialect.standIn(id).calls()).toBe(2);
  });

  it.each(FAMILIES)('tells a unit by its credit code: %s', async (code, id) => {
    const unit = dialect.registers.jurisdictions.get(code)?.AB01[0];
    const answer = await dialect.system(id).ask('unit', [unit?.SAB010 ?? ''], ['unit', 'person'], inTime());
    expect(answer.get(unit?.SAB010 ?? '')?.get('unit')).toMatchObject([
      {
        unitNumber: unit?.AAB001,
        headcount: Number(unit?.SAB120),
        nearRetirement: Number(unit?.SAB121),
        arrears: unit?.SAB130,
        provenance: { jurisdiction: code, quality: [] },
      },
    ]);
  });

  it('may not offer a query at all', async () => {
    const code = dialect.world.units[0]?.creditCode ?? '';
    await expect(dialect.system('hrss-rest-520000').ask('unit', [code], ['unit'], inTime())).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_HERE',
    });
  });

  it.each(FAMILIES)('says nothing of people it does not know: %s', async (_, id) => {
    const answer = await askPeople(dialect.system(id), ['11010519491231002X'], undefined);
    expect(answer.get('11010519491231002X')).toEqual({ records: Object.fromEntries(RECORDS.map((name) => [name, []])), findings: [] });
  });
});

describe.each(FAMILIES)('the rest connector at %s meets', (code, id) => {
  const cases: readonly (readonly [FaultKind, string])[] = [
    ['hang', 'AGENCY_TIMEOUT'],
    ['drop', 'AGENCY_UNAVAILABLE'],
    ['error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['truncate', 'AGENCY_BAD_RESPONSE'],
    ['wrong-encoding', 'AGENCY_BAD_RESPONSE'],
    ['wrong-person', 'SUBJECT_MISMATCH'],
    ['closed', 'AGENCY_UNAVAILABLE'],
    ['rate-limit', 'AGENCY_RATE_LIMITED'],
  ];
  // Waiting out a deadline is the same for all families, and slow.
  it.each(cases.filter(([kind]) => kind !== 'hang' || code === FAMILIES[0][0]))(
    '%s with %s, and the next question works',
    async (kind, expected) => {
      const fault = await underFault(dialect, id, { kind }, () => ask(code));
      expect(fault.code).toBe(expected);
      for (const key of numbers(code)) expect(JSON.stringify([fault.message, fault.detail])).not.toContain(key);
      await expect(ask(code)).resolves.toBeDefined();
    },
  );

  it('a rate limit by telling how long to wait, in seconds or as a date', async () => {
    const fault = await underFault(dialect, id, { kind: 'rate-limit' }, () => ask(code));
    expect(fault.detail.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(fault.detail.retryAfterSeconds).toBeLessThanOrEqual(7);
  });

  it('rows that come twice by counting them once, with a finding', async () => {
    await dialect.standIn(id).setFault({ kind: 'duplicate-rows', times: 1 });
    const [number = ''] = numbers(code);
    const once = (await askPeople(dialect.system(id), [number], code)).get(number);
    const clean = (await askPeople(dialect.system(id), [number], code)).get(number);
    expect(once?.records['contribution']).toEqual(clean?.records['contribution']);
    expect(new Set(once?.findings.map((finding) => finding.split(' ')[1]))).toEqual(new Set(['DUPLICATE_ROW']));
  });

  it('a connection that breaks once by asking again', async () => {
    await dialect.standIn(id).setFault({ kind: 'drop', times: 1 });
    await expect(ask(code)).resolves.toBeDefined();
    expect(dialect.standIn(id).calls()).toBe(2);
  });
});
