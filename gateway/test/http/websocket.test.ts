import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient, type Client, type FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { DeferredPart, Outcome } from '../../src/execution/executor.js';
import { refuse } from '../../src/graph/operations.js';
import { failure, outcome, part, startFront, whole, type TestFront } from './setup/front.js';
import type { ServerOptions } from '../../src/http/server.js';
import { until } from '../setup/until.js';
import { Source } from './setup/source.js';

type Limits = NonNullable<ServerOptions['webSocket']>;

const WATCH = { query: 'subscription Watch { transferChanged { step } }' };
let front: TestFront;
let events: Source<Outcome>[];
let rest: Source<DeferredPart[]>;
let release: (() => void)[];
const clients: Client[] = [];
const sockets: WebSocket[] = [];
beforeEach(() => serve());

/** Starts the front. No client is taken for gone, or for late, unless a test is about that. */
async function serve(webSocket: Limits = {}): Promise<void> {
  events = [];
  release = [];
  rest = new Source();
  front = await startFront(
    {
      Me: () => whole({ me: { id: '1' } }),
      Change: () => whole({ changed: true }),
      Slow: () =>
        new Promise((resolve) =>
          release.push(() => {
            resolve(whole({ me: null }));
          }),
        ),
      Deferred: () => ({ ok: true, kind: 'PARTS', first: outcome({ me: { id: '1' } }), rest }),
      Fault: () => Promise.reject(new Error('a secret of the hub')),
      Watch: () => {
        const source = new Source<Outcome>();
        events.push(source);
        return { ok: true, kind: 'EVENTS', events: source };
      },
    },
    { webSocket: { initTimeoutMs: 100_000, pingMs: 100_000, idleMs: 100_000, questions: 3, ...webSocket } },
  );
}

async function serveAgain(webSocket: Limits): Promise<void> {
  await front.close();
  await serve(webSocket);
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const socket of sockets.splice(0)) socket.terminate();
  await front.close();
});

const address = (): string => front.url.replace('http', 'ws');

function client(connectionParams: Record<string, unknown> = {}): Client {
  const made = createClient({ url: address(), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  clients.push(made);
  return made;
}

async function all(iterable: AsyncIterable<FormattedExecutionResult>): Promise<unknown[]> {
  const results: unknown[] = [];
  // The question's id stands in the extensions.
  for await (const result of iterable) results.push(Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'extensions')));
  return results;
}

/** A client on the bare protocol. */
class Raw {
  readonly received: string[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<[number, string]>;

  constructor(protocols: string[] = ['graphql-transport-ws'], headers: Record<string, string> = {}, options: Record<string, unknown> = {}) {
    this.socket = new WebSocket(address(), protocols, { headers, ...options });
    sockets.push(this.socket);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => this.received.push(data.toString()));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        resolve([code, reason.toString()]);
      });
    });
  }

  async opened(): Promise<this> {
    await until(() => this.socket.readyState !== WebSocket.CONNECTING);
    return this;
  }

  send(message: unknown): this {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this;
  }

  async acknowledged(payload?: Record<string, unknown>): Promise<this> {
    await this.opened();
    this.send({ type: 'connection_init', payload });
    await until(() => this.received.includes('{"type":"connection_ack"}'));
    return this;
  }
}

