import { sql, type ExpressionBuilder, type Kysely, type Selectable } from 'kysely';
import { timed, type PageAsked, type TimedPlace } from '../pages.js';
import type { AccessEntryTable, AccessLogTables, AccessResult } from '../store/access-log-tables.js';

/** A row of the record with how its answer ended; no result yet: still under way, or nobody has said. */
export type RecordedEntry = Selectable<AccessEntryTable> & { readonly result: AccessResult | null };

/** Rows of the record, by their time and their number among those of one time. */
export const LOG_PLACES = timed(/^\d{1,18}$/);

/** What part of a log is read. */
type LogPage = PageAsked<TimedPlace>;

/** Bounds of a person's log. */
export interface LogBounds {
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly before?: Date | undefined;
  /** With what the person looked at themselves. @default true */
  readonly own?: boolean;
}

type Db = Kysely<AccessLogTables>;
type InEntries = ExpressionBuilder<AccessLogTables & { e: AccessEntryTable }, 'e'>;

/**
 * The log of one person, newest first. Rows whose notice is deferred are not there until their time.
 * @returns one row more than asked for when there are more
 */
export function entriesAbout(
  db: Db,
  subject: string,
  page: LogPage,
  { from, before, own = true }: LogBounds = {},
): Promise<RecordedEntry[]> {
  let query = pageOf(db, page).where('e.subject_kind', '=', 'PERSON').where('e.subject', '=', subject).where(visible);
  if (from) query = query.where('e.recorded_at', '>=', from);
  if (before) query = query.where('e.recorded_at', '<', before);
  if (!own)
    query = query.where((eb) =>
      eb.not(
        eb.and([eb('e.role', '=', 'CITIZEN'), eb('e.kind', '=', 'INTENT'), eb('e.basis', '=', 'SELF'), eb('e.delegation_id', 'is', null)]),
      ),
    );
  return query.execute();
}

/** What one actor did, newest first; to themselves nothing is deferred. Otherwise as `entriesAbout`. */
export function entriesBy(db: Db, actor: string, page: LogPage): Promise<RecordedEntry[]> {
  return pageOf(db, page).where('e.actor', '=', actor).execute();
}

/** The rows of one decision that the person concerned may see, and those of the one who asked. Otherwise as `entriesAbout`. */
export function entriesOfDecision(
  db: Db,
  decisionId: string,
  reader: { readonly actor: string; readonly subject: string | undefined },
  page: LogPage,
): Promise<RecordedEntry[]> {
  return pageOf(db, page)
    .where('e.decision_id', '=', decisionId)
    .where((eb) =>
      eb.or([
        eb('e.actor', '=', reader.actor),
        ...(reader.subject === undefined
          ? []
          : [eb.and([eb('e.subject_kind', '=', 'PERSON'), eb('e.subject', '=', reader.subject), visible(eb)])]),
      ]),
    )
    .execute();
}

/** Over everybody: how many rows are not shown yet to the persons concerned, and when the last of them will be. */
export function deferredNotices(db: Db): Promise<{ readonly count: string; readonly last: Date | null }> {
  return db
    .selectFrom('access_entry as e')
    .select(({ fn }) => [fn.countAll<string>().as('count'), fn.max('e.visible_from').as('last')])
    .where('e.visible_from', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
}

const visible = (eb: InEntries): ReturnType<InEntries['or']> =>
  eb.or([eb('e.visible_from', 'is', null), eb('e.visible_from', '<=', sql<Date>`now()`)]);

function pageOf(db: Db, { first, after }: LogPage) {
  const query = entries(db)
    .orderBy('e.recorded_at', 'desc')
    .orderBy('e.record_id', 'desc')
    .limit(first + 1);
  if (after === undefined) return query;
  return query.where((eb) => eb(eb.refTuple('e.recorded_at', 'e.record_id'), '<', eb.tuple(after.at, after.id)));
}

function entries(db: Db) {
  return db
    .selectFrom('access_entry as e')
    .selectAll('e')
    .select((eb) =>
      eb
        .selectFrom('access_outcome as o')
        .select('o.result')
        .whereRef('o.answer_id', '=', 'e.answer_id')
        .orderBy(sql`o.result = 'UNKNOWN'`)
        .limit(1)
        .as('result'),
    );
}
