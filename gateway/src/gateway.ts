import type { DestinationStream } from 'pino';
import { citizenSeal, loadAccessCatalogue } from '@yichuang/schema';
import { AgencyClient } from './agencies/client.js';
import { alarmsOf } from './alarms.js';
import { TokenVerifier } from './access/token.js';
import type { GatewayConfig } from './config.js';
import { openEvidence } from './evidence/evidence.js';
import { sharingSubgraph } from './execution/shared-asks.js';
import type { Subgraph } from './execution/subgraph.js';
import type { SubscriptionSources } from './execution/subscription-source.js';
import { createYichuangExecutor } from './execution/yichuang.js';
import { GrantMinter } from './grants/minter.js';
import { HubMetrics } from './http/metrics.js';
import { openLog } from './log.js';
import { readPlannedGraph } from './planning/planner.js';
import { serve, type RunningGateway } from './serving.js';
import { openStore } from './store/store.js';
import { hubSubgraph } from './window/hub-subgraph.js';
import { INDEX_AGENCY, jurisdictionsOf } from './window/jurisdictions.js';

export type { RunningGateway } from './serving.js';

/** What a hub may be given that no environment variable can say. */
export interface GatewayParts {
  /** Where log lines go. @default standard output */
  readonly logTo?: DestinationStream;
  /** What brings the events of subscriptions. @default there are none */
  readonly events?: SubscriptionSources;
}

/**
 * Wires the hub and listens.
 * @throws when the store cannot be opened, the supergraph file cannot be served, or the port is taken
 */
export async function startGateway(config: GatewayConfig, { logTo, events }: GatewayParts = {}): Promise<RunningGateway> {
  const logger = openLog(config.logLevel, logTo);
  const metrics = new HubMetrics();
  const catalogue = loadAccessCatalogue();
  const seal = citizenSeal(config.citizenRefKey);
  const grants = new GrantMinter(config.grants.signer, config.grants.issuer, (error) => {
    logger.error({ err: error }, 'grants cannot be signed; agencies are not asked');
  });
  const agencies = new Map(
    Object.entries(config.agencies).map(([name, settings]) => [
      name,
      new AgencyClient(name, settings, grants, metrics.call, config.hubKey),
    ]),
  );
  const store = await openStore(config.store);
  const evidence = openEvidence({ store, catalogue, secret: config.citizenRefKey, logger });
  const own = hubSubgraph({ seal, catalogue, agencies, accessLog: evidence.resolvers });
  const subgraphs = new Map<string, Subgraph>([['hub', own]]);
  for (const [name, client] of agencies) subgraphs.set(name, config.shareQueries ? sharingSubgraph(client) : client);
  const alarms = alarmsOf(logger, metrics);
  const index = agencies.get(INDEX_AGENCY);
  const serving = serve({
    ...config,
    tokens: new TokenVerifier(config.tokens, seal),
    answers: {
      catalogue,
      deadlineMs: config.questionDeadlineMs,
      jurisdictions: (refs, context) =>
        index
          ? jurisdictionsOf(index, refs, context)
          : Promise.resolve(new Map(refs.map((ref) => [ref, { code: 'AGENCY_UNAVAILABLE', detail: { agency: INDEX_AGENCY } }]))),
    },
    logger,
    metrics,
    open: async (supergraphSdl, lines) => {
      const { graph, planner } = await readPlannedGraph(supergraphSdl, 'REFUSED', {}, metrics.planning);
      return {
        graph,
        planner,
        executor: createYichuangExecutor(graph, { subgraphs, alarms, planner, lines, ...(events ? { events } : {}) }),
      };
    },
    agencies: [...agencies.values()],
  });
  const closeOwn = async (): Promise<void> => {
    await evidence.close();
    await store.close();
  };
  try {
    const gateway = await serving;
    const close = async (): Promise<void> => {
      await gateway.close();
      await closeOwn();
    };
    return { ...gateway, close };
  } catch (error) {
    await closeOwn();
    throw error;
  }
}
