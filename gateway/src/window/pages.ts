import { catalogued } from '@yichuang/schema';

/** A page of a list that is wholly known. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

/**
 * Cuts a page out of a list. Cursors are positions: they carry nothing of the items.
 * @param bound largest page
 * @throws GraphQLError PAGE_INVALID when first is not in 0..bound or after is not a cursor of this list
 */
export function pageOf<T>(items: readonly T[], first: number, after: string | null | undefined, bound: number): Page<T> {
  if (!Number.isInteger(first) || first < 0 || first > bound) throw catalogued('PAGE_INVALID');
  const start = after === null || after === undefined ? 0 : positionOf(after, items.length) + 1;
  const edges = items.slice(start, start + first).map((node, index) => ({ cursor: cursorOf(start + index), node }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: start + edges.length < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

function cursorOf(position: number): string {
  return Buffer.from(`p${position}`).toString('base64url');
}

function positionOf(cursor: string, length: number): number {
  const position = /^p(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (position === undefined || Number(position) >= length) throw catalogued('PAGE_INVALID');
  return Number(position);
}
