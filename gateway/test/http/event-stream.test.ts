import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createClient, type Client, type ExecutionResult } from 'graphql-sse';
import type { DeferredPart, Outcome } from '../../src/execution/executor.js';
import { failure, outcome, part, settled, startFront, whole, type TestFront } from './setup/front.js';
import { until } from '../setup/until.js';
import { RawClient } from './setup/raw-client.js';
import { Source } from './setup/source.js';

const WATCH = { query: 'subscription Watch { transferChanged { step } }' };
const EVENTS = { accept: 'text/event-stream' };
let front: TestFront;
let events: Source<Outcome>[];
let rest: Source<DeferredPart[]>;
const clients: Client<boolean>[] = [];
const raws: RawClient[] = [];
beforeEach(async () => {
  events = [];
  rest = new Source();
  front = await startFront({
    Me: () => whole({ me: { id: '1' } }),
    Change: () => whole({ changed: true }),
    Deferred: () => ({ ok: true, kind: 'PARTS', first: outcome({ me: { id: '1' } }), rest }),
    Watch: () => {
      const source = new Source<Outcome>();
      events.push(source);
      return { ok: true, kind: 'EVENTS', events: source };
    },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  for (const raw of raws.splice(0)) raw.leave();
  await front.close();
});

/** Without the extensions of the answer, where the question's id stands. */
function withoutId(result: ExecutionResult): unknown {
  return Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'extensions'));
}

function client<Single extends boolean>(singleConnection: Single, headers: Record<string, string> = {}): Client<Single> {
  const url = singleConnection ? `${front.url}/stream` : front.url;
  const made = createClient<Single>({ url, singleConnection, retryAttempts: 0, headers });
  clients.push(made);
  return made;
}

function raw(): RawClient {
  const made = new RawClient(front.port);
  raws.push(made);
  return made;
}

async function all(iterable: AsyncIterable<ExecutionResult>): Promise<unknown[]> {
  const results: unknown[] = [];
  for await (const result of iterable) results.push(withoutId(result));
  return results;
}

