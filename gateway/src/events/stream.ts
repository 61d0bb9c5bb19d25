import type { Store } from '../store/store.js';
import { Gathering, type Audience } from './audience.js';
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
/** Not all of them at once. */
const QUIET_ROUNDS = 60;

/** Told of what followers mean to the process, for figures. */
export interface StreamObserver {
  /** How long after it happened an event was known here, ms. */
  known(milliseconds: number): void;
  /** More waited for a follower than is kept in memory: it is read from the table again. */
  overrun(): void;
}

const NOBODY_LOOKS: StreamObserver = { known: () => undefined, overrun: () => undefined };

/**
 * Brings the stream of events to those who follow it in this process. It is read once for all of them, while there are any, and each event
 * is offered to those who wait for its case, its person, its places, or for everything.
 */
export class EventStream {
  readonly #routes = new Map<string, Set<Follower>>();
  readonly #gatherings = new Map<string, Gathering>();
  readonly #followers = new Set<Follower>();
  /** In turn each of these is told how far the stream is, if it has followed for as long as that; with when it began. */
  readonly #rounds = Array.from({ length: QUIET_ROUNDS }, () => new Map<Follower, number>());
  #round = 0;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly readings: Readings;
  /** Everything up to here has been offered. */
  #head = 0;
  #reading = false;
  #again = false;
  #stop: (() => void) | undefined;
  /** How far the stream is: being read, and to be read after that for those who have come meanwhile. */
  #asking: Promise<unknown> = Promise.resolve();
  #last: Promise<number> | undefined;

  private constructor(
    store: Pick<Store, 'query'>,
    readonly quietMs: number,
    /** Told when the stream could not be read; it is tried again, and nothing is lost. */
    readonly failed: (error: unknown) => void,
    readonly observer: StreamObserver,
  ) {
    this.readings = new Readings(store);
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_MS),
      setInterval(() => {
        this.#tellQuiet();
      }, quietMs / QUIET_ROUNDS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** @throws when the store cannot be listened to */
  static async open(
    store: Pick<Store, 'query' | 'listen'>,
    failed: (error: unknown) => void,
    { quietMs = QUIET_MS, observer = NOBODY_LOOKS }: { readonly quietMs?: number; readonly observer?: StreamObserver } = {},
  ): Promise<EventStream> {
    const stream = new EventStream(store, quietMs, failed, observer);
    const look = (): void => void stream.#look();
    stream.#stop = await store.listen(NUMBERED_CHANNEL, { notified: look, back: look });
    return stream;
  }

  /** How many follow it. */
  get followers(): number {
    return this.#followers.size;
  }

  /** Events that wait in memory for the follower who is furthest behind. */
  get mostWaiting(): number {
    let most = 0;
    for (const { waiting } of this.#followers) most = Math.max(most, waiting);
    return most;
  }

  /**
   * @param after the place from which to go on; undefined: from now, which the first thing that comes says
   * @param audience of who follows, where what concerns them is looked up for many at once
   */
  follow(interest: Interest, after: number | undefined, audience?: Audience): Follower {
    return new Follower(
      interest,
      after,
      this.readings,
      (follower) => this.#attach(follower),
      (follower) => {
        this.#detach(follower);
      },
      () => {
        this.observer.overrun();
      },
      audience,
    );
  }

  close(): void {
    this.#stop?.();
    for (const timer of this.#timers) clearInterval(timer);
    for (const follower of [...this.#followers]) void follower.return();
  }

  /** Nobody read while there was nobody: whoever comes first begins at the end. */
  async #attach(follower: Follower): Promise<void> {
    const last = await this.#end();
    if (follower.over) return;
    if (this.#followers.size === 0) this.#head = last;
    this.#rounds[this.#followers.size % QUIET_ROUNDS]?.set(follower, performance.now());
    this.#followers.add(follower);
    if (follower.audience) this.#gather(follower, follower.audience);
    else this.#await(follower);
    follower.attached(this.#head);
    if (last > this.#head) void this.#look();
  }

  /** How far the stream is, read after it was asked: once for all who come while it is read for others. */
  #end(): Promise<number> {
    return (this.#last ??= this.#asking.then(() => {
      const last = this.readings.last();
      this.#last = undefined;
      this.#asking = last.catch(() => undefined);
      return last;
    }));
  }

  #gather(follower: Follower, audience: Audience): void {
    const known = this.#gatherings.get(audience.key);
    const gathering = known ?? new Gathering(audience, this.#head);
    gathering.followers.add(follower);
    if (!known) this.#gatherings.set(audience.key, gathering);
  }

  #await(follower: Follower): void {
    for (const route of routesOf(follower.interest)) {
      const waiting = this.#routes.get(route);
      if (waiting) waiting.add(follower);
      else this.#routes.set(route, new Set([follower]));
    }
  }

  #detach(follower: Follower): void {
    this.#followers.delete(follower);
    for (const round of this.#rounds) round.delete(follower);
    const gathering = follower.audience && this.#gatherings.get(follower.audience.key);
    gathering?.followers.delete(follower);
    if (gathering?.followers.size === 0) this.#gatherings.delete(gathering.audience.key);
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
    this.observer.known(Date.now() - event.at.getTime());
    for (const gathering of this.#gatherings.values()) gathering.offer(event);
    for (const route of routesTo(event)) for (const follower of this.#routes.get(route) ?? []) follower.offer(event);
  }

  #tellQuiet(): void {
    this.#round = (this.#round + 1) % QUIET_ROUNDS;
    for (const [follower, since] of this.#rounds[this.#round] ?? []) {
      if (performance.now() - since < this.quietMs) continue;
      const gathering = follower.audience && this.#gatherings.get(follower.audience.key);
      follower.quiet(gathering ? gathering.place : this.#head);
    }
  }
}
