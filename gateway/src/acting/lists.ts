import { sql, type Kysely, type Selectable } from 'kysely';
import { catalogued, type CitizenRef } from '@yichuang/schema';
import type { DelegationTable, EmergencyAccessTable, HandledCaseTable } from '../store/acting-tables.js';
import type { Tables } from '../store/tables.js';

/** What is asked of a list: newest first, after a place in it. */
export interface PageAsked {
  readonly first: number;
  /** Sequence number of the row before; undefined: from the newest. */
  readonly after: string | undefined;
}

/** A page of a list that goes on growing at its other end. */
export interface ListPage<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** What offices did with emergency access. */
export interface EmergencyCounts {
  readonly organisation: string;
  readonly opened: number;
  readonly reviewedOk: number;
  readonly reviewedMisuse: number;
  readonly escalated: number;
}

type WithTime<T> = Selectable<T> & {
  /** Time of the store when it was read. */
  readonly now: Date;
};

const PAGE_BOUND = 100;
const NOW = sql<Date>`clock_timestamp()`;

/**
 * Reads the arguments of a list.
 * @throws GraphQLError PAGE_INVALID when first is not in 0..100 or after is no cursor
 */
export function pageAsked(first: unknown, after: unknown): PageAsked {
  if (typeof first !== 'number' || !Number.isInteger(first) || first < 0 || first > PAGE_BOUND) throw catalogued('PAGE_INVALID');
  if (after === null || after === undefined) return { first, after: undefined };
  const cursor = typeof after === 'string' ? Buffer.from(after, 'base64url').toString() : '';
  const place = /^s(\d{1,18})$/.exec(cursor)?.[1];
  if (place === undefined) throw catalogued('PAGE_INVALID');
  return { first, after: place };
}

/** Makes a page of rows, of which one more than asked was read where there is one. */
export function listPage<R extends { readonly seq: string }, T>(
  rows: readonly R[],
  { first, after }: PageAsked,
  show: (row: R) => T,
): ListPage<T> {
  const edges = rows.slice(0, first).map((row) => ({ cursor: Buffer.from(`s${row.seq}`).toString('base64url'), node: show(row) }));
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

export function delegationsOf(
  db: Kysely<Tables>,
  ref: CitizenRef,
  side: 'GIVEN' | 'HELD',
  { first, after }: PageAsked,
): Promise<WithTime<DelegationTable>[]> {
  return db
    .selectFrom('delegation')
    .selectAll()
    .select(NOW.as('now'))
    .where(side === 'GIVEN' ? 'from_ref' : 'to_ref', '=', ref)
    .$if(after !== undefined, (query) => query.where('seq', '<', after ?? ''))
    .orderBy('seq', 'desc')
    .limit(first + 1)
    .execute();
}

export function casesOpenedBy(
  db: Kysely<Tables>,
  user: string,
  party: string,
  { first, after }: PageAsked,
): Promise<Selectable<HandledCaseTable>[]> {
  return db
    .selectFrom('handled_case')
    .selectAll()
    .where('opened_by', '=', user)
    .where('party', '=', party)
    .$if(after !== undefined, (query) => query.where('seq', '<', after ?? ''))
    .orderBy('seq', 'desc')
    .limit(first + 1)
    .execute();
}

/** Of one official, or of all of a party. */
export function emergenciesOf(
  db: Kysely<Tables>,
  user: string | undefined,
  party: string,
  { first, after }: PageAsked,
): Promise<WithTime<EmergencyAccessTable>[]> {
  return db
    .selectFrom('emergency_access')
    .selectAll()
    .select(NOW.as('now'))
    .where('party', '=', party)
    .$if(user !== undefined, (query) => query.where('opener', '=', user ?? ''))
    .$if(after !== undefined, (query) => query.where('seq', '<', after ?? ''))
    .orderBy('seq', 'desc')
    .limit(first + 1)
    .execute();
}

/** Those that were open and concerned a person. */
export function emergenciesAbout(
  db: Kysely<Tables>,
  ref: CitizenRef,
  { first, after }: PageAsked,
): Promise<WithTime<EmergencyAccessTable>[]> {
  return db
    .selectFrom('emergency_access')
    .selectAll()
    .select(NOW.as('now'))
    .where(sql<boolean>`subjects @> array[${ref}]`)
    .where('opened_at', 'is not', null)
    .$if(after !== undefined, (query) => query.where('seq', '<', after ?? ''))
    .orderBy('seq', 'desc')
    .limit(first + 1)
    .execute();
}

/** Of the last twelve months, by organisation. */
export async function emergencyCounts(db: Kysely<Tables>): Promise<EmergencyCounts[]> {
  const rows = await db
    .selectFrom('emergency_access')
    .select(({ fn }) => [
      'party as organisation',
      fn.countAll<string>().as('opened'),
      fn.countAll<string>().filterWhere('state', '=', 'REVIEWED_OK').as('ok'),
      fn.countAll<string>().filterWhere('state', '=', 'REVIEWED_MISUSE').as('misuse'),
      fn.count<string>('escalated_at').as('escalated'),
    ])
    .where('opened_at', '>', sql<Date>`clock_timestamp() - interval '12 months'`)
    .groupBy('party')
    .orderBy('party')
    .execute();
  return rows.map(({ organisation, opened, ok, misuse, escalated }) => ({
    organisation,
    opened: Number(opened),
    reviewedOk: Number(ok),
    reviewedMisuse: Number(misuse),
    escalated: Number(escalated),
  }));
}
