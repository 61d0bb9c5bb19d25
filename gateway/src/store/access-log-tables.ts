import type { Generated, GeneratedAlways } from 'kysely';

/** What an entry says: data was about to be asked for, or was refused. */
export type AccessEntryKind = 'INTENT' | 'DENIED';

/** How an answer ended. UNKNOWN: nobody said, the process that asked is gone. */
export type AccessResult = 'ANSWERED' | 'PARTIAL' | 'FAILED' | 'UNKNOWN';

/** Who looked at whose data, on what basis: one row per subject, decision and basis. Append-only; no value, no name, no citizen number. */
export interface AccessEntryTable {
  record_id: GeneratedAlways<string>;
  /** Store time, whole milliseconds. */
  recorded_at: Generated<Date>;
  kind: AccessEntryKind;
  /** What an outcome closes: one answer to a question. */
  answer_id: string;
  question_id: string;
  decision_id: string;
  /** UNNAMED: it was refused before it was known of whom it would have been, or those who acted read what they did. */
  subject_kind: 'PERSON' | 'UNIT' | 'UNNAMED';
  /** Sealed reference of a person, or credit code of a unit; empty for UNNAMED. */
  subject: string;
  /** Pseudonym of the one who acted. */
  actor: string;
  role: string;
  party_kind: string | null;
  party_code: string | null;
  delegation_kind: string | null;
  delegation_id: string | null;
  purpose: string | null;
  case_number: string | null;
  basis: string | null;
  /** Identifier of the mandate, consent or emergency. */
  basis_ref: string | null;
  scopes: string[];
  agencies: string[];
  /** Why it was refused, and what the caller was told. */
  code: string | null;
  told: string | null;
  /** Deferred notice: from when the person sees the row, and why not before. */
  visible_from: Date | null;
  deferral_reason: string | null;
}

/** How answers ended. Append-only: an outcome that comes after the sweeper's UNKNOWN stands beside it, and counts. */
export interface AccessOutcomeTable {
  answer_id: string;
  recorded_at: Generated<Date>;
  result: AccessResult;
}

/** Times in which the record could not be kept, and what went unrecorded in them. Append-only. */
export interface AccessGapTable {
  gap_id: GeneratedAlways<string>;
  began_at: Date;
  ended_at: Date;
  own_reads: number;
  denials: number;
  outcomes: number;
}

/** One row: up to when every intent has an outcome. */
export interface AccessSweepTable {
  swept_to: Date;
}

/** Tables of the record of access. */
export interface AccessLogTables {
  access_entry: AccessEntryTable;
  access_outcome: AccessOutcomeTable;
  access_gap: AccessGapTable;
  access_sweep: AccessSweepTable;
}
