import type { AccessBasis, ErrorCode } from '@yichuang/schema';
import type { DelegationKind } from '../access/facts.js';
import type { Party, Principal } from '../access/principal.js';
import type { SubjectKind } from '../graph/access-map.js';

/** Who asks, for what: the part of the record that is the same for all subjects of one answer. Made by `recordedQuestion`. */
export interface RecordedQuestion {
  /** What an outcome closes. Every event of a subscription is an answer of its own. */
  readonly answerId: string;
  readonly questionId: string;
  /** Stable pseudonym of the one who acts, for a citizen too. */
  readonly actor: string;
  readonly role: Principal['kind'];
  readonly party: Party | undefined;
  readonly purpose: string | undefined;
  readonly caseNumber: string | undefined;
}

/** Whom a decision is about. Sealed references or credit codes; nothing else can be recorded. */
interface DecidedSubjects {
  /** What clients are told as `extensions.decisionId`, and can have explained. */
  readonly decisionId: string;
  /** All subjects for whom the rest of the entry holds: each gets a row of its own, and sees nothing of the others. */
  readonly subjects: readonly string[];
  readonly scopes: readonly string[];
  /** On whose behalf: the one who acts is a delegate of the subject. */
  readonly delegation?: { readonly kind: DelegationKind; readonly id: string } | undefined;
}

/** What is about to be asked for, and released if it comes. */
export interface IntentEntry extends DecidedSubjects {
  /** UNNAMED, with one empty text for a subject: those who act read what they did themselves. */
  readonly subjectKind: SubjectKind | 'UNNAMED';
  readonly basis: AccessBasis;
  /** Identifier of the mandate, consent or emergency access. */
  readonly ref?: string | undefined;
  readonly agencies: readonly string[];
  /** Deferred notice: the person sees the row from `until` on. */
  readonly deferred?: { readonly until: Date; readonly reason: string } | undefined;
}

/** What was refused. */
export interface DenialEntry extends DecidedSubjects {
  /** UNNAMED, with one empty text for a subject: it was refused before it was known of whom it would have been. */
  readonly subjectKind: SubjectKind | 'UNNAMED';
  /** Why. The person concerned may read it. */
  readonly code: ErrorCode;
  /** What the caller was told, and may read again; to a third party without a basis always ACCESS_DENIED. */
  readonly told: ErrorCode;
}

/** How an answer ended: with everything, with a part, with nothing. */
export type AnswerResult = 'ANSWERED' | 'PARTIAL' | 'FAILED';

/** Keeps the record of access. */
export interface AccessRecorder {
  /**
   * Durable when it resolves; called before an agency is asked. All calls of one turn of the event loop become one statement. Persons who
   * read their own data are served also while the record cannot be kept; the gap is noted when it can.
   * @throws AuditUnavailable (a rejection): the record cannot be kept, nothing may be asked for and nothing released
   */
  intent(question: RecordedQuestion, entries: readonly IntentEntry[]): Promise<void>;
  /** Written soon, with what else there is to write; nobody waits for it. */
  denied(question: RecordedQuestion, entries: readonly DenialEntry[]): void;
  /** Written soon, as denials are. An answer without any intent needs none. */
  outcome(question: RecordedQuestion, result: AnswerResult): void;
  /** Writes what is waiting and takes nothing more. */
  close(): Promise<void>;
}

/** The record of access cannot be kept now; clients are told AUDIT_UNAVAILABLE. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';

  /** @param retryAfterSeconds when the record is tried again */
  constructor(readonly retryAfterSeconds: number) {
    super('the record of access cannot be kept');
  }

  /** What clients are told beside the code. */
  get detail(): { readonly retryAfterSeconds: number } {
    return { retryAfterSeconds: this.retryAfterSeconds };
  }
}
