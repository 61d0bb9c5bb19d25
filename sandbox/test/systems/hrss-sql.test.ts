import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { startPostgres, type Postgres } from '../../src/postgres.js';
import { startHrssSql } from '../../src/systems/hrss-sql.js';
import type { FaultKind } from '../../src/systems/stand-in.js';
import { askPeople, dirtOf, inTime, loadRows, RECORDS, startDialect, underFault, type Dialect } from './hrss-dialect.js';
import { inOrder, recordsOfLife } from './hrss-expected.js';

const SQL = JURISDICTIONS.filter(({ dialect }) => dialect === 'sql').map(({ code, system }) => [code, system] as const);
const EAST = 'hrss-sql-east';
let postgres: Postgres;
let folder: string;
let dialect: Dialect;
let urls: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-sql-'));
  postgres = await startPostgres({ folder });
  dialect = await startDialect(
    async (context) => {
      const group = await startHrssSql(context);
      urls = group.env;
      return group;
    },
    'hrss-sql-',
    { postgres },
    { deadlineMs: 2500, breakAfter: 50 },
  );
}, 60_000);
afterAll(async () => {
  await dialect.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const { id } of dialect.agency.systems) dialect.standIn(id).resetCalls();
});

const people = (): string[] => dialect.cleanLives('310000').map(({ number }) => number);
const askEast = (keys = people().slice(0, 3)): Promise<unknown> => dialect.system(EAST).ask('citizen', keys, RECORDS, inTime());

describe('a provincial database', () => {
  it.each(SQL)('tells the clean lives of %s as they were lived, in one call', async (code, id) => {
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

  it.each(SQL)('is found out about its planted dirt, all of it and nothing else: %s', async (code, id) => {
    const { planted, found } = await dirtOf(dialect, id, code);
    expect(found).toEqual(planted);
  });

  it('is asked once, however many people and parts there are', async () => {
    await dialect.system(EAST).ask('citizen', people().slice(0, 1), ['person'], inTime());
    expect(dialect.standIn(EAST).calls()).toBe(1);
    await askEast(people());
    expect(dialect.standIn(EAST).calls()).toBe(2);
  });

  it('tells a unit by its credit code, with the jurisdiction of its register', async () => {
    const unit = dialect.registers.jurisdictions.get('320000')?.AB01[0];
    const answer = await dialect.system(EAST).ask('unit', [unit?.SAB010 ?? ''], ['unit', 'person'], inTime());
    expect(answer.get(unit?.SAB010 ?? '')?.get('unit')).toMatchObject([
      {
        unitNumber: unit?.AAB001,
        registeredName: unit?.AAB004,
        headcount: Number(unit?.SAB120),
        nearRetirement: Number(unit?.SAB121),
        provenance: { jurisdiction: '320000', quality: [] },
      },
    ]);
  });

  it('says nothing of people it does not know', async () => {
    const answer = await askPeople(dialect.system(EAST), ['11010519491231002X'], undefined);
    expect(answer.get('11010519491231002X')).toEqual({ records: Object.fromEntries(RECORDS.map((name) => [name, []])), findings: [] });
  });

  it('keeps the padding of its CHAR columns and the digits of its numbers until the mapping', async () => {
    const client = new pg.Client({ connectionString: urls['HRSS_SQL_EAST_URL'] ?? '' });
    await client.connect();
    const { rows } = await client.query<{ line: string }>('SELECT json_build_array(aac002, aae201)::text AS line FROM v_ac02 LIMIT 1');
    await client.end();
    expect(rows[0]?.line).toMatch(/^\["[0-9Xx]{15,18} +", \d+\]$/);
  });

  it('lets the hub read views and change nothing', async () => {
    const client = new pg.Client({ connectionString: urls['HRSS_SQL_EAST_URL'] ?? '' });
    await client.connect();
    await expect(client.query('SELECT 1 FROM core.ac01')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('DELETE FROM v_ac01')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('CREATE TABLE mine (a int)')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});

describe('the sql connector refuses', () => {
  it.each([
    ['an account that could write', 'AGENCY_UNAVAILABLE', (): object => ({ url: postgres.superuserUrl.replace(/[^/]+$/, 'hrss_east') })],
    ['an answer longer than its cap, and cuts nothing', 'AGENCY_BAD_RESPONSE', (): object => ({ rowCap: 2 })],
    ['to wait longer than the database may take', 'AGENCY_TIMEOUT', (): object => ({ statementMs: 1 })],
  ])('%s', async (_, code, settings) => {
    const agency = loadRows(EAST, urls, folder, { settings: { ...settings() } });
    await expect(agency.systems[0]?.ask('citizen', people().slice(0, 100), RECORDS, inTime())).rejects.toMatchObject({ code });
    await agency.close();
  });
});

describe('the sql connector meets', () => {
  const cases: readonly (readonly [FaultKind, string])[] = [
    ['hang', 'AGENCY_TIMEOUT'],
    ['drop', 'AGENCY_UNAVAILABLE'],
    ['error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['truncate', 'AGENCY_BAD_RESPONSE'],
    ['wrong-person', 'SUBJECT_MISMATCH'],
    ['closed', 'AGENCY_UNAVAILABLE'],
  ];
  it.each(cases)('%s with %s, and the next question works', async (kind, code) => {
    const fault = await underFault(dialect, EAST, { kind }, () => askEast());
    expect(fault.code).toBe(code);
    for (const key of people()) expect(JSON.stringify([fault.message, fault.detail])).not.toContain(key);
    await expect(askEast()).resolves.toBeDefined();
  });

  it('a short answer that is cut: no row is enough to know', async () => {
    expect(
      (
        await underFault(dialect, EAST, { kind: 'truncate' }, () =>
          dialect.system(EAST).ask('citizen', ['11010519491231002X'], ['person'], inTime()),
        )
      ).code,
    ).toBe('AGENCY_BAD_RESPONSE');
  });

  it('latency by waiting, as long as the deadline lets', async () => {
    await dialect.standIn(EAST).setFault({ kind: 'latency', milliseconds: 300 });
    const begun = performance.now();
    await askEast();
    await dialect.standIn(EAST).setFault(undefined);
    expect(performance.now() - begun).toBeGreaterThan(295);
  });

  it('rows that come twice by counting them once, with a finding', async () => {
    await dialect.standIn(EAST).setFault({ kind: 'duplicate-rows', times: 1 });
    const [life] = dialect.cleanLives('310000');
    const answer = (await askPeople(dialect.system(EAST), [life?.number ?? ''], '310000')).get(life?.number ?? '');
    expect(answer?.records['person']).toHaveLength(1);
    expect(new Set(answer?.findings.map((finding) => finding.split(' ')[1]))).toEqual(new Set(['DUPLICATE_ROW']));
  });

  it('a connection that breaks once by asking again', async () => {
    await dialect.standIn(EAST).setFault({ kind: 'drop', times: 1 });
    await expect(askEast()).resolves.toBeDefined();
    expect(dialect.standIn(EAST).calls()).toBe(2);
  });

  it('a restart of the database by opening new connections', async () => {
    await askEast();
    await postgres.restart();
    await expect(askEast()).resolves.toBeDefined();
  });

  it('a caller who leaves by ending the statement', async () => {
    await dialect.standIn(EAST).setFault({ kind: 'hang', times: 1 });
    const caller = new AbortController();
    const asked = dialect.system(EAST).ask('citizen', people().slice(0, 1), ['person'], caller.signal);
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'AGENCY_TIMEOUT' });
    await dialect.standIn(EAST).setFault(undefined);
    await expect(askEast()).resolves.toBeDefined();
  });
});
