import { setTimeout as pause } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect, credsAuthenticator, nanos, type NatsConnection } from '@nats-io/transport-node';
import { NUMBERED_CHANNEL } from '../events/numbering.js';
import type { Store } from '../store/store.js';
import { hear } from './incoming.js';
import { ALL_SUBJECTS, readSiteEvent, siteIn, subjectOf, type SiteEvent } from './message.js';
import { beginTelling, tellSome } from './outgoing.js';
import type { SiteSettings } from './settings.js';

/** What the bus is used with. */
export interface SiteParts {
  readonly settings: SiteSettings;
  readonly store: Pick<Store, 'pool' | 'listen'>;
  /** For how long the bus keeps what was told, days: a site that was away for longer misses something. */
  readonly keptDays: number;
  /** True for a reference of a person that this hub can read. */
  readonly isReference: (id: string) => boolean;
  /** Told when something could not be told or heard; it is tried again, and nothing is lost. */
  readonly failed: (error: unknown) => void;
  /** Told of what another site said and is no event of ours: it is left out. */
  readonly refused: (site: string) => void;
}

const STREAM = 'YICHUANG_TRANSFERS';
/** A notification may be lost with a connection: whether there is something to tell is asked so often. */
const LOOK_MS = 1_000;
const AGAIN_MS = 1_000;
const DAY_MS = 86_400_000;
/** In which the bus itself knows by its id what is told twice. Receivers know it for ever. */
const DUPLICATES_MS = 600_000;
const UNACKNOWLEDGED = 500;

/** Tells hubs at other sites what happens here, and hears of it from them, over a stream of NATS JetStream. */
export class SiteBus {
  readonly #timer: NodeJS.Timeout;
  readonly #hearing: Promise<void>;
  #stop: (() => void) | undefined;
  #connection: NatsConnection | undefined;
  #client: JetStreamClient | undefined;
  #messages: ConsumerMessages | undefined;
  #telling: Promise<void> | undefined;
  #again = false;
  #closed = false;

  private constructor(readonly parts: SiteParts) {
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_MS);
    this.#timer.unref();
    this.#hearing = this.#hear();
  }

  /**
   * Does not wait for the bus: a hub works without it, and tells later what happened meanwhile.
   * @throws when the store cannot be listened to
   */
  static async open(parts: SiteParts): Promise<SiteBus> {
    await beginTelling(parts.store.pool);
    const bus = new SiteBus(parts);
    const look = (): void => {
      bus.look();
    };
    bus.#stop = await parts.store.listen(NUMBERED_CHANNEL, { notified: look, back: look });
    return bus;
  }

  /** There may be something to tell. */
  look(): void {
    this.#again = true;
    this.#telling ??= this.#tell().finally(() => (this.#telling = undefined));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.();
    clearInterval(this.#timer);
    await this.#messages?.close();
    await this.#connection?.close();
    await this.#telling;
    await this.#hearing;
  }

  async #tell(): Promise<void> {
    try {
      while (this.#again && !this.#closed && this.#client) {
        this.#again = false;
        const client = this.#client;
        this.#again ||= await tellSome(this.parts.store.pool, (event) => this.#publish(client, event));
      }
    } catch (error) {
      if (!this.#closed) this.parts.failed(error);
    }
  }

  async #publish(client: JetStreamClient, event: SiteEvent): Promise<void> {
    const { name } = this.parts.settings;
    await client.publish(subjectOf(name, event), JSON.stringify(event), { msgID: event.id, expect: { streamName: STREAM } });
  }

  /** Connects, and hears for as long as there is a connection; then again. */
  async #hear(): Promise<void> {
    while (!this.#closed) {
      try {
        const client = await this.#connected();
        const consumer = await client.consumers.get(STREAM, `site-${this.parts.settings.name}`);
        this.#client = client;
        this.look();
        const messages = (this.#messages = await consumer.consume({ max_messages: UNACKNOWLEDGED / 5 }));
        for await (const message of messages) await this.#take(message);
      } catch (error) {
        if (!this.#isClosed) this.parts.failed(error);
      }
      if (!this.#isClosed) await pause(AGAIN_MS, undefined, { ref: false });
    }
  }

  /** Read anew after whatever was waited for. */
  get #isClosed(): boolean {
    return this.#closed;
  }

  async #connected(): Promise<JetStreamClient> {
    const { name, servers, credentials } = this.parts.settings;
    if (!this.#connection || this.#connection.isClosed()) {
      const connection = await connect({
        name: `yichuang ${name}`,
        servers: [...servers],
        maxReconnectAttempts: -1,
        ...(credentials ? { authenticator: credsAuthenticator(credentials) } : {}),
      });
      if (this.#closed) await connection.close();
      this.#connection = connection;
    }
    const manager = await jetstreamManager(this.#connection);
    // Operators may have made it, with the copies and the bounds they want.
    const known = await manager.streams.info(STREAM).catch(() => undefined);
    if (!known)
      await manager.streams.add({
        name: STREAM,
        subjects: [ALL_SUBJECTS],
        max_age: nanos(this.parts.keptDays * DAY_MS),
        duplicate_window: nanos(DUPLICATES_MS),
      });
    await manager.consumers.add(STREAM, {
      durable_name: `site-${name}`,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      max_ack_pending: UNACKNOWLEDGED,
    });
    return jetstream(this.#connection);
  }

  /** One after the other, so that every case keeps its order. */
  async #take(message: JsMsg): Promise<void> {
    const site = siteIn(message.subject);
    if (site === undefined || site === this.parts.settings.name) {
      message.ack();
      return;
    }
    const event = readSiteEvent(message.string());
    if (!event || !this.parts.isReference(event.citizen)) {
      this.parts.refused(site);
      message.term();
      return;
    }
    while (!this.#closed)
      try {
        await hear(this.parts.store.pool, site, event);
        message.ack();
        return;
      } catch (error) {
        this.parts.failed(error);
        message.working();
        await pause(AGAIN_MS, undefined, { ref: false });
      }
  }
}
