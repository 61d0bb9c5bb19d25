import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NUMBERED, pageAsked, pageOf, pageOfAll, timed } from '../src/pages.js';

const NAMED = timed(/^[a-z0-9_]{1,60}$/);
const COUNTED = timed(/^\d{1,18}$/);
const refused = expect.objectContaining({ extensions: expect.objectContaining({ code: 'PAGE_INVALID' }) });

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a list in pages', () => {
  it('is the whole list, each item once, however large the pages are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (items, first) => {
        const read: number[] = [];
        let after: string | null = null;
        for (;;) {
          const page: ReturnType<typeof pageOfAll<number>> = pageOfAll(items, { first, after }, 7);
          read.push(...page.nodes);
          expect(page.totalCount).toBe(items.length);
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
          after = page.pageInfo.endCursor;
          if (!page.pageInfo.hasNextPage) break;
        }
        expect(read).toEqual(items);
      }),
    );
  });

  it('is read on from the place that a cursor names', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
        fc.stringMatching(/^[a-z0-9_]{1,60}$/),
        fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
        (at, name, number) => {
          for (const [places, place] of [
            [NAMED, { at, id: name }],
            [COUNTED, { at, id: String(number) }],
          ] as const) {
            const { pageInfo } = pageOf([place], { first: 1, after: undefined }, places, (row) => row, String);
            expect(pageAsked({ first: 1, after: pageInfo.endCursor }, places)).toEqual({ first: 1, after: place });
          }
          const { pageInfo } = pageOf([number], { first: 1, after: undefined }, NUMBERED, String, String);
          expect(pageAsked({ first: 1, after: pageInfo.endCursor }, NUMBERED).after).toBe(String(number));
        },
      ),
    );
  });

  it.each([-1, 101, 1.5, null, undefined, '5'])('is not read %s items at a time', (first) => {
    expect(thrown(() => pageAsked({ first }, NUMBERED))).toEqual(refused);
    expect(thrown(() => pageOfAll([1], { first }, 100))).toEqual(refused);
  });

  it('is not read on from a cursor of another kind of list, or from none', () => {
    const cursors = ['p0', 's1', '1.abc', '1.2', '', 'x', '1.A', `s${'9'.repeat(19)}`].map((text) =>
      Buffer.from(text).toString('base64url'),
    );
    const read = (after: unknown): boolean[] =>
      [NUMBERED, NAMED, COUNTED].map((places) => thrown(() => pageAsked<unknown>({ first: 1, after }, places)) === undefined);
    expect(cursors.map(read)).toEqual([
      [false, false, false],
      [true, false, false],
      [false, true, false],
      [false, true, true],
      ...Array.from({ length: 4 }, () => [false, false, false]),
    ]);
    expect(read(7)).toEqual([false, false, false]);
    const past = Buffer.from('p1').toString('base64url');
    expect(thrown(() => pageOfAll(['one'], { first: 1, after: past }, 1))).toEqual(refused);
  });
});
