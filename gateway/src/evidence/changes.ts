import { sql, type Kysely } from 'kysely';
import type { DelegationKind } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import type { ActingSubject } from '../store/acting-tables.js';
import type { Tables } from '../store/tables.js';
import type { TimedPlace } from '../pages.js';
import type { LogBounds } from './entries.js';

/** What a change was about. */
export type Changed = 'CONSENT_REQUEST' | 'CONSENT' | ActingSubject;

/** Something that changed, or was to change, who may see a person's data. */
export interface RecordedChange {
  readonly kind: 'CHANGED';
  /** Number among changes of its source. */
  readonly epoch: string;
  readonly at: Date;
  readonly about: Changed;
  readonly id: string;
  readonly act: string;
  /** Null: it began. */
  readonly from: string | null;
  readonly to: string;
  /** Undefined: the hub. */
  readonly by: ChangeActor | undefined;
  /** With whom, beside who did it: the recipient of a consent, the office of a case. */
  readonly organisation: Party | undefined;
  readonly delegationKind: DelegationKind | null;
  readonly purpose: string | null;
  readonly scopes: readonly string[];
}

/** Who changed something. */
export type ChangeActor =
  /** The person of the log. */
  | { readonly kind: 'PERSON' }
  /** Somebody who acts for the person. */
  | { readonly kind: 'DELEGATE'; readonly delegation: { readonly id: string; readonly kind: string } }
  /** The other one of a delegation. */
  | { readonly kind: 'COUNTERPART' }
  | {
      readonly kind: 'OFFICIAL';
      readonly party: Party;
      readonly user: string;
      /** Null for what was done before roles were kept. */
      readonly role: string | null;
    };

/** A part of the changes of one source. */
export interface ChangesAsked extends LogBounds {
  readonly most: number;
  /** Only what comes after it, newest first. */
  readonly after: TimedPlace | undefined;
}

/** What happened to requests and consents of a person, as far as the person is told, newest first. */
export async function consentChanges(db: Kysely<Tables>, person: string, asked: ChangesAsked): Promise<RecordedChange[]> {
  const { most, after, from, before, own = true } = asked;
  let query = db
    .selectFrom('consent_records as c')
    .leftJoin('delegation as d', 'd.id', 'c.delegation_id')
    .select(['c.epoch', 'c.at', 'c.request_id', 'c.consent_id', 'c.act', 'c.from_state', 'c.to_state', 'c.purpose'])
    .select(['c.recipient_kind', 'c.recipient_code', 'c.by_kind', 'c.by_user', 'c.by_role', 'c.delegation_id', 'd.kind as delegation_kind'])
    .select((eb) =>
      eb
        .selectFrom('consent_records as p')
        .select('p.scopes')
        .whereRef('p.request_id', '=', 'c.request_id')
        .whereRef('p.epoch', '<=', 'c.epoch')
        .where(sql<boolean>`p.consent_id is not distinct from c.consent_id`)
        .where('p.scopes', 'is not', null)
        .orderBy('p.epoch', 'desc')
        .limit(1)
        .as('covered'),
    )
    .where('c.subject', '=', sql<never>`${person}`)
    .where(sql<boolean>`'PERSON' = any (c.told)`)
    .orderBy('c.at', 'desc')
    .orderBy('c.epoch', 'desc')
    .limit(most);
  if (after) query = query.where(sql<boolean>`(c.at, c.epoch) < (${after.at}, ${after.id})`);
  if (from) query = query.where('c.at', '>=', from);
  if (before) query = query.where('c.at', '<', before);
  if (!own) query = query.where((eb) => eb.not(eb.and([eb('c.by_kind', '=', 'PERSON'), eb('c.delegation_id', 'is', null)])));
  const rows = await query.execute();
  return rows.map((row): RecordedChange => {
    const recipient = { kind: row.recipient_kind, code: row.recipient_code };
    return {
      kind: 'CHANGED',
      epoch: row.epoch,
      at: row.at,
      about: row.consent_id === null ? 'CONSENT_REQUEST' : 'CONSENT',
      id: row.consent_id ?? row.request_id,
      act: row.act,
      from: row.from_state,
      to: row.to_state,
      by: consentActor(row, recipient),
      organisation: recipient,
      delegationKind: null,
      purpose: row.purpose,
      scopes: row.covered ?? [],
    };
  });
}

