import pg from 'pg';
import { AgencyFault } from '../systems/system.js';
import { aborted, untilAborted } from './aborted.js';
import { brokenConnection, connectFault, queryFault } from './sql-faults.js';

/** True when the account of the session could change any table or view of the database. */
const MAY_WRITE = `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS may_write`;

/** Limits of a pool of sessions; they bound a statement and an attempt to connect. */
export interface SessionLimits {
  readonly url: string;
  readonly connections: number;
  readonly connectMs: number;
  readonly statementMs: number;
}

/** Opens no connection yet. @throws Error when the URL is none */
export function openPool(settings: SessionLimits, id: string, readOnly: boolean): pg.Pool {
  let pool: pg.Pool;
  try {
    pool = new pg.Pool({
      connectionString: settings.url,
      max: settings.connections,
      connectionTimeoutMillis: settings.connectMs,
      statement_timeout: settings.statementMs,
      ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
      application_name: 'yichuang',
      keepAlive: true,
    });
  } catch {
    // The reason would quote the URL and the password in it.
    throw new Error(`system ${id}: setting url is not a database URL`);
  }
  // An idle connection that breaks leaves the pool by itself; the next question opens another.
  pool.on('error', () => undefined);
  // One that breaks under a statement fails that statement; the event besides would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A session out of the pool. @throws AgencyFault when none can be had */
export async function connected(pool: pg.Pool, id: string, signal: AbortSignal): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  try {
    return await untilAborted(connecting, signal);
  } catch (error) {
    if (!signal.aborted) throw connectFault(error, id);
    // The connection comes when nobody wants it any more: it goes back unused.
    connecting.then(
      (client) => {
        client.release();
      },
      () => undefined,
    );
    throw aborted();
  }
}

/** Gives the connection back afterwards, or ends it when the statement is not finished: PostgreSQL has no other way to stop waiting. */
export async function using(client: pg.PoolClient, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let released = false;
  const release = (end: boolean): void => {
    if (!released) client.release(end);
    released = true;
  };
  const onAbort = (): void => {
    release(true);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await work();
    release(false);
  } catch (error) {
    release(true);
    throw signal.aborted ? aborted() : error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Refuses to work with an account that could change any table or view by itself. @throws AgencyFault */
export async function refuseWriter(client: pg.PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<{ may_write: boolean }>(MAY_WRITE).catch((error: unknown) => {
    throw queryFault(error, id) ?? brokenConnection(error, id, false);
  });
  if (rows[0]?.may_write !== false)
    throw new AgencyFault('AGENCY_UNAVAILABLE', `${id}: its account may write; give the hub one that can not`);
}
