import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { openStore, type Store } from '../../src/store/store.js';
import { StoreUnavailable } from '../../src/store/unavailable.js';
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
  store = await open(0);
});
afterEach(async () => {
  await store.close();
  await path.stop();
});

/** @param silentForMs how long nobody waits after somebody did: not at all, where it is seen how long everybody waits */
function open(silentForMs: number): Promise<Store> {
  return openStore({ url: path.url, connections: 2, connectTimeoutMs: CONNECT_MS, statementTimeoutMs: STATEMENT_MS, silentForMs });
}

/** How long it took to fail, ms. */
async function failed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await expect(work()).rejects.toThrow(/timeout|cannot be reached/);
  return performance.now() - since;
}

/** What everybody was told, each once. */
async function toldTo(work: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const ends = await Promise.allSettled(work.map((one) => one()));
  const told = ends.map((end) => {
    if (end.status === 'fulfilled') return 'answered';
    return end.reason instanceof StoreUnavailable ? end.reason.detail : end.reason;
  });
  return [...new Set(told.map((one) => JSON.stringify(one)))].map((text): unknown => JSON.parse(text));
}

const one = (): Promise<unknown> => store.query('select 1', []);
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

  it('or breaks the connection between two statements of a transaction, ends that transaction and nothing else', async () => {
    const work = (): Promise<unknown> =>
      store.db.transaction().execute(async (transaction) => {
        await sql`select 1`.execute(transaction);
        await path.cut();
        await sql`select 2`.execute(transaction);
      });
    await expect(work()).rejects.toThrow(/terminated|not queryable/);
    await path.mend();
    await expect(built()).resolves.toBeDefined();
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

  describe('when somebody has waited in vain', () => {
    const FOR_EVER = 3_600_000;
    const SOON = { retryAfterSeconds: 1 };
    const everybody = Array.from({ length: 10 }, () => [one, built]).flat();
    const again = async (silentForMs: number): Promise<void> => {
      await store.close();
      store = await open(silentForMs);
      await Promise.all([one(), built()]);
    };

    it('lets nobody else wait: they are told at once when to ask again, over no connection', async () => {
      await again(FOR_EVER);
      path.silence();
      await failed(one);
      const taken = path.inSilence;
      expect(await toldTo(everybody)).toEqual([{ retryAfterSeconds: FOR_EVER / 1_000 }]);
      expect(path.inSilence).toBe(taken);
      // Not even when it answers again: it is not known to.
      path.answer();
      expect(await toldTo([one, built])).toEqual([{ retryAfterSeconds: FOR_EVER / 1_000 }]);
    });

    it('lets one after the other see whether it answers again, and everybody in when it does', async () => {
      await again(1);
      path.silence();
      // No connection from before is left, so that each of those who are let through needs one.
      await Promise.all([1, 2].map(() => failed(() => store.pool.query('select 1'))));
      await failed(built);
      const taken = path.inSilence;
      let asked = 0;
      await until(async () => {
        asked++;
        expect(await toldTo(everybody)).toEqual([SOON]);
        return path.inSilence > taken + 1;
      });
      // Of twenty who ask at once one at most.
      expect(path.inSilence - taken).toBeLessThanOrEqual(asked);
      path.answer();
      await until(async () => (await toldTo([built]))[0] === 'answered');
      expect(await toldTo(everybody)).toEqual(['answered']);
    });

    it('counts a statement that the store has ended itself, or could not do, as an answer', async () => {
      await again(FOR_EVER);
      await expect(store.query('select pg_sleep(5)', [])).rejects.toThrow(/statement timeout/);
      await expect(store.query('select nonsense', [])).rejects.toThrow(/nonsense/);
      expect(await toldTo(everybody)).toEqual(['answered']);
    });

    it('says the same of a store that is away as ever: who asks is told at once, and lets nobody down', async () => {
      await again(FOR_EVER);
      await path.cut();
      await expect(built()).rejects.toThrow();
      await path.mend();
      await until(async () => (await toldTo([one]))[0] === 'answered');
    });
  });

  it('keeps nobody waiting who opens it', async () => {
    path.silence();
    const opening = (): Promise<unknown> => openStore({ url: path.url, connectTimeoutMs: CONNECT_MS });
    expect(await failed(opening)).toBeLessThan(BOUND_MS);
  });
});
