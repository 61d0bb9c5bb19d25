import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { entities } from '../setup/fake-agency.js';
import { startTestHub, type TestHub } from '../setup/hub.js';

const QUERY = '{ me { identity { name } ... @defer(label: "slow") { medical { account { balance } } } } }';
let hub: TestHub;
let token: string;
beforeAll(async () => {
  hub = await startTestHub(
    {},
    {
      hrss: entities(() => ({ identity: { name: '某人' } })),
      'medical-insurance': entities(() => ({ medical: { account: { balance: '12.50' } } })),
    },
  );
  token = await hub.citizen();
});
afterAll(() => hub.close());

const payload = { data: { me: { identity: { name: '某人' } } }, hasNext: true };
const increment = { path: ['me'], label: 'slow', data: { medical: { account: { balance: '12.50' } } } };

describe('a question to the whole hub', () => {
  it('with @defer comes in parts over multipart/mixed', async () => {
    const response = await fetch(`${hub.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed;deferSpec=20220824', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: QUERY }),
    });
    const parts = (await response.text()).split('\r\n').filter((line) => line.startsWith('{'));
    expect(parts.map((text) => JSON.parse(text) as unknown)).toEqual([
      expect.objectContaining(payload),
      { incremental: [expect.objectContaining(increment)], hasNext: true },
      { hasNext: false },
    ]);
  });

  it('with @defer comes whole to who takes no parts', async () => {
    const { body } = await hub.ask(QUERY, { token });
    expect(body.data).toEqual({ me: { identity: { name: '某人' }, medical: { account: { balance: '12.50' } } } });
  });

  it('comes over WebSocket by the token of connection_init', async () => {
    const client = createClient({
      url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    const results: unknown[] = [];
    for await (const result of client.iterate({ query: QUERY })) results.push(result);
    expect(results).toEqual([
      expect.objectContaining(payload),
      { incremental: [expect.objectContaining(increment)], hasNext: true },
      { hasNext: false },
    ]);
    await client.dispose();
  });
});
