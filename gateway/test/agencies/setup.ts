import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AgencyClient, type CallObserver } from '../../src/agencies/client.js';
import { fetchDocument, type AskContext, type Reply } from '../../src/agencies/reply.js';
import { DEFAULT_AGENCY, type AgencySettings } from '../../src/agencies/settings.js';
import type { Behaviour } from '../setup/fake-agency.js';
import { testMinter } from '../setup/grants.js';

const QUERY = fetchDocument('query($n:Int){n(n:$n)}');
const MUTATION = fetchDocument('mutation($n:Int){n(n:$n)}', true);

/** Settings of an agency that a test can wait for. */
export function clientOf(url: string, settings: Partial<AgencySettings> = {}, observe?: CallObserver): AgencyClient {
  return new AgencyClient('postal', { ...DEFAULT_AGENCY, deadlineMs: 10_000, ...settings, url }, testMinter(), observe);
}

export function within(milliseconds: number): AskContext {
  const end = performance.now() + milliseconds;
  return { questionId: '11111111-2222-4333-8444-555555555555', remainingMs: () => end - performance.now() };
}

/** Asks as a query. */
export function query(client: AgencyClient, { n = 1, leftMs = 20_000 } = {}): Promise<Reply> {
  return new Promise((resolve) => {
    client.ask({ document: QUERY, variables: JSON.stringify({ n }) }, within(leftMs), resolve);
  });
}

/** Asks as a mutation. */
export function mutate(client: AgencyClient, { n = 1, leftMs = 20_000 } = {}): Promise<Reply> {
  return new Promise((resolve) => {
    client.ask({ document: MUTATION, variables: JSON.stringify({ n }) }, within(leftMs), resolve);
  });
}

export function codeOf(reply: Reply): string {
  return reply.ok ? 'OK' : reply.failure.code;
}

/** A behaviour that answers with the given text. */
export function raw(
  body: string | Buffer,
  { type = 'application/json', status = 200, headers = {} }: { type?: string; status?: number; headers?: Record<string, string> } = {},
): Behaviour {
  return (_, response) => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    return undefined;
  };
}

/** Something that accepts connections and speaks whatever a test makes it speak; every connection is a request here. */
export class RawServer {
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(speak: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      socket.once('data', () => {
        speak(socket);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
