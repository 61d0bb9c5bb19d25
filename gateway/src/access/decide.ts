import {
  jurisdictionOfDivision,
  type AccessCatalogue,
  type CitizenRef,
  type DivisionCode,
  type ErrorCode,
  type MandateEntry,
} from '@yichuang/schema';
import type { SubjectKind } from '../graph/access-map.js';
import type { Caller, OfficialRole } from './principal.js';

/** Whom or what a record is about: a person by sealed reference, or a unit by credit code. */
export type Subject = { readonly kind: 'PERSON'; readonly ref: string } | { readonly kind: 'UNIT'; readonly creditCode: string };

/** What a release rests on. */
export type Grant = { readonly basis: 'SELF' } | { readonly basis: 'MANDATE'; readonly mandate: MandateEntry };

/** What this caller could be granted at all, whoever the subject is. */
export type Prospect =
  | { readonly kind: 'NEVER'; readonly code: ErrorCode }
  | { readonly kind: 'OWN'; readonly ref: CitizenRef }
  | {
      readonly kind: 'MANDATED';
      /** The first that fits. */
      readonly mandate: MandateEntry;
      /** Pension jurisdiction that the official acts in. */
      readonly jurisdiction: DivisionCode;
    };

/** The decision about one scope of one subject. MISSING_FACT: nobody can say now; that is not a denial, and nothing is released. */
export type Decision =
  | { readonly kind: 'ALLOWED'; readonly grant: Grant }
  | { readonly kind: 'DENIED'; readonly code: ErrorCode }
  | { readonly kind: 'MISSING_FACT' };

/** Facts about persons that a mandate's region rule needs. Undefined: not known. */
export interface RegionFacts {
  /** Pension jurisdictions that hold a relation of the person. */
  jurisdictionsOf(ref: string): ReadonlySet<string> | undefined;
}

const never = (code: ErrorCode): Prospect => ({ kind: 'NEVER', code });

/**
 * The part of the decision that does not depend on the subject: what is NEVER here is cut from the question before it is planned.
 * Codes name what the caller did; nothing in them depends on whether a person or a record exists.
 */
export function prospect(caller: Caller, scope: string, about: SubjectKind, catalogue: AccessCatalogue): Prospect {
  const { principal, purpose } = caller;
  if (principal.kind === 'ANONYMOUS') return never('UNAUTHENTICATED');
  if (purpose.kind === 'NONE') return never('PURPOSE_REQUIRED');
  const entry = purpose.kind === 'NAMED' ? catalogue.purposes.get(purpose.code) : undefined;
  if (!entry || purpose.kind !== 'NAMED') return never('PURPOSE_NOT_ALLOWED');
  const basis = principal.kind === 'CITIZEN' ? 'SELF' : 'MANDATE';
  if (!entry.bases.includes(basis) || !entry.scopes.has(scope)) return never('PURPOSE_NOT_ALLOWED');
  if (principal.kind === 'CITIZEN') return about === 'PERSON' ? { kind: 'OWN', ref: principal.ref } : never('ACCESS_DENIED');
  const mandates = catalogue.mandates.filter(
    (mandate) =>
      matchesRole(mandate, principal.kind) &&
      mandate.party === principal.party.kind &&
      mandate.purpose === purpose.code &&
      mandate.scopes.has(scope) &&
      canHoldFor(mandate, about),
  );
  const jurisdiction = principal.jurisdiction && jurisdictionOfDivision(principal.jurisdiction);
  if (mandates.length === 0 || jurisdiction === undefined) return never('ACCESS_DENIED');
  const mandate = mandates.find((one) => one.case === 'NONE' || caller.caseNumber !== undefined);
  return mandate ? { kind: 'MANDATED', mandate, jurisdiction } : never('CASE_REQUIRED');
}

/** Decides one scope of one subject. Pure; a third party learns nothing from a denial but that there is no basis. */
export function decide(caller: Caller, scope: string, subject: Subject, facts: RegionFacts, catalogue: AccessCatalogue): Decision {
  return decideProspect(prospect(caller, scope, subject.kind, catalogue), subject, facts);
}

/** The rest of the decision, where the caller's prospect for the scope and this kind of subject is known already. */
export function decideProspect(chance: Prospect, subject: Subject, facts: RegionFacts): Decision {
  switch (chance.kind) {
    case 'NEVER':
      return { kind: 'DENIED', code: chance.code };
    case 'OWN':
      return subject.kind === 'PERSON' && subject.ref === chance.ref
        ? { kind: 'ALLOWED', grant: { basis: 'SELF' } }
        : { kind: 'DENIED', code: 'ACCESS_DENIED' };
    case 'MANDATED': {
      const { mandate, jurisdiction } = chance;
      const inRegion =
        subject.kind === 'UNIT'
          ? jurisdictionOfDivision(subject.creditCode.slice(2, 8)) === jurisdiction
          : facts.jurisdictionsOf(subject.ref)?.has(jurisdiction);
      if (inRegion === undefined) return { kind: 'MISSING_FACT' };
      return inRegion ? { kind: 'ALLOWED', grant: { basis: 'MANDATE', mandate } } : { kind: 'DENIED', code: 'ACCESS_DENIED' };
    }
  }
}

/** Whether the region rule of a mandate can hold for this kind of subject; the rules that rest on a case or an employer are nobody's yet. */
function canHoldFor({ region }: MandateEntry, about: SubjectKind): boolean {
  return region === 'PERSON_IN_JURISDICTION' || (region === 'UNIT_IN_JURISDICTION' && about === 'UNIT');
}

function matchesRole(mandate: MandateEntry, role: OfficialRole): boolean {
  return mandate.role === role;
}
