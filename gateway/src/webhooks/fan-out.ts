import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { interests, type TransferHappening } from '../events/happening.js';
import { NUMBERED_CHANNEL } from '../events/numbering.js';
import type { Readings } from '../events/readings.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import type { WebhookTable } from '../store/webhook-tables.js';
import type { Audience } from './audience.js';
import { callerOf } from './endpoint.js';
import { TRIED_FOR_S } from './schedule.js';

/** A notification may be lost with a connection: whether there is something to do is asked so often. */
const LOOK_MS = 1_000;
/** Events gone through in one transaction. */
const PAGE = 500;
/** What comes in such a while is gone through together: the stream brings news many times a second. */
const GATHER_MS = 50;
/** What is sent again is looked for in so much of the stream at a time: whoever wants little of a long stream is not one long look. */
const STRETCH = 20_000;

type Endpoint = Selectable<WebhookTable>;
interface Wanted {
  readonly webhook: string;
  readonly event: TransferHappening;
}

/**
 * Goes through the stream once for all endpoints, and makes a delivery of each event for each endpoint that it concerns. One process at a
 * time does, whichever comes: the place is moved in the transaction that makes the deliveries, so that none is left out or made twice.
 */
export class FanOut {
  #stop: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #closed = false;

  private constructor(
    readonly db: Kysely<Tables>,
    readonly readings: Pick<Readings, 'after' | 'stretch'>,
    readonly audience: Pick<Audience, 'concerning'>,
    /** Told when there is something to send. */
    readonly made: () => void,
    /** Told when it could not be gone on; it is tried again, and nothing is lost. */
    readonly failed: (error: unknown) => void,
  ) {}

  /** @throws when the store cannot be listened to */
  static async open(
    store: Pick<Store, 'db' | 'listen'>,
    readings: Pick<Readings, 'after' | 'stretch'>,
    audience: Pick<Audience, 'concerning'>,
    made: () => void,
    failed: (error: unknown) => void,
  ): Promise<FanOut> {
    const fanOut = new FanOut(store.db, readings, audience, made, failed);
    const look = (): void => void fanOut.look();
    fanOut.#stop = await store.listen(NUMBERED_CHANNEL, { notified: look, back: look });
    fanOut.#timer = setInterval(look, LOOK_MS);
    fanOut.#timer.unref();
    look();
    return fanOut;
  }

