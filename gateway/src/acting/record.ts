import { sql, type Transaction } from 'kysely';
import type { ActingSubject } from '../store/acting-tables.js';
import type { Tables } from '../store/tables.js';
import { partyText, type Actor } from './actor.js';

/** Channel on which every transition is notified: what is kept about `touched` counts no more. */
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

/** Records a transition and notifies it, both when the transaction that does it is committed. */
export async function record(trx: Transaction<Tables>, happened: Happened): Promise<void> {
  const { about, id, version, act, from, to, by, detail = {}, tells, touched } = happened;
  await trx
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
      detail: JSON.stringify(detail),
      tells: [...tells],
    })
    .execute();
  for (const key of touched) await sql`select pg_notify(${ACTING_CHANNEL}, ${key})`.execute(trx);
}

/** Time of the store: the only clock that counts. Read after a row is locked, so that nobody decides by a time from before the wait. */
export async function storeTime(trx: Transaction<Tables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the store told no time');
  return row.now;
}

/** Lets one transaction at a time go on for each of these names, until it ends. */
export async function oneAtATime(trx: Transaction<Tables>, names: readonly string[]): Promise<void> {
  // In one order, so that two transactions never wait for each other.
  for (const name of [...new Set(names)].sort()) await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

/** Whom an event concerns, as `ActingEventTable.tells` has it. */
export const told = {
  person: (ref: string): string => `person:${ref}`,
  party: (party: string): string => `party:${party}`,
  supervisor: (party: string): string => `supervisor:${party}`,
} as const;
