import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { until } from '../setup/until.js';
import { serveShop, type ServedShop } from './setup/shop.js';
import { Source } from './setup/source.js';

const WATCH = { query: 'subscription { arrived { sku } }' };
/** The gateway waits 30 s for what is under way. */
const AT_ONCE_MS = 5_000;

let served: ServedShop;
let events: Source<Record<string, unknown>>[];
beforeEach(async () => {
  events = [];
  served = await serveShop(() => () => {
    const source = new Source<Record<string, unknown>>();
    events.push(source);
    return source;
  });
});
afterEach(() => served.stop());

async function timeToClose(): Promise<number> {
  const began = performance.now();
  await served.gateway.close();
  return performance.now() - began;
}

describe.each([
  ['a stream of its own', false],
  ['a single stream', true],
])('a gateway that stops, with a subscription of global fetch on %s', (_, singleConnection) => {
  const url = (): string => `${served.gateway.url}/graphql${singleConnection ? '/stream' : ''}`;

  it('ends it at once, in a way that makes its client come back', async () => {
    let connects = 0;
    const client = createClient({
      url: url(),
      singleConnection,
      retryAttempts: 1,
      retry: () => Promise.resolve(),
      on: { connecting: () => (connects += 1) },
    });
    const results = client.iterate(WATCH);
    const first = results.next();
    await until(() => events.length === 1);
    events[0]?.push({ arrived: { __typename: 'Good', sku: '1' } });
    expect(await first).toMatchObject({ value: { data: { arrived: { sku: '1' } } } });
    const second = results.next().then(
      () => 'ended',
      () => 'broken off',
    );
    expect(await timeToClose()).toBeLessThan(AT_ONCE_MS);
    await events[0]?.returned;
    expect(await second).toBe('broken off');
    expect(connects).toBe(2);
    client.dispose();
  });

  it('does not wait for what its client opened ahead when it left', async () => {
    const client = createClient({ url: url(), singleConnection, retryAttempts: 0 });
    const results = client.iterate(WATCH);
    const left = results.next().catch(() => undefined);
    await until(() => events.length === 1);
    await results.return?.();
    await events[0]?.returned;
    client.dispose();
    expect(await timeToClose()).toBeLessThan(AT_ONCE_MS);
    await left;
  });
});

describe('a gateway that stops', () => {
  it('closes connections on which nobody has said anything, and finishes what was asked', async () => {
    const silent = connect(served.port, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    served.answering = async () => {
      await held;
      return { data: { best: { __typename: 'Good', name: 'one' } } };
    };
    const asked = served.post({ query: '{ best { name } }' });
    await until(() => served.calls.length === 1);
    const closing = served.gateway.close();
    await closed;
    release();
    expect(await (await asked).json()).toMatchObject({ data: { best: { name: 'one' } } });
    const answered = performance.now();
    await closing;
    expect(performance.now() - answered).toBeLessThan(AT_ONCE_MS);
  });
});
