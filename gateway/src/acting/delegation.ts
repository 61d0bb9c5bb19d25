import type { CitizenRef } from '@yichuang/schema';
import type { DelegationKind } from '../access/facts.js';
import { ageAt, type Birthdays } from './age.js';
import type { Refusal } from './refusal.js';

/** Where a delegation stands. The last three are for ever. */
export type DelegationState = 'OFFERED' | 'ACTIVE' | 'SUSPENDED' | 'ENDED' | 'REVOKED' | 'LAPSED';

/** What the helper is to the person, in the person's words. */
export const RELATIONSHIPS = ['SPOUSE', 'CHILD', 'PARENT', 'SIBLING', 'GRANDCHILD', 'OTHER'] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

/** Kinds that an office enters on evidence; the other one the person offers. */
export const REGISTERED_KINDS = ['GUARDIAN', 'COURT_APPOINTED', 'NEXT_OF_KIN'] as const;
export type RegisteredKind = (typeof REGISTERED_KINDS)[number];

/** What the catalogue says of scopes that counts for delegations. */
export type DelegableScopes = ReadonlyMap<string, { readonly delegable: readonly DelegationKind[]; readonly separate: boolean }>;

/** What is known of a delegation when it is made. */
export interface NewDelegation {
  readonly kind: DelegationKind;
  readonly from: CitizenRef;
  readonly to: CitizenRef;
  readonly scopes: readonly string[];
  readonly relationship: Relationship | undefined;
  /** File number of the register entry, judgment or certificate it rests on. */
  readonly evidence: string | undefined;
  /** Until when an offer may be accepted. */
  readonly offeredUntil: Date | undefined;
  /** From when on scopes with an own tick fall away: a guardian's, at the 14th birthday. */
  readonly narrowsAt: Date | undefined;
  /** The end; undefined: until somebody ends it. */
  readonly validTo: Date | undefined;
}

/** What can happen to a delegation. */
export type DelegationAct =
  /** The helper takes the offer. */
  | 'ACCEPT'
  /** It rests, and goes on. */
  | 'SUSPEND'
  | 'RESUME'
  /** Who gave it takes it back. */
  | 'REVOKE'
  /** Who holds it gives it up, or its time is over. */
  | 'END'
  /** What it rests on fell away: the offer was not taken, the child is of age, the person died. */
  | 'LAPSE';

const DAY_MS = 86_400_000;
/** How long an offer stands. */
const OFFER_DAYS = 7;
/** 亲情代办 is for a year at most; then the person says so again. */
const FAMILY_HELP_DAYS = 365;
/** So many may help one person, and so many may one person help: who helps more is an agent. */
export const HELPERS_BOUND = 5;

const NEXT: Readonly<Record<DelegationState, Readonly<Partial<Record<DelegationAct, DelegationState>>>>> = {
  OFFERED: { ACCEPT: 'ACTIVE', REVOKE: 'REVOKED', END: 'ENDED', LAPSE: 'LAPSED' },
  ACTIVE: { SUSPEND: 'SUSPENDED', REVOKE: 'REVOKED', END: 'ENDED', LAPSE: 'LAPSED' },
  SUSPENDED: { RESUME: 'ACTIVE', REVOKE: 'REVOKED', END: 'ENDED', LAPSE: 'LAPSED' },
  ENDED: {},
  REVOKED: {},
  LAPSED: {},
};

/** The state after an act; undefined where it cannot happen. */
export function delegationAfter(state: DelegationState, act: DelegationAct): DelegationState | undefined {
  return NEXT[state][act];
}

/** Of a delegation, what time can change. */
export interface Timed {
  readonly kind: DelegationKind;
  readonly state: DelegationState;
  readonly offeredUntil: Date | undefined;
  readonly validTo: Date | undefined;
}

/** Who does something with a delegation. OFFICE: an official of the party that entered it. */
export type DelegationSide = 'PERSON' | 'HELPER' | 'OFFICE' | 'HUB';

/** Whether a side may do this with a delegation of this kind, whatever its state. A ward cannot dismiss a guardian, nor a guardian resign. */
export function mayAct(kind: DelegationKind, act: DelegationAct, side: DelegationSide): boolean {
  switch (act) {
    case 'ACCEPT':
      return side === 'HELPER';
    case 'SUSPEND':
    case 'RESUME':
    case 'REVOKE':
      return side === (kind === 'FAMILY_HELP' ? 'PERSON' : 'OFFICE');
    case 'END':
      return side === 'HUB' || (side === 'HELPER' && (kind === 'FAMILY_HELP' || kind === 'NEXT_OF_KIN'));
    case 'LAPSE':
      return side === 'HUB';
  }
}

/** What time has done to a delegation that nobody has recorded yet; undefined: nothing. */
export function dueDelegationAct({ kind, state, offeredUntil, validTo }: Timed, now: Date): 'END' | 'LAPSE' | undefined {
  if (state === 'OFFERED' && offeredUntil && now >= offeredUntil) return 'LAPSE';
  if ((state !== 'ACTIVE' && state !== 'SUSPENDED') || !validTo || now < validTo) return undefined;
  return kind === 'GUARDIAN' ? 'LAPSE' : 'END';
}

