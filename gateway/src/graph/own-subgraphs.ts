import { OWN_SUBGRAPHS } from '@yichuang/schema';

/** The name by which errors and records of access speak of what runs inside the gateway, whichever subgraph it is. */
export const HUB = 'hub';

const OWN: ReadonlySet<string> = new Set(OWN_SUBGRAPHS);

/** True for a subgraph that runs inside the gateway: the only ones that may hand out a person from a root field. */
export function isOwn(subgraph: string): boolean {
  return OWN.has(subgraph);
}

/** Who answers as a subgraph: an agency, or the hub. */
export function holderOf(subgraph: string): string {
  return isOwn(subgraph) ? HUB : subgraph;
}
