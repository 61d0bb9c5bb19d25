import { MIGRATION_LOCK } from '@yichuang/schema';
import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import { MIGRATIONS } from './migrations/index.js';

/**
 * Brings the tables up to date, in one transaction, under a lock that other processes wait for, also those with tables of their own.
 * @param db over one connection: the lock is its own until it is closed
 * @throws when a migration fails, or the database has one that this program does not know
 */
export async function migrate<T>(db: Kysely<T>, schema: string): Promise<void> {
  await sql`select pg_advisory_lock(${sql.raw(MIGRATION_LOCK)})`.execute(db);
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: (): Promise<Record<string, Migration>> => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableSchema: schema,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('the tables cannot be brought up to date', { cause: error });
}
