import { readFile } from 'node:fs/promises';
import { pino, type DestinationStream } from 'pino';
import { citizenSeal, loadAccessCatalogue } from '@yichuang/schema';
import { AgencyClient } from './agencies/client.js';
import { TokenVerifier } from './access/token.js';
import type { GatewayConfig } from './config.js';
import type { AnswerOptions } from './execution/answer.js';
import { createYichuangExecutor } from './execution/yichuang.js';
import { startPlanner } from './planning/planner.js';
import { Questions } from './execution/questions.js';
import { LiveGraphs, type Replacement } from './execution/live-graphs.js';
import type { ExecutionAlarms, Subgraph } from './execution/subgraph.js';
import { buildGraph } from './graph/graph.js';
import { Operations } from './graph/operations.js';
import { watchSupergraph } from './graph/supergraph-file.js';
import { logFault } from './http/fault-log.js';
import { HubMetrics } from './http/metrics.js';
import { buildServer } from './http/server.js';
import { hubSubgraph } from './window/hub-subgraph.js';
import { INDEX_AGENCY, jurisdictionsOf } from './window/jurisdictions.js';

/** A running hub. */
export interface RunningGateway {
  /** Address without a path, e.g. http://127.0.0.1:4000. */
  readonly url: string;
  /** Reads the supergraph file again; a broken one leaves the old graph in place. */
  reload(): Promise<Replacement>;
  /** Takes no new questions, finishes those under way, and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Wires the hub and listens.
 * @param logTo where log lines go; standard output unless told otherwise
 * @throws when the supergraph file cannot be served, or the port is taken
 */
export async function startGateway(config: GatewayConfig, logTo?: DestinationStream): Promise<RunningGateway> {
  const options = { name: 'gateway', level: config.logLevel, base: null };
  const logger = logTo ? pino(options, logTo) : pino(options);
  const metrics = new HubMetrics();
  const catalogue = loadAccessCatalogue();
  const seal = citizenSeal(config.citizenRefKey);
  const agencies = new Map(
    Object.entries(config.agencies).map(([name, settings]) => [name, new AgencyClient(name, settings, config.hubKey, metrics.call)]),
  );
  const subgraphs = new Map<string, Subgraph>([['hub', hubSubgraph({ seal, catalogue, agencies })]]);
  for (const [name, client] of agencies)
    subgraphs.set(name, {
      name,
      maxBatch: client.settings.maxBatch,
      ask: (ask, question, answered) => {
        client.ask(ask, question, answered);
      },
    });
  const alarms: ExecutionAlarms = {
    subjectMismatch: (agency, requestId) => {
      metrics.mismatch(agency);
      logger.error({ requestId, agency, code: 'SUBJECT_MISMATCH' }, 'an agency answered about somebody else; the answer was dropped');
    },
    fault: (error, requestId) => {
      logFault(logger, error, requestId);
    },
  };
  const graphs = new LiveGraphs(async (supergraphSdl) => {
    const graph = buildGraph(supergraphSdl);
    const planner = startPlanner(graph);
    return { graph, operations: new Operations(graph, config.limits), executor: createYichuangExecutor(graph, { subgraphs, alarms, planner }) };
  });
  const replace = async (supergraphSdl: string): Promise<Replacement> => {
    const replacement = await graphs.replace(supergraphSdl);
    metrics.replacement(replacement.outcome);
    if (replacement.outcome === 'KEPT_OLD')
      logger.error({ reason: replacement.reason }, 'the new supergraph cannot be served; the old one stays');
    if (replacement.outcome === 'REPLACED') logger.info({ graph: replacement.graphId }, 'serving supergraph');
    return replacement;
  };
  const reload = async (): Promise<Replacement> => {
    const text = await readFile(config.supergraphFile, 'utf8').catch(() => undefined);
    return text === undefined ? { outcome: 'KEPT_OLD', reason: 'the file cannot be read' } : replace(text);
  };

  const first = await reload();
  if (first.outcome === 'KEPT_OLD') throw new Error(`${config.supergraphFile} cannot be served: ${first.reason}`);
  const index = agencies.get(INDEX_AGENCY);
  const answers: AnswerOptions = {
    catalogue,
    deadlineMs: config.questionDeadlineMs,
    jurisdictions: (refs, context) =>
      index
        ? jurisdictionsOf({ maxBatch: index.settings.maxBatch, ask: (ask, inner) => index.ask(ask, inner) }, refs, context)
        : Promise.resolve(new Map(refs.map((ref) => [ref, { code: 'AGENCY_UNAVAILABLE', detail: { agency: INDEX_AGENCY } }]))),
  };
  const app = await buildServer({
    questions: new Questions(graphs, answers),
    tokens: new TokenVerifier(config.tokens, seal),
    logger,
    metrics,
    maxBytes: config.limits.maxBytes,
    requestTimeoutMs: config.questionDeadlineMs,
    explorer: config.explorer,
  });
  const url = await app.listen({ port: config.port, host: config.host });
  const unwatch = watchSupergraph(config.supergraphFile, config.supergraphPollMs, (supergraphSdl) => void replace(supergraphSdl));
  return {
    url,
    reload,
    close: async () => {
      unwatch();
      // A client that does not take its answer must not keep the process: nobody waits longer than a question may take.
      const impatience = setTimeout(() => {
        app.server.closeAllConnections();
      }, config.questionDeadlineMs);
      await app.close();
      clearTimeout(impatience);
      await graphs.stop();
      await Promise.all([...agencies.values()].map((client) => client.close()));
    },
  };
}
