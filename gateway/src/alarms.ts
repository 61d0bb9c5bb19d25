import type { Logger } from 'pino';
import type { Caller } from './access/principal.js';
import { partyText } from './acting/actor.js';
import type { RecordAlarms } from './evidence/recorder.js';
import type { ExecutionAlarms } from './execution/subgraph.js';
import { logFault } from './http/fault-log.js';
import type { HubMetrics } from './http/metrics.js';

/** What operators are told of an execution. */
export function alarmsOf(logger: Logger, metrics: HubMetrics): ExecutionAlarms {
  return {
    subjectMismatch: (agency, requestId) => {
      metrics.mismatch(agency);
      logger.error({ requestId, agency, code: 'SUBJECT_MISMATCH' }, 'an agency answered about somebody else; the answer was dropped');
    },
    monthsExceeded: (agency, requestId) => {
      metrics.monthsExceeded(agency);
      logger.error(
        { requestId, agency, code: 'AGENCY_BAD_RESPONSE' },
        'an agency answered about months that were not granted; the field was dropped',
      );
    },
    rowsExceeded: (agency, requestId) => {
      metrics.rowsExceeded(agency);
      logger.error({ requestId, agency, code: 'AGENCY_BAD_RESPONSE' }, 'an agency answered with rows of other units; they were dropped');
    },
    fault: (error, requestId) => {
      logFault(logger, error, requestId);
    },
  };
}

/** Told of a question about more persons than one may be about: who asks for the data of so many at once is worth a look. */
export function breadthAlarm(logger: Logger, metrics: HubMetrics): (caller: Caller, questionId: string) => void {
  return ({ principal, purpose }, requestId) => {
    metrics.tooBroad(principal.kind);
    const party = 'party' in principal ? partyText(principal.party) : undefined;
    logger.warn(
      { requestId, code: 'ACCESS_TOO_BROAD', role: principal.kind, party, purpose: purpose.kind === 'NAMED' ? purpose.code : undefined },
      'a question was about more persons than one may be; the rest were refused',
    );
  };
}

/** Told of the record of access. */
export function recordAlarms(logger: Logger, metrics: HubMetrics): RecordAlarms {
  const code = 'AUDIT_UNAVAILABLE';
  return {
    gapBegan: (cause) => {
      metrics.recordGapBegan();
      logger.error({ code, err: cause }, 'the record of access cannot be kept; third parties are refused until it can');
    },
    gapEnded: (gap, over) => {
      metrics.recordGapEnded(gap, over);
      logger.warn({ code, gap }, 'the record of access is kept again; the gap is on record');
    },
    lost: (what, cause) => {
      metrics.recordLost(what);
      logger.error({ code, lost: what, err: cause }, 'something that was to be recorded is lost');
    },
  };
}
