import type { AgencyClient } from './client.js';

/** A subgraph as a graph names it. */
interface Addressed {
  readonly name: string;
  readonly url: string;
}

/** The clients one graph asks through, until it lets go of them. */
interface Hold {
  readonly clients: readonly AgencyClient[];
  /** Letting go twice is letting go once. */
  readonly release: () => void;
}

interface Entry {
  readonly key: string;
  readonly client: AgencyClient;
  holds: number;
}

/**
 * Clients of subgraphs whose names and addresses come with a graph. Graphs that follow each other share the client of a subgraph that
 * stays where it was, with all it knows; a client nobody needs any more is closed.
 */
export class HeldClients implements Iterable<AgencyClient> {
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<AgencyClient>();

  constructor(readonly make: (subgraph: Addressed) => AgencyClient) {}

  /** @throws what `make` throws; nothing is held then */
  hold(subgraphs: readonly Addressed[]): Hold {
    const held: Entry[] = [];
    const release = (): void => {
      for (const entry of held.splice(0)) this.#release(entry);
    };
    try {
      for (const subgraph of subgraphs) held.push(this.#hold(subgraph));
    } catch (error) {
      release();
      throw error;
    }
    return { clients: held.map(({ client }) => client), release };
  }

  /** All that have connections, those that are being closed first. */
  *[Symbol.iterator](): Iterator<AgencyClient> {
    yield* this.#closing;
    for (const { client } of this.#entries.values()) yield client;
  }

  #hold(subgraph: Addressed): Entry {
    const key = keyOf(subgraph);
    let entry = this.#entries.get(key);
    if (!entry) this.#entries.set(key, (entry = { key, client: this.make(subgraph), holds: 0 }));
    entry.holds++;
    return entry;
  }

  #release(entry: Entry): void {
    if (--entry.holds > 0) return;
    const { key, client } = entry;
    this.#entries.delete(key);
    this.#closing.add(client);
    void client.close().finally(() => this.#closing.delete(client));
  }
}

function keyOf({ name, url }: Addressed): string {
  return JSON.stringify([name, url]);
}
