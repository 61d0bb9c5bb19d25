import { sql, type Kysely, type Selectable, type SelectQueryBuilder } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import { NUMBERED, pageOf, type Page, type PageAsked } from '../pages.js';
import type { DelegationTable, EmergencyAccessTable, HandledCaseTable } from '../store/acting-tables.js';
import type { Tables } from '../store/tables.js';

/** What offices did with emergency access. */
export interface EmergencyCounts {
  readonly organisation: string;
  readonly opened: number;
  readonly reviewedOk: number;
  readonly reviewedMisuse: number;
  readonly escalated: number;
}

/** Whose cases, for what. */
export interface CasesWanted {
  /** KIND:CODE. */
  readonly party: string;
  /** Who opened them; undefined: anybody of the party. */
  readonly user: string | undefined;
  readonly purpose: string;
}

type WithTime<T> = Selectable<T> & {
  /** Time of the store when it was read. */
  readonly now: Date;
};

const NOW = sql<Date>`clock_timestamp()`;

/** Makes a page of rows, of which one more than asked was read where there is one. */
export function listPage<R extends { readonly seq: string }, T>(
  rows: readonly R[],
  asked: PageAsked<string>,
  show: (row: R) => T,
): Page<T> {
  return pageOf(rows, asked, NUMBERED, ({ seq }) => seq, show);
}

export function delegationsOf(
  db: Kysely<Tables>,
  ref: CitizenRef,
  side: 'GIVEN' | 'HELD',
  page: PageAsked<string>,
): Promise<WithTime<DelegationTable>[]> {
  return newestOf(
    db
      .selectFrom('delegation')
      .selectAll()
      .select(NOW.as('now'))
      .where(side === 'GIVEN' ? 'from_ref' : 'to_ref', '=', ref),
    page,
  ).execute();
}

export function casesOpenedBy(
  db: Kysely<Tables>,
  user: string,
  party: string,
  page: PageAsked<string>,
): Promise<Selectable<HandledCaseTable>[]> {
  return newestOf(db.selectFrom('handled_case').selectAll().where('opened_by', '=', user).where('party', '=', party), page).execute();
}

/** Those that are open. */
export function openCasesOf(
  db: Kysely<Tables>,
  { party, user, purpose }: CasesWanted,
  page: PageAsked<string>,
): Promise<Selectable<HandledCaseTable>[]> {
  return newestOf(
    db
      .selectFrom('handled_case')
      .selectAll()
      .where('party', '=', party)
      .where('purpose', '=', purpose)
      .where('state', '=', 'OPEN')
      .$if(user !== undefined, (query) => query.where('opened_by', '=', user ?? '')),
    page,
  ).execute();
}

/** Of one official, or of all of a party. */
export function emergenciesOf(
  db: Kysely<Tables>,
  user: string | undefined,
  party: string,
  page: PageAsked<string>,
): Promise<WithTime<EmergencyAccessTable>[]> {
  return newestOf(
    db
      .selectFrom('emergency_access')
      .selectAll()
      .select(NOW.as('now'))
      .where('party', '=', party)
      .$if(user !== undefined, (query) => query.where('opener', '=', user ?? '')),
    page,
  ).execute();
}

/** Those that were open and concerned a person. */
export function emergenciesAbout(db: Kysely<Tables>, ref: CitizenRef, page: PageAsked<string>): Promise<WithTime<EmergencyAccessTable>[]> {
  return newestOf(
    db
      .selectFrom('emergency_access')
      .selectAll()
      .select(NOW.as('now'))
      .where(sql<boolean>`subjects @> array[${ref}]`)
      .where('opened_at', 'is not', null),
    page,
  ).execute();
}

/** Newest first, one more than asked where there is one. */
function newestOf<T extends keyof Tables, R>(
  rows: SelectQueryBuilder<Tables, T, R>,
  { first, after }: PageAsked<string>,
): SelectQueryBuilder<Tables, T, R> {
  const seq = sql<string>`seq`;
  return (after === undefined ? rows : rows.where(seq, '<', after)).orderBy(seq, 'desc').limit(first + 1);
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
