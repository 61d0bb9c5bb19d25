import { sql, type Kysely } from 'kysely';

/** Officials who read what they did themselves: a look at nobody, which only they see. */
export const ACCESS_LOG_OWN_ACTS = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table access_entry
      drop constraint access_entry_unnamed_denied,
      add constraint access_entry_unnamed_own check (kind = 'DENIED' or subject_kind <> 'UNNAMED' or basis = 'SELF')`.execute(db);
  },
};
