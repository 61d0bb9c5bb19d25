import { readFile } from 'node:fs/promises';
import { Kind, OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { AgencyClient } from './agencies/client.js';
import { warmFrom, type AnswerOptions, type LiveGraph } from './execution/answer.js';
import { linesToldTo, type Lines } from './execution/entrance.js';
import { LiveGraphs, type Replacement } from './execution/live-graphs.js';
import { Questions } from './execution/questions.js';
import type { Graph } from './graph/graph.js';
import type { QueryLimits } from './graph/limits.js';
import { Operations, refuse } from './graph/operations.js';
import { watchSupergraph } from './graph/supergraph-file.js';
import type { Tokens } from './http/caller.js';
import type { ConsoleOptions } from './http/console.js';
import type { ExplorerOptions } from './http/explorer.js';
import type { HubMetrics } from './http/metrics.js';
import { buildServer } from './http/server.js';
import { LoadGauge, type LoadSettings } from './load.js';
import type { Planner } from './planning/planner.js';
import { openTrustedFolder, type TrustedSettings } from './trusted/folder.js';

/** A running hub. */
export interface RunningGateway {
  /** Address without a path, e.g. http://127.0.0.1:4000. */
  readonly url: string;
  /** Reads the supergraph file again; a broken one leaves the old graph in place. */
  reload(): Promise<Replacement>;
  /** Takes no new questions, finishes those under way, and lets go of everything. */
  close(): Promise<void>;
}

/** What is served and how, whoever the agencies are. */
export interface Serving {
  readonly supergraphFile: string;
  readonly supergraphPollMs: number;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: QueryLimits;
  readonly trusted: TrustedSettings;
  /** Undefined where nobody signs in. */
  readonly tokens: Tokens | undefined;
  readonly answers: AnswerOptions;
  readonly load: LoadSettings;
  readonly explorer: ExplorerOptions;
  /** @default none is served */
  readonly console?: ConsoleOptions;
  readonly logger: Logger;
  readonly metrics: HubMetrics;
  /** Reads a supergraph and makes what runs its operations. */
  readonly open: (supergraphSdl: string, lines: Lines) => Promise<Opened>;
  /** Those that are asked; closed last. */
  readonly agencies: Iterable<AgencyClient>;
  /** Told of the way in before the first question comes, for questions that are part of another. @default nobody is */
  readonly opened?: (questions: Pick<Questions, 'ask'>) => void;
}

/** A graph that can be served. */
export interface Opened extends Pick<LiveGraph, 'executor' | 'release'> {
  readonly graph: Graph;
  /** Of the executor, for its figures. */
  readonly planner?: Planner;
}

/** Questions of the graph before that are planned again before a new one takes its place. */
const WARMED = 200;

/** The least that can be planned: it is once the planner is there. */
const ANYTHING: OperationDefinitionNode = {
  kind: Kind.OPERATION_DEFINITION,
  operation: OperationTypeNode.QUERY,
  selectionSet: { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] },
};

/**
 * Serves a supergraph file until it is closed, and its replacements.
 * @throws when the file cannot be served, or the port is taken
 */
export async function serve(serving: Serving): Promise<RunningGateway> {
  const { logger, metrics, limits, answers, supergraphFile } = serving;
  const trusted = await openTrustedFolder(serving.trusted, (reload) => {
    if (reload.outcome === 'KEPT_OLD')
      logger.error({ problems: reload.problems }, 'the new trusted documents cannot be served; the old ones stay');
  });
  const lines = linesToldTo(metrics.questionWait, metrics.firstTimeWait);
  const gauge = new LoadGauge(serving.load, () => Math.max(lines.turns.waitedMs, lines.firstTimes.waitedMs));
  metrics.watchAgencies(serving.agencies);
  metrics.watchLoad(gauge);
  metrics.watchLines(lines);
  const graphs = new LiveGraphs(async (supergraphSdl) => {
    const { graph, executor, planner, release } = await serving.open(supergraphSdl, lines);
    const unwatch = planner && metrics.watchPlanner(planner);
    const letGoOf = (): void => {
      unwatch?.();
      release?.();
    };
    const live: LiveGraph = { graph, operations: new Operations(graph, limits), executor, release: letGoOf };
    try {
      const before = graphs.current;
      const documents = trusted.current.documents().map(({ text }) => text);
      // The first graph serves as soon as anything can be planned; documents are planned meanwhile.
      await executor.warm([ANYTHING]);
      const warm = warmFrom(before, live, documents, WARMED);
      if (before) await warm;
      return live;
    } catch (error) {
      await executor.stop();
      letGoOf();
      throw error;
    }
  });
  const replace = async (supergraphSdl: string): Promise<Replacement> => {
    const replacement = await graphs.replace(supergraphSdl);
    metrics.replacement(replacement.outcome);
    if (replacement.outcome === 'KEPT_OLD' && graphs.current)
      logger.error({ reason: replacement.reason }, 'the new supergraph cannot be served; the old one stays');
    if (replacement.outcome === 'REPLACED') logger.info({ graph: replacement.graphId }, 'serving supergraph');
    return replacement;
  };
  const reload = async (): Promise<Replacement> => {
    const text = await readFile(supergraphFile, 'utf8').catch(() => undefined);
    return text === undefined ? { outcome: 'KEPT_OLD', reason: 'the file cannot be read' } : replace(text);
  };

  const letGo = async (): Promise<void> => {
    trusted.close();
    gauge.stop();
    await graphs.stop();
    await Promise.all([...serving.agencies].map((client) => client.close()));
  };
  try {
    const first = await reload();
    if (first.outcome === 'KEPT_OLD') throw new Error(`${supergraphFile} cannot be served: ${first.reason}`);
    const questions = new Questions(graphs, answers, lines.firstTimes);
    serving.opened?.(questions);
    const app = await buildServer({
      questions,
      tokens: serving.tokens,
      documents: () => trusted.current,
      refuseNew: () => (gauge.overloaded() ? refuse('HUB_OVERLOADED') : undefined),
      logger,
      metrics,
      maxBytes: limits.maxBytes,
      requestTimeoutMs: answers.deadlineMs,
      explorer: serving.explorer,
      ...(serving.console ? { console: serving.console } : {}),
    });
    const url = await app.listen({ port: serving.port, host: serving.host });
    gauge.start();
    const unwatch = watchSupergraph(supergraphFile, serving.supergraphPollMs, (supergraphSdl) => void replace(supergraphSdl));
    return {
      url,
      reload,
      close: async () => {
        unwatch();
        // A client that does not take its answer must not keep the process: nobody waits longer than a question may take.
        const impatience = setTimeout(() => {
          app.server.closeAllConnections();
        }, answers.deadlineMs);
        await app.close();
        clearTimeout(impatience);
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}
