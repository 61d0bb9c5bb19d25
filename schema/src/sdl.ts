import { readFileSync } from 'node:fs';

/** The subgraphs of the hub, by the name they have in the supergraph. `hub` runs inside the gateway. */
export const SUBGRAPHS = ['hub', 'hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

const file = (name: string): URL => new URL(`../sdl/${name}.graphql`, import.meta.url);
const read = (name: string): string => readFileSync(file(name), 'utf8');

/** Whole SDL of one subgraph: its own file, the shared value types and the access directives. */
export function subgraphSdl(name: SubgraphName): string {
  return [read(name), read('access'), read('shared')].join('\n');
}

/** Where `npm run compose` writes the supergraph and the gateway reads it unless told otherwise. */
export const SUPERGRAPH_FILE = new URL('../supergraph.graphql', import.meta.url);
