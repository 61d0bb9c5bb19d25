import { Pool, type PoolConfig } from 'pg';
import { TELLS_AFTER_COMMIT, TRANSFER_EVENTS_CHANNEL, TRANSFER_SCHEMA } from '@yichuang/schema';
import { migrateTransfers } from './migrations.js';

/** The connections to the store of transfers: schema `transfers` in the database of the hub. */
export interface TransferStore {
  readonly pool: Pool;
  /** More connections, for who needs some of their own. Who asks for them ends them. */
  more(connections: number): Pool;
  /** Lets those who follow know, soon and once for many, that events have been committed. The table is the truth: they look by themselves too. */
  tell(): void;
  close(): Promise<void>;
}

/** How the store is reached. */
export interface TransferStoreSettings {
  /** `postgres://` address. Connections that listen and hold locks: no pooler that shares them between transactions. */
  readonly url: string;
  /** Connections of this process. @default 10 */
  readonly connections?: number;
}

const SESSION = {
  application_name: 'yichuang-transfers',
  connectionTimeoutMillis: 5_000,
  options: `-c search_path=${TRANSFER_SCHEMA} -c plan_cache_mode=force_generic_plan ${TELLS_AFTER_COMMIT}`,
};
/** Who works behind the scenes waits longer for a connection: a process that was busy must not take the store for gone. */
const PATIENT_MS = 30_000;
const STATEMENT_MS = 30_000;
/** Events that are committed in such a while are told of together. */
const TELL_MS = 10;
const MIGRATION_MS = 10 * 60_000;

/**
 * Opens the store and brings its tables up to date.
 * @throws when the database cannot be reached, or its tables are of a later version than this program
 */
export async function openTransferStore({ url, connections = 10 }: TransferStoreSettings): Promise<TransferStore> {
  const session = { ...SESSION, connectionString: url };
  const migrating = poolOf({ ...session, max: 3, statement_timeout: MIGRATION_MS });
  try {
    await migrateTransfers(migrating);
  } finally {
    await migrating.end();
  }
  return connectTransferStore({ url, connections });
}

/** Connects to a store whose tables are there: for who works beside a running agency. */
export function connectTransferStore({ url, connections = 10 }: TransferStoreSettings): TransferStore {
  const session = { ...SESSION, connectionString: url };
  const bounded = { ...session, statement_timeout: STATEMENT_MS, query_timeout: STATEMENT_MS + 1_000, keepAlive: true };
  const pool = poolOf({ ...bounded, max: connections });
  let timer: NodeJS.Timeout | undefined;
  const notify = async (): Promise<void> => {
    timer = undefined;
    await pool.query({ name: 'transfers-tell', text: `select pg_notify('${TRANSFER_EVENTS_CHANNEL}', '')` }).catch(() => undefined);
  };
  return {
    pool,
    more: (max) => poolOf({ ...bounded, connectionTimeoutMillis: PATIENT_MS, max }),
    tell() {
      timer ??= setTimeout(() => void notify(), TELL_MS);
    },
    async close() {
      if (timer !== undefined) {
        clearTimeout(timer);
        await notify();
      }
      await pool.end();
    },
  };
}

function poolOf(config: PoolConfig): Pool {
  const pool = new Pool(config);
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
