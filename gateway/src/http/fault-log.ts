import type { FastifyBaseLogger } from 'fastify';

/**
 * Logs a fault by its kind and its place in the code. The message is left out: it may quote what was asked or answered.
 */
export function logFault(logger: FastifyBaseLogger, error: unknown, requestId: string): void {
  const kind = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  logger.error({ requestId, kind, at: frames.slice(0, 8).map((line) => line.trim()) }, 'fault');
}
