import type { CitizenRef } from '@yichuang/schema';
import type { AgencyFailure, AskContext } from '../agencies/reply.js';
import type { Party } from './principal.js';

/** Where a consent stands. The last five are for ever. */
export type ConsentState = 'SCHEDULED' | 'ACTIVE' | 'PAUSED' | 'REVOKED' | 'EXPIRED' | 'EXHAUSTED' | 'SUPERSEDED' | 'INVALIDATED';

/** Months of the data, both included, as YYYY-MM. Undefined: no bound on that side. */
export interface DataRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** One consent as it stands now. */
export interface ConsentFact {
  readonly consentId: string;
  readonly state: ConsentState;
  readonly scopes: ReadonlySet<string>;
  readonly dataRange: DataRange | undefined;
}

/** What a person has said to one party for one purpose. */
export interface Consents {
  /** Newest first. */
  readonly consents: readonly ConsentFact[];
  /** Scopes of requests that have not been answered yet. */
  readonly pending: ReadonlySet<string>;
}

/** What a use of a consent came to: REFUSED when it has no use left, is used too often, or counts no more. */
export type ConsentUse = 'USED' | 'REFUSED';

/** What persons have allowed. Every method rejects when it cannot say: nothing may rest on a consent then. */
export interface ConsentFacts {
  /** Answers for each person. */
  of(subjects: readonly CitizenRef[], party: Party, purpose: string): Promise<ReadonlyMap<string, Consents>>;
  /** Counts one use of each, once per question, before anything is released on it. Answers for each. */
  use(consentIds: readonly string[], questionId: string): Promise<ReadonlyMap<string, ConsentUse>>;
}

/** Kinds of delegation: who may act for another. */
export const DELEGATION_KINDS = ['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN'] as const;
export type DelegationKind = (typeof DELEGATION_KINDS)[number];

/** A delegation in force now. */
export interface DelegationFact {
  readonly delegationId: string;
  readonly kind: DelegationKind;
  /** What the person (or the court) gave; the catalogue may allow less. */
  readonly scopes: ReadonlySet<string>;
}

/** A case an official handles, by the number they state. */
export interface CaseFact {
  readonly caseNumber: string;
  readonly subject: CitizenRef;
  readonly purpose: string;
  /** Kind of the office that opened it: offices of another kind have no part in it. */
  readonly partyKind: string;
  /** Pension jurisdictions that take part. */
  readonly jurisdictions: ReadonlySet<string>;
  readonly open: boolean;
}

/** Emergency access that is open now. */
export interface EmergencyFact {
  readonly emergencyId: string;
  readonly subjects: ReadonlySet<string>;
}

/** Who acts for whom, in which case, in which emergency. Every method rejects when it cannot say. */
export interface ActingFacts {
  /** Delegations in force from these persons to one. Answers for each person. */
  delegations(subjects: readonly CitizenRef[], to: CitizenRef): Promise<ReadonlyMap<string, readonly DelegationFact[]>>;
  /**
   * Undefined when there is no such case.
   * @param purpose for which it is stated: a transfer is the case of one office for one purpose, and of another for another
   */
  caseOf(caseNumber: string, purpose?: string): Promise<CaseFact | undefined>;
  /** The emergency access an official has open; undefined when there is none. */
  emergencyOf(user: string, party: Party): Promise<EmergencyFact | undefined>;
}

/** Facts that are asked of agencies, on the hub's own behalf. Answers for each person; a failure is an answer. */
export interface AgencyFacts {
  /** Pension jurisdictions that hold a relation of the person. */
  jurisdictions(refs: readonly string[], context: AskContext): Promise<ReadonlyMap<string, ReadonlySet<string> | AgencyFailure>>;
  /** Whether the person is registered with a unit now; a failure where it is not known to be so and a register did not answer. */
  worksFor(refs: readonly string[], creditCode: string, context: AskContext): Promise<ReadonlyMap<string, boolean | AgencyFailure>>;
}
