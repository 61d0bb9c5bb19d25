import type { Audience } from './audience.js';
import type { Idling } from '../execution/idling.js';
import { interests, type Interest, type TransferHappening } from './happening.js';
import type { Readings } from './readings.js';

/** What comes to a follower: an event; that what came before is no longer kept; that nothing of interest came up to a place. */
export type Followed =
  | { readonly kind: 'EVENT'; readonly event: TransferHappening }
  | { readonly kind: 'GAP'; readonly place: number }
  | { readonly kind: 'POSITION'; readonly place: number };

/** Events that may wait in memory for one follower. What is more is read from the table when it is asked for. */
const WAITING = 256;
/** Read at a time. */
const PAGE = 200;
/** Looked through in one statement, however few of it are of interest. */
const SPAN = 25_000;

/**
 * Follows the stream for one subscriber, at the pace at which they take it: what they have not yet taken is in the table, and the last of it
 * in memory as well. Nobody is too slow, and nobody costs more memory than that.
 */
export class Follower implements Idling<Followed> {
  #waiting: TransferHappening[] = [];
  /** Up to here everything has been given out, or is of no interest. */
  #place: number | undefined;
  /** What came after this is in `#waiting`; what came before is read. Undefined until it is attached. */
  #live: number | undefined;
  #bounded = false;
  /** What has been read and not been given out. */
  #read: Followed[] = [];
  #quiet = 0;
  #wake: () => void = () => undefined;
  #over = false;

  /**
   * @param after the place from which to go on; undefined: from now
   * @param attach has events offered from now on, and says so by `attached`
   */
  constructor(
    readonly interest: Interest,
    after: number | undefined,
    readonly readings: Pick<Readings, 'stretch'>,
    readonly attach: (follower: Follower) => Promise<void>,
    readonly left: (follower: Follower) => void,
    /** Told when more waited than is kept in memory. */
    readonly overrun: () => void,
    readonly audience?: Audience,
  ) {
    this.#place = after;
  }

  /** @throws when the store does not answer; it may be asked again */
  async next(): Promise<IteratorResult<Followed, undefined>> {
    while (!this.#over) {
      if (this.#live === undefined) await this.attach(this);
      const value = this.#ready();
      if (value) return { done: false, value };
      if (this.#mustRead) await this.#catchUp(this.#place ?? 0, this.#live ?? 0);
      else await this.idle();
    }
    return { done: true, value: undefined };
  }

  idle(): Promise<void> | undefined {
    const [read] = this.#read;
    const [waiting] = this.#waiting;
    if ((read ?? waiting) || this.#over || this.#live === undefined || this.#mustRead || this.#quiet > (this.#place ?? 0)) return undefined;
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /**
   * What is there already, one after the other; where nothing is, what comes next.
   * @returns nothing when it is over
   * @throws when the store does not answer; it may be asked again
   */
  async some(most: number): Promise<readonly Followed[]> {
    const { value } = await this.next();
    if (!value) return [];
    const some: Followed[] = [value];
    while (some.length < most) {
      const next = this.#ready();
      if (!next) break;
      some.push(next);
    }
    return some;
  }

  return(): Promise<IteratorResult<Followed, undefined>> {
    this.#over = true;
    this.left(this);
    this.#waiting = [];
    this.#wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whatever comes after a place is offered from now on. */
  attached(place: number): void {
    this.#live = place;
    if (this.#place !== undefined) return;
    this.#place = place;
    this.#bounded = true;
    this.#read.push({ kind: 'POSITION', place });
  }

  /** An event has come. It may come by several routes. */
  offer(event: TransferHappening): void {
    if (this.#live === undefined || event.cursor <= (this.#waiting.at(-1)?.cursor ?? this.#live) || !interests(event, this.interest))
      return;
    if (this.#waiting.length === WAITING) {
      // It is in the table, as are those that waited.
      this.missed(event.cursor);
      this.overrun();
    } else {
      this.#waiting.push(event);
      this.#wake();
    }
  }

  /** Events that wait in memory to be taken. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** What came up to a place was not offered: it is in the table. */
  missed(place: number): void {
    if (this.#live === undefined || place <= this.#live) return;
    this.#waiting = [];
    this.#live = place;
    this.#wake();
  }

  /** Nothing has waited for this follower up to a place: who comes back later need not look before it. */
  quiet(place: number): void {
    if (this.#live === undefined || this.#waiting.length > 0) return;
    this.#quiet = place;
    this.#wake();
  }

  get #mustRead(): boolean {
    return this.#live !== undefined && (!this.#bounded || (this.#place ?? 0) < this.#live);
  }

  /** What can be given without waiting for it. */
  #ready(): Followed | undefined {
    const given = this.#read.shift();
    if (given ?? (this.#live === undefined || this.#mustRead)) return given;
    const place = this.#place ?? 0;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift())
      if (event.cursor > place) {
        this.#place = event.cursor;
        return { kind: 'EVENT', event };
      }
    if (this.#quiet <= place) return undefined;
    this.#place = this.#quiet;
    return { kind: 'POSITION', place: this.#quiet };
  }

  async #catchUp(after: number, live: number): Promise<void> {
    const upTo = Math.min(live, after + SPAN);
    const { first, last, events } = await this.readings.stretch(after, upTo, PAGE, this.interest);
    if (after < first - 1 || after > last) {
      // What was given out before the store was put back to an earlier state is a gap as well.
      const place = after > last ? last : first - 1;
      this.#read.push({ kind: 'GAP', place });
      this.#place = place;
    }
    this.#bounded = true;
    for (const event of events) {
      this.#read.push({ kind: 'EVENT', event });
      this.#place = event.cursor;
    }
    if (events.length < PAGE) this.#place = Math.max(this.#place ?? 0, upTo);
  }
}
