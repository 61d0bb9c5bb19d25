import type { AskContext } from '../agencies/reply.js';
import type { Cursors } from '../events/cursors.js';
import type { Readings } from '../events/readings.js';
import type { Audience } from './audience.js';
import { callerOf } from './endpoint.js';
import type { Claimed, Ending, Head, Lanes } from './lanes.js';
import { eventMessage, signedHeaders } from './message.js';
import type { Messenger } from './messenger.js';
import { keysOf, type WebhookSecrets } from './secrets.js';

/** How often it is looked whether the time of something has come. */
const LOOK_MS = 1_000;
/** How long a decision may take. */
const DECIDED_WITHIN_MS = 8_000;

/** Told of every attempt, for figures; never to whom or of whom. */
export type AttemptObserver = (outcome: 'TAKEN' | 'ADDRESS' | 'CONNECTION' | 'TIMEOUT' | 'REDIRECT' | 'STATUS') => void;

/** What a courier works with. */
export interface CourierOptions {
  readonly lanes: Lanes;
  readonly readings: Pick<Readings, 'byId'>;
  readonly audience: Pick<Audience, 'decide'>;
  readonly messenger: Pick<Messenger, 'post'>;
  readonly secrets: WebhookSecrets;
  readonly cursors: Cursors;
  readonly attempted: AttemptObserver;
  /** Told when the store did not answer; it is tried again, and nothing is lost. */
  readonly failed: (error: unknown) => void;
}

/**
 * Sends what waits: each case of each endpoint one after the other, decided anew before every attempt. Nothing is shared between endpoints
 * but the process: what one of them costs is a few open connections.
 */
export class Courier {
  /** Claims of this process, by endpoint. */
  readonly #busy = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #claiming: Promise<void> | undefined;
  #again = false;

  constructor(readonly options: CourierOptions) {
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_MS);
    this.#timer.unref();
    this.look();
  }

  /** There may be something to send. */
  look(): void {
    this.#again = true;
    this.#claiming ??= this.#claimAll().finally(() => (this.#claiming = undefined));
  }

  /** Breaks off what is being sent: it is sent again by whoever comes next. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#claiming;
    await Promise.all(this.#underWay);
  }

  async #claimAll(): Promise<void> {
    try {
      while (this.#again && !this.#stopping.signal.aborted) {
        this.#again = false;
        for (const claimed of await this.options.lanes.claim(this.#busy)) this.#begin(claimed);
      }
    } catch (error) {
      this.options.failed(error);
    }
  }

  #begin(claimed: Claimed): void {
    const { webhook } = claimed;
    this.#busy.set(webhook, (this.#busy.get(webhook) ?? 0) + 1);
    const sending = this.#send(claimed)
      .catch(this.options.failed)
      .finally(() => {
        this.#underWay.delete(sending);
        const left = (this.#busy.get(webhook) ?? 1) - 1;
        if (left > 0) this.#busy.set(webhook, left);
        else this.#busy.delete(webhook);
        if (!this.#stopping.signal.aborted) this.look();
      });
    this.#underWay.add(sending);
  }

  async #send(claimed: Claimed): Promise<void> {
    const head = await this.options.lanes.head(claimed);
    const ending = head ? await this.#endingOf(head) : ({ kind: 'EMPTY' } as const);
    await this.options.lanes.end(claimed, head, ending);
  }

  async #endingOf({ delivery, webhook }: Head): Promise<Ending> {
    const { readings, audience, messenger, secrets, cursors, attempted } = this.options;
    const event = await readings.byId(delivery.event);
    if (!event) return { kind: 'DROPPED' };
    // A consent is used once by a delivery, however often it is tried: it is one question.
    const told = await audience.decide(callerOf(webhook), event, within(delivery.id, DECIDED_WITHIN_MS));
    if (told !== 'TOLD') return told !== 'WITHHELD' && mayChange(told.code) ? { kind: 'UNDECIDED' } : { kind: 'DROPPED' };
    const message = eventMessage(event, cursors.text(event.cursor));
    const at = new Date();
    const headers = signedHeaders(message, keysOf(webhook, secrets, at), at);
    const { fault, status, milliseconds, retryAfterS } = await messenger.post(webhook.url, headers, message.body, this.#stopping.signal);
    if (fault !== undefined && status === undefined && this.#stopping.signal.aborted) return { kind: 'LEFT' };
    attempted(fault ?? 'TAKEN');
    return fault ? { kind: 'FAILED', fault, status, milliseconds, retryAfterS } : { kind: 'TAKEN', status, milliseconds };
  }
}

/** Whether a code says that nobody can say now; else it says that it may not be told. */
function mayChange(code: string): boolean {
  return /_UNAVAILABLE$|^AGENCY_|_TIMEOUT$/.test(code);
}

function within(questionId: string, milliseconds: number): AskContext {
  const end = performance.now() + milliseconds;
  return { questionId, remainingMs: () => end - performance.now() };
}
