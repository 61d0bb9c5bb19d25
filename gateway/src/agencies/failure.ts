import { errors as undici } from 'undici';
import type { Sign } from '../circuit.js';
import type { Exchange } from './exchange.js';
import type { AgencyFailure } from './reply.js';

/** How a call failed, for the answer and for what is done about it. */
export class CallFailure {
  /**
   * @param sign what it says about the agency
   * @param again whether a query may be asked again; `AT_ONCE` when the failure says nothing about the agency
   */
  constructor(
    readonly code: Exclude<AgencyFailure['code'], 'QUESTION_TIMEOUT'>,
    readonly sign: Sign,
    readonly again: 'NO' | 'AT_ONCE' | 'LATER' = 'NO',
    readonly retryAfterSeconds?: number,
  ) {}
}

/** The agency was not asked: it is left alone, or too many calls wait for it. */
export const NOT_ASKED = new CallFailure('AGENCY_UNAVAILABLE', 'NOTHING');

/** The call's turn did not come in time: it was not sent. */
export const NO_TURN = new CallFailure('AGENCY_TIMEOUT', 'NOTHING');

/** Nobody waited for it any more when its turn had still not come. */
export const ABANDONED = new CallFailure('AGENCY_TIMEOUT', 'NOTHING');

/** True for the failure of a call that was never sent. */
export function wasNotSent(failure: CallFailure): boolean {
  return failure === NOT_ASKED || failure === NO_TURN || failure === ABANDONED;
}

/**
 * Why an exchange brought nothing usable.
 * @param hadTime whether the agency had enough of its deadline for a timeout to be its fault
 * @param answeredInShape whether the body was of the right shape all the same
 * @param attempt 1 or 2
 */
export function failureOf(exchange: Exchange, hadTime: boolean, answeredInShape: boolean, attempt: number): CallFailure {
  if (exchange.brokenOff === 'NOT_SENT') return NOT_ASKED;
  if (exchange.brokenOff === 'TOO_LARGE') return new CallFailure('AGENCY_BAD_RESPONSE', 'FAILS');
  if (exchange.brokenOff) return new CallFailure('AGENCY_TIMEOUT', hadTime ? 'FAILS' : 'NOTHING');
  return exchange.error ? ofError(exchange.error, exchange.status > 0, attempt) : ofStatus(exchange, answeredInShape);
}

function ofStatus({ status, retryAfter }: Exchange, answeredInShape: boolean): CallFailure {
  const seconds = retryAfterSeconds(retryAfter);
  if (status === 429) return new CallFailure('AGENCY_RATE_LIMITED', 'ALIVE', 'NO', seconds);
  if (status === 502 || status === 503 || status === 504) return new CallFailure('AGENCY_UNAVAILABLE', 'FAILS', 'LATER', seconds);
  if (status >= 500) return new CallFailure('AGENCY_UNAVAILABLE', 'FAILS', 'NO', seconds);
  if (status === 401 || status === 403) return new CallFailure('AGENCY_UNAVAILABLE', 'FAILS');
  // A subgraph that refuses one document with a GraphQL error answers the others.
  return new CallFailure('AGENCY_BAD_RESPONSE', status >= 400 && answeredInShape ? 'ALIVE' : 'FAILS');
}

function ofError(error: Error, responseBegun: boolean, attempt: number): CallFailure {
  if (responseBegun || error instanceof undici.HTTPParserError || error instanceof undici.HeadersOverflowError)
    return new CallFailure('AGENCY_BAD_RESPONSE', 'FAILS');
  // A kept connection that the agency closed in the meantime says nothing about it, unless it happens again.
  if (attempt === 1 && error instanceof undici.SocketError && (error.socket?.bytesRead ?? 0) > 0)
    return new CallFailure('AGENCY_UNAVAILABLE', 'NOTHING', 'AT_ONCE');
  return new CallFailure('AGENCY_UNAVAILABLE', 'FAILS', isConnectionLost(error) ? 'LATER' : 'NO');
}

const LOST: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function isConnectionLost(error: Error): boolean {
  return 'code' in error && LOST.has(error.code);
}

/** Seconds of a Retry-After header (RFC 9110, 10.2.3), which is a number or a date. */
function retryAfterSeconds(header: string | readonly string[] | undefined): number | undefined {
  const text = typeof header === 'string' ? header.trim() : '';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1_000));
}
