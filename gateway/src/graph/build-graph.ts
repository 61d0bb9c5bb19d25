import { graphOf, type Graph } from './graph.js';
import { buildSupergraph, readingOf, type Unannotated } from './supergraph-reading.js';

/**
 * Reads a supergraph on this thread, which takes some 150 ms; `readPlannedGraph` leaves that to another one.
 * @throws when the text is not a supergraph Apollo's packages accept, or is without access rules and those are not served.
 */
export function buildGraph(supergraphSdl: string, unannotated: Unannotated = 'REFUSED'): Graph {
  return graphOf(supergraphSdl, readingOf(buildSupergraph(supergraphSdl), unannotated));
}
