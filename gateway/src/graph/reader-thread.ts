import { parentPort, workerData } from 'node:worker_threads';
import { buildSupergraph, readingOf, type Unannotated } from './supergraph-reading.js';

/** What the reader is started with. */
export interface ReaderStart {
  readonly supergraphSdl: string;
  readonly unannotated: Unannotated;
}

const { supergraphSdl, unannotated } = workerData as ReaderStart; // given by read-graph.ts, the only one to start it

parentPort?.postMessage(readingOf(buildSupergraph(supergraphSdl), unannotated));
