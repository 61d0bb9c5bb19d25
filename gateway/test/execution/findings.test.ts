import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestHub, type TestHub } from '../setup/hub.js';
import { composeFixture } from '../differential/graph-fixture.js';
import { entities, inParts, Live } from './setup/live.js';
import { shop, telling } from './setup/shop.js';

const good = (sku: string) => ({ __typename: 'Good', sku, name: `good ${sku}` });

const FILMS = composeFixture({
  name: 'films',
  subgraphs: {
    things: `
      type Query { things: [Thing!]! }
      interface Thing { id: ID! }
      type Film implements Thing @key(fields: "id") { id: ID! }
      type Book implements Thing @key(fields: "id") { id: ID! }
    `,
    details: `
      type Film @key(fields: "id") { id: ID! length: Int late: Int }
      type Book @key(fields: "id") { id: ID! price: Int }
    `,
  },
});

describe('what is said beside the data', () => {
  let live: Live;
  beforeAll(() => {
    live = new Live(shop().supergraphSdl);
  });
  afterAll(() => live.stop());

  const source = (path: (string | number)[]) => ({ path, system: 'stock-1', freshness: 'LIVE' });
  beforeEach(() => {
    const goods = [good('1'), null, good('2'), good('1')];
    const roots = telling({ goods: { root: () => ({ data: { goods, goods__1: goods, best: good('2') } }) } });
    live.answering = (received) => {
      if (received.subgraph === 'goods') return roots(received);
      const data = entities(received, ({ sku }) => (sku === '1' ? { stock: 1, shelf: { row: null } } : { stock: null, shelf: null }));
      return {
        data,
        errors: Object.keys(data).flatMap((list, i) => [
          ...(i === 0 ? [{ message: 'no row', path: [list, 0, 'shelf', 'row'], extensions: { reason: 'dust' } }] : []),
          { message: 'no stock', path: [list, 1, 'stock'] },
        ]),
        extensions: { provenance: Object.keys(data).map((list) => source([list, 0, 'stock'])) },
      };
    };
  });

  it('stands at every place of every alias, at the positions of the client’s lists', async () => {
    const { data, errors, provenance } = await live.whole('{ goods { a: stock b: stock shelf { r: row } } again: goods { stock } }');
    expect(data).toMatchObject({ goods: [{ a: 1, b: 1, shelf: { r: null } }, null, { a: null, b: null, shelf: null }, { a: 1 }] });
    expect(errors.map(({ path }) => path?.join('.'))).toEqual([
      'goods.0.shelf.r',
      'goods.2.a',
      'goods.2.b',
      'goods.3.shelf.r',
      'again.2.stock',
    ]);
    expect(provenance.map(({ path }) => path.join('.'))).toEqual([
      'goods.0.a',
      'goods.0.b',
      'goods.3.a',
      'goods.3.b',
      'again.0.stock',
      'again.3.stock',
    ]);
  });

  it('has the words of an agency whose graph has no access rules', async () => {
    const { errors } = await live.whole('{ goods { stock shelf { row } } }');
    expect(errors[0]).toEqual({
      message: 'no row',
      path: ['goods', 0, 'shelf', 'row'],
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', agency: 'stock', reason: 'dust' },
    });
  });

  it.each([
    ['nothing', undefined],
    ['nobody', []],
    ['the list', ['_entities']],
    ['nobody there is', ['_entities', 7, 'stock']],
    ['a place without its list', ['stock']],
  ])('says what is missing where an agency says of %s what it is about', async (_of, path) => {
    live.answering = (received) =>
      received.subgraph === 'goods'
        ? { data: { goods: [good('1'), good('2')] } }
        : { data: entities(received, ({ sku }) => ({ stock: sku === '1' ? 1 : null, shelf: {} })), errors: [{ message: 'dust', path }] };
    const { errors } = await live.whole('{ goods { stock shelf { row } } }');
    expect(errors).toMatchObject([{ message: 'dust', path: ['goods', 1, 'stock'] }]);
  });

  it('is not lost where everything came, nor where one list did not, nor where positions are text', async () => {
    const answer = (data: unknown, errors: unknown): void => {
      live.answering = ({ subgraph }) => (subgraph === 'goods' ? { data: { best: good('1') } } : { data, errors });
    };
    answer({ _entities: [{ stock: 1 }] }, [{ message: 'dust' }]);
    expect((await live.whole('{ best { stock } }')).errors).toMatchObject([{ message: 'dust', path: ['best'] }]);
    answer({ _entities: null }, [{ message: 'dust' }]);
    expect((await live.whole('{ best { stock } }')).errors).toMatchObject([{ message: 'dust', path: ['best', 'stock'] }]);
    answer({ _entities: [{ stock: null }] }, [{ message: 'dust', path: ['_entities', '0', 'stock'] }]);
    expect((await live.whole('{ best { stock } }')).errors).toMatchObject([{ message: 'dust', path: ['best', 'stock'] }]);
  });

  it.each([
    ['loses its way in a list', ['goods', 'name'], ['goods']],
    ['takes an object for a list', ['best', 0, 'name'], ['best']],
    ['is beyond the end of a list', ['goods', 7, 'name'], ['goods']],
    ['begins with a position', [0, 'best'], []],
    ['is about what is in the answer', ['goods', 0, 'name'], ['goods', 0, 'name']],
  ])('stands at the last place there is where the agency %s', async (_why, path, place) => {
    live.answering = () => ({ data: { goods: [{ ...good('1'), name: null }], best: good('2') }, errors: [{ message: 'dust', path }] });
    expect((await live.whole('{ goods { name } best { name } }')).errors).toMatchObject([{ message: 'dust', path: place }]);
  });

  it('is said only of what is asked of an object of its type, when an agency does not answer', async () => {
    const films = new Live(FILMS.supergraphSdl);
    films.answering = ({ subgraph }) =>
      subgraph === 'things'
        ? {
            data: {
              things: [
                { __typename: 'Film', id: '1' },
                { __typename: 'Book', id: '2' },
              ],
            },
          }
        : undefined;
    const asked = '{ things { id ... on Film { length } ... on Book { price } ... @defer { ... on Film { late } } } }';
    const { first, batches } = await inParts(await films.ask(asked));
    const paths = [first, ...batches.flat()].map(({ errors }) => errors.map(({ path }) => path?.join('.')));
    expect(paths).toEqual([['things.0.length', 'things.1.price'], ['things.0.late'], []]);
    await films.stop();
  });

  it('has all the words that were said of one place', async () => {
    const errors = ['too short', 'too dull'].map((message) => ({ message, path: ['best'] }));
    live.answering = () => ({ data: { best: null }, errors });
    expect((await live.whole('{ best { name } }')).errors.map(({ message }) => message)).toEqual(['too short', 'too dull']);
  });

  it('says of an agency that does not answer what is missing at every key it was asked for', async () => {
    live.answering = ({ subgraph }) => (subgraph === 'goods' ? { data: { best: good('1') } } : undefined);
    const { data, errors } = await live.whole('{ best { name a: stock s: shelf { row } } }');
    expect(data).toEqual({ best: { name: 'good 1', a: null, s: null } });
    expect(errors).toMatchObject([
      { path: ['best', 'a'], extensions: { code: 'AGENCY_BAD_RESPONSE', agency: 'stock' } },
      { path: ['best', 's'], extensions: { code: 'AGENCY_BAD_RESPONSE', agency: 'stock' } },
    ]);
  });
});

describe('what an agency writes, on a graph with access rules', () => {
  const SECRET = 'written by an agency';
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.close());

  it('never reaches the client, as text, as extensions or as steps of a path', async () => {
    const wrong = (extensions: Record<string, unknown>) => ({
      message: SECRET,
      path: ['_entities', 0, SECRET, 'pension', SECRET],
      extensions,
    });
    for (const agency of Object.values(hub.agencies))
      agency.behaviour = ({ representations }) => ({
        data: { _entities: representations.map(() => null) },
        errors: [wrong({ code: SECRET, note: SECRET, system: SECRET }), { message: SECRET, path: [SECRET] }],
        extensions: { provenance: [{ path: [SECRET], system: SECRET, freshness: 'LIVE' }] },
      });
    const { body } = await hub.ask('{ me { citizen { pension { monthsPaid account { balance } } } } }', { token: await hub.citizen() });
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(body.errors?.length).toBeGreaterThan(0);
  });
});
