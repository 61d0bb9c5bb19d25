import { sql, type Kysely } from 'kysely';

/** The bus between sites: up to where the stream has been told, and which of its events came from another site. */
export const SITE_EVENTS = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table site_told (
      single boolean primary key default true check (single),
      place bigint not null
    )`.execute(db);
    await sql`create table site_heard (
      event uuid primary key,
      site text not null,
      heard_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  },
};
