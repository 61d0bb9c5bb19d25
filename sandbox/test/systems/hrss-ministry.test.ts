import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startHrssMinistry } from '../../src/systems/hrss-ministry.js';
import type { FaultKind } from '../../src/systems/stand-in.js';
import { askPeople, inTime, MINISTRY_RECORDS, startDialect, underFault, type Dialect } from './hrss-dialect.js';
import { inOrder, recordsOfMinistry } from './hrss-expected.js';

const ID = 'hrss-ministry';
let dialect: Dialect;

beforeAll(async () => {
  dialect = await startDialect(startHrssMinistry, ID, {}, { deadlineMs: 2500, breakAfter: 50 });
}, 60_000);
afterAll(() => dialect.close());
afterEach(() => {
  dialect.standIn(ID).resetCalls();
});

const ask = (records: readonly string[] = MINISTRY_RECORDS): Promise<unknown> =>
  dialect.system(ID).ask(
    'citizen',
    dialect.world.lives.slice(0, 3).map(({ number }) => number),
    records,
    inTime(),
  );

describe('the ministry', () => {
  it('tells relations, holders, cards and cover of clean lives as they were lived, in one call', async () => {
    const spoilt = new Set(dialect.registers.manifest.filter(({ system }) => system === ID).map(({ lifeIndex }) => lifeIndex));
    const lives = dialect.world.lives.filter((_, index) => !spoilt.has(index)).slice(0, 100);
    const answer = await askPeople(
      dialect.system(ID),
      lives.map(({ number }) => number),
      undefined,
      MINISTRY_RECORDS,
    );
    for (const life of lives) {
      expect(inOrder(answer.get(life.number)?.records ?? {})).toEqual(inOrder(recordsOfMinistry(life)));
      expect(answer.get(life.number)?.findings).toEqual([]);
    }
    expect(dialect.standIn(ID).calls()).toBe(1);
  });

  it('is asked for what is needed and not more', async () => {
    const answer = await dialect.system(ID).ask('citizen', [dialect.world.lives[0]?.number ?? ''], ['relationIndex'], inTime());
    expect([...(answer.get(dialect.world.lives[0]?.number ?? '') ?? new Map<string, never>()).keys()]).toEqual(['relationIndex']);
  });

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
  it.each(cases)('under %s gives %s, and the next question works', async (kind, code) => {
    expect((await underFault(dialect, ID, { kind }, () => ask(['cardHolder']))).code).toBe(code);
    await expect(ask()).resolves.toBeDefined();
  });
});
