import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AuditUnavailable } from '../../src/evidence/record.js';
import { openStore, type Store } from '../../src/store/store.js';
import { ownServer } from '../setup/database.js';
import { NUMBERS } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { asks, citizen, intentAbout, LI, ownReading, recorderOver, WANG } from './setup/record.js';

let database: Awaited<ReturnType<typeof ownServer>>;
let url: string;
let store: Store;
let other: Client;

beforeAll(async () => {
  database = await ownServer();
});
afterAll(() => database.server.stop());

beforeEach(async () => {
  url = await database.server.emptyDatabase();
  store = await openStore({ url });
  other = new Client({ connectionString: url, options: '-c search_path=yichuang' });
  other.on('error', () => undefined);
  await other.connect();
});
afterEach(async () => {
  await other.end().catch(() => undefined);
  await store.close();
});

const rows = async (): Promise<{ subject: string; kind: string; scopes: string[]; agencies: string[] }[]> =>
  (await other.query('select subject, kind, scopes, agencies from access_entry order by record_id')).rows;

describe('the record of access', () => {
  it('is durable when an intent resolves', async () => {
    const { recorder } = recorderOver(store);
    await recorder.intent(asks(), [intentAbout([WANG, LI])]);
    expect(await rows()).toEqual([
      { subject: WANG, kind: 'INTENT', scopes: ['pension.relations:read'], agencies: ['hrss'] },
      { subject: LI, kind: 'INTENT', scopes: ['pension.relations:read'], agencies: ['hrss'] },
    ]);
    await recorder.close();
  });

  it('holds a question up while the store is held up', async () => {
    const { recorder } = recorderOver(store);
    await other.query('begin; lock table access_entry in exclusive mode');
    let written = false;
    const intent = recorder.intent(asks(), [intentAbout([WANG])]).then(() => (written = true));
    const waits = 'select 1 from pg_stat_activity where wait_event_type = $$Lock$$ and datname = current_database()';
    await until(async () => {
      // Within a transaction the activity is told as it was when it was first looked at.
      await other.query('select pg_stat_clear_snapshot()');
      return (await other.query(waits)).rowCount === 1;
    });
    expect(written).toBe(false);
    await other.query('commit');
    await intent;
    expect(await rows()).toHaveLength(1);
    await recorder.close();
  });

  it('refuses third parties when the store does not answer in time, serves persons who read their own data, and notes the gap', async () => {
    let held = true;
    const { recorder, told } = recorderOver(store, { impatient: () => held, retryMs: 10 });
    await other.query('begin; lock table access_entry in exclusive mode; lock table access_gap in exclusive mode');
    const outcomes = await Promise.allSettled([
      recorder.intent(asks(), [intentAbout([WANG])]),
      recorder.intent(asks(citizen()), [ownReading(WANG)]),
    ]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: expect.any(AuditUnavailable) },
      expect.objectContaining({ status: 'fulfilled' }),
    ]);
    // In the gap nobody waits.
    await expect(recorder.intent(asks(), [intentAbout([LI])])).rejects.toThrow(AuditUnavailable);
    await recorder.intent(asks(citizen()), [ownReading(WANG)]);
    await expect(recorder.intent(asks(citizen(1)), [{ ...ownReading(WANG), delegation: { kind: 'GUARDIAN', id: 'g-1' } }])).rejects.toThrow(
      AuditUnavailable,
    );
    recorder.denied(asks(), [
      { decisionId: 'd-9', subjectKind: 'PERSON', subjects: [LI], scopes: ['a.b:read'], code: 'ACCESS_DENIED', told: 'ACCESS_DENIED' },
    ]);
    held = false;
    await other.query('rollback');
    await until(() => told.some(({ what }) => what === 'gapEnded'));
    expect((await other.query('select sum(own_reads)::int as own_reads, sum(denials)::int as denials from access_gap')).rows).toEqual([
      { own_reads: 2, denials: 0 },
    ]);
    await recorder.intent(asks(), [intentAbout([WANG])]);
    await recorder.close();
    expect((await rows()).map(({ subject, kind }) => [subject, kind])).toEqual(
      expect.arrayContaining([
        [LI, 'DENIED'],
        [WANG, 'INTENT'],
      ]),
    );
    expect(told.map(({ what }) => what)).toEqual(['gapBegan', 'gapEnded']);
  });

  it('is kept again after the store was away', async () => {
    const { recorder } = recorderOver(store, { retryMs: 10 });
    await recorder.intent(asks(), [intentAbout([WANG])]);
    await database.server.restart();
    await until(() =>
      recorder.intent(asks(), [intentAbout([LI])]).then(
        () => true,
        () => false,
      ),
    );
    await recorder.close();
    await other.end().catch(() => undefined);
    other = new Client({ connectionString: url, options: '-c search_path=yichuang' });
    await other.connect();
    expect((await rows()).map(({ subject }) => subject)).toEqual([WANG, LI]);
  });

  it('takes one statement for all intents of one turn of the event loop, and one for all that come while it is under way', async () => {
    const { recorder, batches } = recorderOver(store, { gatherMs: 0 });
    await Promise.all(Array.from({ length: 100 }, () => recorder.intent(asks(), [intentAbout([WANG])])));
    expect(batches).toHaveLength(1);
    const first = recorder.intent(asks(), [intentAbout([WANG])]);
    await new Promise((resolve) => setImmediate(resolve));
    const during = Array.from({ length: 50 }, () => recorder.intent(asks(), [intentAbout([LI])]));
    recorder.outcome(asks(), 'ANSWERED');
    await Promise.all([first, ...during]);
    expect(batches.map(({ questions, outcomes }) => [questions.length, outcomes.length])).toEqual([
      [100, 0],
      [1, 0],
      [50, 1],
    ]);
    await recorder.close();
  });

  it('takes one statement also for what comes soon after another, and nobody waits who comes alone', async () => {
    const { recorder, batches } = recorderOver(store, { gatherMs: 300 });
    await recorder.intent(asks(), [intentAbout([WANG])]);
    const soon = recorder.intent(asks(), [intentAbout([WANG])]);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([soon, ...Array.from({ length: 50 }, () => recorder.intent(asks(), [intentAbout([LI])]))]);
    expect(batches.map(({ questions }) => questions.length)).toEqual([1, 51]);
    await recorder.close();
  });

  it('writes what still waits for company when it closes', async () => {
    const { recorder, batches } = recorderOver(store, { gatherMs: 60_000 });
    await recorder.intent(asks(), [intentAbout([WANG])]);
    const soon = recorder.intent(asks(), [intentAbout([LI])]);
    await recorder.close();
    await soon;
    expect(batches.map(({ questions }) => questions.length)).toEqual([1, 1]);
  });

  it('is one row for one person, whose data a question asks of four agencies at once', async () => {
    const { recorder } = recorderOver(store);
    const question = asks();
    await Promise.all(
      ['hrss', 'postal', 'medical-insurance', 'hrss'].map((agency, i) =>
        recorder.intent(question, [intentAbout([WANG, LI], { agencies: [agency], scopes: [`a.b${'cdef'[i] ?? ''}:read`] })]),
      ),
    );
    expect((await rows()).map(({ subject, scopes, agencies }) => [subject, scopes.length, agencies.length])).toEqual([
      [WANG, 4, 3],
      [LI, 4, 3],
    ]);
    await recorder.close();
  });

  it('keeps apart what rests on different grounds', async () => {
    const { recorder } = recorderOver(store);
    const question = asks();
    await recorder.intent(question, [
      intentAbout([WANG, LI]),
      intentAbout([WANG]),
      intentAbout([WANG], { basis: 'CONSENT', ref: 'c-1' }),
      intentAbout([WANG], { decisionId: 'd-2' }),
      intentAbout([WANG], { basis: 'SELF', ref: undefined, delegation: { kind: 'GUARDIAN', id: 'g-1' } }),
      intentAbout([WANG], { deferred: { until: new Date('2099-01-01'), reason: 'r' } }),
    ]);
    expect(await rows()).toHaveLength(7);
    await recorder.close();
  });

  it('does not lose what nobody waits for when the hub stops', async () => {
    const { recorder } = recorderOver(store, { lingerMs: 60_000 });
    const question = asks();
    recorder.denied(question, [
      { decisionId: 'd-1', subjectKind: 'PERSON', subjects: [WANG], scopes: ['a.b:read'], code: 'CASE_REQUIRED', told: 'CASE_REQUIRED' },
    ]);
    recorder.outcome(question, 'FAILED');
    await recorder.close();
    expect(await rows()).toHaveLength(1);
    expect((await other.query('select result from access_outcome')).rows).toEqual([{ result: 'FAILED' }]);
    await expect(recorder.intent(asks(), [intentAbout([WANG])])).rejects.toThrow(AuditUnavailable);
  });

  it('refuses only the question that the store does not take', async () => {
    const { recorder, told } = recorderOver(store);
    const results = await Promise.allSettled([
      recorder.intent(asks(), [intentAbout([WANG])]),
      recorder.intent(asks(), [intentAbout(['99000019900101001X'])]),
      recorder.intent(asks(), [intentAbout([LI])]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await rows()).map(({ subject }) => subject)).toEqual([WANG, LI]);
    expect(told.map(({ what }) => what)).toEqual(['lost']);
    await recorder.close();
  });

  it('cannot be changed: the store refuses to alter or delete rows', async () => {
    const { recorder } = recorderOver(store);
    const question = asks();
    await recorder.intent(question, [intentAbout([WANG])]);
    recorder.outcome(question, 'ANSWERED');
    await recorder.close();
    for (const statement of [
      'update access_entry set actor = $$nobody$$',
      'delete from access_entry',
      'truncate access_entry',
      'update access_outcome set result = $$FAILED$$',
      'delete from access_outcome',
      'delete from access_gap',
    ])
      await expect(other.query(statement)).rejects.toThrow('never changed or deleted');
  });
});

