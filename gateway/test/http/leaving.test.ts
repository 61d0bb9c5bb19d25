import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { gate } from '../execution/setup/live.js';
import { telling } from '../execution/setup/shop.js';
import { until } from '../setup/until.js';
import { RawClient } from './setup/raw-client.js';
import { serveShop, type ServedShop } from './setup/shop.js';
import { Source } from './setup/source.js';

const good = (sku: string) => ({ __typename: 'Good', sku, name: `good ${sku}`, maker: { __typename: 'Maker', id: 'm' } });
const ANSWERS = telling({
  goods: { root: () => ({ data: { goods: [good('1'), good('2')], restock: good('1') } }), entity: ({ sku }) => good(String(sku)) },
  stock: { root: () => ({ data: { reserve: good('2') } }), entity: () => ({ stock: 7 }) },
  makers: { entity: () => ({ title: 'maker', goods: [{ __typename: 'Good', sku: '1' }] }) },
});
/** Two turns: goods, then stock. */
const QUERY = { query: '{ goods { name stock } }' };
/** Two turns after the event: makers, then stock. */
const WATCH = { query: 'subscription { arrived { maker { title goods { stock } } } }' };

let served: ServedShop;
let events: Source<Record<string, unknown>>;
/** Opened by the test when the agency that is asked first may answer. */
let held: ReturnType<typeof gate>;
beforeAll(async () => {
  served = await serveShop((agency) => (agency === 'goods' ? () => events : undefined));
});
afterAll(() => served.stop());
beforeEach(() => {
  events = new Source();
  served.calls.length = 0;
  served.log.length = 0;
  held = gate();
  served.answering = async (received) => {
    if (served.calls.length === 1) await held.opened;
    return ANSWERS(received);
  };
});

const begun = (): Promise<void> => until(() => served.calls.length === 1);
/** The hub has seen it and has nothing more to do for it: the agency's answer has come, and the question is over. */
const saidGone = (): Promise<void> => until(() => served.log.some((line) => line.includes('"status":499')));

describe('a client that goes away while an agency is asked', () => {
  const post = (headers: Record<string, string>) => (client: RawClient) => client.post('/graphql', QUERY, headers);
  it.each([
    ['by POST', post({})],
    ['by POST, taking parts', post({ accept: 'multipart/mixed;deferSpec=20220824, application/json' })],
    ['for server-sent events', post({ accept: 'text/event-stream' })],
    ['by GET', (client: RawClient) => client.send(`GET /graphql?query=${encodeURIComponent(QUERY.query)} HTTP/1.1\r\nhost: hub\r\n\r\n`)],
  ])('having asked %s, is the last thing its question does', async (_, ask) => {
    const client = ask(new RawClient(served.port));
    await begun();
    client.leave();
    await until(() => client.closed);
    held.open();
    await saidGone();
    expect(served.asked()).toEqual(['goods']);
  });

  it('stays answered when it stays', async () => {
    const client = new RawClient(served.port).post('/graphql', QUERY, {});
    await begun();
    held.open();
    await client.sees('"stock":7');
    expect(served.asked()).toEqual(['goods', 'stock']);
    client.leave();
  });

  it('has its mutation finished, with all that was asked in it', async () => {
    const query = 'mutation { restock(sku: "1") { stock } reserve(sku: "2") { name } }';
    const client = new RawClient(served.port).post('/graphql', { query }, {});
    await begun();
    client.leave();
    await until(() => client.closed);
    held.open();
    await saidGone();
    expect(served.asked()).toEqual(['goods', 'stock', 'stock', 'goods']);
    expect(served.calls[2]?.text).toContain('reserve');
  });

  it('between two parts, is asked no further part for', async () => {
    served.answering = async (received) => {
      if (received.subgraph === 'makers') await held.opened;
      return ANSWERS(received);
    };
    const query = '{ goods { name ... @defer { maker { title goods { stock } } } } }';
    const client = new RawClient(served.port).post('/graphql', { query }, { accept: 'multipart/mixed;deferSpec=20220824' });
    await client.sees('"hasNext":true');
    await until(() => served.asked().includes('makers'));
    client.leave();
    await until(() => client.closed);
    held.open();
    await answeredOnce('makers');
    expect(await askedAfterAnother()).toEqual(['goods', 'goods', 'makers']);
  });
});

