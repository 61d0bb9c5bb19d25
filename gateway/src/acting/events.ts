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
type ActingRecord = Pick<Selectable<ActingEventTable>, 'epoch' | 'at' | 'about' | 'id' | 'act' | 'to_state' | 'tells'> & {
  readonly valid_to: Date | null;
  readonly closes_at: Date | null;
  readonly review_due: Date | null;
};

/** Names under which records concern somebody. */
type Concern = readonly string[];

/**
 * Under what names somebody is told: citizens what concerns themselves, officials the emergency accesses of their party, which wait for a
 * second official and for a review, and caseworkers what becomes of the delegations that their office entered. Numbers of cases are for
 * who opened them, and are not spread; that a delegation is used is the person's to know.
 */
export function concernsOf(principal: Principal): Concern {
  if (principal.kind === 'CITIZEN') return [told.person(principal.ref)];
  if (!('party' in principal)) return [];
  const party = partyText(principal.party);
  return principal.kind === 'CASEWORKER' ? [told.supervisor(party), told.office(party)] : [told.supervisor(party)];
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

async function records(db: Kysely<Tables>, epochs: readonly string[]): Promise<ActingRecord[]> {
  const [happened, used] = await Promise.all([transitions(db, epochs), uses(db, epochs)]);
  return [...happened, ...used].sort((one, other) => Number(BigInt(one.epoch) - BigInt(other.epoch)));
}

function transitions(db: Kysely<Tables>, epochs: readonly string[]): Promise<ActingRecord[]> {
  return db
    .selectFrom('acting_event as event')
    .leftJoin('delegation', 'delegation.id', 'event.id')
    .leftJoin('emergency_access as emergency', 'emergency.id', 'event.id')
    .select(['event.epoch', 'event.at', 'event.about', 'event.id', 'event.act', 'event.to_state', 'event.tells'])
    .select(['delegation.valid_to', 'emergency.closes_at', 'emergency.review_due'])
    .where('event.epoch', 'in', epochs)
    .execute();
}

/** Told to the person alone. Nothing is used but what is in force. */
async function uses(db: Kysely<Tables>, epochs: readonly string[]): Promise<ActingRecord[]> {
  const rows = await db
    .selectFrom('acting_use as used')
    .leftJoin('delegation', 'delegation.id', 'used.id')
    .leftJoin('emergency_access as emergency', 'emergency.id', 'used.id')
    .select(['used.epoch', 'used.at', 'used.about', 'used.id', 'used.subject'])
    .select(['delegation.valid_to', 'emergency.closes_at', 'emergency.review_due'])
    .where('used.epoch', 'in', epochs)
    .execute();
  return rows.map(({ subject, ...row }) => ({
    ...row,
    act: 'USE',
    to_state: row.about === 'DELEGATION' ? 'ACTIVE' : 'OPEN',
    tells: [told.person(subject)],
  }));
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
