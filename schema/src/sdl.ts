import { readFileSync } from 'node:fs';

/**
 * Subgraphs that run inside the gateway: `hub` holds what it answers with, `hub-record` asks all agencies for what it answers with. The
 * planner sees two, so that nothing else of a question waits for what the second has to ask.
 */
export const OWN_SUBGRAPHS = ['hub', 'hub-record'] as const;
/** The subgraphs of the graph, by the name they have in the supergraph. */
export const SUBGRAPHS = [...OWN_SUBGRAPHS, 'hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

const file = (name: string): URL => new URL(`../sdl/${name}.graphql`, import.meta.url);
const read = (name: string): string => readFileSync(file(name), 'utf8');

/** Files of a subgraph beside the one of its name. */
const PARTS: Readonly<Partial<Record<SubgraphName, readonly string[]>>> = {
  hrss: ['hrss-transfer', 'transfer'],
  'medical-insurance': ['medical-transfer', 'transfer'],
  hub: ['hub-consent', 'hub-acting', 'hub-access-log', 'hub-transfer', 'hub-webhook', 'hub-worklist'],
};

/** Whole SDL of one subgraph: its own files, the shared value types and the access directives. */
export function subgraphSdl(name: SubgraphName): string {
  return [name, ...(PARTS[name] ?? []), 'access', 'shared'].map(read).join('\n');
}

/** Where `npm run compose` writes the supergraph and the gateway reads it unless told otherwise. */
export const SUPERGRAPH_FILE = new URL('../supergraph.graphql', import.meta.url);