const reserve = async (headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(`${front.url}/stream`, { method: 'PUT', headers })).text();
const onStream = (token: string, method: string, body?: unknown, headers: Record<string, string> = {}, query = ''): Promise<Response> =>
  fetch(`${front.url}/stream${query}`, {
    method,
    headers: { 'x-graphql-event-stream-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors: { extensions?: { code?: string } }[] }).errors[0]?.extensions?.code;

describe.each([
  ['a stream per question', false],
  ['a single stream for all questions', true],
])('graphql-sse with %s', (_, single) => {
  it('answers queries, mutations and deferred parts, message by message', async () => {
    const made = client(single);
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

  it('brings two subscriptions at once, with the errors inside their events', async () => {
    const made = client(single);
    const one = all(made.iterate(WATCH));
    await until(() => events.length === 1);
    const two = all(made.iterate(WATCH));
    await until(() => events.length === 2);
    events[1]?.push(outcome({ transferChanged: { step: 'B' } })).end();
    expect(await two).toEqual([{ data: { transferChanged: { step: 'B' } } }]);
    events[0]?.push(outcome({ transferChanged: null }, { errors: [failure('AGENCY_UNAVAILABLE', ['transferChanged'])] })).end();
    expect(await one).toEqual([{ data: { transferChanged: null }, errors: [failure('AGENCY_UNAVAILABLE', ['transferChanged'])] }]);
  });

  it('lets go of a subscription at once when its client ends it', async () => {
    const subscription = client(single).iterate(WATCH);
    const left = subscription.next().catch(() => undefined);
    await until(() => events[0]?.pulls === 1);
    await subscription.return?.();
    await events[0]?.returned;
    await left;
  });

  it('ends a subscription, and says why, when its token expires', async () => {
    front.tokens.set('short', { user: 'w-1', expires: Date.now() + 400 });
    const [last] = await all(client(single, { authorization: 'Bearer short' }).iterate(WATCH));
    expect(last).toMatchObject({ errors: [{ extensions: { code: 'TOKEN_EXPIRED' } }] });
    await events[0]?.returned;
  });
});

describe('server-sent events', () => {
  it('are framed as the protocol has them', async () => {
    const made = raw().post('/graphql', WATCH, EVENTS);
    await until(() => events[0]?.pulls === 1);
    events[0]?.push(outcome({ transferChanged: { step: 'A' } })).end();
    await made.sees('event: complete\ndata:\n\n');
    expect(made.response.head).toMatch(/\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/);
    expect(made.response.head).toMatch(/\r\ncache-control: no-store\r\n/);
    expect(made.response.body.replace(/"requestId":"[^"]*"/, '"requestId":"ID"')).toBe(
      ':\n\nevent: next\ndata: {"data":{"transferChanged":{"step":"A"}},"extensions":{"requestId":"ID"}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('carry a heartbeat every twelve seconds while nothing happens', async () => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date', 'hrtime'] });
    try {
      const made = raw().post('/graphql', WATCH, EVENTS);
      await made.sees(':\n\n');
      const before = made.response.body;
      jest.advanceTimersByTime(24_000);
      await until(() => made.response.body === `${before}:\n\n:\n\n`);
    } finally {
      jest.useRealTimers();
    }
  });

  it('say what is wrong with a document, since an EventSource shows no refusal', async () => {
    const response = await front.post({ query: 'query {' }, EVENTS);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringMatching(/^:\n\nevent: next\ndata: \{"errors":\[\{.*"GRAPHQL_PARSE_FAILED".*\n\nevent: complete\ndata:\n\n$/),
    ]);
  });

  it.each([
    ['what is no question', { query: 7 }, {}, 400, 'BAD_REQUEST'],
    ['a token that is not good', WATCH, { authorization: 'Bearer bad' }, 401, 'TOKEN_INVALID'],
  ])('refuse %s by status', async (_, body, headers, status, code) => {
    const response = await front.post(body, { ...EVENTS, ...headers });
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  it('come over GET too, but change nothing there', async () => {
    const url = (query: string): string => `${front.url}?query=${encodeURIComponent(query)}`;
    const mutation = await fetch(url('mutation Change { changed }'), { headers: EVENTS });
    expect([mutation.status, mutation.headers.get('allow'), await codeOf(mutation)]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED']);
    const response = fetch(url(WATCH.query), { headers: EVENTS });
    await until(() => events.length === 1);
    events[0]?.push(outcome({ a: 1 })).end();
    expect(await (await response).text()).toContain('event: next\ndata: {"data":{"a":1}');
  });

  it('let go of a subscription at once when the client goes away', async () => {
    const made = raw().post('/graphql', WATCH, EVENTS);
    await until(() => events[0]?.pulls === 1);
    made.leave();
    await events[0]?.returned;
  });

  it('do not run ahead of a client that reads slowly', async () => {
    const made = raw().post('/graphql', WATCH, EVENTS);
    await until(() => events[0]?.pulls === 1);
    made.socket.pause();
    const large = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 500; i++) events[0]?.push(outcome({ large }));
    events[0]?.end();
    made.keeps = false;
    expect(await settled(() => events[0]?.pulls ?? 0)).toBeLessThan(250);
    made.socket.resume();
    await made.sees('event: complete');
    expect(made.length).toBeGreaterThan(500 * large.length);
  });

  it('end without the last message when the hub stops, so that the client comes back elsewhere', async () => {
    const made = raw().post('/graphql', WATCH, EVENTS);
    await until(() => events[0]?.pulls === 1);
    await front.close();
    await until(() => made.closed);
    await events[0]?.returned;
    expect(made.received).not.toContain('complete');
  });
});

describe('a reserved stream', () => {
  it('is nobody’s but its owner’s', async () => {
    front.tokens.set('one', { user: 'w-1' }).set('two', { user: 'w-2' });
    const token = await reserve({ authorization: 'Bearer one' });
    for (const headers of [{ authorization: 'Bearer two' }, {}])
      for (const method of ['GET', 'POST', 'DELETE']) {
        const response = await onStream(
          token,
          method,
          method === 'POST' ? WATCH : undefined,
          headers,
          method === 'DELETE' ? '?operationId=1' : '',
        );
        expect([method, response.status, await codeOf(response)]).toEqual([method, 404, 'STREAM_NOT_FOUND']);
      }
    expect(front.asked).toEqual([]);
  });

  it.each(['nothing', '__proto__', 'constructor'])('must have been reserved: %s was not', async (token) => {
    const response = await onStream(token, 'POST', WATCH);
    expect([response.status, await codeOf(response)]).toEqual([404, 'STREAM_NOT_FOUND']);
    expect((await fetch(`${front.url}/stream`, { method: 'DELETE' })).status).toBe(404);
  });

  it('is opened once, and takes an id once', async () => {
    const token = await reserve();
    const stream = raw().send(
      `GET /graphql/stream HTTP/1.1\r\nhost: hub\r\naccept: text/event-stream\r\nx-graphql-event-stream-token: ${token}\r\n\r\n`,
    );
    await stream.sees(':\n\n');
    expect((await onStream(token, 'GET', undefined, EVENTS)).status).toBe(409);
    const watch = { ...WATCH, extensions: { operationId: 'a' } };
    expect((await onStream(token, 'POST', watch)).status).toBe(202);
    expect((await onStream(token, 'POST', watch)).status).toBe(409);
    expect((await onStream(token, 'POST', WATCH)).status).toBe(400);
    expect(front.asked).toHaveLength(1);
    expect((await onStream(token, 'DELETE', undefined, {}, '?operationId=a')).status).toBe(200);
    await events[0]?.returned;
  });

  it('refuses a document by status, as GraphQL over HTTP does', async () => {
    const response = await onStream(await reserve(), 'POST', { query: 'query {', extensions: { operationId: 'a' } });
    expect([response.status, await codeOf(response)]).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
  });

  it('takes questions before it is opened, and gives no more than it has room for', async () => {
    const token = await reserve();
    await onStream(token, 'POST', { ...WATCH, extensions: { operationId: 'a' } });
    for (let i = 0; i < 100; i++) events[0]?.push(outcome({ i }));
    events[0]?.end();
    await until(() => (events[0]?.pulls ?? 0) >= 8);
    expect(events[0]?.pulls).toBeLessThan(12);
    const stream = raw().send(
      `GET /graphql/stream HTTP/1.1\r\nhost: hub\r\naccept: text/event-stream\r\nx-graphql-event-stream-token: ${token}\r\n\r\n`,
    );
    await stream.sees('event: complete\ndata: {"id":"a"}');
    expect(stream.response.body.split('event: next')).toHaveLength(101);
  });

  it('ends all its questions with it', async () => {
    const token = await reserve();
    const stream = raw().send(
      `GET /graphql/stream HTTP/1.1\r\nhost: hub\r\naccept: text/event-stream\r\nx-graphql-event-stream-token: ${token}\r\n\r\n`,
    );
    await stream.sees(':\n\n');
    for (const operationId of ['a', 'b']) await onStream(token, 'POST', { ...WATCH, extensions: { operationId } });
    stream.leave();
    await Promise.all(events.map(({ returned }) => returned));
    await until(() => front.asked.length === 2);
    expect((await onStream(token, 'POST', WATCH)).status).toBe(404);
  });
});
