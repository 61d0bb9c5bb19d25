import type { ErrorCode } from '@yichuang/schema';

const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  CONSENT_REQUIRED: 'REQUEST_CONSENT',
  CONSENT_EXPIRED: 'REQUEST_CONSENT',
  CONSENT_REVOKED: 'REQUEST_CONSENT',
  CONSENT_EXHAUSTED: 'REQUEST_CONSENT',
  STEP_UP_REQUIRED: 'STEP_UP',
  CASE_REQUIRED: 'STATE_CASE',
  PURPOSE_REQUIRED: 'STATE_PURPOSE',
  CONSENT_UNAVAILABLE: 'TRY_AGAIN',
  ACTING_UNAVAILABLE: 'TRY_AGAIN',
  AUDIT_UNAVAILABLE: 'TRY_AGAIN',
  AGENCY_UNAVAILABLE: 'TRY_AGAIN',
  AGENCY_TIMEOUT: 'TRY_AGAIN',
  AGENCY_RATE_LIMITED: 'TRY_AGAIN',
  QUESTION_TIMEOUT: 'TRY_AGAIN',
};

/** What the client can do about a refusal, as a part of `extensions`; empty where it can do nothing. */
export function remedyOf(code: ErrorCode): { readonly remedy?: { readonly type: string } } {
  const type = REMEDIES[code];
  return type === undefined ? {} : { remedy: { type } };
}
