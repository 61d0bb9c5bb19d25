import { loadAgency, officesOf, openDesk, startSubgraph, timingFrom, type RunningSubgraph, type SubgraphSettings } from '@yichuang/kit';
import { needs } from './needs.js';
import { Platform } from './platform.js';
import { resolvers } from './resolvers/index.js';
import { openMedicalTransfers } from './transfers/open.js';

/**
 * Serves the 医保 subgraph over the systems of its agency file (../agency.yaml unless another is given). With `DATABASE_URL`, the database of
 * the hub, it handles transfers as well.
 */
export async function startMedicalInsurance(settings: SubgraphSettings): Promise<RunningSubgraph> {
  const agency = loadAgency(settings.agencyFile ?? new URL('../agency.yaml', import.meta.url), settings.env);
  const env = settings.env ?? process.env;
  const databaseUrl = env['DATABASE_URL'];
  const { citizenRefKey } = settings;
  const desk =
    databaseUrl === undefined || databaseUrl === ''
      ? undefined
      : openDesk({
          agency: 'medical-insurance',
          databaseUrl,
          citizenRefKey,
          open: (store, seal) => openMedicalTransfers(agency, store, seal, officesOf(agency), { timing: timingFrom(env) }),
        });
  const served = await startSubgraph({
    ...settings,
    name: 'medical-insurance',
    agency,
    resolvers: resolvers(new Platform(agency), desk),
    needs,
  });
  return {
    ...served,
    async close() {
      await desk?.close();
      await served.close();
    },
  };
}
