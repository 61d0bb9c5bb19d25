import { sql, type Kysely } from 'kysely';

/** What a person reads of changes in one order with who looked: found by the person, and told under the pseudonym of who did it. */
export const PERSON_LOG = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table acting_event add column actor_role text`.execute(db);
    await sql`alter table consent_records add column by_role text`.execute(db);
    await sql`create index acting_event_tells on acting_event using gin (tells)`.execute(db);
    await sql`create index consent_records_subject on consent_records (subject, at desc, epoch desc)`.execute(db);
  },
};
