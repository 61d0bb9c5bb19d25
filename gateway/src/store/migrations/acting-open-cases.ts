import { sql, type Kysely } from 'kysely';

/** The open cases of an office for a purpose, newest first: what its worklists go through, whoever of the office opened them. */
export const ACTING_OPEN_CASES = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index handled_case_open on handled_case (party, purpose, seq desc) where state = 'OPEN'`.execute(db);
  },
};
