import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { Listener, type Heard } from './listener.js';
import { migrate } from './migrate.js';
import type { Tables } from './tables.js';

/** Where the hub keeps what is its own: consents, evidence, cases. Never a copy of an agency's register. */
export interface Store {
  readonly db: Kysely<Tables>;
  /** The connections below `db`, for statements that must not cost what a query builder does. */
  readonly pool: Pool;
  /**
   * Hears what is notified on a channel, from the moment it returns until it is told to stop. `heard` is also told when notifications may
   * have been missed, because the connection was lost.
   */
  listen(channel: string, heard: Heard): Promise<() => void>;
  /** Waits for the statements under way and lets go of the database. */
  close(): Promise<void>;
}

/** How the store is reached. */
export interface StoreSettings {
  /** `postgres://` address. */
  readonly url: string;
  /** Connections of this process, beside the one that listens. @default 10 */
  readonly connections?: number;
}

/** All of the hub's tables stand in this schema, so that the hub can live in a database with others. */
export const STORE_SCHEMA = 'yichuang';
const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * Opens the store and brings its tables up to date; of several processes that start at once one does.
 * @throws when the database cannot be reached, or its tables are of a later version than this program
 */
export async function openStore({ url, connections = CONNECTIONS }: StoreSettings): Promise<Store> {
  const session = {
    connectionString: url,
    application_name: 'yichuang-gateway',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: `-c search_path=${STORE_SCHEMA}`,
  };
  const pool = new Pool({ ...session, max: connections, statement_timeout: STATEMENT_TIMEOUT_MS });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const listener = new Listener(session);
  const close = async (): Promise<void> => {
    await listener.close();
    await db.destroy();
  };
  try {
    await migrate(db, STORE_SCHEMA);
  } catch (error) {
    await close();
    throw error;
  }
  return { db, pool, listen: (channel, heard) => listener.listen(channel, heard), close };
}