describe('who is recorded', () => {
  it('has a pseudonym that is the same in every question and another for another party', () => {
    const official = (user: string, code: string) =>
      asks({
        principal: { kind: 'CASEWORKER', user, party: { kind: 'HRSS_OFFICE', code }, jurisdiction: undefined },
        purpose: { kind: 'NONE' },
        caseNumber: undefined,
      }).actor;
    expect(official('w-1', '440000')).toBe(official('w-1', '440000'));
    expect(new Set([official('w-1', '440000'), official('w-2', '440000'), official('w-1', '330000')]).size).toBe(3);
    expect(official('w-1', '440000')).not.toContain('w-1');
  });

  it('is recorded with the case, unless the number of the case holds a citizen number', () => {
    const of = (caseNumber: string): string | undefined => asks({ ...citizen(), caseNumber }).caseNumber;
    expect(of('ZJ2026-000123')).toBe('ZJ2026-000123');
    expect(of('33010020261101000123')).toBe('33010020261101000123');
    for (const number of NUMBERS)
      for (const hidden of [number, `A-${number}-2`, `01${number}`, `${number}X`]) expect(of(hidden)).not.toContain(number);
    expect(of('110105491231002')).toMatch(/^case-[\w-]{16}$/);
  });

  it('has answers with identifiers in the order of time', () => {
    const ids = Array.from({ length: 3 }, () => asks().answerId);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.map((id) => id.slice(0, 13))).toEqual(ids.map((id) => id.slice(0, 13)).sort());
  });
});