describe('over WebSocket, a question', () => {
  const connect = () =>
    createClient({ url: `${served.gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });

  it('is not gone on with when its client ends it, and another one on the same socket is', async () => {
    const client = connect();
    const asking = client.iterate(QUERY);
    const left = asking.next().catch(() => undefined);
    await begun();
    await asking.return?.();
    const other = client.iterate({ query: '{ goods { name } }' });
    expect(await other.next()).toMatchObject({ value: { data: { goods: [{ name: 'good 1' }, { name: 'good 2' }] } } });
    held.open();
    await saidGone();
    expect(served.asked()).toEqual(['goods', 'goods']);
    await left;
    await client.dispose();
  });

  it('is not gone on with when the socket closes', async () => {
    const client = connect();
    const left = client
      .iterate(QUERY)
      .next()
      .catch(() => undefined);
    await begun();
    client.terminate();
    await left;
    held.open();
    await saidGone();
    expect(served.asked()).toEqual(['goods']);
  });

  it('about an event is not gone on with when the subscription ends', async () => {
    const client = connect();
    const watching = client.iterate(WATCH);
    const left = watching.next().catch(() => undefined);
    events.push({ arrived: good('1') });
    await begun();
    await watching.return?.();
    await events.returned;
    held.open();
    await answeredOnce('makers');
    expect(await askedAfterAnother()).toEqual(['makers']);
    await left;
    await client.dispose();
  });
});

describe('on a reserved stream, a question', () => {
  const onStream = (token: string, method: string, body?: unknown, query = ''): Promise<Response> =>
    fetch(`${served.gateway.url}/graphql/stream${query}`, {
      method,
      headers: { 'x-graphql-event-stream-token': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const open = async (): Promise<{ readonly token: string; readonly stream: RawClient }> => {
    const token = await (await fetch(`${served.gateway.url}/graphql/stream`, { method: 'PUT' })).text();
    const stream = new RawClient(served.port).send(
      `GET /graphql/stream HTTP/1.1\r\nhost: hub\r\naccept: text/event-stream\r\nx-graphql-event-stream-token: ${token}\r\n\r\n`,
    );
    await stream.sees(':\n\n');
    return { token, stream };
  };

  it('is not gone on with when it is ended, and its id is free again', async () => {
    const { token, stream } = await open();
    const asking = onStream(token, 'POST', { ...QUERY, extensions: { operationId: 'a' } });
    await begun();
    expect((await onStream(token, 'DELETE', undefined, '?operationId=a')).status).toBe(200);
    held.open();
    expect((await asking).status).toBe(204);
    expect(served.asked()).toEqual(['goods']);
    expect((await onStream(token, 'POST', { ...QUERY, extensions: { operationId: 'a' } })).status).toBe(202);
    await stream.sees('event: complete\ndata: {"id":"a"}');
    expect(served.asked()).toEqual(['goods', 'goods', 'stock']);
    stream.leave();
  });

  it('is not gone on with when the stream closes', async () => {
    const { token, stream } = await open();
    const asking = onStream(token, 'POST', { ...QUERY, extensions: { operationId: 'a' } });
    await begun();
    stream.leave();
    await until(() => stream.closed);
    // The hub has seen it when nobody can ask on the stream any more.
    await until(async () => (await onStream(token, 'DELETE', undefined, '?operationId=b')).status === 404);
    held.open();
    expect((await asking).status).toBe(404);
    expect(served.asked()).toEqual(['goods']);
  });
});

/** What was asked until another question has been asked and answered. */
async function askedAfterAnother(): Promise<string[]> {
  const client = new RawClient(served.port).post('/graphql', QUERY, {});
  await client.sees('"stock":7');
  client.leave();
  const asked = served.asked();
  expect(asked.splice(-2)).toEqual(['goods', 'stock']);
  return asked;
}

/** An agency's answer has been taken by the gateway, by its figures. */
async function answeredOnce(agency: string): Promise<void> {
  const count = async (): Promise<number> => {
    const ok = new RegExp(`yichuang_agency_call_seconds_count\\{agency="${agency}",outcome="OK"\\} (\\d+)`);
    return Number(ok.exec(await served.metrics())?.[1] ?? 0);
  };
  const wanted = (answeredBefore.get(agency) ?? 0) + 1;
  answeredBefore.set(agency, wanted);
  await until(async () => (await count()) >= wanted);
}

const answeredBefore = new Map<string, number>();