describe('graphql-transport-ws, with its own client', () => {
  it('answers queries, mutations and deferred parts, message by message', async () => {
    const made = client();
    expect(await all(made.iterate({ query: 'query Me { me { id } }' }))).toEqual([{ data: { me: { id: '1' } } }]);
    expect(await all(made.iterate({ query: 'mutation Change { changed }' }))).toEqual([{ data: { changed: true } }]);
    rest.push([part(['me'], { name: 'x' }, { label: 'l', errors: [failure('AGENCY_TIMEOUT', ['me', 'name'])] })]).end();
    expect(await all(made.iterate({ query: 'query Deferred { me { id } }' }))).toEqual([
      { data: { me: { id: '1' } }, hasNext: true },
      {
        incremental: [{ data: { name: 'x' }, path: ['me'], label: 'l', errors: [failure('AGENCY_TIMEOUT', ['me', 'name'])] }],
        hasNext: true,
      },
      { hasNext: false },
    ]);
  });

  it('brings two subscriptions over one socket, with the errors inside their events', async () => {
    const made = client();
    const [one, two] = [all(made.iterate(WATCH)), all(made.iterate(WATCH))];
    await until(() => events.length === 2);
    events[1]?.push(outcome({ transferChanged: { step: 'B' } })).end();
    expect(await two).toEqual([{ data: { transferChanged: { step: 'B' } } }]);
    events[0]?.push(outcome({ transferChanged: null }, { errors: [failure('AGENCY_UNAVAILABLE', ['transferChanged'])] }));
    events[0]?.push(outcome({ transferChanged: { step: 'A' } })).end();
    expect(await one).toEqual([
      { data: { transferChanged: null }, errors: [failure('AGENCY_UNAVAILABLE', ['transferChanged'])] },
      { data: { transferChanged: { step: 'A' } } },
    ]);
  });

  it('says what is wrong with a document in an error message and goes on', async () => {
    const made = client();
    await expect(all(made.iterate({ query: 'query {' }))).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    expect(await all(made.iterate({ query: 'query Me { me { id } }' }))).toHaveLength(1);
  });

  it('lets go of a subscription at once when its client ends it, and of all of them when the client goes away', async () => {
    const made = client();
    const one = made.iterate(WATCH);
    void one.next();
    await until(() => events[0]?.pulls === 1);
    await one.return?.();
    await events[0]?.returned;
    const lost = Promise.allSettled([made.iterate(WATCH).next(), made.iterate(WATCH).next()]);
    await until(() => events[1]?.pulls === 1 && events[2]?.pulls === 1);
    made.terminate();
    await Promise.all([events[1]?.returned, events[2]?.returned]);
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('takes the token, the purpose and the case from connection_init', async () => {
    front.tokens.set('good', { user: 'w-1' });
    await all(
      client({ Authorization: 'Bearer good', 'yichuang-purpose': 'OWN_RECORD', 'yichuang-case': 'C-1' }).iterate({
        query: 'query Me { me }',
      }),
    );
    expect(front.asked[0]?.caller).toMatchObject({
      principal: { user: 'w-1' },
      purpose: { kind: 'NAMED', code: 'OWN_RECORD' },
      caseNumber: 'C-1',
    });
  });
});

describe('graphql-transport-ws, to the letter', () => {
  const subscribe = (id: string, query = WATCH.query): unknown => ({ id, type: 'subscribe', payload: { query } });

  it.each<[string, number, (raw: Raw) => Promise<unknown>]>([
    ['a message that is not JSON', 4400, async (raw) => (await raw.acknowledged()).send('{')],
    ['a message without a type', 4400, async (raw) => (await raw.acknowledged()).send({ id: '1' })],
    ['a message that only servers send', 4400, async (raw) => (await raw.acknowledged()).send({ id: '1', type: 'next', payload: {} })],
    [
      'bytes',
      4400,
      async (raw) => {
        (await raw.acknowledged()).socket.send(Buffer.from('{"type":"ping"}'));
      },
    ],
    ['a question before the acknowledgement', 4401, async (raw) => (await raw.opened()).send(subscribe('1'))],
    [
      'a token that is not good',
      4403,
      async (raw) => (await raw.opened()).send({ type: 'connection_init', payload: { authorization: 'Bearer bad' } }),
    ],
    ['a token that is no text', 4403, async (raw) => (await raw.opened()).send({ type: 'connection_init', payload: { authorization: 7 } })],
    ['an id that is in use', 4409, async (raw) => (await raw.acknowledged()).send(subscribe('1')).send(subscribe('1'))],
    ['a second connection_init', 4429, async (raw) => (await raw.acknowledged()).send({ type: 'connection_init' })],
    ['a message over the limit', 1009, async (raw) => (await raw.acknowledged()).send(subscribe('1', `query ${'x'.repeat(20_000)}`))],
  ])('closes for %s with %i', async (_, code, act) => {
    const raw = new Raw();
    await act(raw);
    expect((await raw.closed)[0]).toBe(code);
  });

  it.each([[['graphql-ws']], [['something', 'else']]])('closes for the subprotocols %j with 4406', async (protocols) => {
    // The client of the package ws gives up by itself where no subprotocol is agreed on, so the handshake is looked at bare.
    const raw = new Raw([], { 'sec-websocket-protocol': protocols.join(', ') });
    expect((await raw.closed)[0]).toBe(4406);
  });

  it('takes a token from the upgrade request, where connection_init brings none', async () => {
    front.tokens.set('good', { user: 'w-1' });
    (await new Raw(undefined, { authorization: 'Bearer good' }).acknowledged()).send(subscribe('1', 'query Me { me }'));
    await until(() => front.asked.length === 1);
    expect(front.asked[0]?.caller.principal).toMatchObject({ user: 'w-1' });
  });

  it('closes with 4403 and the reason when the token of a live connection expires', async () => {
    front.tokens.set('short', { user: 'w-1', expires: Date.now() + 400 });
    const raw = await new Raw().acknowledged({ authorization: 'Bearer short' });
    raw.send(subscribe('1'));
    await until(() => events.length === 1);
    expect(await raw.closed).toEqual([4403, 'TOKEN_EXPIRED']);
    await events[0]?.returned;
  });

  it('closes with 4403 at the next question when the token has been withdrawn', async () => {
    front.tokens.set('good', { user: 'w-1' });
    const raw = await new Raw().acknowledged({ authorization: 'Bearer good' });
    front.tokens.delete('good');
    raw.send(subscribe('1'));
    expect(await raw.closed).toEqual([4403, 'TOKEN_INVALID']);
    expect(front.asked).toEqual([]);
  });

  it('refuses one question more than a connection may have, and takes one again when another has ended', async () => {
    const raw = await new Raw().acknowledged();
    for (const id of ['1', '2', '3', '4']) raw.send(subscribe(id));
    await until(() => raw.received.some((text) => text.includes('TOO_MANY_OPERATIONS')));
    expect(raw.received.at(-1)).toMatch(/^\{"id":"4","type":"error"/);
    raw.send({ id: '1', type: 'complete' });
    raw.send(subscribe('5'));
    await until(() => events.length === 4);
  });

  it('says INTERNAL and no more when the hub fails', async () => {
    const raw = await new Raw().acknowledged();
    raw.send(subscribe('1', 'query Fault { me }'));
    await until(() => raw.received.length === 2);
    expect(raw.received[1]).toContain('"code":"INTERNAL"');
    raw.send(subscribe('2'));
    await until(() => events.length === 1);
    events[0]?.fail(new Error('a secret of the hub'));
    await until(() => raw.received.length === 4);
    expect(raw.received[2]).toMatch(/"id":"2","type":"next".*"code":"INTERNAL"/);
    expect(raw.received[3]).toBe('{"id":"2","type":"complete"}');
    expect(raw.received.join('') + front.log.join('')).not.toContain('a secret');
  });

  it('lets go of a subscription whose client ended it before it had begun', async () => {
    const raw = await new Raw().acknowledged();
    raw.send(subscribe('1')).send({ id: '1', type: 'complete' });
    await until(() => events.length === 1);
    await events[0]?.returned;
    expect(raw.received).toHaveLength(1);
  });

  it('asks for the next event when the last is on its way, and not before', async () => {
    await serveAgain({ pingMs: 100 });
    const raw = await new Raw().acknowledged();
    raw.send(subscribe('1'));
    await until(() => events[0]?.pulls === 1);
    raw.socket.pause();
    const large = 'x'.repeat(256 * 1024);
    for (let i = 0; i < 200; i++) events[0]?.push(outcome({ large }));
    await until(() => (events[0]?.pulls ?? 0) > 2);
    // A client that does not read does not answer pings either: it is gone before much has been kept for it.
    await events[0]?.returned;
    expect(events[0]?.pulls).toBeLessThan(150);
  });

  it('breaks off a connection whose client no longer answers', async () => {
    await serveAgain({ pingMs: 100 });
    const raw = await new Raw(undefined, {}, { autoPong: false }).opened();
    expect((await raw.closed)[0]).toBe(1006);
  });

  it('keeps a connection whose client has answered while the hub was busy', async () => {
    await serveAgain({ pingMs: 100 });
    const raw = await new Raw().opened();
    let pings = 0;
    // The answer is on its way when a client is told of a ping; nobody reads anything until two more would have been sent.
    raw.socket.on('ping', () => {
      pings++;
      const end = performance.now() + 250;
      while (pings === 1 && performance.now() < end);
    });
    await until(() => pings === 3);
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('closes a connection with 4408 on which nobody says in time who asks', async () => {
    await serveAgain({ initTimeoutMs: 100 });
    const raw = await new Raw().opened();
    expect((await raw.closed)[0]).toBe(4408);
  });

  it('answers a ping of the protocol, and knows no other path', async () => {
    const raw = await new Raw().opened();
    raw.send({ type: 'ping', payload: { a: 1 } });
    await until(() => raw.received.includes('{"type":"pong","payload":{"a":1}}'));
    const lost = new WebSocket(address().replace('/graphql', '/elsewhere'), 'graphql-transport-ws');
    await expect(new Promise((_, reject) => lost.once('error', reject))).rejects.toThrow('404');
  });

  it('writes one line per question, without what was asked', async () => {
    const raw = await new Raw().acknowledged();
    raw.send(subscribe('1', 'query Me { me { id } }'));
    await until(() => raw.received.length === 3);
    expect(front.log.filter((line) => line.includes('answered')).map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ method: 'WS', route: '/graphql', status: 200, msg: 'answered' }),
    ]);
  });

  it('refuses a question while the hub takes none', async () => {
    const busy = await startFront({}, { refuseNew: () => refuse('HUB_OVERLOADED') });
    const made = createClient({ url: busy.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    await expect(all(made.iterate({ query: 'query Me { me }' }))).rejects.toMatchObject([{ extensions: { code: 'HUB_OVERLOADED' } }]);
    await made.dispose();
    await busy.close();
    expect(busy.asked).toEqual([]);
  });
});

describe('a stop', () => {
  it('closes a connection with 1001 when its questions are over, and does not wait for subscriptions', async () => {
    const watching = await new Raw().acknowledged();
    watching.send({ id: '1', type: 'subscribe', payload: WATCH });
    const asking = await new Raw().acknowledged();
    asking.send({ id: '1', type: 'subscribe', payload: { query: 'query Slow { me }' } });
    await until(() => events.length === 1 && release.length === 1);
    const stopped = front.close();
    expect((await watching.closed)[0]).toBe(1001);
    await events[0]?.returned;
    expect(asking.socket.readyState).toBe(WebSocket.OPEN);
    release[0]?.();
    expect((await asking.closed)[0]).toBe(1001);
    expect(asking.received.slice(1).map((text) => (JSON.parse(text) as { type: string }).type)).toEqual(['next', 'complete']);
    await stopped;
  });

  it('does not wait for a question longer than the deadline', async () => {
    const asking = await new Raw().acknowledged();
    asking.send({ id: '1', type: 'subscribe', payload: { query: 'query Slow { me }' } });
    await until(() => release.length === 1);
    await front.close();
    expect((await asking.closed)[0]).toBe(1001);
  });
});
