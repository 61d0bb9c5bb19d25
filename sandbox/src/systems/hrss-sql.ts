import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Register, Registers, TableName } from '../people/tables.js';
import { TABLE_COLUMNS } from './hrss-columns.js';
import { copyRows } from './hrss-sql-copy.js';
import { createTables, openViews } from './hrss-sql-schema.js';
import { SQL_FAULTS, startSqlProxy, type SqlProxy } from './hrss-sql-proxy.js';
import { FaultSwitch, type StandInContext, type StandInGroup, type StartStandIns } from './stand-in.js';

const GROUPS = ['north', 'east', 'south'] as const;
const READER = 'hub_reader';

/** Three provincial databases in the sandbox's PostgreSQL, each behind a proxy of its own; an account that reads views and nothing else. */
export const startHrssSql: StartStandIns = async (context) => {
  if (!context.postgres) throw new Error('The databases of the SQL provinces need the sandbox to run PostgreSQL.');
  const admin = new URL(context.postgres.superuserUrl);
  const password = randomBytes(18).toString('base64url');
  await withClient(admin.href, async (client) => {
    await client.query(`CREATE ROLE ${READER} LOGIN PASSWORD '${password}'`);
    for (const group of GROUPS) await client.query(`CREATE DATABASE hrss_${group} TEMPLATE template0`);
  });
  const started = await Promise.allSettled(GROUPS.map((group) => startDatabase(context, admin, group, password)));
  const databases = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(databases.map(({ proxy }) => proxy.close()));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  return groupOf(databases, close);
};

interface Database {
  readonly group: (typeof GROUPS)[number];
  readonly url: string;
  readonly faults: FaultSwitch;
  readonly proxy: SqlProxy;
}

function groupOf(databases: readonly Database[], close: () => Promise<void>): StandInGroup {
  return {
    systems: databases.map(({ group, faults, proxy }) => ({
      id: `hrss-sql-${group}`,
      faults: SQL_FAULTS,
      setFault: (fault) => {
        faults.set(fault);
        // Sessions that are open when the service hours end are ended.
        if (fault?.kind === 'closed') proxy.endSessions();
      },
      calls: () => faults.calls(),
      resetCalls: () => {
        faults.resetCalls();
      },
    })),
    env: Object.fromEntries(databases.map(({ group, url }) => [`HRSS_SQL_${group.toUpperCase()}_URL`, url])),
    close,
  };
}

async function startDatabase(context: StandInContext, admin: URL, group: Database['group'], password: string): Promise<Database> {
  const database = new URL(admin);
  database.pathname = `/hrss_${group}`;
  const codes = JURISDICTIONS.filter(({ system }) => system === `hrss-sql-${group}`).map(({ code }) => code);
  const strangers = await withClient(database.href, (client) => load(client, context.registers, codes));
  const faults = new FaultSwitch();
  const proxy = await startSqlProxy({
    port: context.port(`sql-${group}`),
    upstream: Number(admin.port),
    faults,
    stranger: (bind) => strangers.flatMap((kind) => kind.filter((key) => !bind.includes(key)).slice(0, 20)),
  });
  return { group, faults, proxy, url: `postgres://${READER}:${password}@127.0.0.1:${proxy.port}/hrss_${group}` };
}

/** Fills the database; gives the keys of some persons and of some units, of which the fault wrong-person takes others than were asked. */
async function load(client: pg.Client, registers: Registers, codes: readonly string[]): Promise<readonly (readonly string[])[]> {
  await client.query(
    `REVOKE ALL ON DATABASE ${client.database ?? ''} FROM PUBLIC; GRANT CONNECT ON DATABASE ${client.database ?? ''} TO ${READER}`,
  );
  await client.query(createTables());
  const persons = new Set<string>();
  const units = new Set<string>();
  for (const code of codes) {
    const register = registers.jurisdictions.get(code);
    if (!register) continue;
    for (const table of Object.keys(TABLE_COLUMNS) as TableName[]) {
      await copyRows(client, `core.${table}`, [...TABLE_COLUMNS[table], 'AAB299'], rowsOf(register, table));
    }
    for (const { AAC002 } of register.AC02.slice(0, 200)) persons.add(AAC002);
    for (const { SAB010 } of register.AB01.slice(0, 200)) units.add(SAB010);
  }
  await client.query(openViews(READER));
  return [[...persons], [...units]];
}

function* rowsOf(register: Register, table: TableName): Iterable<readonly string[]> {
  const columns: readonly string[] = TABLE_COLUMNS[table];
  const rows: readonly Readonly<Record<string, string>>[] = register[table];
  for (const row of rows) yield [...columns.map((column) => row[column] ?? ''), register.jurisdiction];
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
