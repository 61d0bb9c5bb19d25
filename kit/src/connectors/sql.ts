import pg from 'pg';
import { Type, type Static } from 'typebox';
import { citizenNumberForms, type CitizenNumber } from '@yichuang/schema';
import { AgencyFault, type LegacySystem, type RawRow, type SystemQuestion } from '../systems/system.js';
import { aborted, untilAborted } from './aborted.js';
import { parseExactJson, type ExactJson } from './exact-json.js';
import type { Connector } from './connector.js';
import { readSettings } from './settings.js';
import { brokenConnection, connectFault, queryFault } from './sql-faults.js';
import { composeStatement, SqlTable, type SqlStatement } from './sql-statement.js';

const SqlSettings = Type.Object(
  {
    /** `postgres://account:password@host:port/database`, PostgreSQL or KingbaseES. The account reads and nothing else. */
    url: Type.String({ pattern: '^postgres(ql)?://' }),
    /** Part → the view that holds it. */
    tables: Type.Record(Type.String(), SqlTable),
    /** Column of every view that names the jurisdiction, in systems that hold several. */
    divisionColumn: Type.Optional(Type.String({ pattern: '^[a-z_][a-z0-9_]*$' })),
    /** Ask for every form in which old registers hold a citizen number (15 digits, small x, full width). */
    keyForms: Type.Boolean({ default: true }),
    /** Most rows an answer may have; one with more is refused, never cut. */
    rowCap: Type.Integer({ minimum: 1, default: 200_000 }),
    /** Milliseconds until the database itself gives a statement up. */
    statementMs: Type.Integer({ minimum: 1, default: 2500 }),
    /** Milliseconds until an attempt to connect is given up. */
    connectMs: Type.Integer({ minimum: 1, default: 2000 }),
    /** Connections kept; not less than the system's concurrency. */
    connections: Type.Integer({ minimum: 1, maximum: 50, default: 8 }),
    /** Refuse to work with an account that could write. */
    verifyReadOnly: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);
type SqlSettings = Static<typeof SqlSettings>;

/** True when the account of the session could change any table or view of the database. */
const MAY_WRITE = `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS may_write`;

/** Database views: one statement per question, composed from the settings' list of views and columns, with the keys as bound parameters. */
export const sql: Connector = (given, context) => {
  const settings = readSettings(SqlSettings, given, context);
  const { id } = context;
  const pool = openPool(settings, id);
  const composed = new Map<string, SqlStatement | undefined>();
  const statementFor = (question: SystemQuestion): SqlStatement | undefined => {
    const name = `${question.by} ${question.parts.join(' ')}`;
    if (!composed.has(name))
      composed.set(name, composeStatement({ ...settings, divisionColumn: settings.divisionColumn }, question.by, question.parts));
    return composed.get(name);
  };
  let readOnly = !settings.verifyReadOnly;

  const system: LegacySystem = {
    async ask(question) {
      const rows = new Map(question.parts.map((part): [string, RawRow[]] => [part, []]));
      const statement = statementFor(question);
      if (statement) {
        const client = await connected(pool, id, question.signal);
        await using(client, question.signal, async () => {
          if (!readOnly) await refuseWriter(client, id);
          readOnly = true;
          await read(client, id, settings, statement, parametersOf(question, settings, context.jurisdictions), rows);
        });
      }
      return { rows, asOf: new Date(), freshness: 'LIVE' };
    },
    async open() {
      // The first question then finds a session that is known to be read-only; a database that is away is met by the question itself.
      try {
        const client = await pool.connect();
        await using(client, new AbortController().signal, async () => {
          if (!readOnly) await refuseWriter(client, id);
          readOnly = true;
        });
      } catch {
        // Nobody waits for this.
      }
    },
    close: () => pool.end(),
  };
  return system;
};

function openPool(settings: SqlSettings, id: string): pg.Pool {
  let pool: pg.Pool;
  try {
    pool = new pg.Pool({
      connectionString: settings.url,
      max: settings.connections,
      connectionTimeoutMillis: settings.connectMs,
      statement_timeout: settings.statementMs,
      options: '-c default_transaction_read_only=on',
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

function parametersOf(question: SystemQuestion, settings: SqlSettings, jurisdictions: readonly string[]): unknown[] {
  const keys =
    settings.keyForms && question.by === 'citizen'
      ? question.keys.flatMap((key) => citizenNumberForms(key as CitizenNumber))
      : question.keys;
  return settings.divisionColumn === undefined ? [keys] : [keys, jurisdictions];
}

async function connected(pool: pg.Pool, id: string, signal: AbortSignal): Promise<pg.PoolClient> {
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
async function using(client: pg.PoolClient, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
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

async function refuseWriter(client: pg.PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<{ may_write: boolean }>(MAY_WRITE).catch((error: unknown) => {
    throw queryFault(error, id) ?? brokenConnection(error, id, false);
  });
  if (rows[0]?.may_write !== false)
    throw new AgencyFault('AGENCY_UNAVAILABLE', `${id}: its account may write; give the hub one that can only read`);
}

async function read(
  client: pg.PoolClient,
  id: string,
  settings: SqlSettings,
  statement: SqlStatement,
  parameters: unknown[],
  rows: ReadonlyMap<string, RawRow[]>,
): Promise<void> {
  const before = bytesRead(client);
  const lines = await new Promise<readonly { readonly part: number; readonly line: string }[]>((resolve, reject) => {
    const query = client.query(new pg.Query<{ part: number; line: string }>({ text: statement.text, values: parameters }));
    const come: { part: number; line: string }[] = [];
    query.on('row', (row) => come.push(row));
    query.on('end', () => {
      resolve(come);
    });
    query.on('error', (error: Error) => {
      reject(queryFault(error, id) ?? brokenConnection(error, id, bytesRead(client) > before));
    });
  });
  if (lines.length > settings.rowCap)
    throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has more than ${settings.rowCap} rows`);
  for (const { part, line } of lines) {
    const place = statement.parts[part];
    if (place) rows.get(place.part)?.push(rowOf(line, place.columns));
  }
}

function rowOf(line: string, columns: readonly string[]): RawRow {
  const values = parseExactJson(line) as readonly ExactJson[];
  return Object.fromEntries(columns.map((column, at) => [column, textOf(values[at] ?? null)]));
}

function textOf(value: ExactJson): string | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'boolean' ? (value ? '1' : '0') : JSON.stringify(value);
}

function bytesRead(client: pg.PoolClient): number {
  const { stream } = client.connection;
  return 'bytesRead' in stream && typeof stream.bytesRead === 'number' ? stream.bytesRead : 0;
}
