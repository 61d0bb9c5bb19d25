import { loadAgency, startSubgraph, type RunningSubgraph, type SubgraphSettings } from '@yichuang/kit';
import { needs } from './needs.js';
import { Platform } from './platform.js';
import { resolvers } from './resolvers/index.js';

/** Serves the 医保 subgraph over the systems of its agency file (../agency.yaml unless another is given). */
export function startMedicalInsurance(settings: SubgraphSettings): Promise<RunningSubgraph> {
  const agency = loadAgency(settings.agencyFile ?? new URL('../agency.yaml', import.meta.url), settings.env);
  return startSubgraph({ ...settings, name: 'medical-insurance', agency, resolvers: resolvers(new Platform(agency)), needs });
}
