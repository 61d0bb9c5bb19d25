import { composeFixture } from '../differential/graph-fixture.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Ask } from '../../src/agencies/reply.js';
import type { Outcome } from '../../src/execution/executor.js';
import type { Question } from '../../src/execution/question.js';
import { startGenericGateway } from '../../src/generic.js';
import type { RunningGateway } from '../../src/serving.js';
import { Source } from '../http/setup/source.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { gate, Live, type Read } from './setup/live.js';
import { shop, telling } from './setup/shop.js';

type Event = Record<string, unknown>;

let sources: Source<Event>[];
let asks: Ask[];
const events = (agency: string) =>
  agency === 'goods'
    ? (ask: Ask): Source<Event> => {
        const source = new Source<Event>();
        sources.push(source);
        asks.push(ask);
        return source;
      }
    : undefined;
beforeEach(() => {
  sources = [];
  asks = [];
});

function arrived(sku: string): Event {
  return { arrived: { __typename: 'Good', sku, name: `good ${sku}` } };
}

const STOCK = telling({ stock: { entity: ({ sku }) => ({ stock: Number(sku) * 10 }) } });
const WATCH = 'subscription ($kind: String) { arrived(kind: $kind) { name stock } }';

const NEEDED = composeFixture({
  name: 'needed',
  subgraphs: { ticks: 'type Query { none: Int } type Subscription { ticks(more: Int!): Int }' },
});

