import { catalogued } from '@yichuang/schema';

/** Part of a list, as a connection of the graph. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** What part of a list is asked for. */
export interface PageAsked<Place> {
  /** Items at most. */
  readonly first: number;
  /** The place in the list after which it begins; undefined: from its beginning. */
  readonly after: Place | undefined;
}

/**
 * How the places of a list are named. A cursor holds what the list is ordered by and nothing else: it carries nothing of the items, and
 * what is added later does not move it.
 */
export interface Places<Place> {
  /** Text of a place, before it is made a cursor. */
  readonly text: (place: Place) => string;
  /** @returns undefined for a text that names no place of such a list */
  readonly read: (text: string) => Place | undefined;
}

/** Where an item stands that is ordered by its time, and by its id among those of one time. */
export interface TimedPlace {
  readonly at: Date;
  readonly id: string;
}

/** Lists of the store whose rows are numbered as they come. */
export const NUMBERED: Places<string> = {
  text: (number) => `s${number}`,
  read: (text) => /^s(\d{1,18})$/.exec(text)?.[1],
};

/** Positions in a list that is wholly known. */
const POSITIONS: Places<number> = {
  text: (position) => `p${position}`,
  read: (text) => {
    const position = /^p(\d{1,9})$/.exec(text)?.[1];
    return position === undefined ? undefined : Number(position);
  },
};

const PAGE_BOUND = 100;

/** Lists of the store that are ordered by time. @param id what an id of their items looks like, whole */
export function timed(id: RegExp): Places<TimedPlace> {
  return {
    text: ({ at, id: own }) => `${at.getTime()}.${own}`,
    read: (text) => {
      const [, time, own] = /^(\d{1,15})\.(.*)$/.exec(text) ?? [];
      return time !== undefined && own !== undefined && id.test(own) ? { at: new Date(Number(time)), id: own } : undefined;
    },
  };
}

/**
 * Reads the arguments of a list.
 * @throws GraphQLError PAGE_INVALID when first is not in 0..bound or after is no cursor of such a list
 */
export function pageAsked<Place>(
  { first, after }: Readonly<Record<string, unknown>>,
  places: Pick<Places<Place>, 'read'>,
  bound = PAGE_BOUND,
): PageAsked<Place> {
  if (typeof first !== 'number' || !Number.isInteger(first) || first < 0 || first > bound) throw catalogued('PAGE_INVALID');
  if (after === null || after === undefined) return { first, after: undefined };
  const place = typeof after === 'string' ? places.read(Buffer.from(after, 'base64url').toString()) : undefined;
  if (place === undefined) throw catalogued('PAGE_INVALID');
  return { first, after: place };
}

/**
 * Makes a page of what was read.
 * @param rows in the order of the list, one more than was asked for where there is one
 */
export function pageOf<Row, Place, T>(
  rows: readonly Row[],
  { first, after }: PageAsked<Place>,
  places: Pick<Places<Place>, 'text'>,
  placeOf: (row: Row, index: number) => Place,
  show: (row: Row) => T,
): Page<T> {
  const edges = rows.slice(0, first).map((row, index) => ({
    cursor: Buffer.from(places.text(placeOf(row, index))).toString('base64url'),
    node: show(row),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/**
 * Cuts a page out of a list that is wholly known.
 * @param args first and after
 * @param bound largest page
 * @throws GraphQLError PAGE_INVALID as `pageAsked`
 */
export function pageOfAll<T>(
  items: readonly T[],
  args: Readonly<Record<string, unknown>>,
  bound: number,
): Page<T> & { readonly totalCount: number } {
  const asked = pageAsked(args, POSITIONS, bound);
  if (asked.after !== undefined && asked.after >= items.length) throw catalogued('PAGE_INVALID');
  const start = asked.after === undefined ? 0 : asked.after + 1;
  const page = pageOf(
    items.slice(start),
    asked,
    POSITIONS,
    (_, index) => start + index,
    (item) => item,
  );
  return { ...page, totalCount: items.length };
}
