import { randomUUID } from 'node:crypto';
import type { Store } from './store.js';

/** How far a process may rely on having heard of every change. */
export interface ChannelSettings {
  /** Between two heartbeats. @default 1000 */
  readonly heartbeatMs?: number;
  /** After so long without hearing its own heartbeat a process no longer relies on what it has. @default 5000 */
  readonly leaseMs?: number;
}

/** Told of what changes in the store, by this process or another. */
export interface ChannelListener {
  /** Something happened in a topic; without an epoch, it was done by this process, and the notification is yet to come. */
  changed(topic: string, epoch: string | undefined): void;
  /** Notifications may have been missed. */
  missed(): void;
}

const HEARTBEAT_MS = 1_000;
const LEASE_MS = 5_000;
const SENT_KEPT = 100;

/**
 * Hears of every change that is notified on a channel, and knows whether it does. Every process notifies a heartbeat of its own and trusts what it has heard
 * only since it *sent* the last one that came back: whatever was committed before has been heard by then, however slow the notifications
 * are. With a heartbeat of somebody else a process could not know how long it was under way; and there is no leader to lose.
 */
export class ChangeChannel {
  readonly #listeners = new Set<ChannelListener>();
  readonly #own = randomUUID();
  /** When heartbeats left that have not come back, by number. */
  readonly #sent = new Map<number, number>();
  #beats = 0;
  #beating = false;
  #heardUpTo = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #stop: (() => void) | undefined;

  private constructor(
    readonly store: Pick<Store, 'pool' | 'listen'>,
    readonly leaseMs: number,
    readonly channel: string,
  ) {}

  /**
   * @param name under which the store notifies, as `<epoch> <topic>`
   * @throws when the store cannot be listened to
   */
  static async open(
    store: Pick<Store, 'pool' | 'listen'>,
    name: string,
    { heartbeatMs = HEARTBEAT_MS, leaseMs = LEASE_MS }: ChannelSettings = {},
  ): Promise<ChangeChannel> {
    const channel = new ChangeChannel(store, leaseMs, name);
    const miss = (): void => {
      channel.#miss();
    };
    channel.#stop = await store.listen(name, {
      notified: (payload) => {
        channel.#heard(payload);
      },
      lost: miss,
      back: miss,
    });
    await channel.#beat();
    channel.#timer = setInterval(() => void channel.#beat(), heartbeatMs);
    channel.#timer.unref();
    return channel;
  }

  /** Whether every change that was committed a lease ago, or earlier, has been heard. */
  get trusted(): boolean {
    return performance.now() - this.#heardUpTo < this.leaseMs;
  }

  /** @returns stops hearing */
  hear(listener: ChannelListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells this process of a change of its own at once. */
  tell(topic: string): void {
    for (const listener of this.#listeners) listener.changed(topic, undefined);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stop?.();
    this.#listeners.clear();
  }

  async #beat(): Promise<void> {
    // A store that does not answer is not asked again and again.
    if (this.#beating) return;
    this.#beating = true;
    const number = ++this.#beats;
    this.#sent.set(number, performance.now());
    this.#sent.delete(number - SENT_KEPT);
    try {
      await this.store.pool.query('select pg_notify($1, $2)', [this.channel, `beat ${this.#own} ${number}`]);
    } catch {
      // Nothing comes back: the lease runs out, which is what has to happen.
    } finally {
      this.#beating = false;
    }
  }

  #heard(payload: string): void {
    const [first = '', second = '', third = ''] = payload.split(' ');
    if (first === 'beat') {
      const left = second === this.#own ? this.#sent.get(Number(third)) : undefined;
      this.#sent.delete(Number(third));
      if (left !== undefined) this.#heardUpTo = Math.max(this.#heardUpTo, left);
    } else for (const listener of this.#listeners) listener.changed(second, first);
  }

  #miss(): void {
    this.#heardUpTo = -Infinity;
    this.#sent.clear();
    for (const listener of this.#listeners) listener.missed();
  }
}
