import type { Follower } from './follower.js';
import type { TransferHappening } from './happening.js';

/** Those to whom the same can concern: what they may be told rests on what persons have allowed one party for one purpose. */
export interface Audience {
  /** The same for all of them. */
  readonly key: string;
  /** @throws when nobody can say what persons have allowed */
  concerning(events: readonly TransferHappening[]): Promise<readonly TransferHappening[]>;
}

/** Looked through at a time. */
const AT_ONCE = 500;
/** Events that may wait for one audience. */
const WAITING = 5_000;

/**
 * The followers of one audience in this process. Which events can concern them is looked up once for all of them, some events at a time,
 * beside the stream and beside other audiences: one whose persons are slow to look up holds up nobody else.
 */
export class Gathering {
  readonly followers = new Set<Follower>();
  #waiting: TransferHappening[] = [];
  #working: Promise<void> | undefined;

  /** @param place up to which everything has been offered, or is not for those who come from now on */
  constructor(
    readonly audience: Audience,
    public place: number,
  ) {}

  /** Offers what can concern its followers, in its order. */
  offer(event: TransferHappening): void {
    this.#waiting.push(event);
    if (this.#waiting.length > WAITING) {
      this.#waiting = [];
      this.place = event.cursor;
      for (const follower of this.followers) follower.missed(event.cursor);
    } else this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async #work(): Promise<void> {
    // What the stream brings at once is looked up together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && this.followers.size > 0) {
      const events = this.#waiting.splice(0, AT_ONCE);
      // What nobody can decide now is offered to all: each is told so, and that nothing was left out.
      const concerning = await this.audience.concerning(events).catch(() => events);
      for (const event of concerning) for (const follower of this.followers) follower.offer(event);
      this.place = Math.max(this.place, events.at(-1)?.cursor ?? 0);
    }
    this.#waiting = [];
  }
}
