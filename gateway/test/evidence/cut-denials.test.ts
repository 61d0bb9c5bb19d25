import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { NUMBERS, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { LI, WANG } from './setup/record.js';

/* What is refused before a question is planned, whoever it may be about: it is on record like any other refusal. */

interface Row {
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject: string;
  readonly code: string;
  readonly purpose: string | null;
  readonly scopes: readonly string[];
}

let database: TestDatabase;
let hub: TestHub;
let reader: Client;
beforeAll(async () => {
  database = await testDatabase();
  hub = await startTestHub({ DATABASE_URL: database.url });
  reader = new Client({ connectionString: database.url, options: '-c search_path=yichuang' });
  await reader.connect();
});
afterAll(async () => {
  await reader.end();
  await hub.close();
  await database.stop();
});

/** The rows of one question, once there are so many. */
async function rowsOf({ body }: Answered, count: number): Promise<readonly Row[]> {
  const id = body.extensions?.requestId;
  const columns = 'kind, subject_kind, subject, code, purpose, scopes';
  const read = async (): Promise<readonly Row[]> =>
    (await reader.query<Row>(`select ${columns} from access_entry where question_id = $1 order by subject, code`, [id])).rows;
  await until(async () => (await read()).length >= count);
  return read();
}

const asOfficial = async (query: string, purpose = 'COUNTER_SERVICE', variables: Record<string, unknown> = {}): Promise<Answered> =>
  hub.ask(query, { token: await hub.caseworker(), headers: { 'yichuang-purpose': purpose }, variables });
const ids = (...persons: readonly string[]): string => JSON.stringify(persons);

describe('what an official is refused before anybody is asked', () => {
  it('is on record with the person the question names, who reads it; its decision is explained to the official and to nobody else', async () => {
    const answered = await asOfficial(`{ citizen(id: "${WANG}") { accessLog { nodes { id } } } }`);
    const [error] = answered.body.errors ?? [];
    expect(error?.extensions).toEqual({
      code: 'PURPOSE_NOT_ALLOWED',
      scope: 'accesslog.entries:read',
      decisionId: answered.body.extensions?.requestId,
    });
    expect(await rowsOf(answered, 1)).toEqual([
      {
        kind: 'DENIED',
        subject_kind: 'PERSON',
        subject: WANG,
        code: 'PURPOSE_NOT_ALLOWED',
        purpose: 'COUNTER_SERVICE',
        scopes: ['accesslog.entries:read'],
      },
    ]);
    const query = 'query($id: ID!) { explainDecision(id: $id) { nodes { citizen { id } entry { state code own role } } } }';
    const explain = async (token: string): Promise<unknown> =>
      (await hub.ask(query, { token, variables: { id: error?.extensions['decisionId'] } })).body.data;
    const nodes = [{ citizen: { id: WANG }, entry: { state: 'DENIED', code: 'PURPOSE_NOT_ALLOWED', own: false, role: 'CASEWORKER' } }];
    expect(await explain(await hub.caseworker())).toEqual({ explainDecision: { nodes } });
    expect(await explain(await hub.citizen(NUMBERS[0]))).toEqual({ explainDecision: { nodes } });
    expect(await explain(await hub.citizen(NUMBERS[1]))).toEqual({ explainDecision: null });
    const log = await hub.ask('{ me { accessLog(own: false) { nodes { code words { en } } } } }', { token: await hub.citizen(NUMBERS[0]) });
    expect(JSON.stringify(log.body.data)).toMatch(/An official of .* asked.* for: .*Refused: /);
  });

  it.each([
    ['by number', `{ citizenByNumber(number: "${NUMBERS[0] ?? ''}") { accessLog { nodes { id } } } }`, [WANG]],
    ['in a list', `{ citizens(ids: ${ids(WANG, LI)}) { nodes { accessLog { nodes { id } } } } }`, [WANG, LI]],
    ['on a page of a list', `{ citizens(ids: ${ids(WANG, LI)}, first: 1) { edges { node { accessLog { nodes { id } } } } } }`, [WANG]],
    ['by a variable', 'query($id: ID!) { citizen(id: $id) { ... on Citizen { a: accessLog { nodes { id } } } } }', [WANG]],
  ])('names persons %s', async (_, query, persons) => {
    const rows = await rowsOf(await asOfficial(query, 'COUNTER_SERVICE', { id: WANG }), persons.length);
    expect(rows.map(({ subject }) => subject)).toEqual([...persons].sort());
  });

  it('is one row for each person and reason, however often it is asked', async () => {
    const aliases = Array.from({ length: 10 }, (_, i) => `a${i}: accessLog { nodes { id } }`).join(' ');
    const answered = await asOfficial(
      `{ one: citizen(id: "${WANG}") { ${aliases} identity { name } } two: citizen(id: "${WANG}") { accessLog { nodes { id } } } }`,
      '',
    );
    expect(answered.body.errors).toHaveLength(12);
    expect(answered.body.errors?.[0]?.extensions).toMatchObject({ code: 'PURPOSE_REQUIRED', remedy: { type: 'STATE_PURPOSE' } });
    const [row, ...more] = await rowsOf(answered, 1);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ subject: WANG, code: 'PURPOSE_REQUIRED', purpose: null });
    expect([...(row?.scopes ?? [])].sort()).toEqual(['accesslog.entries:read', 'identity.person:read']);
  });

  it('is of nobody where only an answer would say of whom: the official reads it in the footprint', async () => {
    const answered = await asOfficial(`{ citizen(id: "${WANG}") { id consents { nodes { id citizen { identity { name } } } } } }`, '');
    const rows = await rowsOf(answered, 1);
    expect(rows.length).toBeGreaterThan(0);
    const unnamed = await asOfficial('{ citizen(id: "made up") { identity { name } } }', '');
    expect(await rowsOf(unnamed, 1)).toMatchObject([{ subject_kind: 'UNNAMED', subject: '', code: 'PURPOSE_REQUIRED' }]);
    const { body } = await asOfficial('{ myFootprint(first: 100) { nodes { citizen { id } entry { code decisionId words { en } } } } }');
    expect((body.data as { myFootprint: { nodes: unknown[] } }).myFootprint.nodes).toContainEqual({
      citizen: null,
      entry: {
        code: 'PURPOSE_REQUIRED',
        decisionId: unnamed.body.extensions?.requestId,
        words: { en: expect.stringContaining('Refused') },
      },
    });
  });

  it('is not on record where the question leaves it out', async () => {
    const query = `query($id: ID!, $no: Boolean!, $yes: Boolean!) { citizen(id: $id) {
      accessLog @include(if: $no) { nodes { id } } delegations @skip(if: $yes) { nodes { id } } consents { nodes { id } } } }`;
    const answered = await asOfficial(query, '', { id: WANG, no: false, yes: true });
    const rows = await rowsOf(answered, 1);
    expect(rows.map(({ scopes }) => scopes)).toEqual([[expect.stringMatching(/^consent/)]]);
  });
});

