import type { DestinationStream } from 'pino';
import { citizenSeal, loadAccessCatalogue, type AccessCatalogue } from '@yichuang/schema';
import { AgencyClient } from './agencies/client.js';
import { alarmsOf, breadthAlarm } from './alarms.js';
import { TokenVerifier } from './access/token.js';
import type { GatewayConfig } from './config.js';
import type { Questions } from './execution/questions.js';
import { sharingSubgraph } from './execution/shared-asks.js';
import type { Subgraph } from './execution/subgraph.js';
import type { SubscriptionSources } from './execution/subscription-source.js';
import { createYichuangExecutor } from './execution/yichuang.js';
import { mintersOf } from './grants/minter.js';
import { openHoldings } from './holdings.js';
import { HubMetrics } from './http/metrics.js';
import { openLog } from './log.js';
import { readPlannedGraph } from './planning/planner.js';
import { CheckCodes } from './record/check-code.js';
import { recordSubgraph } from './record/record-subgraph.js';
import { serve, type RunningGateway } from './serving.js';
import { hubSubgraph } from './window/hub-subgraph.js';
import { references } from './window/references.js';

export type { RunningGateway } from './serving.js';

/** What a hub may be given that no environment variable can say. */
export interface GatewayParts {
  /** Where log lines go. @default standard output */
  readonly logTo?: DestinationStream;
  /** What brings the events of subscriptions. @default there are none */
  readonly events?: SubscriptionSources;
  /** Who may ask for what. @default that of schema/access */
  readonly catalogue?: AccessCatalogue;
}

/**
 * Wires the hub and listens.
 * @throws when the store cannot be opened, the supergraph file cannot be served, or the port is taken
 */
export async function startGateway(
  config: GatewayConfig,
  { logTo, events, catalogue = loadAccessCatalogue() }: GatewayParts = {},
): Promise<RunningGateway> {
  const logger = openLog(config.logLevel, logTo);
  const metrics = new HubMetrics();
  const seal = citizenSeal(config.citizenRefKey);
  const grants = mintersOf(config.grants, (error) => {
    logger.error({ err: error }, 'grants cannot be signed; agencies are not asked');
  });
  const agencies = new Map(
    Object.entries(config.agencies).map(([name, settings]) => [name, new AgencyClient(name, settings, grants(name), metrics.call)]),
  );
  const holdings = await openHoldings({ config, catalogue, seal, agencies, logger, metrics });
  const { consent, acting, evidence, events: told, webhooks, worklist, facts } = holdings;
  const known = references(seal);
  let questions: Pick<Questions, 'ask'> | undefined;
  const record = recordSubgraph({
    codes: new CheckCodes(config.citizenRefKey),
    catalogue,
    openCases: acting.openCases,
    ask: (asked) => {
      if (!questions) throw new Error('a record was asked for before there was a way in');
      return questions.ask(asked);
    },
  });
  const own = hubSubgraph({
    references: known,
    catalogue,
    agencies,
    accessLog: evidence.resolvers,
    consent,
    acting,
    events: told,
    webhooks,
    worklist,
  });
  const subgraphs = new Map<string, Subgraph>([
    ['hub', own],
    ['hub-record', record],
  ]);
  for (const [name, client] of agencies) subgraphs.set(name, config.shareQueries ? sharingSubgraph(client) : client);
  const eventsOf: SubscriptionSources = (agency) => events?.(agency) ?? (agency === 'hub' ? own.events : undefined);
  const alarms = alarmsOf(logger, metrics);
  const serving = serve({
    ...config,
    tokens: new TokenVerifier(config.tokens, seal),
    answers: {
      catalogue,
      deadlineMs: config.questionDeadlineMs,
      facts,
      evidence,
      named: known.named,
      breadth: { most: config.maxPersons, exceeded: breadthAlarm(logger, metrics) },
    },
    logger,
    metrics,
    open: async (supergraphSdl, lines) => {
      const { graph, planner } = await readPlannedGraph(supergraphSdl, 'REFUSED', {}, metrics.planning);
      return {
        graph,
        planner,
        executor: createYichuangExecutor(graph, { subgraphs, alarms, planner, lines, events: eventsOf, isReference: known.isReference }),
      };
    },
    agencies: [...agencies.values()],
    opened: (opened) => {
      questions = opened;
    },
  });
  try {
    const gateway = await serving;
    const close = async (): Promise<void> => {
      await gateway.close();
      await holdings.close();
    };
    return { ...gateway, close };
  } catch (error) {
    await holdings.close();
    throw error;
  }
}