/** Where a delegation stands now, whether or not that is recorded. */
export function delegationStateAt(delegation: Timed, now: Date): DelegationState {
  const due = dueDelegationAct(delegation, now);
  return (due && delegationAfter(delegation.state, due)) ?? delegation.state;
}

/** Of the scopes given, those that a delegate of this kind may have now: the catalogue says which can be delegated to whom. */
export function delegatedScopes(
  { kind, scopes, narrowsAt }: Pick<NewDelegation, 'kind' | 'scopes' | 'narrowsAt'>,
  now: Date,
  catalogued: DelegableScopes,
): readonly string[] {
  const ownTickOnly = narrowsAt !== undefined && now >= narrowsAt;
  return scopes.filter((scope) => isDelegable(scope, kind, catalogued) && !(ownTickOnly && catalogued.get(scope)?.separate));
}

/** An offer as the person makes it. */
export interface Offer {
  readonly from: CitizenRef;
  readonly to: CitizenRef;
  readonly scopes: readonly string[];
  readonly relationship: Relationship;
  readonly days: number;
}

/** Whether a person may offer family help, and what comes of it. `ages` are those of who offers and who is to help. */
export function offered(
  { from, to, scopes, relationship, days }: Offer,
  ages: { readonly from: Birthdays; readonly to: Birthdays },
  now: Date,
  catalogued: DelegableScopes,
): NewDelegation | Refusal {
  if (ageAt(ages.from, now) !== 'ADULT' || ageAt(ages.to, now) !== 'ADULT') return refused('UNDER_AGE');
  if (from === to) return refused('SELF');
  if (!Number.isInteger(days) || days < 1 || days > FAMILY_HELP_DAYS) return refused('PERIOD');
  if (scopes.length === 0) return refused('NO_SCOPES');
  if (!scopes.every((scope) => isDelegable(scope, 'FAMILY_HELP', catalogued))) return { refused: 'SCOPE_NOT_DELEGABLE' };
  return {
    kind: 'FAMILY_HELP',
    from,
    to,
    scopes: [...new Set(scopes)],
    relationship,
    evidence: undefined,
    offeredUntil: new Date(now.getTime() + OFFER_DAYS * DAY_MS),
    narrowsAt: undefined,
    validTo: new Date(now.getTime() + days * DAY_MS),
  };
}

/** A delegation as an office enters it. */
export interface Registration {
  readonly kind: RegisteredKind;
  readonly from: CitizenRef;
  readonly to: CitizenRef;
  readonly evidence: string;
  /** Undefined: all that can be delegated to this kind. */
  readonly scopes: readonly string[] | undefined;
  /** The end that a court set. */
  readonly until: Date | undefined;
  /** Whether the register says that the person has died. */
  readonly dead: boolean;
}

/** Whether an office may enter a delegation, and what comes of it. It is in force at once. */
export function registered(
  { kind, from, to, evidence, scopes, until, dead }: Registration,
  ages: { readonly from: Birthdays; readonly to: Birthdays },
  now: Date,
  catalogued: DelegableScopes,
): NewDelegation | Refusal {
  if (from === to) return refused('SELF');
  if (ageAt(ages.to, now) !== 'ADULT') return refused('UNDER_AGE');
  if (evidence.trim().length < 4) return refused('EVIDENCE');
  if (dead !== (kind === 'NEXT_OF_KIN')) return refused(dead ? 'DEAD' : 'ALIVE');
  if (kind === 'GUARDIAN' && ageAt(ages.from, now) === 'ADULT') return refused('OF_AGE');
  if (until && (kind !== 'COURT_APPOINTED' || until <= now)) return refused('PERIOD');
  const given = [...new Set(scopes ?? [...catalogued.keys()].filter((scope) => isDelegable(scope, kind, catalogued)))];
  if (!given.every((scope) => isDelegable(scope, kind, catalogued))) return { refused: 'SCOPE_NOT_DELEGABLE' };
  if (given.length === 0) return refused('NO_SCOPES');
  return {
    kind,
    from,
    to,
    scopes: given,
    relationship: undefined,
    evidence: evidence.trim(),
    offeredUntil: undefined,
    narrowsAt: kind === 'GUARDIAN' ? ages.from.fourteenth : undefined,
    validTo: kind === 'GUARDIAN' ? ages.from.eighteenth : until,
  };
}

function isDelegable(scope: string, kind: DelegationKind, catalogued: DelegableScopes): boolean {
  return catalogued.get(scope)?.delegable.includes(kind) ?? false;
}

function refused(reason: Extract<Refusal, { refused: 'ACT_NOT_ALLOWED' }>['reason']): Refusal {
  return { refused: 'ACT_NOT_ALLOWED', reason };
}
