import { sql, type Kysely, type Transaction } from 'kysely';
import type { ActingSubject } from '../store/acting-tables.js';
import type { Tables } from '../store/tables.js';
import { partyText, type Actor } from './actor.js';

/** Channel on which every transition is notified, as its epoch and the name of what is kept and counts no more. */
export const ACTING_CHANNEL = 'acting';

/** One transition. */
export interface Happened {
  readonly about: ActingSubject;
  readonly id: string;
  readonly version: number;
  readonly act: string;
  /** Undefined: it began. */
  readonly from: string | undefined;
  readonly to: string;
  readonly by: Actor;
  /** At the beginning: all that never changes. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Who is told: see `ActingEventTable.tells`. */
  readonly tells: readonly string[];
  /** What facts are kept by that change with it; see facts.ts. */
  readonly touched: readonly string[];
}

/** One transaction in which something happens. */
export interface Journal {
  readonly trx: Transaction<Tables>;
  /** What facts are kept by that changes with it. */
  readonly touched: Set<string>;
}

/** Opens transactions, and tells this process of what they changed as soon as they are committed; others hear of it a little later. */
export class Journals {
  constructor(
    readonly db: Kysely<Tables>,
    readonly tell: (key: string) => void,
  ) {}

  async run<T>(work: (journal: Journal) => Promise<T>): Promise<T> {
    const touched = new Set<string>();
    const result = await this.db.transaction().execute((trx) => work({ trx, touched }));
    for (const key of touched) this.tell(key);
    return result;
  }
}

/** Records a transition and notifies it, both when the transaction that does it is committed. */
export async function record({ trx, touched }: Journal, happened: Happened): Promise<void> {
  const { about, id, version, act, from, to, by, detail = {}, tells } = happened;
  const { epoch } = await trx
    .insertInto('acting_event')
    .values({
      about,
      id,
      version,
      act,
      from_state: from ?? null,
      to_state: to,
      actor: by?.user ?? null,
      actor_party: by && 'party' in by ? partyText(by.party) : null,
      actor_role: by && 'party' in by ? by.kind : null,
      detail: JSON.stringify(detail),
      tells: [...tells],
    })
    .returning('epoch')
    .executeTakeFirstOrThrow();
  for (const key of happened.touched) {
    touched.add(key);
    await sql`select pg_notify(${ACTING_CHANNEL}, ${`${epoch} ${key}`})`.execute(trx);
  }
}

/** Time of the store: the only clock that counts. Read after a row is locked, so that nobody decides by a time from before the wait. */
export async function storeTime({ trx }: Journal): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the store told no time');
  return row.now;
}

/** Lets one transaction at a time go on for each of these names, until it ends. */
export async function oneAtATime({ trx }: Journal, names: readonly string[]): Promise<void> {
  // In one order, so that two transactions never wait for each other.
  for (const name of [...new Set(names)].sort()) await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

/** Whom an event concerns, as `ActingEventTable.tells` has it. */
export const told = {
  person: (ref: string): string => `person:${ref}`,
  party: (party: string): string => `party:${party}`,
  supervisor: (party: string): string => `supervisor:${party}`,
  office: (party: string): string => `office:${party}`,
} as const;
