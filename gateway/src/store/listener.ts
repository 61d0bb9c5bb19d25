import { Client, type ClientConfig } from 'pg';

/** What is told of a channel: a payload, or that notifications may have been missed. */
export interface Heard {
  readonly notified: (payload: string) => void;
  /** The connection is lost: nothing is heard until `back`. */
  readonly lost?: () => void;
  /** Heard again; what was notified in between is not repeated. */
  readonly back?: () => void;
}

const RECONNECT_MS = 500;
/** A connection whose other end is gone without a word would be listened to for hours: whether it still answers is asked so often. */
const CHECK_MS = 5_000;
const CLOSE_MS = 1_000;

/** One connection that hears notifications for the whole process, and is made anew when it is lost or answers no more. */
export class Listener {
  readonly #channels = new Map<string, Set<Heard>>();
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param session with a bound on how long a statement may take */
  constructor(
    readonly session: ClientConfig,
    readonly checkMs = CHECK_MS,
  ) {}

  /** @returns stops hearing */
  async listen(channel: string, heard: Heard): Promise<() => void> {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(heard));
    const known = this.#client;
    // A connection that is being made listens to every channel there is.
    await (known ? known.query(`listen ${known.escapeIdentifier(channel)}`) : this.#connect());
    return () => listeners.delete(heard);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#check);
    const client = this.#client ?? (await this.#connecting?.catch(() => undefined));
    this.#client = undefined;
    if (client) await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }

  #connect(): Promise<Client> {
    this.#connecting ??= this.#open().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #open(): Promise<Client> {
    const client = new Client({ ...this.session, keepAlive: true });
    client.on('error', () => undefined);
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      void client.end();
      throw error;
    }
    client.on('notification', ({ channel, payload = '' }) => {
      for (const { notified } of this.#channels.get(channel) ?? []) notified(payload);
    });
    clearInterval(this.#check);
    this.#check = setInterval(() => {
      // A statement that is not answered in time leaves a connection that can only be closed.
      client.query('select').catch(() => client.end());
    }, this.checkMs);
    this.#check.unref();
    client.once('end', () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      clearInterval(this.#check);
      for (const { lost } of this.#all()) lost?.();
      this.#again();
    });
    this.#client = client;
    return client;
  }

  #again(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#connect().then(
        () => {
          for (const { back } of this.#all()) back?.();
        },
        () => {
          this.#again();
        },
      );
    }, RECONNECT_MS);
    this.#retry.unref();
  }

  #all(): Heard[] {
    return [...this.#channels.values()].flatMap((listeners) => [...listeners]);
  }
}
