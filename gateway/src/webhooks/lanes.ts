import type { Selectable } from 'kysely';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from '../store/tables.js';
import type { WebhookDeliveryTable, WebhookTable } from '../store/webhook-tables.js';
import type { Fault } from './messenger.js';
import { pauseAfter, restAfter, RESTS_AFTER } from './schedule.js';

/** Sent to one endpoint at the same time by one process, each of another case. */
const AT_ONCE = 4;

/** A lane that this process may send from now, until its claim ends. */
export interface Claimed {
  readonly webhook: string;
  readonly lane: string;
  readonly claim: string;
}

/** What is next in a lane, and for whom. */
export interface Head {
  readonly delivery: Selectable<WebhookDeliveryTable>;
  readonly webhook: Selectable<WebhookTable>;
}

/** What became of the head of a lane. */
export type Ending =
  | { readonly kind: 'TAKEN'; readonly status: number | undefined; readonly milliseconds: number }
  | {
      readonly kind: 'FAILED';
      readonly fault: Fault;
      readonly status: number | undefined;
      readonly milliseconds: number;
      readonly retryAfterS: number | undefined;
    }
  /** Nothing was sent: nobody can say now whether it may be. */
  | { readonly kind: 'UNDECIDED' }
  /** It may not be told, or is no longer kept: nothing is left of it. */
  | { readonly kind: 'DROPPED' }
  /** This process has to stop; whether the receiver has it is not known. */
  | { readonly kind: 'LEFT' }
  | { readonly kind: 'EMPTY' };

/** Until nobody knows whether something may be told, it is asked again so often, s. */
const UNDECIDED_PAUSE_S = 15;

/**
 * What waits for endpoints, by endpoint and case. A lane is claimed for a while: whoever dies with a claim loses it, and what they were
 * sending is sent again. Every method throws what the store throws.
 */
export class Lanes {
  /** @param claimS how long a claim is good; longer than any attempt may take */
  constructor(
    readonly db: Kysely<Tables>,
    readonly claimS: number,
  ) {}

  /**
   * Claims lanes whose time has come: of each endpoint as many as may be sent to it at once, of one that has failed often a single one.
   * @param busy how many this process has claimed already, by endpoint
   */
  async claim(busy: ReadonlyMap<string, number>): Promise<readonly Claimed[]> {
    const { rows } = await sql<Claimed>`
      with due as (
        select lane.webhook, lane.lane from webhook
        left join unnest(${[...busy.keys()]}::uuid[], ${[...busy.values()]}::int[]) as busy (webhook, count) on busy.webhook = webhook.id
        cross join lateral (
          select waiting.webhook, waiting.lane from webhook_lane waiting
          where waiting.webhook = webhook.id and waiting.due_at <= clock_timestamp()
          order by waiting.due_at
          limit greatest(0, case when webhook.faults >= ${RESTS_AFTER} then 1 else ${AT_ONCE} end - coalesce(busy.count, 0))
          for update skip locked
        ) as lane
        where webhook.state = 'OPEN' and webhook.rest_until <= clock_timestamp() and webhook.valid_to > clock_timestamp()
      )
      update webhook_lane as lane set claim = gen_random_uuid(), due_at = clock_timestamp() + make_interval(secs => ${this.claimS})
      from due where lane.webhook = due.webhook and lane.lane = due.lane
      returning lane.webhook, lane.lane, lane.claim`.execute(this.db);
    return rows;
  }

  /** Undefined when nothing waits in it. */
  async head({ webhook: id, lane }: Claimed): Promise<Head | undefined> {
    const delivery = await this.db
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('webhook', '=', id)
      .where('lane', '=', lane)
      .where('state', '=', 'WAITING')
      .orderBy('cursor')
      .limit(1)
      .executeTakeFirst();
    const webhook = await this.db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
    return delivery && webhook && { delivery, webhook };
  }