describe('what persons are refused of themselves', () => {
  it('stands in their footprint, and not on their record as if somebody else had looked', async () => {
    const token = await hub.citizen(NUMBERS[2]);
    const answered = await hub.ask('{ me { identity { name } } }', { token, headers: { 'yichuang-purpose': 'COUNTER_SERVICE' } });
    expect(answered.body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['PURPOSE_NOT_ALLOWED']);
    expect(await rowsOf(answered, 1)).toMatchObject([{ subject_kind: 'UNNAMED', subject: '' }]);
    const { body } = await hub.ask('{ me { accessLog(own: false) { nodes { id } } } myFootprint { nodes { entry { code } } } }', { token });
    expect(body.data).toMatchObject({
      me: { accessLog: { nodes: [] } },
      myFootprint: { nodes: expect.arrayContaining([{ entry: { code: 'PURPOSE_NOT_ALLOWED' } }]) },
    });
  });
});

describe('attacks', () => {
  it('callers nobody knows cannot fill the record', async () => {
    const count = async (): Promise<unknown> => (await reader.query('select count(*) from access_entry')).rows[0];
    const before = await count();
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => hub.ask(`{ citizen(id: "${WANG}") { identity { name } accessLog { nodes { id } } } }`)),
    );
    for (const { body } of asked) {
      expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
      expect(body.errors?.every(({ extensions }) => !('decisionId' in extensions))).toBe(true);
    }
    // What somebody known asks afterwards is written after anything that those left behind.
    await rowsOf(await asOfficial(`{ citizen(id: "${LI}") { identity { name } } }`, ''), 1);
    expect(await count()).toEqual({ count: String(Number((before as { count: string }).count) + 1) });
  });

  it('nothing that a client writes for a reference comes into the record', async () => {
    const [number = ''] = NUMBERS;
    for (const id of [number, `x${number}`, '欧阳某某', 'r1.'.padEnd(60, 'A'), '']) {
      const answered = await asOfficial('query($id: ID!) { citizen(id: $id) { identity { name } } }', '', { id });
      expect(await rowsOf(answered, 1)).toMatchObject([{ subject_kind: 'UNNAMED', subject: '' }]);
    }
    const { rows } = await reader.query('select * from access_entry');
    expect(JSON.stringify(rows)).not.toContain(number);
  });
});
