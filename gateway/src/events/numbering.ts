import { setTimeout as pause } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { TRANSFER_EVENTS_CHANNEL } from '@yichuang/schema';
import type { Store } from '../store/store.js';

/** Notified, with the last number, when events have been numbered. */
export const NUMBERED_CHANNEL = 'transfer_numbered';

/** Numbered in one transaction. */
const AT_ONCE = 1_000;
/** A notification may be lost with a connection: whether there is something to do is asked so often. */
const LOOK_MS = 1_000;
/** What is committed in such a while is numbered together: agencies commit a thousand times a second. */
const GATHER_MS = 30;

const TAKE_TURN = `select pg_try_advisory_xact_lock(hashtextextended('transfers.transfer_cursor', 0)) as mine`;
/** In the order in which rows were written: a row is written under the lock of its case, so that is the order of each case. */
const NUMBER = `
with fresh as (
  select id, row_number() over (order by seq) as place from
    (select id, seq from transfers.transfer_event where cursor is null order by seq limit ${AT_ONCE}) as unnumbered
), given as (
  update transfers.transfer_event as event set cursor = counter.last + fresh.place
  from fresh, transfers.transfer_cursor as counter where event.id = fresh.id returning event.cursor
)
update transfers.transfer_cursor as counter set last = counter.last + given.count
from (select count(*) as count from given) as given where given.count > 0
returning counter.last, given.count`;

/**
 * Gives committed events their place in the stream. One process at a time does, whichever comes: the lock is let go with the commit, so
 * whoever numbers next sees what was numbered before, and numbers become visible in their order. What is committed late gets a later
 * number than whatever a reader has seen.
 */
export class Numbering {
  #stop: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #numbering: Promise<void> | undefined;
  #again = false;
  #closed = false;

  private constructor(
    readonly store: Pick<Store, 'pool' | 'listen'>,
    /** Told when events could not be numbered; it is tried again, and nothing is lost. */
    readonly failed: (error: unknown) => void,
  ) {}

  /** @throws when the store cannot be listened to */
  static async open(store: Pick<Store, 'pool' | 'listen'>, failed: (error: unknown) => void): Promise<Numbering> {
    const numbering = new Numbering(store, failed);
    const look = (): void => void numbering.look();
    numbering.#stop = await store.listen(TRANSFER_EVENTS_CHANNEL, { notified: look, back: look });
    numbering.#timer = setInterval(look, LOOK_MS);
    numbering.#timer.unref();
    look();
    return numbering;
  }

  /** Numbers what is there. What is committed meanwhile is numbered as well, or by who is at it now. */
  look(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#again = true;
    return (this.#numbering ??= this.#numberAll().finally(() => (this.#numbering = undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.();
    clearInterval(this.#timer);
    await this.#numbering;
  }

  async #numberAll(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        if ((await this.#numberSome()) === AT_ONCE) this.#again = true;
        else await pause(GATHER_MS);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  /** @returns how many */
  async #numberSome(): Promise<number> {
    const client = await this.store.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const numbered = await numberIn(client);
      await client.query('commit');
      return numbered;
    } catch (error) {
      // What the connection still holds ends with it.
      broken = error instanceof Error ? error : new Error('the transaction failed');
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function numberIn(client: PoolClient): Promise<number> {
  const turn = await client.query<{ readonly mine: boolean }>(TAKE_TURN);
  if (turn.rows[0]?.mine !== true) return 0;
  const { rows } = await client.query<{ readonly last: string; readonly count: string }>(NUMBER);
  const [numbered] = rows;
  if (!numbered) return 0;
  await client.query('select pg_notify($1, $2)', [NUMBERED_CHANNEL, numbered.last]);
  return Number(numbered.count);
}
