import { sql, type Kysely } from 'kysely';

/**
 * The record of access. Keys begin with the time or hold it, so that the tables can be split by month; an old month is then detached as a
 * whole, which the triggers that refuse changes to rows do not stand against.
 */
export const ACCESS_LOG = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table access_entry (
      record_id bigint generated always as identity,
      recorded_at timestamptz(3) not null default now(),
      kind text not null check (kind in ('INTENT', 'DENIED')),
      answer_id uuid not null,
      question_id text not null,
      decision_id text not null,
      subject_kind text not null check (subject_kind in ('PERSON', 'UNIT')),
      subject text not null check (subject !~ '^([0-9]{15}|[0-9]{17}[0-9Xx])$' or subject_kind = 'UNIT'),
      actor text not null,
      role text not null,
      party_kind text,
      party_code text,
      delegation_kind text,
      delegation_id text,
      purpose text,
      case_number text,
      basis text check (basis in ('SELF', 'CONSENT', 'MANDATE', 'EMERGENCY')),
      basis_ref text,
      scopes text[] not null,
      agencies text[] not null,
      code text,
      told text,
      visible_from timestamptz(3),
      deferral_reason text,
      primary key (recorded_at, record_id),
      check ((kind = 'INTENT') = (basis is not null)),
      check ((kind = 'DENIED') = (code is not null)),
      check ((visible_from is null) = (deferral_reason is null))
    )`.execute(db);
    await sql`create index access_entry_subject on access_entry (subject, recorded_at desc, record_id desc)`.execute(db);
    await sql`create index access_entry_actor on access_entry (actor, recorded_at desc, record_id desc)`.execute(db);
    await sql`create index access_entry_decision on access_entry (decision_id)`.execute(db);
    await sql`create index access_entry_deferred on access_entry (visible_from) where visible_from is not null`.execute(db);
    await sql`create table access_outcome (
      answer_id uuid not null,
      result text not null check (result in ('ANSWERED', 'PARTIAL', 'FAILED', 'UNKNOWN')),
      recorded_at timestamptz(3) not null default now(),
      primary key (answer_id, result)
    )`.execute(db);
    await sql`create table access_gap (
      gap_id bigint generated always as identity primary key,
      began_at timestamptz not null,
      ended_at timestamptz not null,
      own_reads integer not null,
      denials integer not null,
      outcomes integer not null
    )`.execute(db);
    await sql`create table access_sweep (swept_to timestamptz not null)`.execute(db);
    await sql`insert into access_sweep values ('-infinity')`.execute(db);
    await sql`create function access_log_append_only() returns trigger language plpgsql as $$
      begin raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'integrity_constraint_violation'; end
    $$`.execute(db);
    for (const table of ['access_entry', 'access_outcome', 'access_gap'])
      await sql`create trigger append_only before update or delete or truncate on ${sql.table(table)}
        for each statement execute function access_log_append_only()`.execute(db);
  },
};
