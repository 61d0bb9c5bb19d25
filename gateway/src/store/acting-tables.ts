import type { Generated, GeneratedAlways } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import type { DelegationKind } from '../access/facts.js';
import type { CaseState, Presented } from '../acting/case.js';
import type { DelegationState, Relationship } from '../acting/delegation.js';
import type { EmergencyReason, EmergencyState } from '../acting/emergency.js';

/** What acting is about: a delegation, a case, an emergency access. */
export type ActingSubject = 'DELEGATION' | 'CASE' | 'EMERGENCY';

/** Who acts for whom. Persons are sealed references. */
export interface DelegationTable {
  seq: GeneratedAlways<string>;
  id: string;
  /** Grows by one with each transition, which has a record of the same version. */
  version: number;
  kind: DelegationKind;
  state: DelegationState;
  from_ref: CitizenRef;
  to_ref: CitizenRef;
  scopes: readonly string[];
  relationship: Relationship | null;
  evidence: string | null;
  /** The party whose official entered it, as KIND:CODE; null: the person offered it. */
  registered_by: string | null;
  created_at: Date;
  offered_until: Date | null;
  narrows_at: Date | null;
  valid_to: Date | null;
}

/** What an official works on. */
export interface HandledCaseTable {
  seq: GeneratedAlways<string>;
  /** The case number. */
  id: string;
  version: number;
  state: CaseState;
  subject: CitizenRef;
  purpose: string;
  jurisdictions: readonly string[];
  presented: Presented | null;
  opened_by: string;
  party: string;
  opened_at: Date;
  closed_at: Date | null;
}

/** Access because life or health is at stake. */
export interface EmergencyAccessTable {
  seq: GeneratedAlways<string>;
  id: string;
  version: number;
  state: EmergencyState;
  opener: string;
  party: string;
  reason_code: EmergencyReason;
  reason_text: string;
  subjects: readonly string[];
  minutes: number;
  /** The second official who agreed; null: the opener had proved anew who they are. */
  approver: string | null;
  requested_at: Date;
  approve_by: Date;
  opened_at: Date | null;
  closes_at: Date | null;
  closed_at: Date | null;
  review_due: Date | null;
  escalated_at: Date | null;
  reviewer: string | null;
  review_note: string | null;
}

/** One record per transition, never changed. */
export interface ActingEventTable {
  epoch: GeneratedAlways<string>;
  at: Generated<Date>;
  about: ActingSubject;
  id: string;
  version: number;
  act: string;
  /** Null: it began. */
  from_state: string | null;
  to_state: string;
  /** User of the token; null: the hub. */
  actor: string | null;
  actor_party: string | null;
  /** Null for private persons, the hub, and what was done before it was kept. */
  actor_role: string | null;
  /** At the beginning: all that never changes. */
  detail: string;
  /** Whom it concerns and who is told: `person:<reference>`, `party:`, `supervisor:` or `office:<KIND:CODE>`. */
  tells: readonly string[];
}

/** The first look at a person's data under a delegation on a day, or under an emergency access. Written by the store, with the record of access. */
export interface ActingUseTable {
  /** In one order with those of `acting_event`. */
  epoch: GeneratedAlways<string>;
  at: Generated<Date>;
  about: Exclude<ActingSubject, 'CASE'>;
  /** Of the delegation or the emergency access. */
  id: string;
  /** Whose data. */
  subject: CitizenRef;
}

/** Tables of acting. */
export interface ActingTables {
  delegation: DelegationTable;
  handled_case: HandledCaseTable;
  emergency_access: EmergencyAccessTable;
  acting_event: ActingEventTable;
  acting_use: ActingUseTable;
}
