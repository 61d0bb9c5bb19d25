import { catalogued } from '@yichuang/schema';

/** One page of a list, in the shape of a Relay connection. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

export interface PageRequest {
  /** How many; the usual size where the caller sends null. */
  readonly first?: number | null | undefined;
  /** Cursor of the last item of the page before. */
  readonly after?: string | null | undefined;
  /** The bound of the field. */
  readonly most: number;
  /** Size of a page that nobody sized; 20, or the bound where that is less. */
  readonly usual?: number;
}

/**
 * Cuts one page out of a whole, ordered list. Cursors carry positions only, so nothing of a record stands in them.
 * @throws GraphQLError PAGE_INVALID when `first` is negative or above the bound, or `after` is not a cursor of this list.
 */
export function paginate<T>(items: readonly T[], request: PageRequest): Connection<T> {
  const first = request.first ?? request.usual ?? Math.min(20, request.most);
  if (!Number.isInteger(first) || first < 0 || first > request.most) throw catalogued('PAGE_INVALID');
  const start = request.after === null || request.after === undefined ? 0 : positionOf(request.after, items.length) + 1;
  const edges = items.slice(start, start + first).map((node, i) => ({ cursor: cursorOf(start + i), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: start + edges.length < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

const cursorOf = (position: number): string => Buffer.from(`after ${String(position)}`).toString('base64url');

function positionOf(cursor: string, length: number): number {
  const match = /^after (0|[1-9]\d{0,8})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const position = Number(match?.[1]);
  // base64 can be written in several ways; only the one that was given out is a cursor.
  if (!match || position >= length || cursorOf(position) !== cursor) throw catalogued('PAGE_INVALID');
  return position;
}
