import { sql, type Kysely } from 'kysely';

/**
 * The first look at a person's data under a delegation on a day (Asia/Shanghai), and under an emergency access at all. Noted with the
 * record of access, so that nobody can look without it. Two processes that record the same at once do not wait for each other: one notes it.
 */
export const ACTING_USE = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table acting_use (
      epoch bigint primary key default nextval('acting_event_epoch_seq'),
      at timestamptz not null default clock_timestamp(),
      about text not null check (about in ('DELEGATION', 'EMERGENCY')),
      id text not null,
      subject text not null,
      day date check ((day is null) = (about = 'EMERGENCY')),
      unique nulls not distinct (id, subject, day)
    )`.execute(db);
    await sql`create trigger forever before update or delete or truncate on acting_use
      for each statement execute function acting_event_forever()`.execute(db);
    await sql`create function acting_used() returns trigger language plpgsql as $$
      declare
        under text := case new.basis when 'EMERGENCY' then new.basis_ref else new.delegation_id end;
        on_day date := case new.basis when 'EMERGENCY' then null else (new.recorded_at at time zone 'Asia/Shanghai')::date end;
        mark bigint;
      begin
        if exists (select from acting_use u where u.id = under and u.subject = new.subject and u.day is not distinct from on_day)
          or not pg_try_advisory_xact_lock(hashtextextended('acting_use ' || under || ' ' || new.subject, 0)) then
          return null;
        end if;
        insert into acting_use (about, id, subject, day)
        values (case new.basis when 'EMERGENCY' then 'EMERGENCY' else 'DELEGATION' end, under, new.subject, on_day)
        on conflict do nothing
        returning epoch into mark;
        if mark is not null then
          perform pg_notify('acting', mark || ' u|' || under);
        end if;
        return null;
      end
    $$`.execute(db);
    await sql`create trigger used after insert on access_entry for each row
      when (new.kind = 'INTENT' and (new.basis = 'EMERGENCY' or new.delegation_id is not null))
      execute function acting_used()`.execute(db);
  },
};
