import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { warmFrom } from '../../src/execution/answer.js';
import type { PlanningEvent } from '../../src/planning/planner.js';
import { shop, telling } from './setup/shop.js';
import { inParts, Live } from './setup/live.js';

const GOOD = { __typename: 'Good', sku: '1', name: 'one', maker: { __typename: 'Maker', id: 'm' } };
const answering = telling({
  goods: { root: () => ({ data: { best: GOOD, goods: [GOOD] } }), entity: () => GOOD },
  stock: { entity: () => ({ stock: 7, shelf: { row: 1 } }) },
  prices: { entity: () => ({ price: 5, discount: 2 }) },
  makers: { entity: () => ({ title: 'maker' }) },
});
const TWO = 'query Two($stock: Boolean!, $price: Boolean = true) { best { name stock @include(if: $stock) price @skip(if: $price) } }';
const FIVE = `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) {
  best { name stock @include(if: $a) price @include(if: $b) discount @include(if: $c) maker @include(if: $d) { title } sku @include(if: $e) }
}`;
const { supergraphSdl } = shop();

let events: PlanningEvent[];
let started: Live[];
beforeEach(() => {
  events = [];
  started = [];
});
afterEach(() => Promise.all(started.map((live) => live.stop())));

function start(): Live {
  const live = new Live(supergraphSdl, { answering, planning: (event) => events.push(event) });
  started.push(live);
  return live;
}

const plannings = (): number => events.filter(({ kind }) => kind === 'PLANNING').length;

describe('a question with conditions', () => {
  it('is planned once for each combination, however many ask it at once', async () => {
    const live = start();
    const asked = Array.from({ length: 40 }, (_, i) => live.whole(TWO, { stock: i % 2 === 0, price: true }));
    const outcomes = await Promise.all(asked);
    expect(plannings()).toBe(2);
    outcomes.forEach(({ data }, i) => {
      expect(data).toEqual({ best: i % 2 === 0 ? { name: 'one', stock: 7 } : { name: 'one' } });
    });
    await live.whole(TWO, { stock: true });
    expect(plannings()).toBe(2);
  });

  it('shares its plans with questions that ask the same without conditions', async () => {
    const live = start();
    await live.whole('{ best { name stock } }');
    await live.whole(TWO, { stock: true });
    expect(plannings()).toBe(1);
  });

  it('asks agencies only for what counts, without a condition', async () => {
    const live = start();
    expect((await live.whole(TWO, { stock: false, price: false })).data).toEqual({ best: { name: 'one', price: 5 } });
    expect(live.calls.map(({ text }) => text)).toEqual([
      '{best{__typename sku name}}',
      'query($representations:[_Any!]!){_entities(representations:$representations){...on Good{price}}}',
    ]);
  });

  it('is refused where a variable of a condition is null', async () => {
    const answered = await start().ask(TWO, { stock: true, price: null });
    expect(answered).toMatchObject({ ok: false, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('has sixteen plans at most beside those under conditions, and is right in all combinations', async () => {
    const live = start();
    for (let which = 0; which < 32; which++) {
      const [a = false, b = false, c = false, d = false, e = false] = Array.from({ length: 5 }, (_, bit) => (which & (1 << bit)) !== 0);
      const expected = {
        name: 'one',
        ...(a && { stock: 7 }),
        ...(b && { price: 5 }),
        ...(c && { discount: 2 }),
        ...(d && { maker: { title: 'maker' } }),
        ...(e && { sku: '1' }),
      };
      expect((await live.whole(FIVE, { a, b, c, d, e })).data).toEqual({ best: expected });
    }
    expect(plannings()).toBe(16);
  });

  it('defers by a variable: in parts where it is true or not given, at once where it is not', async () => {
    const live = start();
    const text = 'query ($later: Boolean) { best { name ... @defer(if: $later, label: "l") { stock } } }';
    for (const variables of [{ later: true }, {}]) {
      const { first, batches } = await inParts(await live.ask(text, variables));
      expect(first.data).toEqual({ best: { name: 'one' } });
      expect(batches).toMatchObject([[{ path: ['best'], label: 'l', data: { stock: 7 } }]]);
    }
    expect((await live.whole(text, { later: false })).data).toEqual({ best: { name: 'one', stock: 7 } });
    expect(plannings()).toBe(2);
  });
});

describe('a graph that is about to serve', () => {
  it('plans ahead the combinations that were asked before, and no others', async () => {
    const before = start();
    await before.whole(TWO, { stock: true });
    await before.whole(TWO, { stock: false, price: false });
    const next = start();
    events.length = 0;
    await warmFrom(before.graph, next.graph, [], 10);
    expect(plannings()).toBe(2);
    await next.whole(TWO, { stock: true });
    await next.whole(TWO, { stock: false, price: false });
    expect(plannings()).toBe(2);
    await next.whole(TWO, { stock: true, price: false });
    expect(plannings()).toBe(3);
  });

  it('plans ahead every combination of what clients were built with', async () => {
    const next = start();
    await warmFrom(undefined, next.graph, [TWO], 10);
    expect(plannings()).toBe(4);
    for (const stock of [true, false]) for (const price of [true, false]) await next.whole(TWO, { stock, price });
    expect(plannings()).toBe(4);
  });
});
