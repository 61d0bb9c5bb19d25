import {
  jurisdictionOfDivision,
  type AccessCatalogue,
  type CitizenRef,
  type DivisionCode,
  type ErrorCode,
  type MandateEntry,
  type PurposeEntry,
  type ScopeEntry,
} from '@yichuang/schema';
import type { SubjectKind } from '../graph/access-map.js';
import {
  DELEGATION_KINDS,
  type CaseFact,
  type ConsentFact,
  type Consents,
  type DelegationFact,
  type DelegationKind,
  type EmergencyFact,
} from './facts.js';
import { isEmployer } from './employers.js';
import { hasSteppedUp, type Caller, type Party, type Principal } from './principal.js';

/** Whom or what a record is about: a person by sealed reference, or a unit by credit code. */
export type Subject = { readonly kind: 'PERSON'; readonly ref: string } | { readonly kind: 'UNIT'; readonly creditCode: string };

/** A subject by name. */
export function keyOf(subject: Subject): string {
  return subject.kind === 'PERSON' ? subject.ref : subject.creditCode;
}

/** What a release rests on. */
export type Grant =
  | { readonly basis: 'SELF'; readonly delegation: DelegationFact | undefined }
  | { readonly basis: 'CONSENT'; readonly consent: ConsentFact }
  | { readonly basis: 'MANDATE'; readonly mandate: MandateEntry }
  | { readonly basis: 'EMERGENCY'; readonly emergency: EmergencyFact };

/** A way in which a caller could be granted a scope: what is left to see is whether it holds for the subject. Says nothing of who asks. */
export type Way =
  | { readonly kind: 'OWN' }
  | {
      readonly kind: 'DELEGATED';
      /** Kinds of delegation the stated purpose is for. */
      readonly through: ReadonlySet<DelegationKind>;
    }
  | { readonly kind: 'CONSENTED' }
  | { readonly kind: 'MANDATED'; readonly mandate: MandateEntry }
  | { readonly kind: 'EMERGENCY' };

/** What of who asks decides whether a way holds. */
export interface Capacity {
  /** Of a citizen. */
  readonly ref: CitizenRef | undefined;
  /** Of those who act for an organisation. */
  readonly party: Party | undefined;
  /** Pension jurisdiction that an official acts in; undefined for one whose mandate has no region. */
  readonly jurisdiction: DivisionCode | undefined;
  /** Credit code of an employer's unit. */
  readonly employer: string | undefined;
}

/** In what capacity somebody asks. */
export function capacityOf(principal: Principal): Capacity {
  if (principal.kind === 'ANONYMOUS') return NOBODY;
  if (principal.kind === 'CITIZEN') return { ref: principal.ref, party: undefined, jurisdiction: undefined, employer: undefined };
  const { kind, party, jurisdiction } = principal;
  const employer = isEmployer(kind, party.kind) ? party.code : undefined;
  return { ref: undefined, party, jurisdiction: jurisdiction && jurisdictionOfDivision(jurisdiction), employer };
}

/** What this caller could be granted at all, whoever the subject is. */
export type Prospect =
  | { readonly kind: 'NEVER'; readonly code: ErrorCode }
  | {
      readonly kind: 'POSSIBLE';
      /** In the order in which they are tried; not empty. */
      readonly ways: readonly Way[];
    };

/** The decision about one scope of one subject. MISSING_FACT: nobody can say now; that is not a denial, and nothing is released. */
export type Decision =
  | { readonly kind: 'ALLOWED'; readonly grant: Grant }
  | { readonly kind: 'DENIED'; readonly code: ErrorCode }
  | { readonly kind: 'MISSING_FACT' };

/** What is known when a decision is taken. Undefined: not known. */
export interface Facts {
  /** Pension jurisdictions that hold a relation of the person. */
  jurisdictionsOf(ref: string): ReadonlySet<string> | undefined;
  /** Whether the person is registered with the caller's unit now. */
  worksForCaller(ref: string): boolean | undefined;
  /** What the person has allowed the caller's party for the stated purpose. */
  consentsOf(ref: string): Consents | undefined;
  /** Delegations in force from the person to the caller. */
  delegationsOf(ref: string): readonly DelegationFact[] | undefined;
  /** The case the caller states. */
  caseStated(): CaseFact | 'NONE' | undefined;
  /** The emergency access the caller has open. */
  emergencyOpen(): EmergencyFact | 'NONE' | undefined;
}

