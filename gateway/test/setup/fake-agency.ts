import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request a fake agency received. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly query: string;
  readonly representations: readonly Record<string, unknown>[];
}

/** What a fake agency does with a request: gives a JSON body, or takes the response into its own hands. */
export type Behaviour = (request: Received, response: ServerResponse) => unknown;

/** A subgraph on a real socket that answers what a test tells it, and remembers what it was asked. */
export class FakeAgency {
  readonly received: Received[] = [];
  behaviour: Behaviour;
  readonly #server: Server;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  /** Starts listening; on the given port, to come back where it was. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  /** Connections to it that are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }

  /** GraphQL requests only. */
  get questions(): Received[] {
    return this.received.filter(({ method }) => method === 'POST');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const parsed = (body === '' ? {} : JSON.parse(body)) as { query?: string; variables?: Record<string, Record<string, unknown>[]> };
    const variables = parsed.variables ?? {};
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      query: parsed.query ?? '',
      representations: Object.entries(variables).flatMap(([name, value]) =>
        /^representations(_\d+)?$/.test(name) && Array.isArray(value) ? value : [],
      ),
    };
    this.received.push(received);
    const joined = /\be0: ?_entities\b/.test(parsed.query ?? '')
      ? Object.keys(variables).filter((name) => /^representations_\d+$/.test(name))
      : [];
    const answer =
      joined.length === 0
        ? this.behaviour(received, response)
        : asOne(joined.map((name) => this.behaviour({ ...received, representations: variables[name] ?? [] }, response)));
    if (answer !== undefined && !response.headersSent) response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }
}

interface EntityAnswer {
  readonly data?: { readonly _entities?: unknown };
  readonly errors?: readonly { readonly path?: readonly unknown[] }[];
  readonly extensions?: { readonly provenance?: readonly { readonly path: readonly unknown[] }[] };
}

/** Branches that share a call ask for `_entities` under aliases e0, e1 …: what each would have been answered, in one answer. */
function asOne(answers: readonly unknown[]): unknown {
  if (answers.some((answer) => typeof answer !== 'object' || answer === null || !('data' in answer))) return answers[0];
  const under = <T extends { readonly path?: readonly unknown[] }>(list: readonly T[] | undefined, i: number): T[] =>
    (list ?? []).map((one) => (one.path ? { ...one, path: [`e${i}`, ...one.path.slice(1)] } : one));
  const all = answers as readonly EntityAnswer[];
  return {
    data: Object.fromEntries(all.map(({ data }, i) => [`e${i}`, data?._entities ?? null])),
    errors: all.flatMap(({ errors }, i) => under(errors, i)),
    extensions: { provenance: all.flatMap(({ extensions }, i) => under(extensions?.provenance, i)) },
  };
}

/** Answers each representation with itself and what `fields` gives for it. */
export function entities(fields: (representation: Record<string, unknown>, index: number) => Record<string, unknown> | null): Behaviour {
  return ({ representations }) => ({
    data: {
      _entities: representations.map((representation, index) => {
        const own = fields(representation, index);
        return own && { ...representation, ...own };
      }),
    },
  });
}
