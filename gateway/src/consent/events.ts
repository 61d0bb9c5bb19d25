import type { Selectable } from 'kysely';
import type { ConsentRecordRow } from '../store/consent-tables.js';
import { isOwn, type Actor } from './actor.js';
import type { ChangeChannel } from '../store/change-channel.js';
import type { ConsentReadings } from './readings.js';

/** An event as `ConsentEvent` of the graph is made of. */
export interface ConsentHappening {
  readonly epoch: string;
  readonly at: string;
  readonly act: string;
  readonly requestId: string;
  readonly consentId: string | null;
}

interface Subscriber {
  readonly actor: Exclude<Actor, { kind: 'HUB' }>;
  readonly waiting: ConsentHappening[];
  wake: () => void;
  ended: boolean;
}

/** Events that may wait for one subscriber; who is slower than that reads the lists. */
const WAITING = 1_000;

/** Brings what happens to requests and consents to those it concerns. The store is read only while somebody is subscribed. */
export class ConsentEvents {
  readonly #subscribers = new Set<Subscriber>();
  readonly #stop: () => void;
  #epochs: string[] = [];
  #bringing = false;

  constructor(
    readonly channel: ChangeChannel,
    readonly readings: ConsentReadings,
  ) {
    this.#stop = channel.hear({
      changed: (_, epoch) => {
        if (epoch === undefined || this.#subscribers.size === 0) return;
        this.#epochs.push(epoch);
        void this.#bring();
      },
      missed: () => {
        this.#endAll();
      },
    });
  }

  /** Everything that happens from now on, until events may have been missed. */
  of(actor: Subscriber['actor']): AsyncIterableIterator<ConsentHappening> {
    const subscriber: Subscriber = { actor, waiting: [], wake: () => undefined, ended: false };
    this.#subscribers.add(subscriber);
    const end = (): Promise<IteratorReturnResult<undefined>> => {
      this.#end(subscriber);
      return Promise.resolve({ done: true, value: undefined });
    };
    return {
      next: async () => {
        while (subscriber.waiting.length === 0 && !subscriber.ended) await new Promise<void>((resolve) => (subscriber.wake = resolve));
        const value = subscriber.waiting.shift();
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
        const records = await this.readings.records(this.#epochs.splice(0));
        for (const record of records) for (const subscriber of this.#subscribers) this.#give(subscriber, record);
      }
    } catch {
      // What cannot be read cannot be brought: who is subscribed must not believe that nothing happened.
      this.#endAll();
    } finally {
      this.#bringing = false;
    }
  }

  #give(subscriber: Subscriber, record: Selectable<ConsentRecordRow>): void {
    const { subject, recipient_kind: kind, recipient_code: code } = record;
    const { actor } = subscriber;
    if (!record.told.includes(actor.kind) || !isOwn({ subject, recipient: { kind, code } }, actor)) return;
    if (subscriber.waiting.length >= WAITING) {
      this.#end(subscriber);
      return;
    }
    subscriber.waiting.push({
      epoch: record.epoch,
      at: record.at.toISOString(),
      act: record.act,
      requestId: record.request_id,
      consentId: record.consent_id,
    });
    subscriber.wake();
  }

  #endAll(): void {
    for (const subscriber of this.#subscribers) this.#end(subscriber);
  }

  #end(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    subscriber.ended = true;
    subscriber.wake();
  }
}
