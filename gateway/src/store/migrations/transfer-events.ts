import { sql, type Kysely } from 'kysely';
import { TRANSFER_EVENT_TABLE } from '@yichuang/schema';

/** What agencies tell of transfers. The table is theirs and the hub's: whoever starts first makes it. */
export const TRANSFER_EVENTS = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(TRANSFER_EVENT_TABLE).execute(db);
  },
};