  /** Goes through what is there. */
  look(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#again = true;
    return (this.#working ??= this.#goOn().finally(() => (this.#working = undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.();
    clearInterval(this.#timer);
    await this.#working;
  }

  /** What is new goes before what is sent again, page by page. */
  async #goOn(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        const live = await this.#live();
        const again = await this.#replayed();
        if (live || again) this.#again = true;
        else await pause(GATHER_MS);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  /** @returns whether there may be more */
  async #live(): Promise<boolean> {
    const { more, made } = await this.db.transaction().execute(async (trx) => {
      const reader = await trx.selectFrom('webhook_reader').select('place').forUpdate().skipLocked().executeTakeFirst();
      const events = reader ? await this.readings.after(Number(reader.place), PAGE) : [];
      const last = events.at(-1);
      if (!last) return { more: false, made: 0 };
      const endpoints = await trx
        .selectFrom('webhook')
        .selectAll()
        .where('state', '=', 'OPEN')
        .where('valid_to', '>', sql<Date>`clock_timestamp()`)
        .execute();
      const wanted = (await Promise.all(endpoints.map((endpoint) => this.#wantedBy(endpoint, events)))).flat();
      await deliver(trx, wanted, false);
      await trx
        .updateTable('webhook_reader')
        .set({ place: String(last.cursor) })
        .execute();
      return { more: events.length === PAGE, made: wanted.length };
    });
    if (made > 0) this.made();
    return more;
  }

  /** A page for each endpoint that is sent something again. @returns whether there may be more */
  async #replayed(): Promise<boolean> {
    const waiting = await this.db.selectFrom('webhook_replay').select('webhook').execute();
    let more = false;
    for (const { webhook } of waiting) more = (await this.#replay(webhook)) || more;
    return more;
  }

  async #replay(id: string): Promise<boolean> {
    const { more, made } = await this.db.transaction().execute(async (trx) => {
      const replay = await trx
        .selectFrom('webhook_replay')
        .selectAll()
        .where('webhook', '=', id)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      const endpoint = await trx.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
      if (!replay || !endpoint) return { more: false, made: 0 };
      const end = Number(replay.up_to);
      const upTo = Math.min(end, Number(replay.place) + STRETCH);
      const { first, events } = await this.readings.stretch(Number(replay.place), upTo, PAGE, endpoint.interest);
      const wanted = await this.#wantedBy(endpoint, events);
      await deliver(trx, wanted, true);
      const own = trx.updateTable('webhook_replay').where('webhook', '=', id);
      const last = events.length === PAGE ? events.at(-1) : undefined;
      const place = last?.cursor ?? Math.max(upTo, first - 1);
      const goesOn = place < end && endpoint.state === 'OPEN';
      if (goesOn) await own.set({ place: String(place) }).execute();
      else await trx.deleteFrom('webhook_replay').where('webhook', '=', id).execute();
      return { more: goesOn, made: wanted.length };
    });
    if (made > 0) this.made();
    return more;
  }

  async #wantedBy(endpoint: Endpoint, events: readonly TransferHappening[]): Promise<readonly Wanted[]> {
    const interesting = events.filter((event) => interests(event, endpoint.interest));
    if (interesting.length === 0) return [];
    const concerning = await this.audience.concerning(callerOf(endpoint), interesting);
    return concerning.map((event) => ({ webhook: endpoint.id, event }));
  }
}

/** @param again what has been delivered, or given up, is sent once more */
async function deliver(trx: Transaction<Tables>, wanted: readonly Wanted[], again: boolean): Promise<void> {
  if (wanted.length === 0) return;
  const webhooks = wanted.map(({ webhook }) => webhook);
  const lanes = wanted.map(({ event }) => event.caseId);
  await openLanes(
    trx,
    sql`select distinct webhook, lane from unnest(${webhooks}::uuid[], ${lanes}::uuid[]) as wanted (webhook, lane)`,
    again,
  );
  const clash = again
    ? sql`do update set state = 'WAITING', attempts = 0, created_at = clock_timestamp(), expires_at = excluded.expires_at
        where webhook_delivery.state <> 'WAITING'`
    : sql`do nothing`;
  await sql`insert into webhook_delivery (webhook, event, lane, cursor, expires_at)
    select webhook, event, lane, cursor, clock_timestamp() + make_interval(secs => ${TRIED_FOR_S})
    from unnest(${webhooks}::uuid[], ${wanted.map(({ event }) => event.id)}::uuid[], ${lanes}::uuid[],
      ${wanted.map(({ event }) => event.cursor)}::bigint[]) as wanted (webhook, event, lane, cursor)
    order by webhook, event on conflict (webhook, event) ${clash}`.execute(trx);
}

/**
 * Sees to it that lanes are there, before anything is put into them. Their rows are locked until that is committed, in one order for all:
 * whoever ends a lane sees what is added to it.
 * @param now what waits in them need not wait for its next attempt
 */
export async function openLanes(trx: Transaction<Tables>, wanted: ReturnType<typeof sql>, now: boolean): Promise<void> {
  await sql`insert into webhook_lane (webhook, lane, due_at)
    select webhook, lane, clock_timestamp() from (${wanted}) as wanted order by webhook, lane
    on conflict (webhook, lane) do update
    set due_at = case when ${now} and webhook_lane.claim is null then clock_timestamp() else webhook_lane.due_at end`.execute(trx);
}