interface ConsentDoer {
  readonly by_kind: 'PERSON' | 'RECIPIENT' | 'HUB';
  readonly by_user: string | null;
  readonly by_role: string | null;
  readonly delegation_id: string | null;
  readonly delegation_kind: string | null;
}

function consentActor(row: ConsentDoer, recipient: Party): ChangeActor | undefined {
  switch (row.by_kind) {
    case 'HUB':
      return undefined;
    case 'RECIPIENT':
      return { kind: 'OFFICIAL', party: recipient, user: row.by_user ?? '', role: row.by_role };
    case 'PERSON':
      return row.delegation_id === null
        ? { kind: 'PERSON' }
        : { kind: 'DELEGATE', delegation: { id: row.delegation_id, kind: row.delegation_kind ?? '' } };
  }
}

/** Acts of the one who is to act for another; the others are those of the person. */
const OF_THE_HELPER = ['ACCEPT', 'END'];

/** What happened to delegations, cases and emergency accesses that concern a person, newest first. */
export async function actingChanges(db: Kysely<Tables>, person: string, asked: ChangesAsked): Promise<RecordedChange[]> {
  const { most, after, from, before, own = true } = asked;
  const at = sql<Date>`date_trunc('milliseconds', e.at)`;
  const isOwn = sql<boolean>`coalesce(e.actor is not null and e.actor_party is null
    and case when e.act = any (${OF_THE_HELPER}::text[]) then d.to_ref else d.from_ref end = ${person}, false)`;
  let query = db
    .selectFrom('acting_event as e')
    .leftJoin('delegation as d', 'd.id', 'e.id')
    .leftJoin('handled_case as k', 'k.id', 'e.id')
    .leftJoin('emergency_access as m', 'm.id', 'e.id')
    .select(['e.epoch', 'e.about', 'e.id', 'e.act', 'e.from_state', 'e.to_state', 'e.actor', 'e.actor_party', 'e.actor_role'])
    .select([at.as('at'), isOwn.as('own')])
    .select([
      'd.kind as delegation_kind',
      'd.registered_by',
      'd.scopes',
      'k.purpose',
      'k.party as case_party',
      'm.party as emergency_party',
    ])
    .where(sql<boolean>`e.tells @> array[${`person:${person}`}]`)
    .orderBy(at, 'desc')
    .orderBy('e.epoch', 'desc')
    .limit(most);
  if (after) query = query.where(sql<boolean>`(${at}, e.epoch) < (${after.at}, ${after.id})`);
  if (from) query = query.where(at, '>=', from);
  if (before) query = query.where(at, '<', before);
  if (!own) query = query.where(sql<boolean>`not ${isOwn}`);
  const rows = await query.execute();
  return rows.map((row): RecordedChange => ({
    kind: 'CHANGED',
    epoch: row.epoch,
    at: row.at,
    about: row.about,
    id: row.id,
    act: row.act,
    from: row.from_state,
    to: row.to_state,
    by: actingActor(row),
    organisation: partyOf(row.registered_by ?? row.case_party ?? row.emergency_party),
    delegationKind: row.delegation_kind,
    purpose: row.purpose,
    scopes: row.scopes ?? [],
  }));
}

interface ActingDoer {
  readonly actor: string | null;
  readonly actor_party: string | null;
  readonly actor_role: string | null;
  readonly own: boolean;
}

function actingActor({ actor, actor_party: party, actor_role: role, own }: ActingDoer): ChangeActor | undefined {
  if (actor === null) return undefined;
  const official = partyOf(party);
  if (official) return { kind: 'OFFICIAL', party: official, user: actor, role };
  return own ? { kind: 'PERSON' } : { kind: 'COUNTERPART' };
}

/** Reads KIND:CODE. */
function partyOf(text: string | null): Party | undefined {
  const [, kind, code] = /^([^:]+):(.*)$/.exec(text ?? '') ?? [];
  return kind === undefined || code === undefined ? undefined : { kind, code };
}