  /** Writes down what became of a head, and lets go of the lane. Whoever has lost the claim writes nothing. */
  async end(claimed: Claimed, head: Head | undefined, ending: Ending): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      const held = await ofClaim(trx.selectFrom('webhook_lane').select('lane'), claimed).forUpdate().executeTakeFirst();
      if (!held) return;
      const pauseS = head ? await endDelivery(trx, head, ending) : 0;
      if (head) await noteEndpoint(trx, head.webhook, ending);
      const next = await trx
        .selectFrom('webhook_delivery')
        .select('id')
        .where('webhook', '=', claimed.webhook)
        .where('lane', '=', claimed.lane)
        .where('state', '=', 'WAITING')
        .limit(1)
        .executeTakeFirst();
      if (!next) await trx.deleteFrom('webhook_lane').where('webhook', '=', claimed.webhook).where('lane', '=', claimed.lane).execute();
      else
        await trx
          .updateTable('webhook_lane')
          .set({ claim: null, due_at: sql<Date>`clock_timestamp() + make_interval(secs => ${pauseS})` })
          .where('webhook', '=', claimed.webhook)
          .where('lane', '=', claimed.lane)
          .execute();
    });
    if (ending.kind === 'TAKEN' && head && head.webhook.faults >= RESTS_AFTER) await this.#allNow(claimed.webhook);
  }

  /** It is back: whatever waits for it need wait no more. In a transaction of its own, for others hold lanes and wait for the endpoint. */
  async #allNow(webhook: string): Promise<void> {
    await sql`update webhook_lane set due_at = clock_timestamp() where (webhook, lane) in (
      select webhook, lane from webhook_lane
      where webhook = ${webhook} and claim is null and due_at > clock_timestamp() for update skip locked)`.execute(this.db);
  }
}

function ofClaim<T extends { where(column: 'webhook' | 'lane' | 'claim', operator: '=', value: string): T }>(
  query: T,
  claimed: Claimed,
): T {
  return query.where('webhook', '=', claimed.webhook).where('lane', '=', claimed.lane).where('claim', '=', claimed.claim);
}

/** @returns for how long the lane waits, s */
async function endDelivery(trx: Transaction<Tables>, { delivery }: Head, ending: Ending): Promise<number> {
  const own = trx.updateTable('webhook_delivery').where('id', '=', delivery.id);
  const over = sql<boolean>`expires_at <= clock_timestamp()`;
  switch (ending.kind) {
    case 'EMPTY':
    case 'LEFT':
      return 0;
    case 'DROPPED':
      await trx.deleteFrom('webhook_delivery').where('id', '=', delivery.id).execute();
      return 0;
    case 'UNDECIDED':
      await own.set({ state: 'DEAD', fault: 'UNDECIDED' }).where(over).execute();
      return UNDECIDED_PAUSE_S;
    case 'TAKEN': {
      const { status = null, milliseconds } = ending;
      await own.set({ ...tried(delivery), state: 'DELIVERED', fault: null, status, milliseconds }).execute();
      return 0;
    }
    case 'FAILED': {
      const { fault, status = null, milliseconds } = ending;
      const state = sql<'DEAD' | 'WAITING'>`case when ${over} then 'DEAD' else 'WAITING' end`;
      const changed = await own
        .set({ ...tried(delivery), state, fault, status, milliseconds })
        .returning(['state', sql<number>`extract(epoch from expires_at - clock_timestamp())::float8`.as('left')])
        .executeTakeFirst();
      // The last attempt is made when its time is over, not long before.
      return changed?.state === 'WAITING' ? Math.min(pauseAfter(delivery.attempts + 1, ending.retryAfterS), Math.max(changed.left, 0)) : 0;
    }
  }
}

function tried({ attempts }: Head['delivery']): { readonly attempts: number; readonly tried_at: ReturnType<typeof sql<Date>> } {
  return { attempts: attempts + 1, tried_at: sql<Date>`clock_timestamp()` };
}

async function noteEndpoint(trx: Transaction<Tables>, { id, faults }: Head['webhook'], ending: Ending): Promise<void> {
  const own = trx.updateTable('webhook').where('id', '=', id);
  if (ending.kind === 'TAKEN') {
    const stale = sql<boolean>`(faults > 0 or taken_at is null or taken_at < clock_timestamp() - interval '10 seconds')`;
    await own
      .set({ faults: 0, taken_at: sql<Date>`clock_timestamp()`, rest_until: sql<Date>`clock_timestamp()` })
      .where(stale)
      .execute();
  } else if (ending.kind === 'FAILED') {
    // Whoever refuses one message takes others.
    if (ending.status === 410) await own.set({ state: 'STOPPED' }).where('state', '=', 'OPEN').execute();
    else if (!refusesOne(ending.status)) {
      const restS = restAfter(faults + 1);
      await own
        .set({
          faults: sql<number>`faults + 1`,
          rest_until: sql<Date>`greatest(rest_until, clock_timestamp() + make_interval(secs => ${restS}))`,
        })
        .execute();
    }
  }
}

/** Whether a status is about the message, and says that the receiver is well. */
function refusesOne(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}
