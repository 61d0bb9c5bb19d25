import { sql, type Kysely } from 'kysely';

const STATE_TABLES = { delegation: 'DELEGATION', handled_case: 'CASE', emergency_access: 'EMERGENCY' } as const;

/**
 * Who acts for whom, in which case, in which emergency. States may change, records may not; that each change has exactly one record, with
 * its version and the state it led to, is held by the database.
 */
export const ACTING = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table acting_event (
      epoch bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      about text not null check (about in ('DELEGATION', 'CASE', 'EMERGENCY')),
      id text not null,
      version integer not null check (version > 0),
      act text not null,
      from_state text,
      to_state text not null,
      actor text,
      actor_party text,
      detail jsonb not null,
      tells text[] not null,
      unique (about, id, version),
      check ((version = 1) = (from_state is null))
    )`.execute(db);
    await sql`create table delegation (
      seq bigint generated always as identity unique,
      id text primary key,
      version integer not null,
      kind text not null check (kind in ('GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN')),
      state text not null check (state in ('OFFERED', 'ACTIVE', 'SUSPENDED', 'ENDED', 'REVOKED', 'LAPSED')),
      from_ref text not null,
      to_ref text not null check (to_ref <> from_ref),
      scopes text[] not null check (cardinality(scopes) > 0),
      relationship text,
      evidence text,
      registered_by text,
      created_at timestamptz not null,
      offered_until timestamptz,
      narrows_at timestamptz,
      valid_to timestamptz check (valid_to > created_at),
      check ((kind = 'FAMILY_HELP') = (registered_by is null and evidence is null)),
      check (kind <> 'FAMILY_HELP' or valid_to is not null),
      check (kind <> 'GUARDIAN' or (valid_to is not null and narrows_at is not null))
    )`.execute(db);
    await sql`create unique index delegation_live on delegation (from_ref, to_ref, kind)
      where state in ('OFFERED', 'ACTIVE', 'SUSPENDED')`.execute(db);
    await sql`create index delegation_from on delegation (from_ref, seq desc)`.execute(db);
    await sql`create index delegation_to on delegation (to_ref, seq desc)`.execute(db);
    await sql`create index delegation_offers on delegation (offered_until) where state = 'OFFERED'`.execute(db);
    await sql`create index delegation_ends on delegation (valid_to) where state in ('ACTIVE', 'SUSPENDED')`.execute(db);
    await sql`create table handled_case (
      seq bigint generated always as identity unique,
      id text primary key,
      version integer not null,
      state text not null check (state in ('OPEN', 'CLOSED')),
      subject text not null,
      purpose text not null,
      jurisdictions text[] not null check (cardinality(jurisdictions) > 0),
      presented text check (presented in ('IN_PERSON', 'APPLICATION')),
      opened_by text not null,
      party text not null,
      opened_at timestamptz not null,
      closed_at timestamptz,
      check ((state = 'CLOSED') = (closed_at is not null))
    )`.execute(db);
    await sql`create index handled_case_opener on handled_case (opened_by, party, seq desc)`.execute(db);
    await sql`create table emergency_access (
      seq bigint generated always as identity unique,
      id text primary key,
      version integer not null,
      state text not null check (state in ('REQUESTED', 'OPEN', 'CLOSED', 'ESCALATED', 'REVIEWED_OK', 'REVIEWED_MISUSE', 'LAPSED')),
      opener text not null,
      party text not null,
      reason_code text not null,
      reason_text text not null,
      subjects text[] not null check (cardinality(subjects) between 1 and 20),
      minutes integer not null check (minutes between 1 and 240),
      approver text check (approver <> opener),
      requested_at timestamptz not null,
      approve_by timestamptz not null,
      opened_at timestamptz,
      closes_at timestamptz check (closes_at <= opened_at + interval '4 hours'),
      closed_at timestamptz,
      review_due timestamptz,
      escalated_at timestamptz,
      reviewer text check (reviewer <> opener and reviewer <> approver),
      review_note text,
      check ((opened_at is null) = (closes_at is null and review_due is null)),
      check (state not in ('REQUESTED', 'LAPSED') or opened_at is null),
      check ((state in ('REVIEWED_OK', 'REVIEWED_MISUSE')) = (reviewer is not null))
    )`.execute(db);
    await sql`create unique index emergency_live on emergency_access (opener, party) where state in ('REQUESTED', 'OPEN')`.execute(db);
    await sql`create index emergency_opener on emergency_access (opener, party, seq desc)`.execute(db);
    await sql`create index emergency_party on emergency_access (party, seq desc)`.execute(db);
    await sql`create index emergency_subjects on emergency_access using gin (subjects)`.execute(db);
    await sql`create index emergency_due on emergency_access (state) where state in ('REQUESTED', 'OPEN', 'CLOSED')`.execute(db);

    await sql`create function acting_event_forever() returns trigger language plpgsql as $$
      begin raise exception 'records of acting are never changed or deleted' using errcode = 'integrity_constraint_violation'; end
    $$`.execute(db);
    await sql`create trigger forever before update or delete or truncate on acting_event
      for each statement execute function acting_event_forever()`.execute(db);
    await sql`create function acting_next_version() returns trigger language plpgsql as $$
      begin
        if new.id <> old.id or new.version <> old.version + 1 then
          raise exception 'a transition of % raises its version by one', old.id using errcode = 'integrity_constraint_violation';
        end if;
        return new;
      end
    $$`.execute(db);
    // Looked at when the transaction ends, so that state and record may be written in either order.
    await sql`create function acting_recorded() returns trigger language plpgsql as $$
      begin
        if not exists (
          select from acting_event e where e.about = tg_argv[0] and e.id = new.id and e.version = new.version and e.to_state = new.state
        ) then
          raise exception 'version % of % has no record', new.version, new.id using errcode = 'integrity_constraint_violation';
        end if;
        return null;
      end
    $$`.execute(db);
    for (const [table, about] of Object.entries(STATE_TABLES)) {
      await sql`create trigger next_version before update on ${sql.table(table)}
        for each row execute function acting_next_version()`.execute(db);
      await sql`create constraint trigger recorded after insert or update on ${sql.table(table)}
        deferrable initially deferred for each row execute function acting_recorded(${sql.lit(about)})`.execute(db);
    }
  },
};
