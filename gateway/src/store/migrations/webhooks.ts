import { sql, type Kysely } from 'kysely';

/**
 * Webhooks: to whom, what waits, and up to where the stream has been gone through. A lane is what of one case waits for one endpoint; its
 * row is locked by who adds to it and by who ends it, so that nothing is left behind.
 */
export const WEBHOOKS = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table webhook (
      seq bigint generated always as identity unique,
      id uuid primary key,
      state text not null default 'OPEN' check (state in ('OPEN', 'STOPPED', 'REMOVED')),
      url text not null,
      description text not null,
      registered_by text not null,
      role text not null,
      party_kind text not null,
      party_code text not null,
      jurisdiction text,
      purpose text not null,
      interest jsonb not null,
      secret bytea not null,
      former_secret bytea,
      former_until timestamptz check ((former_until is null) = (former_secret is null)),
      created_at timestamptz not null default clock_timestamp(),
      valid_to timestamptz not null,
      faults integer not null default 0,
      rest_until timestamptz not null default clock_timestamp(),
      tested_at timestamptz,
      taken_at timestamptz
    )`.execute(db);
    await sql`create index webhook_of_party on webhook (party_kind, party_code, seq) where state <> 'REMOVED'`.execute(db);
    await sql`create table webhook_lane (
      webhook uuid not null references webhook on delete cascade,
      lane uuid not null,
      due_at timestamptz not null,
      claim uuid,
      primary key (webhook, lane)
    )`.execute(db);
    await sql`create index webhook_lane_due on webhook_lane (webhook, due_at)`.execute(db);
    await sql`create table webhook_delivery (
      id uuid not null unique default gen_random_uuid(),
      webhook uuid not null references webhook on delete cascade,
      event uuid not null,
      lane uuid not null,
      cursor bigint not null,
      state text not null default 'WAITING' check (state in ('WAITING', 'DELIVERED', 'DEAD')),
      attempts integer not null default 0,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      tried_at timestamptz,
      fault text,
      status integer,
      milliseconds integer,
      primary key (webhook, event)
    )`.execute(db);
    await sql`create index webhook_delivery_next on webhook_delivery (webhook, lane, cursor) where state = 'WAITING'`.execute(db);
    await sql`create index webhook_delivery_list on webhook_delivery (webhook, state, cursor desc)`.execute(db);
    await sql`create index webhook_delivery_old on webhook_delivery (created_at)`.execute(db);
    await sql`create table webhook_reader (
      single boolean primary key default true check (single),
      place bigint not null
    )`.execute(db);
    await sql`insert into webhook_reader (place) select last from transfers.transfer_cursor`.execute(db);
    await sql`create table webhook_replay (
      webhook uuid primary key references webhook on delete cascade,
      place bigint not null,
      up_to bigint not null
    )`.execute(db);
  },
};
