import pg from 'pg';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Register, TableName } from '../people/tables.js';
import { TABLE_COLUMNS } from './hrss-columns.js';
import { copyRows } from './hrss-sql-copy.js';
import { openOffice, startCore } from './hrss-sql-office.js';
import { createTables, openViews } from './hrss-sql-schema.js';
import { SQL_FAULTS, startSqlProxy, type SqlProxy } from './hrss-sql-proxy.js';
import { keptText } from './kept.js';
import { FaultSwitch, type Fault, type StandInContext, type StandInGroup, type StartStandIns } from './stand-in.js';

const GROUPS = ['north', 'east', 'south'] as const;
const READER = 'hub_reader';
/** May hand orders in and do nothing else. */
const ORDERS = 'hub_orders';

/** Three provincial databases in the sandbox's PostgreSQL, each behind a proxy of its own; an account that reads views and nothing else. */
export const startHrssSql: StartStandIns = async (context) => {
  if (!context.postgres) throw new Error('The databases of the SQL provinces need the sandbox to run PostgreSQL.');
  const admin = new URL(context.postgres.superuserUrl);
  const password = keptText(context.folder, 'password');
  await withClient(admin.href, async (client) => {
    for (const role of [READER, ORDERS]) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    for (const group of GROUPS) await client.query(`CREATE DATABASE hrss_${group} TEMPLATE template0`);
  });
  const started = await Promise.allSettled(GROUPS.map((group) => startDatabase(context, admin, group, password)));
  const databases = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(databases.map(({ proxy }) => proxy.close()));
    for (const { core } of databases) await core?.close();
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
  readonly orderUrl: string;
  readonly proxy: SqlProxy;
  readonly core: { close(): Promise<void> } | undefined;
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
    env: Object.fromEntries(
      databases.flatMap(({ group, url, orderUrl }) => [
        [`HRSS_SQL_${group.toUpperCase()}_URL`, url],
        [`HRSS_SQL_${group.toUpperCase()}_ORDER_URL`, orderUrl],
      ]),
    ),
    close,
  };
}

async function startDatabase(context: StandInContext, admin: URL, group: Database['group'], password: string): Promise<Database> {
  const database = new URL(admin);
  database.pathname = `/hrss_${group}`;
  const codes = JURISDICTIONS.filter(({ system }) => system === `hrss-sql-${group}`).map(({ code }) => code);
  const { desk } = context;
  const registerOf = (code: string): Register | undefined => (desk ? desk.books.register(code) : context.registers.jurisdictions.get(code));
  const strangers = await withClient(database.href, (client) => load(client, registerOf, codes));
  const faults = new FaultSwitch();
  let met: Fault | undefined;
  const proxy = await startSqlProxy({
    port: context.port(`sql-${group}`),
    upstream: Number(admin.port),
    faults,
    stranger: (bind) => strangers.flatMap((kind) => kind.filter((key) => !bind.includes(key)).slice(0, 20)),
    orderMeets: (fault) => {
      met = fault;
    },
  });
  const fault = (): Fault | undefined => {
    const now = met;
    met = undefined;
    return now;
  };
  const core = desk && startCore({ url: database.href, codes, desk, fault });
  const urlOf = (role: string): string => `postgres://${role}:${password}@127.0.0.1:${proxy.port}/hrss_${group}`;
  return { group, faults, proxy, core, url: urlOf(READER), orderUrl: urlOf(ORDERS) };
}

/** Fills the database; gives the keys of some persons and of some units, of which the fault wrong-person takes others than were asked. */
async function load(
  client: pg.Client,
  registerOf: (code: string) => Register | undefined,
  codes: readonly string[],
): Promise<readonly (readonly string[])[]> {
  await client.query(
    `REVOKE ALL ON DATABASE ${client.database ?? ''} FROM PUBLIC; GRANT CONNECT ON DATABASE ${client.database ?? ''} TO ${READER}, ${ORDERS}`,
  );
  await client.query(createTables());
  const persons = new Set<string>();
  const units = new Set<string>();
  for (const code of codes) {
    const register = registerOf(code);
    if (!register) continue;
    for (const table of Object.keys(TABLE_COLUMNS) as TableName[]) {
      await copyRows(client, `core.${table}`, [...TABLE_COLUMNS[table], 'AAB299'], rowsOf(register, table));
    }
    for (const { AAC002 } of register.AC02.slice(0, 200)) persons.add(AAC002);
    for (const { SAB010 } of register.AB01.slice(0, 200)) units.add(SAB010);
  }
  await client.query(openViews(READER));
  await client.query(openOffice(ORDERS));
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
