import { ERROR_CATALOGUE, type ErrorCode } from '@yichuang/schema';
import { isDivision, isSystemId, isTime } from '../agencies/fact-shapes.js';
import { holderOf, isOwn } from '../graph/own-subgraphs.js';
import { isErrorCode } from '../graph/request-errors.js';
import type { AgencyFailure, ReportedError } from '../agencies/reply.js';

/** An error of an agency as the client may see it. */
export interface SafeError {
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Text of the agency; only for a graph without access rules. Otherwise the catalogue's text stands beside the code. */
  readonly message?: string;
}

/** What of a reported error may pass, each with the shape it must have: facts about systems, never text an agency wrote. */
const DETAILS: Readonly<Record<string, (value: unknown) => boolean>> = {
  system: isSystemId,
  jurisdiction: isDivision,
  since: isTime,
  opensAt: isTime,
  retryAfterSeconds: (value) => typeof value === 'number' && Number.isFinite(value),
};

/** What the hub's own subgraph may say beside that: which term, reason, state or scopes it is about, as words of its own vocabulary. */
const isWord = (value: unknown): boolean => typeof value === 'string' && /^[A-Z][A-Z_]{1,31}$/.test(value);
const isScope = (value: unknown): boolean => typeof value === 'string' && /^[a-z]+(\.[a-z]+)+:[a-z]+$/.test(value);
const areScopes = (value: unknown): boolean => Array.isArray(value) && value.length <= 100 && value.every(isScope);
const HUB_DETAILS: typeof DETAILS = { ...DETAILS, reason: isWord, state: isWord, term: isWord, scopes: areScopes };

/** Code of an error of a third party's subgraph that names none. */
const OPEN_CODE = 'DOWNSTREAM_SERVICE_ERROR';

/** Reduces a reported error to the catalogue. A code that is not in it, or that only the hub may use, becomes AGENCY_BAD_RESPONSE.
 * @param open the graph has no access rules: what the agency says passes as it is */
export function safeError(error: ReportedError, agency: string, open = false): SafeError {
  if (open) return { code: OPEN_CODE, message: error.message ?? 'unknown error', extensions: { ...error.extensions, agency } };
  const reported = error.extensions['code'];
  const code: ErrorCode =
    isErrorCode(reported) && (isOwn(agency) || ERROR_CATALOGUE[reported].area !== 'hub')
      ? reported
      : isOwn(agency)
        ? 'INTERNAL'
        : 'AGENCY_BAD_RESPONSE';
  const details = Object.entries(isOwn(agency) ? HUB_DETAILS : DETAILS).flatMap(([name, fits]) =>
    fits(error.extensions[name]) ? [[name, error.extensions[name]] as const] : [],
  );
  return {
    code,
    extensions: { ...(ERROR_CATALOGUE[code].area === 'agency' ? { agency: holderOf(agency) } : {}), ...Object.fromEntries(details) },
  };
}

/** An agency's failure to answer at all. */
export function failureError(failure: AgencyFailure): SafeError {
  return { code: failure.code, extensions: { ...failure.detail } };
}
