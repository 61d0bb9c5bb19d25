import { pino, type DestinationStream, type Logger } from 'pino';
import type { ExecutionAlarms } from './execution/subgraph.js';
import { logFault } from './http/fault-log.js';
import type { HubMetrics } from './http/metrics.js';

/** The log of a gateway: JSON lines without host and process. */
export function openLog(level: string, logTo: DestinationStream | undefined): Logger {
  const options = { name: 'gateway', level, base: null };
  return logTo ? pino(options, logTo) : pino(options);
}

/** What operators are told of an execution. */
export function alarmsOf(logger: Logger, metrics: HubMetrics): ExecutionAlarms {
  return {
    subjectMismatch: (agency, requestId) => {
      metrics.mismatch(agency);
      logger.error({ requestId, agency, code: 'SUBJECT_MISMATCH' }, 'an agency answered about somebody else; the answer was dropped');
    },
    fault: (error, requestId) => {
      logFault(logger, error, requestId);
    },
  };
}
