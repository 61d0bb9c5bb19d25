import type { Logger } from 'pino';
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
    fault: (error, requestId) => {
      logFault(logger, error, requestId);
    },
  };
}
