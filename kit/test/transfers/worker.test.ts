import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import type { Transfers, TransferStore } from '@yichuang/kit';
import { Provinces } from './setup/provinces.js';
import { applyFor, citizen, granted, officeOf, openTransferStore, SOURCE, TARGET, transfersOver } from './setup/world.js';
import { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';

let database: TestDatabase;
let store: TransferStore;
let provinces: Provinces;

beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
  provinces = new Provinces();
});
afterAll(async () => {
  await store.close();
  await database.stop();
});

type Connect = (connected?: Connected) => Promise<PoolClient> | undefined;
type Connected = (error: Error | undefined, client?: PoolClient) => void;

/** A store of which a worker is given what the test makes of a connection. */
function withConnections(given: (connect: Connect, connected?: Connected) => Promise<PoolClient> | undefined): TransferStore {
  const more = (connections: number) => {
    const pool = store.more(connections);
    const connect = pool.connect.bind(pool) as Connect;
    return Object.assign(pool, { connect: (connected?: Connected) => given(connect, connected) });
  };
  return { ...store, more };
}

/** A store of which a worker gets no connection a few times, beginning with one of its first. */
function withoutConnection(from: number): TransferStore {
  let asked = 0;
  return withConnections((connect, connected) => {
    asked++;
    if (asked < from || asked >= from + 3) return connect(connected);
    const error = new Error('timeout exceeded when trying to connect');
    if (!connected) return Promise.reject(error);
    connected(error);
    return undefined;
  });
}

/**
 * A store that answers a worker which ticks off its first job with an error; `ticked` counts the others. `wait` is called before each
 * connection that is asked for afterwards.
 */
function failingToTickOff(ticked: { jobs: number; failed: boolean }, wait: () => Promise<void> = () => Promise.resolve()): TransferStore {
  const known = new WeakSet<PoolClient>();
  const watched = (client: PoolClient): PoolClient => {
    if (known.has(client)) return client;
    known.add(client);
    const query = client.query.bind(client) as (...asked: unknown[]) => Promise<unknown>;
    return Object.assign(client, {
      query: async (...asked: unknown[]) => {
        const [first] = asked as [string | { readonly text: string }];
        const text = typeof first === 'string' ? first : first.text;
        if (!/^\s*delete from \S+_private_jobs\S* as jobs/.test(text)) return query(...asked);
        if (!ticked.failed) {
          ticked.failed = true;
          throw new Error('Connection terminated unexpectedly');
        }
        const result = await query(...asked);
        ticked.jobs++;
        return result;
      },
    });
  };
  return withConnections((connect, connected) => {
    const waited = ticked.failed ? wait() : Promise.resolve();
    if (!connected) return waited.then(() => connect()).then((client) => watched(client as PoolClient));
    void waited.then(() => connect(connected));
    return undefined;
  });
}

const insured = async (transfers: Transfers, person: number): Promise<string> => {
  provinces.insure(SOURCE, citizen(person), 1, 1);
  const { id } = granted(await applyFor(transfers, citizen(person)));
  granted(await transfers.accept(id, { actor: officeOf(TARGET) }));
  return id;
};
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const carried = (transfers: Transfers, id: string) => until(async () => (await transfers.byIds([id]))[0]?.state === 'LETTER_SENT');
const signedOn = async (): Promise<unknown[]> => (await store.pool.query('select process from transfers.transfer_worker')).rows;

describe('a worker in a process that is too busy to connect', () => {
  it('carries cases soon after, whichever connection it did not get', async () => {
    const after = Array.from({ length: 16 }, (_, i) => 5 + i);
    await Promise.all(
      after.map(async (from) => {
        const busy = transfersOver(withoutConnection(from), provinces, { agency: `busy-${from}` });
        const worker = await busy.startWorker({ watchMs: 100 });
        await carried(busy, await insured(busy, from));
        await worker.stop();
      }),
    );
    expect(await signedOn()).toEqual([]);
  });
});

describe('a worker that could not tick off a job', () => {
  it('carries what comes after, though other steps were under way', async () => {
    const ticked = { jobs: 0, failed: false };
    const waiting: (() => void)[] = [];
    const transfers = transfersOver(failingToTickOff(ticked), provinces, {
      agency: 'gated',
      officeOf: () => {
        const office = provinces.officeOf();
        return {
          ...office,
          inquire: async (...of) => {
            if (ticked.jobs < 3) await new Promise<void>((resolve) => waiting.push(resolve));
            return office.inquire(...of);
          },
        };
      },
    });
    const worker = await transfers.startWorker({ watchMs: 100 });
    const first = [];
    for (let person = 200; person < 204; person++) first.push(await insured(transfers, person));
    await until(() => waiting.length === 4);
    waiting[0]?.();
    await until(() => ticked.failed);
    for (const [i, go] of waiting.slice(1).entries()) {
      go();
      await until(() => ticked.jobs > i);
    }
    for (const id of [...first, await insured(transfers, 204)]) await carried(transfers, id);
    expect(await signedOn()).toHaveLength(1);
    await worker.stop();
    expect(await signedOn()).toEqual([]);
  });

  it('stops at whatever moment it is told, also while it begins anew', async () => {
    const moments = Array.from({ length: 16 }, (_, i) => 1 + i);
    await Promise.all(
      moments.map(async (moment) => {
        const ticked = { jobs: 0, failed: false };
        let asked = 0;
        let stop: () => void = () => undefined;
        const told = new Promise<void>((resolve) => (stop = resolve));
        const wait = (): Promise<void> => (++asked === moment ? told : Promise.resolve());
        const transfers = transfersOver(failingToTickOff(ticked, wait), provinces, { agency: `stopped-${moment}` });
        const worker = await transfers.startWorker({ watchMs: 100 });
        await insured(transfers, 300 + moment);
        await until(() => asked >= moment);
        const stopped = worker.stop();
        stop();
        await stopped;
      }),
    );
    expect(await signedOn()).toEqual([]);
  });
});
