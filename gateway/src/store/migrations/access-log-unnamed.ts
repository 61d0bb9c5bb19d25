import { sql, type Kysely } from 'kysely';

/** What is refused before a question is planned may be of nobody in particular: rows that only the one who asked sees. */
export const ACCESS_LOG_UNNAMED = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table access_entry
      drop constraint access_entry_subject_kind_check,
      add constraint access_entry_subject_kind_check check (subject_kind in ('PERSON', 'UNIT', 'UNNAMED')),
      add constraint access_entry_unnamed check ((subject_kind = 'UNNAMED') = (subject = '')),
      add constraint access_entry_unnamed_denied check (kind = 'DENIED' or subject_kind <> 'UNNAMED')`.execute(db);
  },
};
