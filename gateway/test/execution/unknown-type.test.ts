import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { composeFixture } from '../differential/graph-fixture.js';
import { entities, Live } from './setup/live.js';

const media = () =>
  composeFixture({
    name: 'media',
    subgraphs: {
      catalogue: `
        type Query { best: Media any: Any }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
        union Any = Book | Film
      `,
      lending: `
        type Query { lent: [Media] }
        type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }
      `,
    },
  }).supergraphSdl;

describe('an object whose type nobody told', () => {
  let live: Live;
  beforeAll(() => {
    live = new Live(media());
  });
  afterAll(() => live.stop());

  const lent = { data: { lent: [1, 2].map((id) => ({ __typename: 'Media', id: String(id), rating: id })) } };
  /** The catalogue knows the first only. */
  beforeEach(() => {
    live.answering = ({ subgraph, ...received }) => {
      if (received.text.includes('_entities'))
        return {
          data: entities({ subgraph, ...received }, ({ id }) => (id === '1' ? { __typename: 'Book', title: 'one', pages: 3 } : null)),
        };
      return subgraph === 'lending' ? lent : { data: { best: { id: '1', title: 'one' }, any: { pages: 3 } } };
    };
  });

  const said = (errors: readonly { readonly path?: unknown; readonly extensions?: Readonly<Record<string, unknown>> | undefined }[]) =>
    errors.map(({ path, extensions }) => [path, extensions?.['code']]);

  it('is null with a reason where its type is asked', async () => {
    const { data, errors } = await live.whole('{ lent { rating __typename } best { title __typename } }');
    expect(data).toEqual({ lent: [{ rating: 1, __typename: 'Book' }, null], best: null });
    expect(said(errors)).toEqual([
      [['lent', 1], 'AGENCY_BAD_RESPONSE'],
      [['best'], 'AGENCY_BAD_RESPONSE'],
    ]);
  });

  it('is null with a reason where something is asked of one type of it', async () => {
    const { data, errors } = await live.whole('{ lent { rating ... on Book { pages } } any { ... on Book { pages } } }');
    expect(data).toEqual({ lent: [{ rating: 1, pages: 3 }, null], any: null });
    expect(said(errors)).toEqual([
      [['lent', 1], 'AGENCY_BAD_RESPONSE'],
      [['any'], 'AGENCY_BAD_RESPONSE'],
    ]);
  });

  it('is there as far as nothing depends on its type', async () => {
    const { data, errors } = await live.whole('{ lent { rating title } best { title } }');
    expect(data).toEqual({
      lent: [
        { rating: 1, title: 'one' },
        { rating: 2, title: null },
      ],
      best: { title: 'one' },
    });
    expect(errors).toEqual([]);
  });

  it('is null for the reason of the agency that would have told', async () => {
    const answering = live.answering;
    live.answering = (received) => (received.subgraph === 'catalogue' ? undefined : answering(received));
    const { data, errors } = await live.whole('{ lent { rating ... on Book { pages } title } }');
    expect(data).toEqual({ lent: [null, null] });
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every(({ path = [], extensions }) => path[0] === 'lent' && extensions?.['agency'] === 'catalogue')).toBe(true);
  });
});
