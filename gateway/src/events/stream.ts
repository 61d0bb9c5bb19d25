import type { Store } from '../store/store.js';
import { Follower } from './follower.js';
import { routesOf, routesTo, type Interest, type TransferHappening } from './happening.js';
import { NUMBERED_CHANNEL } from './numbering.js';
import { Readings } from './readings.js';

/** A notification may be lost with a connection: whether there is something new is asked so often. */
const LOOK_MS = 1_000;
/** Read at a time. */
const PAGE = 1_000;
/** Followers for whom nothing came are told so often how far the stream is. */
const QUIET_MS = 60_000;

/**
 * Brings the stream of events to those who follow it in this process. It is read once for all of them, while there are any, and each event
 * is offered to those who wait for its case, its person, its places, or for everything.
 */
export class EventStream {
  readonly #routes = new Map<string, Set<Follower>>();
  readonly #followers = new Set<Follower>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly readings: Readings;
  /** Everything up to here has been offered. */
  #head = 0;
  #reading = false;
  #again = false;
  #stop: (() => void) | undefined;

  private constructor(
    store: Pick<Store, 'query'>,
    quietMs: number,
    /** Told when the stream could not be read; it is tried again, and nothing is lost. */
    readonly failed: (error: unknown) => void,
  ) {
    this.readings = new Readings(store);
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_MS),
      setInterval(() => {
        for (const follower of this.#followers) follower.quiet(this.#head);
      }, quietMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** @throws when the store cannot be listened to */
  static async open(
    store: Pick<Store, 'query' | 'listen'>,
    failed: (error: unknown) => void,
    { quietMs = QUIET_MS }: { readonly quietMs?: number } = {},
  ): Promise<EventStream> {
    const stream = new EventStream(store, quietMs, failed);
    const look = (): void => void stream.#look();
    stream.#stop = await store.listen(NUMBERED_CHANNEL, { notified: look, back: look });
    return stream;
  }

  /** How many follow it. */
  get followers(): number {
    return this.#followers.size;
  }

  /** @param after the place from which to go on; undefined: from now, which the first thing that comes says */
  follow(interest: Interest, after: number | undefined): Follower {
    return new Follower(
      interest,
      after,
      this.readings,
      (follower) => this.#attach(follower),
      (follower) => {
        this.#detach(follower);
      },
    );
  }

  close(): void {
    this.#stop?.();
    for (const timer of this.#timers) clearInterval(timer);
    for (const follower of [...this.#followers]) void follower.return();
  }

  /** Nobody read while there was nobody: whoever comes first begins at the end. */
  async #attach(follower: Follower): Promise<void> {
    const last = await this.readings.last();
    if (follower.over) return;
    if (this.#followers.size === 0) this.#head = last;
    this.#followers.add(follower);
    for (const route of routesOf(follower.interest)) {
      const waiting = this.#routes.get(route);
      if (waiting) waiting.add(follower);
      else this.#routes.set(route, new Set([follower]));
    }
    follower.attached(this.#head);
    if (last > this.#head) void this.#look();
  }

  #detach(follower: Follower): void {
    this.#followers.delete(follower);
    for (const route of routesOf(follower.interest)) {
      const waiting = this.#routes.get(route);
      waiting?.delete(follower);
      if (waiting?.size === 0) this.#routes.delete(route);
    }
  }

  async #look(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again && this.#followers.size > 0) {
        this.#again = false;
        const events = await this.readings.after(this.#head, PAGE);
        for (const event of events) this.#offer(event);
        this.#again ||= events.length === PAGE;
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.#reading = false;
    }
  }

  #offer(event: TransferHappening): void {
    if (event.cursor <= this.#head) return;
    this.#head = event.cursor;
    for (const route of routesTo(event)) for (const follower of this.#routes.get(route) ?? []) follower.offer(event);
  }
}
