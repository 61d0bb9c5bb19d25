import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { composeFixture } from '../differential/graph-fixture.js';
import { gate } from '../execution/setup/live.js';
import { telling } from '../execution/setup/shop.js';
import { entities, FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { located, serveShop, type ServedShop } from '../http/setup/shop.js';

const ANSWERS = telling({
  goods: { root: () => ({ data: { goods: [{ __typename: 'Good', sku: '1', name: 'one' }] } }) },
  stock: { entity: () => ({ stock: 7 }) },
  prices: { entity: () => ({ price: 5 }) },
});

let served: ServedShop;
beforeEach(async () => {
  served = await serveShop();
  served.answering = ANSWERS;
});
afterEach(() => served.stop());

async function ask(query: string): Promise<unknown> {
  return ((await (await served.post({ query })).json()) as { data?: unknown }).data;
}

/** Subgraphs the gateway has connections for; one that has moved stands twice in it while both are there. */
async function reached(): Promise<readonly string[]> {
  return [...(await served.metrics()).matchAll(/yichuang_agency_calls_open\{agency="(\w+)"\}/g)].map(([, name = '']) => name);
}

describe('a subgraph that moves with a new supergraph', () => {
  it('is asked where it was by questions that began before, where it is by those after, and let go of when the last of the former is over', async () => {
    const moved = await new FakeAgency(entities(() => ({ stock: 8 }))).start();
    try {
      const held = gate();
      served.answering = async (received) => {
        if (received.subgraph === 'goods' && served.calls.length === 1) await held.opened;
        return ANSWERS(received);
      };
      const before = ask('{ goods { name stock } }');
      await until(() => served.calls.length === 1);
      const supergraph = await readFile(served.supergraphFile, 'utf8');
      await writeFile(served.supergraphFile, supergraph.replace(served.agencies.stock.url, moved.url));
      expect(await served.gateway.reload()).toMatchObject({ outcome: 'REPLACED' });

      expect(await ask('{ goods { name stock } }')).toEqual({ goods: [{ name: 'one', stock: 8 }] });
      expect([served.agencies.stock.questions.length, moved.questions.length]).toEqual([0, 1]);
      held.open();
      expect(await before).toEqual({ goods: [{ name: 'one', stock: 7 }] });
      expect([served.agencies.stock.questions.length, moved.questions.length]).toEqual([1, 1]);

      // An idle connection would be kept for four seconds.
      const since = performance.now();
      await until(async () => (await served.agencies.stock.connections()) === 0);
      expect(performance.now() - since).toBeLessThan(3_000);
      expect(await moved.connections()).toBe(1);
    } finally {
      await moved.stop();
    }
  });
});

describe('a subgraph that is not in a new supergraph', () => {
  it('is let go of, and the others are not', async () => {
    expect(await ask('{ goods { name stock price } }')).toEqual({ goods: [{ name: 'one', stock: 7, price: 5 }] });
    expect((await reached()).toSorted()).toEqual(['goods', 'makers', 'prices', 'stock']);
    const { prices } = served.agencies;
    const smaller = composeFixture({
      name: 'smaller',
      subgraphs: {
        goods: 'type Query { goods: [Good] } type Good @key(fields: "sku") { sku: ID! name: String }',
        stock: 'type Good @key(fields: "sku") { sku: ID! stock: Int }',
      },
    });
    const urls = new Map(Object.entries(served.agencies).map(([name, { url }]) => [name, url]));
    await writeFile(served.supergraphFile, located(smaller.supergraphSdl, urls));
    expect(await served.gateway.reload()).toMatchObject({ outcome: 'REPLACED' });
    const since = performance.now();
    await until(async () => (await prices.connections()) === 0);
    expect(performance.now() - since).toBeLessThan(3_000);
    expect((await reached()).toSorted()).toEqual(['goods', 'stock']);
    expect(await ask('{ goods { stock } }')).toEqual({ goods: [{ stock: 7 }] });
  });
});

describe('a supergraph that names an address nobody can use', () => {
  it('is not served, and the clients of the old one stay', async () => {
    const supergraph = await readFile(served.supergraphFile, 'utf8');
    await writeFile(served.supergraphFile, supergraph.replace(served.agencies.stock.url, 'nowhere'));
    expect(await served.gateway.reload()).toMatchObject({ outcome: 'KEPT_OLD' });
    expect((await reached()).toSorted()).toEqual(['goods', 'makers', 'prices', 'stock']);
    expect(await ask('{ goods { stock } }')).toEqual({ goods: [{ stock: 7 }] });
  });
});
