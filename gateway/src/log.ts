import { pino, type DestinationStream, type Logger } from 'pino';

/** The log of a gateway: JSON lines without host and process. */
export function openLog(level: string, logTo: DestinationStream | undefined): Logger {
  const options = { name: 'gateway', level, base: null };
  return logTo ? pino(options, logTo) : pino(options);
}