/**
 * The part of the decision that does not depend on the subject: what is NEVER here is cut from the question before it is planned.
 * Codes name what the caller did; nothing in them depends on whether a person or a record exists.
 * @param now ms since 1970
 */
export function prospect(caller: Caller, scope: string, about: SubjectKind, catalogue: AccessCatalogue, now: number): Prospect {
  const { principal, purpose } = caller;
  if (principal.kind === 'ANONYMOUS') return never('UNAUTHENTICATED');
  if (purpose.kind === 'NONE') return never('PURPOSE_REQUIRED');
  const entry = purpose.kind === 'NAMED' ? catalogue.purposes.get(purpose.code) : undefined;
  const what = catalogue.scopes.get(scope);
  if (!entry || purpose.kind !== 'NAMED' || !what || !entry.scopes.has(scope)) return never('PURPOSE_NOT_ALLOWED');
  const citizen = principal.kind === 'CITIZEN';
  // A citizen asks as oneself, or for another who has charged them with it; nobody else does.
  if (!entry.bases.some((basis) => (basis === 'SELF') === citizen)) return never('PURPOSE_NOT_ALLOWED');
  if (!citizen && what.sharing === 'NOT_SHARED') return never('NOT_SHARED');
  if (citizen && what.office === true) return never('ACCESS_DENIED');
  const ways = citizen ? ownWays(entry, about, catalogue) : officialWays(principal, purpose.code, scope, about, catalogue);
  const [first] = ways;
  if (!first) return never('ACCESS_DENIED');
  if (what.stepUp && !hasSteppedUp(principal, now)) return never('STEP_UP_REQUIRED');
  const usable = ways.filter((way) => way.kind !== 'MANDATED' || way.mandate.case === 'NONE' || caller.caseNumber !== undefined);
  return usable.length > 0 ? { kind: 'POSSIBLE', ways: usable } : never('CASE_REQUIRED');
}

/** Decides one scope of one subject. Pure; a third party learns nothing from a denial but that there is no basis. */
export function decide(caller: Caller, scope: string, subject: Subject, facts: Facts, catalogue: AccessCatalogue, now: number): Decision {
  const entry = catalogue.scopes.get(scope);
  const chance = prospect(caller, scope, subject.kind, catalogue, now);
  if (chance.kind === 'NEVER' || !entry) return { kind: 'DENIED', code: chance.kind === 'NEVER' ? chance.code : 'ACCESS_DENIED' };
  return new Deciding(capacityOf(caller.principal), facts).ways(chance.ways, { scope, entry }, subject);
}

/** A scope, and what of its entry in the catalogue decisions look at. */
export interface ScopeAsked {
  readonly scope: string;
  readonly entry: Pick<ScopeEntry, 'delegable' | 'period'>;
}

/** Whether ways hold, for one caller on what is known. */
export class Deciding {
  constructor(
    readonly who: Capacity,
    readonly facts: Facts,
  ) {}

  /** What several ways come to: a grant, else what is not known, else the denial that says most. */
  ways(ways: readonly Way[], asked: ScopeAsked, subject: Subject): Decision {
    let said = NO_BASIS;
    for (const way of ways) {
      const decision = this.way(way, asked, subject);
      if (decision.kind === 'ALLOWED') return decision;
      if (decision.kind === 'MISSING_FACT') said = decision;
      else if (said.kind === 'DENIED' && said.code === 'ACCESS_DENIED') said = decision;
    }
    return said;
  }

  /** Whether one way holds for a scope of a subject. */
  way(way: Way, { scope, entry }: ScopeAsked, subject: Subject): Decision {
    const { who, facts } = this;
    switch (way.kind) {
      case 'OWN':
        return subject.kind === 'PERSON' && subject.ref === who.ref ? OWN : NO_BASIS;
      case 'DELEGATED':
        return subject.kind === 'PERSON' && subject.ref !== who.ref
          ? byDelegation(scope, entry, way.through, facts.delegationsOf(subject.ref))
          : NO_BASIS;
      case 'CONSENTED':
        return subject.kind === 'PERSON' ? byConsent(scope, entry, facts.consentsOf(subject.ref)) : NO_BASIS;
      case 'MANDATED':
        return byMandate(way.mandate, subject, who, facts);
      case 'EMERGENCY':
        return byEmergency(subject, facts.emergencyOpen());
    }
  }
}

