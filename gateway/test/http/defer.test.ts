import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { telling } from '../execution/setup/shop.js';
import { serveShop, type ServedShop } from './setup/shop.js';

const TAKES_PARTS = 'multipart/mixed;deferSpec=20220824, application/json';
const DEFERRED = '{ best { name ... @defer(label: "later") { price stock } } }';
const GOOD = { __typename: 'Good', sku: '1', name: 'one' };
const FAILING = telling({
  goods: { root: () => ({ data: { best: GOOD } }) },
  stock: { entity: () => ({ stock: 7 }) },
  prices: { entity: () => null },
});
const WORKING = telling({
  goods: { root: () => ({ data: { best: GOOD } }) },
  stock: { entity: () => ({ stock: 7 }) },
  prices: { entity: () => ({ price: 5 }) },
});

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
afterAll(() => served.stop());
beforeEach(() => {
  served.calls.length = 0;
  served.answering = WORKING;
});

const ask = (query: string, accept: string, variables = {}): Promise<Response> => served.post({ query, variables }, { accept });

async function withoutId(response: Response): Promise<unknown> {
  const { extensions, ...rest } = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(extensions as object)).toEqual(['requestId']);
  return rest;
}

describe('what is deferred, for a client that takes no parts', () => {
  it('is asked and answered as if it were not deferred', async () => {
    const response = await ask(DEFERRED, 'application/json');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await withoutId(response)).toEqual({ data: { best: { name: 'one', price: 5, stock: 7 } } });
    expect(served.asked().sort()).toEqual(['goods', 'prices', 'stock']);
  });

  it('has no null where the schema allows none, and the error at its place', async () => {
    served.answering = FAILING;
    const whole = await withoutId(await ask(DEFERRED, 'application/json'));
    expect(whole).toMatchObject({ data: { best: null }, errors: [{ path: ['best', 'price'] }] });
    expect(whole).toEqual(await withoutId(await ask('{ best { name price stock } }', 'application/json')));
  });

  it('comes in parts all the same for a client that takes them, whoever asked first', async () => {
    served.answering = FAILING;
    for (let time = 0; time < 2; time++) {
      expect((await ask(DEFERRED, 'application/json')).headers.get('content-type')).toMatch(/^application\/json/);
      const response = await ask(DEFERRED, TAKES_PARTS);
      expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed/);
      const parts = (await response.text()).split('\r\n').filter((line) => line.startsWith('{'));
      expect(parts.map((text) => JSON.parse(text) as unknown)).toEqual([
        expect.objectContaining({ data: { best: { name: 'one' } }, hasNext: true }),
        { incremental: [expect.objectContaining({ path: ['best'], label: 'later', data: null })], hasNext: true },
        { hasNext: false },
      ]);
    }
  });

  it('may depend on a variable, which then decides nothing', async () => {
    const query = 'query ($slow: Boolean!) { best { name ... @defer(if: $slow) { stock } } }';
    for (const slow of [true, false])
      expect(await withoutId(await ask(query, 'application/json', { slow }))).toEqual({ data: { best: { name: 'one', stock: 7 } } });
    expect((await ask(query, 'application/json')).status).toBe(200);
    expect(JSON.stringify(await (await ask(query, 'application/json')).json())).toContain('"errors"');
  });
});
