import { readFileSync } from 'node:fs';

/** The subgraphs of the hub, by the name they have in the supergraph. `hub` runs inside the gateway. */
export const SUBGRAPHS = ['hub', 'hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

const file = (name: string): URL => new URL(`../sdl/${name}.graphql`, import.meta.url);
const read = (name: string): string => readFileSync(file(name), 'utf8');

/** Files of a subgraph beside the one of its name. */
const PARTS: Readonly<Partial<Record<SubgraphName, readonly string[]>>> = {
  hrss: ['hrss-transfer', 'transfer'],
  hub: ['hub-consent', 'hub-acting', 'hub-access-log', 'hub-record', 'hub-transfer', 'hub-webhook', 'hub-worklist'],
};

/** Whole SDL of one subgraph: its own files, the shared value types and the access directives. */
export function subgraphSdl(name: SubgraphName): string {
  return [name, ...(PARTS[name] ?? []), 'access', 'shared'].map(read).join('\n');
}

/** Where `npm run compose` writes the supergraph and the gateway reads it unless told otherwise. */
export const SUPERGRAPH_FILE = new URL('../supergraph.graphql', import.meta.url);
