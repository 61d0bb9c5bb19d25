import { loadAgency, startSubgraph, type RunningSubgraph, type SubgraphSettings } from '@yichuang/kit';
import { needs } from './needs.js';
import { Registers } from './registers.js';
import { resolvers } from './resolvers/index.js';

/** Serves the 邮政 subgraph over the systems of its agency file (../agency.yaml unless another is given). */
export function startPostal(settings: SubgraphSettings): Promise<RunningSubgraph> {
  const agency = loadAgency(settings.agencyFile ?? new URL('../agency.yaml', import.meta.url), settings.env);
  return startSubgraph({ ...settings, name: 'postal', agency, resolvers: resolvers(new Registers(agency)), needs });
}
