import { sql, type Kysely, type Selectable } from 'kysely';
import { pageOf, type Page, type PageAsked, type Places } from '../pages.js';
import type { Tables } from '../store/tables.js';
import type { DeliveryState, WebhookDeliveryTable } from '../store/webhook-tables.js';

/** Counted no further. */
const COUNTED = 10_000;
/** For how long what was sent can be read. */
const KEPT_DAYS = 30;
/** Deleted in one statement. */
const FORGOTTEN_AT_ONCE = 5_000;

/** Deliveries are ordered by the place of their event. */
export const BY_EVENT: Places<string> = {
  text: (place) => `e${place}`,
  read: (text) => /^e(\d{1,18})$/.exec(text)?.[1],
};

/** A page of what was sent to an endpoint, the latest event first. */
export async function deliveriesOf<T>(
  db: Kysely<Tables>,
  webhook: string,
  state: DeliveryState | undefined,
  asked: PageAsked<string>,
  show: (row: Selectable<WebhookDeliveryTable>) => T,
): Promise<Page<T>> {
  let query = db.selectFrom('webhook_delivery').selectAll().where('webhook', '=', webhook);
  if (state) query = query.where('state', '=', state);
  if (asked.after !== undefined) query = query.where('cursor', '<', asked.after);
  const rows = await query
    .orderBy('cursor', 'desc')
    .limit(asked.first + 1)
    .execute();
  return pageOf(rows, asked, BY_EVENT, ({ cursor }) => cursor, show);
}

/** How many stand in a state. */
export async function countIn(db: Kysely<Tables>, webhook: string, state: DeliveryState): Promise<number> {
  const some = db.selectFrom('webhook_delivery').select('id').where('webhook', '=', webhook).where('state', '=', state).limit(COUNTED);
  const { count } = await db
    .selectFrom(some.as('some'))
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Deletes what was sent or given up long ago, and endpoints that were removed. Whatever waits is over by then. */
export async function forgetDeliveries(db: Kysely<Tables>): Promise<void> {
  for (let forgotten = FORGOTTEN_AT_ONCE; forgotten === FORGOTTEN_AT_ONCE;) {
    const { numAffectedRows = 0n } = await sql`delete from webhook_delivery where id in (
      select id from webhook_delivery where created_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})
      limit ${FORGOTTEN_AT_ONCE} for update skip locked)`.execute(db);
    forgotten = Number(numAffectedRows);
  }
  await sql`delete from webhook where state = 'REMOVED' and not exists (
    select from webhook_delivery where webhook_delivery.webhook = webhook.id)`.execute(db);
}
