import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { openStore, type Store } from '../../src/store/store.js';
import { databasePath, type DatabasePath } from '../setup/database-path.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';

/* A store that takes connections and never answers, as behind a router that has forgotten them. */

const CONNECT_MS = 300;
const STATEMENT_MS = 500;
/** Waiting for a connection, a statement, and what the store is given to say that it has ended it; twice, for a busy machine. */
const BOUND_MS = 2 * (CONNECT_MS + STATEMENT_MS + 250);

let database: TestDatabase;
let path: DatabasePath;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
  path = await databasePath(database.url);
  store = await openStore({ url: path.url, connections: 2, connectTimeoutMs: CONNECT_MS, statementTimeoutMs: STATEMENT_MS });
});
afterEach(async () => {
  await store.close();
  await path.stop();
});

/** How long it took to fail, ms. */
async function failed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await expect(work()).rejects.toThrow(/timeout/);
  return performance.now() - since;
}

const one = (): Promise<unknown> => store.pool.query('select 1');
const built = (): Promise<unknown> => sql`select 1`.execute(store.db);

describe('a store that never answers', () => {
  it('fails every statement within a bound, over connections it had and over new ones', async () => {
    await Promise.all([one(), built()]);
    path.silence();
    for (const statement of [one, built, one, built]) expect(await failed(statement)).toBeLessThan(BOUND_MS);
  });

  it('fails what is in the middle of a transaction, without waiting once more for its end', async () => {
    const work = (): Promise<unknown> =>
      store.db.transaction().execute(async (transaction) => {
        await sql`select 1`.execute(transaction);
        path.silence();
        await sql`select 2`.execute(transaction);
      });
    expect(await failed(work)).toBeLessThan(STATEMENT_MS + 2 * 250);
  });

  it('fails those at once, too, for whom no connection is free', async () => {
    await one();
    path.silence();
    const times = await Promise.all(Array.from({ length: 20 }, (_, i) => failed(i % 2 === 0 ? one : built)));
    expect(Math.max(...times)).toBeLessThan(BOUND_MS);
  });

  it('is used again when it answers, and no connection from before with it', async () => {
    await Promise.all([one(), built()]);
    path.silence();
    for (const statement of [one, built]) await failed(statement);
    path.answer();
    for (const statement of [one, built, one, built]) await expect(statement()).resolves.toBeDefined();
  });

  it('is listened to again over a new connection, and trusted again', async () => {
    const channel = await ChangeChannel.open(store, 'some', { heartbeatMs: 50, leaseMs: 1_000 });
    const heard: string[] = [];
    let missed = 0;
    channel.hear({ changed: (topic) => heard.push(topic), missed: () => missed++ });
    await until(() => channel.trusted);
    path.silence();
    await until(() => !channel.trusted);
    path.answer();
    await until(() => channel.trusted);
    expect(missed).toBeGreaterThan(0);
    await store.pool.query("select pg_notify('some', '1 topic')");
    await until(() => heard.includes('topic'));
    channel.close();
  });

  it('keeps nobody from closing', async () => {
    await store.listen('some', { notified: () => undefined });
    await one();
    path.silence();
    const under = failed(one);
    const since = performance.now();
    await store.close();
    await under;
    expect(performance.now() - since).toBeLessThan(BOUND_MS + 1_000);
    store = await openStore({ url: database.url });
  });

  it('keeps nobody waiting who opens it', async () => {
    path.silence();
    const opening = (): Promise<unknown> => openStore({ url: path.url, connectTimeoutMs: CONNECT_MS });
    expect(await failed(opening)).toBeLessThan(BOUND_MS);
  });
});
