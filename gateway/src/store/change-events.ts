import type { ChangeChannel } from './change-channel.js';

/** What is told of a record, and to whom. */
export interface Telling<R, S, E> {
  /** Records by their epochs, in the order in which they were made. */
  read(epochs: readonly string[]): Promise<readonly R[]>;
  /** What a subscriber is told of a record; undefined where it does not concern them. */
  tell(record: R, subscriber: S): E | undefined;
}

interface Subscription<S, E> {
  readonly subscriber: S;
  readonly waiting: E[];
  wake: () => void;
  ended: boolean;
}

/** Events that may wait for one subscriber; who is slower than that reads the lists. */
const WAITING = 1_000;

/** Brings what happens in the store to those it concerns. The store is read only while somebody is subscribed. */
export class ChangeEvents<R, S, E> {
  readonly #subscriptions = new Set<Subscription<S, E>>();
  readonly #stop: () => void;
  #epochs: string[] = [];
  #bringing = false;

  constructor(
    channel: Pick<ChangeChannel, 'hear'>,
    readonly telling: Telling<R, S, E>,
  ) {
    this.#stop = channel.hear({
      changed: (_, epoch) => {
        if (epoch === undefined || this.#subscriptions.size === 0) return;
        this.#epochs.push(epoch);
        void this.#bring();
      },
      missed: () => {
        this.#endAll();
      },
    });
  }

  /** Everything that happens from now on, until events may have been missed. */
  of(subscriber: S): AsyncIterableIterator<E> {
    const subscription: Subscription<S, E> = { subscriber, waiting: [], wake: () => undefined, ended: false };
    this.#subscriptions.add(subscription);
    const end = (): Promise<IteratorReturnResult<undefined>> => {
      this.#end(subscription);
      return Promise.resolve({ done: true, value: undefined });
    };
    return {
      next: async () => {
        while (subscription.waiting.length === 0 && !subscription.ended)
          await new Promise<void>((resolve) => (subscription.wake = resolve));
        const value = subscription.waiting.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
      return: end,
      throw: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  close(): void {
    this.#stop();
    this.#endAll();
  }

  /** One reading after the other, so that events come in their order; what comes meanwhile is read in one. */
  async #bring(): Promise<void> {
    if (this.#bringing) return;
    this.#bringing = true;
    try {
      while (this.#epochs.length > 0) {
        const records = await this.telling.read(this.#epochs.splice(0));
        for (const record of records) for (const subscription of this.#subscriptions) this.#give(subscription, record);
      }
    } catch {
      // What cannot be read cannot be brought: who is subscribed must not believe that nothing happened.
      this.#endAll();
    } finally {
      this.#bringing = false;
    }
  }

  #give(subscription: Subscription<S, E>, record: R): void {
    const event = this.telling.tell(record, subscription.subscriber);
    if (event === undefined) return;
    if (subscription.waiting.length >= WAITING) {
      this.#end(subscription);
      return;
    }
    subscription.waiting.push(event);
    subscription.wake();
  }

  #endAll(): void {
    for (const subscription of this.#subscriptions) this.#end(subscription);
  }

  #end(subscription: Subscription<S, E>): void {
    this.#subscriptions.delete(subscription);
    subscription.ended = true;
    subscription.wake();
  }
}