describe('events', () => {
  let live: Live;
  beforeAll(() => {
    live = new Live(shop().supergraphSdl, { events });
  });
  afterAll(() => live.stop());
  beforeEach(() => {
    live.calls.length = 0;
    live.answering = STOCK;
  });

  async function watch(
    query = WATCH,
    variables: Record<string, unknown> = { kind: 'new' },
  ): Promise<{ read: AsyncIterator<Read<Outcome>>; source: Source<Event> }> {
    const answered = await live.ask(query, variables);
    if (!answered.ok || answered.kind !== 'EVENTS') throw new Error(JSON.stringify(answered));
    const [source] = sources;
    if (!source) throw new Error('no source');
    return { read: answered.events[Symbol.asyncIterator](), source };
  }

  it('are refused a null the client sends for a variable with a default value where no null may stand', async () => {
    const needed = new Live(NEEDED.supergraphSdl, { events: () => () => new Source<Event>() });
    const asked = 'subscription ($m: Int = 4) { ticks(more: $m) }';
    expect(await needed.ask(asked, { m: null })).toMatchObject({ ok: false, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(await needed.ask(asked)).toMatchObject({ ok: true, kind: 'EVENTS' });
    await needed.stop();
  });

  it('are asked of their agency with the client’s values, and each is answered with what other agencies know', async () => {
    const { read, source } = await watch();
    expect(asks).toMatchObject([{ variables: '{"v0":"new"}' }]);
    expect(asks[0]?.document.text).toMatch(/^subscription\(\$v0:String\)\{arrived\(kind:\$v0\)\{/);
    source.push(arrived('1')).push(arrived('2')).end();
    expect(await read.next()).toMatchObject({ value: { data: { arrived: { name: 'good 1', stock: 10 } }, errors: [] } });
    expect(await read.next()).toMatchObject({ value: { data: { arrived: { name: 'good 2', stock: 20 } } } });
    expect(await read.next()).toEqual({ done: true, value: undefined });
    expect(await read.next()).toEqual({ done: true, value: undefined });
    expect(live.calls).toHaveLength(2);
  });

  it('have the errors of their own agencies, and of no other event', async () => {
    const { read, source } = await watch();
    source.push(arrived('1')).push(arrived('2'));
    live.answering = () => ({ data: null, errors: [{ message: 'no stock' }] });
    expect(await read.next()).toMatchObject({
      value: { data: { arrived: { name: 'good 1', stock: null } }, errors: [{ message: 'no stock', path: ['arrived', 'stock'] }] },
    });
    live.answering = STOCK;
    expect(await read.next()).toMatchObject({ value: { data: { arrived: { name: 'good 2', stock: 20 } }, errors: [] } });
  });

  it('keep their order when one comes while the one before is still being worked on, and when several are asked for', async () => {
    const slow = gate();
    live.answering = async (received) => {
      if (JSON.stringify(received.variables).includes('"1"')) await slow.opened;
      return STOCK(received);
    };
    const { read, source } = await watch();
    const both = [read.next(), read.next()];
    source.push(arrived('1'));
    await until(() => live.calls.length === 1);
    source.push(arrived('2'));
    slow.open();
    expect(await Promise.all(both)).toMatchObject([
      { value: { data: { arrived: { stock: 10 } } } },
      { value: { data: { arrived: { stock: 20 } } } },
    ]);
  });

  it('stop at their source at once when nobody wants them any more, while waiting for one', async () => {
    const { read, source } = await watch();
    const waiting = read.next();
    await read.return?.();
    await source.returned;
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('stop at their source at once when nobody wants them any more, while one is worked on or before any was asked for', async () => {
    live.answering = () => new Promise(() => undefined);
    const { read, source } = await watch();
    const waiting = read.next();
    source.push(arrived('1'));
    await until(() => live.calls.length === 1);
    await read.return?.();
    await source.returned;
    expect(await waiting).toEqual({ done: true, value: undefined });
    sources = [];
    const other = await watch();
    await other.read.return?.();
    await other.source.returned;
  });

  it('ask nothing further for one that was being worked on when nobody wanted them any more', async () => {
    const asking: Question[] = [];
    const watched = new Live(shop().supergraphSdl, {
      events,
      answering: () => new Promise(() => undefined),
      around: (subgraph) => ({ ...subgraph, ask: (_, question) => void asking.push(question) }),
    });
    const answered = await watched.ask(WATCH);
    if (!answered.ok || answered.kind !== 'EVENTS') throw new Error(JSON.stringify(answered));
    const read = answered.events[Symbol.asyncIterator]();
    const waiting = read.next();
    sources[0]?.push(arrived('1'));
    await until(() => asking.length === 1);
    expect(asking[0]?.abandoned).toBe(false);
    await read.return?.();
    expect(asking[0]?.abandoned).toBe(true);
    expect(await waiting).toEqual({ done: true, value: undefined });
    await watched.stop();
  });

  it('end with an error when their source fails, which is let go of', async () => {
    const { read, source } = await watch();
    const next = read.next();
    source.fail(new Error('the source is gone'));
    await expect(next).rejects.toThrow('the source is gone');
    await source.returned;
    expect(await read.next()).toEqual({ done: true, value: undefined });
  });

  it('may be the same object for several readers: what one asks is not seen by the other', async () => {
    const event = arrived('1');
    const one = await watch();
    sources.shift();
    const other = await watch('subscription { arrived { sku } }', {});
    one.source.push(event);
    other.source.push(event);
    expect((await one.read.next()).value).toMatchObject({ data: { arrived: { name: 'good 1', stock: 10 } } });
    expect(event).toEqual(arrived('1'));
    expect((await other.read.next()).value).toMatchObject({ data: { arrived: { sku: '1' } } });
  });

  it('there are none of an agency without a source', async () => {
    const mute = new Live(shop().supergraphSdl);
    expect(await mute.ask(WATCH)).toMatchObject({ ok: false, errors: [{ extensions: { code: 'SUBSCRIPTION_UNAVAILABLE' } }] });
    await mute.stop();
  });

  it('are refused, and the hub is not at fault, where a condition may leave out the one field', async () => {
    const query = 'subscription ($no: Boolean!) { arrived @include(if: $no) { sku } }';
    expect(await live.ask(query, { no: true })).toMatchObject({ ok: false, status: 400 });
  });
});

describe('events of a gateway', () => {
  let gateway: RunningGateway;
  let agency: FakeAgency;
  let folder: string;
  beforeAll(async () => {
    agency = await new FakeAgency(({ body }) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Event };
      return STOCK({ subgraph: 'stock', text: query, variables, questionId: '' });
    }).start();
    folder = await mkdtemp(join(tmpdir(), 'events-'));
    const supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(supergraphFile, shop().supergraphSdl);
    gateway = await startGenericGateway({
      supergraphFile,
      port: 0,
      host: '127.0.0.1',
      executor: 'yichuang',
      subgraphUrls: new Map([['stock', agency.url]]),
      load: { maxLoopDelayMs: 0 },
      events,
    });
  });
  afterAll(async () => {
    await gateway.close();
    await agency.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function brought(results: AsyncIterableIterator<unknown>): Promise<void> {
    const first = results.next();
    await until(() => sources.length === 1);
    sources[0]?.push(arrived('3'));
    expect(await first).toMatchObject({ value: { data: { arrived: { name: 'good 3', stock: 30 } } } });
    const second = results.next();
    sources[0]?.push(arrived('4'));
    expect(await second).toMatchObject({ value: { data: { arrived: { name: 'good 4', stock: 40 } } } });
    await results.return?.();
    await sources[0]?.returned;
  }

  it('come over graphql-transport-ws, and stop when its client leaves', async () => {
    const client = createSocketClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    await brought(client.iterate({ query: WATCH }));
    await client.dispose();
  });

  it('come as server-sent events, and stop when its client leaves', async () => {
    const client = createSseClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 });
    await brought(client.iterate({ query: WATCH }));
    client.dispose();
  });
});
