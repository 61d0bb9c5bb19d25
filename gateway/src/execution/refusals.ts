import type { ErrorCode } from '@yichuang/schema';
import type { Refused } from '../access/judgement.js';
import { remedyOf } from '../access/remedies.js';
import { holderOf } from '../graph/own-subgraphs.js';
import type { SafeError } from './reported-errors.js';
import type { Run } from './run.js';

/** What a client is told of a refusal. */
export function errorOf(refused: Refused): SafeError {
  if (refused.kind === 'UNKNOWN') return { code: refused.failure.code, extensions: { ...refused.failure.detail } };
  const { code, scope } = refused;
  return { code, extensions: { scope, ...remedyOf(code) } };
}

/** With the name under which the decision can be explained; what could not be decided has none. */
export function told(error: SafeError, { question }: Run): SafeError {
  if (!('scope' in error.extensions)) return error;
  return { ...error, extensions: { ...error.extensions, decisionId: question.questionId } };
}

/** What a release rested on has ended while the agency was asked; see `Judge.withdrawn`. */
export function endedSince(code: ErrorCode, { question }: Run): SafeError {
  return { code, extensions: code === 'ACCESS_DENIED' ? { decisionId: question.questionId } : {} };
}

/** An agency has answered something else than it was asked for. */
export function badResponse(agency: string): SafeError {
  return { code: 'AGENCY_BAD_RESPONSE', extensions: { agency: holderOf(agency) } };
}