/** Whether a mandate serves only for the case that is stated. */
export function restsOnCase({ case: rule, region }: MandateEntry): boolean {
  return rule === 'REQUIRED' || region === 'CASE_JURISDICTION';
}

const NOBODY: Capacity = { ref: undefined, party: undefined, jurisdiction: undefined, employer: undefined };
const NO_BASIS: Decision = { kind: 'DENIED', code: 'ACCESS_DENIED' };
const MISSING: Decision = { kind: 'MISSING_FACT' };
const OWN: Decision = { kind: 'ALLOWED', grant: { basis: 'SELF', delegation: undefined } };
const never = (code: ErrorCode): Prospect => ({ kind: 'NEVER', code });
const denied = (code: ErrorCode): Decision => ({ kind: 'DENIED', code });

/** A purpose that is for one kind of delegation serves nothing else, and that kind is served by no other purpose. */
function ownWays({ through }: PurposeEntry, about: SubjectKind, { purposes }: AccessCatalogue): readonly Way[] {
  if (about !== 'PERSON') return [];
  if (through) return [{ kind: 'DELEGATED', through: new Set([through]) }];
  const elsewhere = new Set([...purposes.values()].map((purpose) => purpose.through));
  return [{ kind: 'OWN' }, { kind: 'DELEGATED', through: new Set(DELEGATION_KINDS.filter((kind) => !elsewhere.has(kind))) }];
}

function officialWays(
  principal: Extract<Principal, { party: Party }>,
  purpose: string,
  scope: string,
  about: SubjectKind,
  catalogue: AccessCatalogue,
): readonly Way[] {
  const entry = catalogue.purposes.get(purpose);
  if (!entry) return [];
  const { party } = principal;
  const { jurisdiction } = capacityOf(principal);
  const mandated = catalogue.mandates
    .filter(
      (mandate) =>
        entry.bases.includes('MANDATE') &&
        mandate.role === principal.kind &&
        mandate.party === party.kind &&
        mandate.purpose === purpose &&
        mandate.scopes.has(scope) &&
        (jurisdiction !== undefined || mandate.region === 'OWN_WORKER') &&
        (about === 'PERSON' ? mandate.region !== 'UNIT_IN_JURISDICTION' : true),
    )
    .map((mandate): Way => ({ kind: 'MANDATED', mandate }));
  const consented: Way[] =
    entry.bases.includes('CONSENT') && entry.recipients.includes(party.kind) && about === 'PERSON' ? [{ kind: 'CONSENTED' }] : [];
  // What saves somebody is a look at data, never a copy of all of it, nor a stream.
  const isLook = !/:(export|subscribe)$/.test(scope);
  const emergency: Way[] =
    entry.bases.includes('EMERGENCY') && entry.recipients.includes(party.kind) && about === 'PERSON' && isLook
      ? [{ kind: 'EMERGENCY' }]
      : [];
  return [...mandated, ...consented, ...emergency];
}

/** The delegate gets at most what was given, and of that what the scope lets a delegation of this kind carry. */
function byDelegation(
  scope: string,
  { delegable }: Pick<ScopeEntry, 'delegable'>,
  through: ReadonlySet<DelegationKind>,
  known: readonly DelegationFact[] | undefined,
): Decision {
  if (!known) return MISSING;
  const delegations = known.filter(({ kind }) => through.has(kind));
  const delegation = delegations.find(({ kind, scopes }) => scopes.has(scope) && delegable.includes(kind));
  if (delegation) return { kind: 'ALLOWED', grant: { basis: 'SELF', delegation } };
  return delegations.length > 0 ? denied('SCOPE_NOT_DELEGABLE') : NO_BASIS;
}

const WHY_NOT: Readonly<Record<Exclude<ConsentFact['state'], 'ACTIVE'>, ErrorCode>> = {
  SCHEDULED: 'CONSENT_REQUIRED',
  PAUSED: 'CONSENT_PAUSED',
  REVOKED: 'CONSENT_REVOKED',
  EXPIRED: 'CONSENT_EXPIRED',
  EXHAUSTED: 'CONSENT_EXHAUSTED',
  SUPERSEDED: 'CONSENT_REQUIRED',
  INVALIDATED: 'CONSENT_REVOKED',
};

