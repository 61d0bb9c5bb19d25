import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { paginate, type Connection } from '../src/connection.js';

const refusal = (ask: () => unknown): unknown => {
  try {
    return ask();
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
};

describe('a page of a list', () => {
  it('walks through the whole list once, in order, whatever the page size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 25 }), (items, first) => {
        const walked: number[] = [];
        let after: string | null = null;
        for (let pages = 0; pages <= items.length; pages++) {
          const page: Connection<number> = paginate(items, { first, after, most: 25 });
          expect(page.totalCount).toBe(items.length);
          expect(page.edges.length).toBeLessThanOrEqual(first);
          expect(page.pageInfo.hasPreviousPage).toBe(walked.length > 0);
          walked.push(...page.edges.map(({ node }) => node));
          expect(page.pageInfo.hasNextPage).toBe(walked.length < items.length);
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        expect(walked).toEqual(items);
      }),
    );
  });

  it('goes on after any edge with the edge that follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (length, pick) => {
        const items = Array.from({ length }, (_, i) => i);
        const edge = paginate(items, { first: 40, most: 40 }).edges[pick % length];
        const next = paginate(items, { first: 1, after: edge?.cursor, most: 40 });
        expect(next.edges.map(({ node }) => node)).toEqual(items.slice((pick % length) + 1, (pick % length) + 2));
      }),
    );
  });

  it('refuses every text that it has not given out as a cursor', () => {
    const items = [1, 2, 3];
    const given = new Set(paginate(items, { most: 3, first: 3 }).edges.map(({ cursor }) => cursor));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.constantFrom(...given).chain((cursor) => fc.constantFrom(`${cursor}=`, ` ${cursor}`, cursor.slice(0, -1), cursor)),
        ),
        (after) => {
          expect(refusal(() => paginate(items, { after, most: 3 })) === 'PAGE_INVALID').toBe(!given.has(after));
        },
      ),
    );
  });

  it('refuses a cursor of a longer list, a negative size and a size above the bound', () => {
    const last = paginate([1, 2, 3, 4], { most: 4 }).pageInfo.endCursor;
    expect(refusal(() => paginate([1, 2], { after: last, most: 4 }))).toBe('PAGE_INVALID');
    expect(refusal(() => paginate([1], { first: -1, most: 4 }))).toBe('PAGE_INVALID');
    expect(refusal(() => paginate([1], { first: 5, most: 4 }))).toBe('PAGE_INVALID');
  });

  it('has a usual size for callers who send none, never above the bound', () => {
    const items = Array.from({ length: 200 }, (_, i) => i);
    expect(paginate(items, { most: 100 }).edges).toHaveLength(20);
    expect(paginate(items, { most: 12, first: null }).edges).toHaveLength(12);
    expect(paginate(items, { most: 100, usual: 50 }).edges).toHaveLength(50);
  });

  it('counts without giving anything when nobody wants an item', () => {
    expect(paginate([1, 2], { first: 0, most: 10 })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 2,
    });
  });
});
