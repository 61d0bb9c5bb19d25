import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphqlSync } from 'graphql';
import { entities, inParts, Live } from '../execution/setup/live.js';
import { composeFixture } from './graph-fixture.js';
import { narrowed } from './graphs/narrowed.js';

const LIKED = { __typename: 'Book', id: 'b2', title: 'two', pages: 4, author: { name: 'y' } };
const BOOK = { __typename: 'Book', id: 'b1', title: 'one', pages: 3, author: { name: 'x' }, like: LIKED };
const SHELF = { __typename: 'Shelf', id: 's', top: BOOK, all: [BOOK, LIKED], colour: 'red' };
const VALUES = { featured: BOOK, many: [BOOK, null], mixed: LIKED, shelf: SHELF, bookShelf: SHELF };

const fixture = composeFixture(narrowed);
let live: Live;
beforeAll(() => {
  live = new Live(fixture.supergraphSdl, {
    answering: (received) => {
      const schema = fixture.subgraphs.get(received.subgraph);
      if (!schema) return undefined;
      if (!received.text.includes('_entities')) return graphqlSync({ schema, source: received.text, rootValue: VALUES });
      const [, selection = ''] = /on Shelf(.*)\}\}$/s.exec(received.text) ?? [];
      const { data } = graphqlSync({ schema, source: `{ bookShelf ${selection} }`, rootValue: VALUES });
      return { data: entities(received, () => data?.['bookShelf']) };
    },
  });
});
afterAll(() => live.stop());

describe('a field that is of one object type in the subgraph that is asked, and of an interface or a union in the graph', () => {
  it.each([
    '{ featured { title ... on Book { pages } } }',
    '{ featured { ... on Book { like { title ... on Book { pages like { id } } } } } }',
    '{ featured { t: __typename title ... on Book { author { name } } ... on Film { minutes } } }',
    '{ many { title ... on Book { pages } } }',
    '{ mixed { ... on Book { title pages } } }',
    '{ mixed { ... on Media { title } ... on Book { pages } } }',
    '{ bookShelf { top { title ... on Book { pages } } all { title ... on Book { pages } } } }',
    '{ bookShelf { colour top { ... on Book { title } } all { ... on Film { title } } } }',
    '{ shelf { id colour } bookShelf { top { ... on Book { author { name } } } } }',
  ])('is told what it is: %s', async (query) => {
    const truth = graphqlSync({ schema: fixture.full, source: query, rootValue: VALUES });
    const { data, errors } = await live.whole(query);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toBe(JSON.stringify(truth.data));
  });

  it('is told so in parts, and at once where the planner cannot plan it in parts', async () => {
    const { first, batches } = await inParts(await live.ask('{ bookShelf { top { title } ... @defer { colour } } }'));
    expect(first.data).toEqual({ bookShelf: { top: { title: 'one' } } });
    expect(batches.flat()).toMatchObject([{ path: ['bookShelf'], data: { colour: 'red' }, errors: [] }]);
    const whole = await inParts(await live.ask('{ bookShelf { id ... @defer { top { ... on Book { pages } } } } }'));
    expect(whole).toMatchObject({ first: { data: { bookShelf: { id: 's', top: { pages: 3 } } }, errors: [] }, batches: [] });
  });

  it('is asked for its type there, and nowhere else', async () => {
    live.calls.length = 0;
    await live.whole('{ featured { title ... on Book { pages author { name } } } }');
    expect(live.texts('books')).toEqual(['{featured{__typename pages author{name}title}}']);
  });
});
