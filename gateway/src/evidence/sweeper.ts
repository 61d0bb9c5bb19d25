import { sql, type Kysely } from 'kysely';
import type { AccessLogTables } from '../store/access-log-tables.js';

/** After this time an intent without an outcome has none coming: a question may take seconds. */
export const UNFINISHED_AFTER_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Closes what a process that is gone left open: answers with an intent and no outcome, older than the bound, become UNKNOWN. Of several
 * processes one sweeps at a time. An outcome that comes later all the same stands beside it, and counts.
 * @returns how many answers were closed
 */
export function closeUnfinished(db: Kysely<AccessLogTables>, olderThanMs = UNFINISHED_AFTER_MS): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const swept = await transaction.selectFrom('access_sweep').select('swept_to').forUpdate().skipLocked().executeTakeFirst();
    if (!swept) return 0;
    const bound = sql<Date>`now() - ${`${olderThanMs} milliseconds`}::interval`;
    const { numInsertedOrUpdatedRows: closed } = await transaction
      .insertInto('access_outcome')
      .columns(['answer_id', 'result'])
      .expression((eb) =>
        eb
          .selectFrom('access_entry as e')
          .select(['e.answer_id', sql<'UNKNOWN'>`'UNKNOWN'`.as('result')])
          .distinct()
          .where('e.kind', '=', 'INTENT')
          .where('e.recorded_at', '<=', bound)
          // A statement that was under way at the last sweep may have put its rows behind it.
          .where('e.recorded_at', '>=', sql<Date>`(select swept_to from access_sweep) - interval '1 minute'`)
          .where((eb) =>
            eb.not(eb.exists(eb.selectFrom('access_outcome as o').select('o.answer_id').whereRef('o.answer_id', '=', 'e.answer_id'))),
          ),
      )
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    await transaction.updateTable('access_sweep').set({ swept_to: bound }).execute();
    return Number(closed ?? 0n);
  });
}

/**
 * Sweeps now and every minute.
 * @param failed is told when the store did not answer; the next sweep does what this one did not
 * @returns stops it
 */
export function startSweeping(db: Kysely<AccessLogTables>, failed: (error: unknown) => void): () => Promise<void> {
  let sweep = Promise.resolve();
  const begin = (): void => {
    sweep = closeUnfinished(db).then(() => undefined, failed);
  };
  const timer = setInterval(begin, SWEEP_EVERY_MS);
  timer.unref();
  begin();
  return () => {
    clearInterval(timer);
    return sweep;
  };
}
