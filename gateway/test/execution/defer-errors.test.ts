import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerData } from '../../src/execution/answer-data.js';
import { errorsInPart } from '../../src/execution/errors-in-answer.js';
import { inParts, Live } from './setup/live.js';
import { shop, telling } from './setup/shop.js';

let live: Live;
beforeAll(() => {
  const errors = ['street', 'city'].map((field) => ({ message: `no ${field}`, path: ['place', field] }));
  const answering = telling({ goods: { root: () => ({ data: { place: { city: null, street: null } }, errors }) } });
  live = new Live(shop().supergraphSdl, { answering });
});
afterAll(() => live.stop());

/** Where each part of an answer is, with the places of its errors. */
async function said(query: string): Promise<unknown> {
  const { first, batches } = await inParts(await live.ask(query));
  return [first, ...batches.flat()].map(({ data, errors }) => ({ data, errors: errors.map(({ message, path }) => [message, path]) }));
}

describe('an error of what was fetched early and is shown later', () => {
  it('comes with the part that shows it', async () => {
    expect(await said('{ place { city ... @defer { street } } }')).toEqual([
      { data: { place: { city: null } }, errors: [['no city', ['place', 'city']]] },
      { data: { street: null }, errors: [['no street', ['place', 'street']]] },
    ]);
  });

  it('waits through the parts around that part', async () => {
    expect(await said('{ place { ... @defer { city ... @defer { street } } } }')).toEqual([
      { data: { place: {} }, errors: [] },
      { data: { city: null }, errors: [['no city', ['place', 'city']]] },
      { data: { street: null }, errors: [['no street', ['place', 'street']]] },
    ]);
  });

  it('comes with each part that shows it, and once with each', async () => {
    expect(await said('{ place { ... @defer(label: "a") { street } ... @defer(label: "b") { street city } } }')).toEqual([
      { data: { place: {} }, errors: [] },
      {
        data: { street: null, city: null },
        errors: [
          ['no street', ['place', 'street']],
          ['no city', ['place', 'city']],
        ],
      },
      { data: { street: null }, errors: [['no street', ['place', 'street']]] },
    ]);
  });
});

describe('an error of a part that comes later', () => {
  const data = new AnswerData('{"tags":["x"],"shelf":null,"stock":null}');
  const at = ['goods', 1];

  it.each([
    ['of a null of it', ['goods', 1, 'stock'], ['goods', 1, 'stock']],
    ['of what is below a null of it', ['goods', 1, 'shelf', 'row'], ['goods', 1, 'shelf', 'row']],
    ['that loses its way in it', ['goods', 1, 'tags', 7], ['goods', 1, 'tags']],
    ['of a list its object stands in', ['goods'], at],
    ['of the whole answer', [], at],
    ['that loses its way to it', ['goods', 'stock'], at],
    ['of something beside it', ['best', 'stock'], at],
  ])('%s stands at a place of the part', (_, path, place) => {
    expect(errorsInPart([{ path }], data, at)).toEqual({ here: [{ path: place }], elsewhere: [] });
  });

  it('is said below the part that null has taken', () => {
    expect(errorsInPart([{ path: ['goods', 1, 'price'] }], null, at).here).toEqual([{ path: ['goods', 1, 'price'] }]);
  });

  it('is not said where it is of another element of the list', () => {
    expect(errorsInPart([{ path: ['goods', 0, 'stock'] }], data, at)).toEqual({ here: [], elsewhere: [] });
  });

  it('is left for other parts where it is of a key that this one does not have', () => {
    const error = { path: ['goods', 1, 'price'] };
    expect(errorsInPart([error], data, at)).toEqual({ here: [], elsewhere: [error] });
  });
});
