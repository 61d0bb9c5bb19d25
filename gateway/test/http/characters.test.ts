import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { raw } from '../agencies/setup.js';
import { serveShop, type ServedShop } from './setup/shop.js';

let served: ServedShop;
beforeAll(async () => {
  served = await serveShop();
});
afterAll(() => served.stop());

describe('an answer', () => {
  it.each([
    ['as they are', '王 𬀩 é'],
    ['escaped, in a text of ASCII alone', '\\u738b \\ud873\\udc29 \\u00e9'],
    ['as they are, beside something escaped', '王\\n𬀩\\"é'],
  ])('has the characters an agency writes %s', async (_, written) => {
    const [name, many] = [1, 2_000].map((times) => `"${`${written} `.repeat(times)}"`);
    served.agencies.goods.behaviour = raw(`{"data":{"best":{"__typename":"Good","sku":${many},"name":${name}}}}`);
    const asked = async (query: string): Promise<unknown> => (await served.post({ query })).json();
    const best = (key: string, text = ''): object => ({ data: { best: { [key]: JSON.parse(text) as unknown } } });
    // A short answer is sent with its headers, a long one by itself.
    expect(await asked('{ best { name } }')).toMatchObject(best('name', name));
    expect(await asked('{ best { sku } }')).toMatchObject(best('sku', many));
  });
});
