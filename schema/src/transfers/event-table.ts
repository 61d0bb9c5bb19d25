/** PostgreSQL schema of the cases of transfer and of what happens to them; in the database of the hub. */
export const TRANSFER_SCHEMA = 'transfers';

/** Notified, without a payload, when events are appended. It wakes those who number them; the table is the truth. */
export const TRANSFER_EVENTS_CHANNEL = 'transfer_events';

/**
 * Setting of a connection, as an option of `postgres://`: who writes events notifies by itself, after the commit and once for many. A
 * notification in the transaction lets commits go to the disk only one after the other.
 */
export const TELLS_AFTER_COMMIT = '-c transfers.tells=after_commit';

/** One thing that happened to a case of transfer, as it is stored. Thin on purpose: what else there is to know is asked for. */
export interface TransferEventRow {
  /** UUID; the same however often the event is delivered. */
  readonly id: string;
  /** Order in which rows were written. Within a case it is the order of the case, because a row is written under the lock of its case. */
  readonly seq: string;
  /** UUID of the case. */
  readonly case_id: string;
  /** Public number of the case. */
  readonly number: string;
  /** The agency's name in the supergraph. */
  readonly agency: string;
  /** Kind of transfer, e.g. PENSION. */
  readonly kind: string;
  /** The step that was taken, or the side state that was entered. */
  readonly step: string;
  /** The state in which the case is since. */
  readonly state: string;
  /** Sealed reference of the person. */
  readonly citizen: string;
  /** Jurisdictions: divisions of six digits. */
  readonly source: string;
  readonly target: string;
  readonly at: Date;
  /** Until when the next step has to be taken; null where none is. */
  readonly deadline: Date | null;
  /** Position in the stream, from 1 without gaps; null until it has been given, after the row was committed. */
  readonly cursor: string | null;
  /** Version of the case that the event led to. */
  readonly case_version: number;
}

/**
 * Makes the table of events. May be run by several programs at once, and again: only the first has anything to do. Rows are never changed
 * but for the cursor, given once; what is older than the retention may be deleted from the beginning of the stream.
 */
export const TRANSFER_EVENT_TABLE = `
select pg_advisory_xact_lock(hashtextextended('transfers.transfer_event', 0));
create schema if not exists transfers;
create table if not exists transfers.transfer_event (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  case_id uuid not null,
  number text not null,
  agency text not null,
  kind text not null,
  step text not null,
  state text not null,
  citizen text not null,
  source text not null,
  target text not null,
  at timestamptz not null default clock_timestamp(),
  deadline timestamptz,
  cursor bigint unique,
  case_version int not null
);
create index if not exists transfer_event_unnumbered on transfers.transfer_event (seq) where cursor is null;
create index if not exists transfer_event_of_number on transfers.transfer_event (number, cursor);
create index if not exists transfer_event_of_citizen on transfers.transfer_event (citizen, cursor);
create table if not exists transfers.transfer_cursor (
  single boolean primary key default true check (single),
  last bigint not null default 0
);
insert into transfers.transfer_cursor default values on conflict do nothing;
create or replace function transfers.transfer_event_appended() returns trigger language plpgsql as $$
  begin
    perform pg_notify('${TRANSFER_EVENTS_CHANNEL}', '');
    return null;
  end
$$;
create or replace trigger appended after insert on transfers.transfer_event
  for each statement when (current_setting('transfers.tells', true) is distinct from 'after_commit')
  execute function transfers.transfer_event_appended();
create or replace function transfers.transfer_event_kept() returns trigger language plpgsql as $$
  begin
    if old.cursor is not null or (to_jsonb(new) - 'cursor') <> (to_jsonb(old) - 'cursor') then
      raise exception 'events are not changed';
    end if;
    return new;
  end
$$;
create or replace trigger kept before update on transfers.transfer_event
  for each row execute function transfers.transfer_event_kept();
`;
