import { collectDefaultMetrics, Registry } from 'prom-client';

let figures: Registry | undefined;

/**
 * Figures of this process, measured from the first call on. One registry, whichever hubs run in it: what prom-client measures the event
 * loop and the garbage collection by cannot be stopped.
 */
export function processFigures(): Registry {
  if (!figures) {
    figures = new Registry();
    collectDefaultMetrics({ register: figures });
  }
  return figures;
}
