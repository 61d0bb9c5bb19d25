import pg from 'pg';
import { Type, type Static } from 'typebox';
import { citizenNumberForms, type CitizenNumber } from '@yichuang/schema';
import { AgencyFault, type LegacySystem, type RawRow, type SystemQuestion } from '../systems/system.js';
import { parseExactJson, type ExactJson } from './exact-json.js';
import type { Connector } from './connector.js';
import { readSettings } from './settings.js';
import { brokenConnection, queryFault } from './sql-faults.js';
import { SqlOrders, sqlOrderCounter } from './sql-orders.js';
import { connected, openPool, refuseWriter, using } from './sql-session.js';
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
    /** Absent where the office takes no orders by its database. */
    orders: Type.Optional(SqlOrders),
    /** Refuse to work with an account that could write. */
    verifyReadOnly: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);
type SqlSettings = Static<typeof SqlSettings>;

/** Database views: one statement per question, composed from the settings' list of views and columns, with the keys as bound parameters. */
export const sql: Connector = (given, context) => {
  const settings = readSettings(SqlSettings, given, context);
  const { id } = context;
  const pool = openPool(settings, id, true);
  const composed = new Map<string, SqlStatement | undefined>();
  const statementFor = (question: SystemQuestion): SqlStatement | undefined => {
    const name = `${question.by} ${question.parts.join(' ')}`;
    if (!composed.has(name))
      composed.set(name, composeStatement({ ...settings, divisionColumn: settings.divisionColumn }, question.by, question.parts));
    return composed.get(name);
  };
  let readOnly = !settings.verifyReadOnly;

  const orders = settings.orders && sqlOrderCounter(settings.orders, settings, id);

  const system: LegacySystem = {
    ...(orders ? { orders: orders.counter } : {}),
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
    close: async () => {
      await Promise.all([pool.end(), orders?.close()]);
    },
  };
  return system;
};

function parametersOf(question: SystemQuestion, settings: SqlSettings, jurisdictions: readonly string[]): unknown[] {
  const keys =
    settings.keyForms && question.by === 'citizen'
      ? question.keys.flatMap((key) => citizenNumberForms(key as CitizenNumber))
      : question.keys;
  return settings.divisionColumn === undefined ? [keys] : [keys, jurisdictions];
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
