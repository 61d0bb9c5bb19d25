/** An error of an answer, beside the rest of it (docs/errors.md). */
export interface AnswerError {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly agency: string | undefined;
  readonly jurisdiction: string | undefined;
  /** Since when the source has not answered. */
  readonly since: string | undefined;
  /** The kind of data that is withheld. */
  readonly scope: string | undefined;
  /** When it is worth asking again. */
  readonly retryAfterSeconds?: number | undefined;
  /** Why an act is not allowed (ACT_NOT_ALLOWED). */
  readonly reason?: string | undefined;
}

/** Why something is not there: a source that did not answer, a basis that is missing, or a fault. */
export type Absence = 'MISSING' | 'WITHHELD' | 'FAULT';

const OF_SOURCES = /^(AGENCY_.*|SUBJECT_MISMATCH|PERSON_NOT_FOUND|ENTERPRISE_NOT_FOUND|NOT_SUPPORTED_HERE|QUESTION_TIMEOUT)$/;
const OF_ACCESS =
  /^(UNAUTHENTICATED|NOT_SHARED|CONSENT_(REQUIRED|PENDING|PAUSED|EXPIRED|REVOKED|EXHAUSTED|UNAVAILABLE)|ACCESS_.*|PURPOSE_.*|CASE_REQUIRED|STEP_UP_REQUIRED|SCOPE_NOT_DELEGABLE|GUARDIAN_REQUIRED|AUDIT_UNAVAILABLE)$/;

export function absenceOf(code: string): Absence {
  if (OF_SOURCES.test(code)) return 'MISSING';
  return OF_ACCESS.test(code) ? 'WITHHELD' : 'FAULT';
}

/** The errors at a field of the person or below it; `path` begins after `me` or `citizen`. */
export function errorsAt(errors: readonly AnswerError[], ...path: readonly string[]): readonly AnswerError[] {
  return errors.filter((error) => path.every((step, index) => error.path[index + 1] === step));
}

/** One of several errors that say the same of the same source. */
export function distinct(errors: readonly AnswerError[]): readonly AnswerError[] {
  return [
    ...new Map(
      errors.map((error) => [`${error.code} ${error.agency ?? ''} ${error.jurisdiction ?? ''} ${error.scope ?? ''}`, error]),
    ).values(),
  ];
}

/** What is there of a list whose missing parts are null. */
export function present<T>(list: readonly (T | null)[] | null | undefined): readonly T[] {
  return (list ?? []).filter((item) => item !== null);
}
