import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execute, GraphQLError, isObjectType, parse, type GraphQLSchema } from 'graphql';
import { composeFixture, type GraphFixture } from '../differential/graph-fixture.js';
import { entities, gate, Live, representations, type Received } from './setup/live.js';

/** Prices depend on where a ware is offered: a shop has a currency and a rate of its own, and so has a market. */
const trade = (): GraphFixture =>
  composeFixture({
    name: 'trade',
    subgraphs: {
      trade: `
        type Query { shops: [Shop]! market: Market markets: [Market!]! }
        type Market @key(fields: "id") @context(name: "trade") { id: ID! currency: String rate: Int stalls: [Stall!] featured: Ware }
        type Shop @key(fields: "id") @context(name: "trade") { id: ID! currency: String rate: Int wares: [Ware] boxes: [[Box!]] }
        type Box { ware: Ware }
        type Stall @key(fields: "id") { id: ID! }
        type Ware @key(fields: "id") {
          id: ID!
          size: Int
          price(currency: String @fromContext(field: "$trade { currency }"), rate: Int @fromContext(field: "$trade { rate }")): String
        }
      `,
      stock: `
        type Stall @key(fields: "id") { id: ID! goods: [Ware!] }
        type Ware @key(fields: "id") { id: ID! left(unit: String!): Int }
      `,
      paint: `
        type Ware @key(fields: "id") { id: ID! color: String }
      `,
      alleys: `
        type Query { alley: Alley }
        type Alley { market: Market }
        type Market @key(fields: "id", resolvable: false) { id: ID! }
      `,
    },
  });

type Reference = Readonly<Record<string, unknown>>;

const ware = (id: string): Reference => ({ __typename: 'Ware', id });
const shops = [
  {
    __typename: 'Shop',
    id: 's1',
    currency: 'CNY',
    rate: 2,
    wares: [ware('w1'), null, ware('w2'), ware('w1')],
    boxes: [[{ ware: ware('w2') }], []],
  },
  { __typename: 'Shop', id: 's2', currency: 'EUR', rate: 3, wares: [ware('w1')], boxes: [[{ ware: ware('w1') }, { ware: null }], null] },
  null,
  { __typename: 'Shop', id: 's3', currency: null, rate: null, wares: [ware('w1'), ware('broken')], boxes: null },
];
const stall = { __typename: 'Stall', id: 'both' };
const markets = [
  { __typename: 'Market', id: 'm1', currency: 'USD', rate: 1, featured: ware('w1'), stalls: [stall] },
  { __typename: 'Market', id: 'm2', currency: 'JPY', rate: 4, featured: ware('w2'), stalls: [stall, { __typename: 'Stall', id: 'none' }] },
];

/** What a ware costs, as the subgraph says it. */
const price = (id: string, currency: string | null, rate: number | null): string => `${id} in ${currency} at ${rate}`;

const told: Readonly<Record<string, (source: Reference, args: Reference) => unknown>> = {
  shops: () => shops,
  market: () => markets[0],
  markets: () => markets,
  size: () => 7,
  left: () => 5,
  color: ({ id }) => `color of ${String(id)}`,
  alley: () => ({ market: { __typename: 'Market', id: 'm2' } }),
  currency: ({ id }) => markets.find((market) => market.id === id)?.currency,
  rate: ({ id }) => markets.find((market) => market.id === id)?.rate,
  stalls: ({ id }) => markets.find((market) => market.id === id)?.stalls,
  goods: ({ id }) => (id === 'both' ? [ware('w1'), ware('w2')] : null),
  price: ({ id }, { currency, rate }) => {
    if (id === 'broken') throw new GraphQLError('no price');
    return price(String(id), currency as string | null, rate as number | null);
  },
};

