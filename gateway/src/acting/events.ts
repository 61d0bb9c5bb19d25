import type { Kysely, Selectable } from 'kysely';
import type { Principal } from '../access/principal.js';
import type { ActingEventTable } from '../store/acting-tables.js';
import type { ChangeChannel } from '../store/change-channel.js';
import { ChangeEvents } from '../store/change-events.js';
import type { Tables } from '../store/tables.js';
import { partyText } from './actor.js';
import { told } from './record.js';

/** An event as `ActingEvent` of the graph has it: one of the last three is there. */
export interface ActingHappening {
  readonly epoch: string;
  readonly at: string;
  readonly act: string;
  readonly delegation: { readonly id: string; readonly state: string; readonly validTo: string | null } | null;
  readonly case: { readonly number: string; readonly state: string } | null;
  readonly emergency: {
    readonly id: string;
    readonly state: string;
    readonly closesAt: string | null;
    readonly reviewDue: string | null;
  } | null;
}

/** A record, with the times of what it is about as they are now. */
type ActingRecord = Selectable<ActingEventTable> & {
  readonly valid_to: Date | null;
  readonly closes_at: Date | null;
  readonly review_due: Date | null;
};

/** Names under which records concern somebody. */
type Concern = readonly string[];

/**
 * Under what names somebody is told: citizens what concerns themselves, officials the emergency accesses of their party, which wait for a
 * second official and for a review. Numbers of cases are for who opened them, and are not spread.
 */
export function concernsOf(principal: Principal): Concern {
  if (principal.kind === 'CITIZEN') return [told.person(principal.ref)];
  return 'party' in principal ? [told.supervisor(partyText(principal.party))] : [];
}

/** Brings what happens to delegations, cases and emergency accesses to those it concerns. */
export class ActingEvents extends ChangeEvents<ActingRecord, Concern, ActingHappening> {
  constructor(channel: Pick<ChangeChannel, 'hear'>, db: Kysely<Tables>) {
    super(channel, {
      read: (epochs) => records(db, epochs),
      tell: (record, concerns) => (concerns.some((name) => record.tells.includes(name)) ? happening(record) : undefined),
    });
  }
}

function records(db: Kysely<Tables>, epochs: readonly string[]): Promise<ActingRecord[]> {
  return db
    .selectFrom('acting_event as event')
    .leftJoin('delegation', 'delegation.id', 'event.id')
    .leftJoin('emergency_access as emergency', 'emergency.id', 'event.id')
    .selectAll('event')
    .select(['delegation.valid_to', 'emergency.closes_at', 'emergency.review_due'])
    .where('event.epoch', 'in', epochs)
    .orderBy('event.epoch')
    .execute();
}

function happening({ epoch, at, about, id, act, to_state: state, ...times }: ActingRecord): ActingHappening {
  const text = (time: Date | null): string | null => time?.toISOString() ?? null;
  return {
    epoch,
    at: at.toISOString(),
    act,
    delegation: about === 'DELEGATION' ? { id, state, validTo: text(times.valid_to) } : null,
    case: about === 'CASE' ? { number: id, state } : null,
    emergency: about === 'EMERGENCY' ? { id, state, closesAt: text(times.closes_at), reviewDue: text(times.review_due) } : null,
  };
}
