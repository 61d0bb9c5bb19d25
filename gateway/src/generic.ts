import type { DestinationStream } from 'pino';
import { loadAccessCatalogue } from '@yichuang/schema';
import { NO_EVIDENCE, NO_FACTS } from './access/without-store.js';
import { AgencyClient } from './agencies/client.js';
import { HeldClients } from './agencies/held-clients.js';
import { DEFAULT_AGENCY, type AgencySettings } from './agencies/settings.js';
import { alarmsOf } from './alarms.js';
import { sharingSubgraph } from './execution/shared-asks.js';
import type { Subgraph } from './execution/subgraph.js';
import type { SubscriptionSources } from './execution/subscription-source.js';
import { createYichuangExecutor } from './execution/yichuang.js';
import type { Graph } from './graph/graph.js';
import { DEFAULT_LIMITS, type QueryLimits } from './graph/limits.js';
import { DEFAULT_LOAD, type LoadSettings } from './load.js';
import { HubMetrics } from './http/metrics.js';
import { openLog } from './log.js';
import { readPlannedGraph } from './planning/planner.js';
import { serve, type Opened, type RunningGateway } from './serving.js';
import type { TrustedSettings } from './trusted/folder.js';

/** What the generic mode is told. */
export interface GenericOptions {
  readonly supergraphFile: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly executor: 'yichuang' | 'apollo';
  /** Addresses that differ from the supergraph's, by subgraph. */
  readonly subgraphUrls?: ReadonlyMap<string, string>;
  /** Equal queries of one caller that are under way at the same time are sent once. @default false */
  readonly shareQueries?: boolean;
  readonly trusted?: TrustedSettings;
  readonly limits?: QueryLimits;
  readonly agency?: Partial<Omit<AgencySettings, 'url'>>;
  readonly load?: LoadSettings;
  /** What brings the events of subscriptions. @default there are none */
  readonly events?: SubscriptionSources;
  /** @default warnings and worse go to standard output */
  readonly logTo?: DestinationStream;
  readonly logLevel?: string;
}

/** What a subgraph nobody has set limits for is taken to bear. */
const THIRD_PARTY: Omit<AgencySettings, 'url'> = { ...DEFAULT_AGENCY, deadlineMs: 30_000, maxBatch: 1_000 };
const DEADLINE_MS = 30_000;
const POLL_MS = 2_000;

/**
 * Serves any Federation 2 supergraph. Without access rules of its own it is open to everybody; one that declares them is served like the
 * hub's, to anonymous callers only, since nobody signs in here.
 * @throws when the supergraph cannot be served, or the port is taken
 */
export async function startGenericGateway(options: GenericOptions): Promise<RunningGateway> {
  const logger = openLog(options.logLevel ?? 'warn', options.logTo);
  const metrics = new HubMetrics();
  const alarms = alarmsOf(logger, metrics);
  const clients = new HeldClients(
    ({ name, url }) => new AgencyClient(name, { ...THIRD_PARTY, ...options.agency, url }, undefined, metrics.call),
  );
  const hold = (graph: Graph): Held => {
    const held = clients.hold(graph.subgraphs.map(({ name, url }) => ({ name, url: options.subgraphUrls?.get(name) ?? url ?? '' })));
    const subgraphs = new Map(held.clients.map((client) => [client.name, options.shareQueries ? sharingSubgraph(client) : client]));
    return { subgraphs, release: held.release };
  };
  return serve({
    supergraphFile: options.supergraphFile,
    supergraphPollMs: POLL_MS,
    host: options.host,
    port: options.port,
    limits: options.limits ?? DEFAULT_LIMITS,
    trusted: options.trusted ?? { mode: 'off', folder: undefined, pollMs: POLL_MS },
    load: options.load ?? DEFAULT_LOAD,
    tokens: undefined,
    answers: {
      catalogue: loadAccessCatalogue(),
      deadlineMs: DEADLINE_MS,
      facts: NO_FACTS,
      evidence: NO_EVIDENCE,
    },
    explorer: {},
    logger,
    metrics,
    open: async (supergraphSdl, lines) => {
      if (options.executor === 'apollo') return openApollo(supergraphSdl, hold);
      const { graph, planner } = await readPlannedGraph(supergraphSdl, 'OPEN', {}, metrics.planning);
      try {
        const { subgraphs, release } = hold(graph);
        const { events } = options;
        return {
          graph,
          planner,
          release,
          executor: createYichuangExecutor(graph, { subgraphs, alarms, planner, lines, ...(events ? { events } : {}) }),
        };
      } catch (error) {
        await planner.stop();
        throw error;
      }
    },
    agencies: clients,
  });
}

/** What answers the fetches of one graph, for as long as it serves. */
interface Held {
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  readonly release: () => void;
}

/** Apollo's packages are only loaded where they are asked for. */
async function openApollo(supergraphSdl: string, hold: (graph: Graph) => Held): Promise<Opened> {
  const { buildGraph } = await import('./graph/build-graph.js');
  const { createApolloExecutor } = await import('./execution/apollo.js');
  const graph = buildGraph(supergraphSdl, 'OPEN');
  const { subgraphs, release } = hold(graph);
  try {
    return { graph, release, executor: await createApolloExecutor(graph, subgraphs) };
  } catch (error) {
    release();
    throw error;
  }
}