describe('a field with arguments from around it', () => {
  const fixture = trade();
  let live: Live;

  beforeAll(() => {
    for (const schema of fixture.subgraphs.values()) findByItself(schema);
    live = new Live(fixture.supergraphSdl, { answering: (received) => answered(fixture, received) });
  });
  beforeEach(() => void (live.calls.length = 0));
  afterAll(() => live.stop());

  const priced = () => live.calls.filter(({ text }) => text.includes('price('));

  it('is given the values of the object it stands in, and not those of another', async () => {
    const { data, errors } = await live.whole('{ shops { id wares { id price } } }');
    expect(data).toEqual({
      shops: [
        {
          id: 's1',
          wares: [
            { id: 'w1', price: price('w1', 'CNY', 2) },
            null,
            { id: 'w2', price: price('w2', 'CNY', 2) },
            { id: 'w1', price: price('w1', 'CNY', 2) },
          ],
        },
        { id: 's2', wares: [{ id: 'w1', price: price('w1', 'EUR', 3) }] },
        null,
        {
          id: 's3',
          wares: [
            { id: 'w1', price: price('w1', null, null) },
            { id: 'broken', price: null },
          ],
        },
      ],
    });
    expect(errors.map(({ path }) => path)).toEqual([['shops', 3, 'wares', 1, 'price']]);
  });

  it('is asked for in one call per combination of values, each entity once', async () => {
    await live.whole('{ shops { wares { price } } }');
    expect(
      priced()
        .map(({ variables: { representations, ...values } }) => [
          Object.values(values),
          (representations as Reference[]).map(({ id }) => id),
        ])
        .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    ).toEqual([
      [
        ['CNY', 2],
        ['w1', 'w2'],
      ],
      [['EUR', 3], ['w1']],
      [
        [null, null],
        ['w1', 'broken'],
      ],
    ]);
  });

  it('finds them through lists of lists and objects in between', async () => {
    const { data, errors } = await live.whole('{ shops { boxes { ware { price left(unit: "kg") size } } } }');
    const offer = (id: string, currency: string, rate: number) => ({ ware: { price: price(id, currency, rate), left: 5, size: 7 } });
    expect(data).toEqual({
      shops: [{ boxes: [[offer('w2', 'CNY', 2)], []] }, { boxes: [[offer('w1', 'EUR', 3), { ware: null }], null] }, null, { boxes: null }],
    });
    expect(errors).toEqual([]);
  });

  it('is given those of another type where it stands in one, in the same question', async () => {
    const { data } = await live.whole('{ market { featured { price } } shops { wares { cost: price } } }');
    expect(data).toMatchObject({
      market: { featured: { price: price('w1', 'USD', 1) } },
      shops: [{ wares: [{ cost: price('w1', 'CNY', 2) }, null, {}, {}] }, { wares: [{ cost: price('w1', 'EUR', 3) }] }, null, {}],
    });
  });

  it('is not given to objects that came once for several places, with the values of only one of them', async () => {
    const { data, errors } = await live.whole('{ markets { stalls { goods { id price } } } }');
    const goods = (currency: string, rate: number) => ['w1', 'w2'].map((id) => ({ id, price: price(id, currency, rate) }));
    expect(data).toEqual({
      markets: [{ stalls: [{ goods: goods('USD', 1) }] }, { stalls: [{ goods: goods('JPY', 4) }, { goods: null }] }],
    });
    expect(errors).toEqual([]);
  });

  it('does not keep what else is fetched of the same objects from any of their places', async () => {
    const { data, errors } = await live.whole('{ markets { stalls { goods { price color } } } }');
    const goods = (currency: string, rate: number) =>
      ['w1', 'w2'].map((id) => ({ price: price(id, currency, rate), color: `color of ${id}` }));
    expect(data).toEqual({
      markets: [{ stalls: [{ goods: goods('USD', 1) }] }, { stalls: [{ goods: goods('JPY', 4) }, { goods: null }] }],
    });
    expect(errors).toEqual([]);
  });

  it('is null where it is null, whatever it was for the same object at a place that was ready sooner', async () => {
    const market = gate();
    live.answering = async (received) => {
      if (received.subgraph === 'alleys') await market.opened;
      const answer = await answered(fixture, received);
      const offered = Object.values(received.variables);
      if (!received.text.includes('price(')) return answer;
      if (offered.includes('USD')) market.open();
      return offered.includes('JPY') ? { data: entities(received, () => ({ price: null })) } : answer;
    };
    try {
      const { data } = await live.whole('{ market { stalls { goods { price } } } alley { market { stalls { goods { price } } } } }');
      expect(data).toEqual({
        market: { stalls: [{ goods: [{ price: price('w1', 'USD', 1) }, { price: price('w2', 'USD', 1) }] }] },
        alley: { market: { stalls: [{ goods: [{ price: null }, { price: null }] }, { goods: null }] } },
      });
    } finally {
      market.open();
      live.answering = (received) => answered(fixture, received);
    }
  });

  it('is asked for in calls no larger than the agency bears', async () => {
    const small = new Live(fixture.supergraphSdl, { maxBatch: 1, answering: (received) => answered(fixture, received) });
    try {
      const { data } = await small.whole('{ markets { featured { price } stalls { goods { price } } } }');
      expect(data).toMatchObject({
        markets: [{ featured: { price: price('w1', 'USD', 1) } }, { featured: { price: price('w2', 'JPY', 4) } }],
      });
      expect(small.calls.map((call) => representations(call).length).filter((length) => length > 1)).toEqual([]);
    } finally {
      await small.stop();
    }
  });

  it('is null with a reason for those whose call fails, and only for them', async () => {
    live.answering = (received) =>
      received.variables['representations'] && Object.values(received.variables).includes('EUR') ? undefined : answered(fixture, received);
    try {
      const { data, errors } = await live.whole('{ shops { wares { price } } }');
      expect(data).toMatchObject({
        shops: [{ wares: [{ price: price('w1', 'CNY', 2) }, null, {}, {}] }, { wares: [{ price: null }] }, null, {}],
      });
      expect(errors.map(({ path }) => path?.join('.'))).toEqual(['shops.1.wares.0.price', 'shops.3.wares.1.price']);
    } finally {
      live.answering = (received) => answered(fixture, received);
    }
  });
});

/** What is known of an entity is what its representation says. */
function findByItself(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type))
      type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference: (reference: Reference) => reference } } };
}

function answered({ subgraphs }: GraphFixture, { subgraph, text, variables }: Received): unknown {
  const schema = subgraphs.get(subgraph);
  if (!schema) throw new Error(`no subgraph ${subgraph}`);
  return execute({
    schema,
    document: parse(text),
    variableValues: variables,
    fieldResolver: (source: Reference | undefined, args: Reference, _context, { fieldName }) =>
      source && fieldName in source ? source[fieldName] : told[fieldName]?.(source ?? {}, args),
  });
}