/**
 * Who holds no consent of this person for this purpose that counts now is told nothing, not even that there was one. One that bounds the
 * months of the data holds nothing of what cannot be cut to months.
 */
function byConsent(scope: string, { period }: Pick<ScopeEntry, 'period'>, known: Consents | undefined): Decision {
  if (!known) return MISSING;
  const active = known.consents.filter(({ state }) => state === 'ACTIVE');
  const covering = active.filter(({ scopes }) => scopes.has(scope));
  const consent = covering.find(({ dataRange }) => !dataRange || period !== 'WITHHELD');
  if (consent) return { kind: 'ALLOWED', grant: { basis: 'CONSENT', consent } };
  if (covering.length > 0) return NO_BASIS;
  if (active.length === 0) return NO_BASIS;
  if (known.pending.has(scope)) return denied('CONSENT_PENDING');
  const [latest] = known.consents.filter(({ scopes }) => scopes.has(scope));
  return denied(!latest || latest.state === 'ACTIVE' ? 'CONSENT_REQUIRED' : WHY_NOT[latest.state]);
}

function byMandate(mandate: MandateEntry, subject: Subject, who: Capacity, facts: Facts): Decision {
  const stated = restsOnCase(mandate) ? caseHolds(mandate, who.jurisdiction, subject, facts) : true;
  if (stated === false) return NO_BASIS;
  const region = inRegion(mandate, who, subject, facts);
  if (region === false) return NO_BASIS;
  return stated === undefined || region === undefined ? MISSING : { kind: 'ALLOWED', grant: { basis: 'MANDATE', mandate } };
}

/** A case of another person, another purpose, another region, another kind of office, or one that is closed, is no case. */
function caseHolds(mandate: MandateEntry, jurisdiction: DivisionCode | undefined, subject: Subject, facts: Facts): boolean | undefined {
  const fact = facts.caseStated();
  if (fact === undefined) return undefined;
  return (
    fact !== 'NONE' &&
    fact.open &&
    fact.purpose === mandate.purpose &&
    fact.partyKind === mandate.party &&
    (subject.kind === 'UNIT' || fact.subject === subject.ref) &&
    jurisdiction !== undefined &&
    fact.jurisdictions.has(jurisdiction)
  );
}

function inRegion({ region }: MandateEntry, { jurisdiction, party }: Capacity, subject: Subject, facts: Facts): boolean | undefined {
  if (subject.kind === 'UNIT')
    return region === 'OWN_WORKER'
      ? subject.creditCode === party?.code
      : jurisdiction !== undefined && jurisdictionOfDivision(subject.creditCode.slice(2, 8)) === jurisdiction;
  switch (region) {
    case 'PERSON_IN_JURISDICTION':
      return jurisdiction === undefined ? false : facts.jurisdictionsOf(subject.ref)?.has(jurisdiction);
    case 'OWN_WORKER':
      return facts.worksForCaller(subject.ref);
    case 'CASE_JURISDICTION':
      return true;
    case 'UNIT_IN_JURISDICTION':
      return false;
  }
}

function byEmergency(subject: Subject, emergency: EmergencyFact | 'NONE' | undefined): Decision {
  if (emergency === undefined) return MISSING;
  return emergency !== 'NONE' && subject.kind === 'PERSON' && emergency.subjects.has(subject.ref)
    ? { kind: 'ALLOWED', grant: { basis: 'EMERGENCY', emergency } }
    : NO_BASIS;
}

/** What a grant rests on, by name. */
export function refOf(grant: Grant): string | undefined {
  switch (grant.basis) {
    case 'SELF':
      return grant.delegation?.delegationId;
    case 'CONSENT':
      return grant.consent.consentId;
    case 'MANDATE':
      return grant.mandate.id;
    case 'EMERGENCY':
      return grant.emergency.emergencyId;
  }
}

/** Whether two grants rest on the same. */
export function isSameGrant(one: Grant, other: Grant): boolean {
  return one === other || (one.basis === other.basis && refOf(one) === refOf(other));
}
