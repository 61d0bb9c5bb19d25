import { AgencyFault } from '../systems/system.js';

/** SQLSTATE of an error that the database itself reported (ISO/IEC 9075, PostgreSQL appendix A). */
function sqlState(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Shutting down, crashed, still starting, out of connections: another connection may be served. */
const PASSING = /^(57P0[1-5]|53\d{3}|08\d{3})$/;

/** What it means that no session could be opened. Messages of the driver are not passed on: they name the account. */
export function connectFault(error: unknown, id: string): AgencyFault {
  const state = sqlState(error);
  if (state !== undefined)
    return new AgencyFault('AGENCY_UNAVAILABLE', `${id} lets nobody in (SQLSTATE ${state})`, {}, { transient: PASSING.test(state) });
  const late = error instanceof Error && /timeout/i.test(error.message);
  return new AgencyFault('AGENCY_UNAVAILABLE', `${id} cannot be reached`, {}, { cause: error, transient: !late });
}

/** What an error means that the database reported for a statement; undefined when the connection broke instead. Its text may hold row values and is dropped. */
export function queryFault(error: unknown, id: string): AgencyFault | undefined {
  const state = sqlState(error);
  if (state === undefined) return undefined;
  const what = `(SQLSTATE ${state})`;
  if (state === '57014') return new AgencyFault('AGENCY_TIMEOUT', `${id} gave the statement up ${what}`);
  if (PASSING.test(state)) return new AgencyFault('AGENCY_UNAVAILABLE', `${id} ended the session ${what}`, {}, { transient: true });
  // A view that is gone or may no longer be read: the agency refuses.
  if (state.startsWith('28') || state.startsWith('42')) return new AgencyFault('AGENCY_UNAVAILABLE', `${id} refused the statement ${what}`);
  return new AgencyFault('AGENCY_BAD_RESPONSE', `${id} failed over the statement ${what}`);
}

/** A connection that broke: before the first byte of an answer the question may be asked again, afterwards the answer is cut. */
export function brokenConnection(error: unknown, id: string, begun: boolean): AgencyFault {
  return begun
    ? new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer broke off`, {}, { cause: error })
    : new AgencyFault('AGENCY_UNAVAILABLE', `${id} broke the connection`, {}, { cause: error, transient: true });
}
