import { runMigrations } from 'graphile-worker';
import { Kysely, Migrator, PostgresDialect, sql, type Migration } from 'kysely';
import type { Pool } from 'pg';
import { MIGRATION_LOCK, TRANSFER_EVENT_TABLE, TRANSFER_SCHEMA } from '@yichuang/schema';

/** Where the jobs of all cases stand. */
export const JOBS_SCHEMA = 'transfers_jobs';

const CASES = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table transfer_case (
      id uuid primary key,
      number text not null unique,
      agency text not null,
      kind text not null,
      citizen text not null,
      scheme text not null,
      target_scheme text not null,
      account_kind text not null check (account_kind in ('ORDINARY', 'TEMPORARY')),
      source text not null,
      target text not null,
      collective text,
      statements jsonb not null,
      ground jsonb not null,
      state text not null,
      money boolean not null,
      seals boolean not null,
      orders jsonb not null,
      hold jsonb,
      ending jsonb,
      clock jsonb not null,
      figures jsonb not null,
      sheet jsonb,
      notes jsonb not null,
      deadlines jsonb not null,
      due_step text,
      deadline text,
      deadline_provisional boolean not null,
      overdue text,
      awaits text check (awaits in ('TARGET', 'SOURCE', 'PERSON', 'SYSTEM')),
      refused text,
      fault jsonb,
      request_key text,
      version integer not null,
      applied_at timestamptz not null,
      changed_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db);
    // The same relation is never moved twice at a time, wherever the second move would go.
    await sql`create unique index transfer_case_under_way on transfer_case (agency, citizen, scheme, source, account_kind)
      where ended_at is null`.execute(db);
    await sql`create unique index transfer_case_request on transfer_case (agency, request_key) where request_key is not null`.execute(db);
    await sql`create index transfer_case_citizen on transfer_case (citizen, applied_at desc)`.execute(db);
    await sql`create index transfer_case_source on transfer_case (source, deadline) where ended_at is null`.execute(db);
    await sql`create index transfer_case_target on transfer_case (target, deadline) where ended_at is null`.execute(db);
    await sql`create index transfer_case_due on transfer_case (deadline) where ended_at is null and overdue is null`.execute(db);
    await sql`create table transfer_step (
      case_id uuid not null references transfer_case (id),
      version integer not null,
      step text not null,
      at timestamptz not null,
      actor jsonb not null,
      request_key text,
      from_state text,
      to_state text not null,
      reason text,
      detail jsonb not null,
      request_digest text,
      answer_digest text,
      primary key (case_id, version)
    )`.execute(db);
    await sql`create unique index transfer_step_request on transfer_step (case_id, request_key) where request_key is not null`.execute(db);
    await sql`create table transfer_paper (
      case_id uuid not null references transfer_case (id),
      version integer not null,
      kind text not null,
      number text not null,
      issued_on text not null,
      issuer text not null,
      fields jsonb not null,
      primary key (case_id, version, kind)
    )`.execute(db);
    await sql`create function transfer_kept_forever() returns trigger language plpgsql as $$
      begin raise exception 'the record of a transfer is never changed or deleted' using errcode = 'integrity_constraint_violation'; end
    $$`.execute(db);
    for (const table of ['transfer_step', 'transfer_paper']) {
      await sql`create trigger forever before update or delete or truncate on ${sql.table(table)}
        for each statement execute function transfer_kept_forever()`.execute(db);
    }
    await sql`create table transfer_worker (
      process text primary key,
      workers text[] not null
    )`.execute(db);
  },
} satisfies Migration;

/**
 * Keys that were looked up for every step and paper saw to it that none is without its case. The statement that writes them is the one that
 * changes the case; what is left to see to is that a case is kept as they are.
 */
const KEPT_CASES = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['transfer_step', 'transfer_paper'])
      await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(`${table}_case_id_fkey`)}`.execute(db);
    await sql`create trigger forever before delete or truncate on transfer_case
      for each statement execute function transfer_kept_forever()`.execute(db);
  },
} satisfies Migration;

/** By name, in the order in which they are applied. A migration that has been released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001_cases': CASES, '0002_kept_cases': KEPT_CASES };

/**
 * Brings the tables of transfers and of their jobs up to date; of several processes that start at once one does.
 * @param pool of two connections at least, which find the schema of transfers first, and whose statements may take long
 * @throws when a migration fails, or the database has one that this program does not know
 */
export async function migrateTransfers(pool: Pool): Promise<void> {
  const holder = await pool.connect();
  try {
    await holder.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await migrateAlone(pool);
    await holder.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`);
    holder.release();
  } catch (error) {
    // The lock goes with its connection.
    holder.release(true);
    throw error;
  }
}

async function migrateAlone(pool: Pool): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await sql.raw(TRANSFER_EVENT_TABLE).execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: (): Promise<Record<string, Migration>> => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableSchema: TRANSFER_SCHEMA,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('the tables of transfers cannot be brought up to date', { cause: error });
  await runMigrations({ pgPool: pool, schema: JOBS_SCHEMA });
}
