import { startThread } from '../thread.js';
import { graphOf, type Graph } from './graph.js';
import type { ReaderStart } from './reader-thread.js';
import type { SupergraphReading, Unannotated } from './supergraph-reading.js';

/** Milliseconds and MiB of heap that reading a supergraph may take. */
const DEADLINE_MS = 60_000;
const MAX_HEAP_MB = 1_024;

/**
 * Reads a supergraph as `buildGraph` does, but in a thread that ends with it: this one, which answers questions, is held up by a
 * fifteenth of the time only.
 * @throws (rejects) when the text is not a supergraph Apollo's packages accept, or is without access rules and those are not served
 */
export async function readGraph(supergraphSdl: string, unannotated: Unannotated = 'REFUSED'): Promise<Graph> {
  return graphOf(supergraphSdl, await readInThread({ supergraphSdl, unannotated }));
}

async function readInThread(workerData: ReaderStart): Promise<SupergraphReading> {
  const worker = startThread(new URL('./reader-thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  let alarm: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      alarm = setTimeout(() => {
        reject(new Error('reading the supergraph took too long'));
      }, DEADLINE_MS);
      worker.once('message', resolve);
      worker.once('error', (error: Error) => {
        reject(new Error(error.message, { cause: error }));
      });
      worker.once('exit', () => {
        reject(new Error('the supergraph’s reader ended without a word'));
      });
    });
  } finally {
    clearTimeout(alarm);
    await worker.terminate();
  }
}
