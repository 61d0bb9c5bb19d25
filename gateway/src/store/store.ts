import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, type QueryResult, type QueryResultRow } from 'pg';
import { keptFromSilence } from './kept-from-silence.js';
import { Listener, type Heard } from './listener.js';
import { migrate } from './migrate.js';
import { Silence } from './silence.js';
import type { Tables } from './tables.js';

/** Where the hub keeps what is its own: consents, evidence, cases. Never a copy of an agency's register. */
export interface Store {
  readonly db: Kysely<Tables>;
  /** The connections below `db`, bare: for who has a patience of their own. */
  readonly pool: Pool;
  /**
   * Runs a statement that must not cost what a query builder does. As over `db`, nobody waits for a store that has just kept somebody
   * waiting in vain.
   * @throws StoreUnavailable when it does not answer
   */
  query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>>;
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
  /** Connections of this process, beside the one that listens. @default DEFAULT_STORE */
  readonly connections?: number;
  /** How long a connection may take to be made, or one of the pool to be free, ms. @default DEFAULT_STORE */
  readonly connectTimeoutMs?: number;
  /** How long a statement may take, ms. A store that says nothing then is given up, and with it the connection. @default DEFAULT_STORE */
  readonly statementTimeoutMs?: number;
  /** How long nobody waits for a store that has kept somebody waiting in vain, ms. Then one sees whether it answers. @default 1000 */
  readonly silentForMs?: number;
}

const SILENT_FOR_MS = 1_000;

/** Both together stay below the time that a question has: what rests on the store is refused before the question ends. */
export const DEFAULT_STORE = { connections: 10, connectTimeoutMs: 2_000, statementTimeoutMs: 3_000 } satisfies Omit<StoreSettings, 'url'>;

/** All of the hub's tables stand in this schema, so that the hub can live in a database with others. */
export const STORE_SCHEMA = 'yichuang';
/** For the store to say by itself that it has ended a statement. */
const GRACE_MS = 250;
/** Of one statement that brings the tables up to date, and may first wait for another process that does. */
const MIGRATION_TIMEOUT_MS = 10 * 60_000;

/**
 * Opens the store and brings its tables up to date; of several processes that start at once one does.
 * @throws when the database cannot be reached, or its tables are of a later version than this program
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const { url, connections, connectTimeoutMs, statementTimeoutMs, silentForMs = SILENT_FOR_MS } = { ...DEFAULT_STORE, ...settings };
  const session = {
    connectionString: url,
    application_name: 'yichuang-gateway',
    connectionTimeoutMillis: connectTimeoutMs,
    options: `-c search_path=${STORE_SCHEMA}`,
  };
  await bringUpToDate({ ...session, ...limited(MIGRATION_TIMEOUT_MS) });
  const pool = poolOf({ ...session, ...limited(statementTimeoutMs), max: connections });
  const silence = new Silence(silentForMs);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: keptFromSilence(pool, silence) }) });
  const listener = new Listener({ ...session, ...limited(statementTimeoutMs) });
  return {
    db,
    pool,
    query: async (text, values) => {
      const turn = silence.turn();
      try {
        const answer = await pool.query(text, values);
        turn.answered();
        return answer;
      } catch (error) {
        throw turn.failed(error);
      }
    },
    listen: (channel, heard) => listener.listen(channel, heard),
    close: async () => {
      await listener.close();
      await db.destroy();
    },
  };
}

/** On both sides: the store ends what takes too long, and a store that does not even say so is given up. */
function limited(ms: number): Pick<PoolConfig, 'statement_timeout' | 'query_timeout'> {
  return { statement_timeout: ms, query_timeout: ms + GRACE_MS };
}

function poolOf(config: PoolConfig): Pool {
  const pool = new Pool(config);
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that breaks in somebody's hands between two statements; the next statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function bringUpToDate(session: PoolConfig): Promise<void> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolOf({ ...session, max: 1 }) }) });
  try {
    await migrate(db, STORE_SCHEMA);
  } finally {
    await db.destroy();
  }
}
