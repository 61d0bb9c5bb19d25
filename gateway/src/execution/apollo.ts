import { createHash } from 'node:crypto';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { Kind, print, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { fetchDocument, type FetchDocument, type Reply } from '../agencies/reply.js';
import { BoundedCache } from '../bounded-cache.js';
import { undivided } from '../graph/undivided.js';
import { unnamed } from '../graph/unnamed.js';
import type { Graph } from '../graph/graph.js';
import { AnswerData } from './answer-data.js';
import type { Execution, Executor } from './executor.js';
import { Question } from './question.js';
import { failureError } from './reported-errors.js';
import type { Subgraph } from './subgraph.js';

type GatewayRequest = Parameters<ApolloGateway['executor']>[0];

/** What is handed to Apollo's executor for one operation, and kept with the operation. */
type Handed = Pick<GatewayRequest, 'document' | 'operation' | 'source' | 'queryHash'>;

const DOCUMENTS_KEPT = 2_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const noCache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), delete: () => Promise.resolve() };

/**
 * Apollo's planner and executor behind the port, for graphs without access rules: to compare with, and to fall back on.
 * @param subgraphs those that answer; a fetch of another one fails
 * @throws for a graph with access rules, which Apollo's executor cannot keep
 */
export async function createApolloExecutor(graph: Graph, subgraphs: ReadonlyMap<string, Subgraph>): Promise<Executor> {
  if (!graph.access.open) throw new Error("Apollo's executor serves only graphs without access rules");
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'; // the constructor starts an exporter otherwise
  const documents = new BoundedCache<string, FetchDocument>(DOCUMENTS_KEPT);
  const gateway = new ApolloGateway({
    supergraphSdl: graph.supergraphSdl,
    logger: silent,
    buildService: ({ name }) => dataSource(name, subgraphs.get(name), documents),
  });
  await gateway.load();
  const handed = new WeakMap<OperationDefinitionNode, Handed>();
  return {
    async execute(execution) {
      const { operation } = execution.prepared;
      let known = handed.get(operation);
      if (!known) handed.set(operation, (known = hand(operation)));
      const result = await gateway.executor(requestFor(execution, known, graph));
      const errors = (result.errors ?? []).map((error): GraphQLFormattedError => {
        const { message, path, extensions } = error;
        return { message, ...(path ? { path } : {}), extensions };
      });
      return { data: result.data ? new AnswerData(JSON.stringify(result.data)) : null, errors, provenance: [], deferred: undefined };
    },
    subscribe: () => Promise.resolve({ ok: false, code: 'SUBSCRIPTION_UNAVAILABLE' }),
    warm: () => Promise.resolve(),
    stop: () => gateway.stop(),
  };
}

/** Without the client's name for it, and all at once: Apollo's executor has no parts that come later. */
function hand(operation: OperationDefinitionNode): Handed {
  const anonymous = undivided(unnamed(operation));
  const source = print(anonymous);
  return {
    document: { kind: Kind.DOCUMENT, definitions: [anonymous] },
    operation: anonymous,
    source,
    queryHash: createHash('sha256').update(source).digest('hex'),
  };
}

function requestFor({ question, variables }: Execution, handed: Handed, graph: Graph): GatewayRequest {
  return {
    ...handed,
    request: { query: handed.source, variables },
    operationName: null,
    schema: graph.api,
    schemaHash: graph.id as GatewayRequest['schemaHash'],
    context: question,
    cache: noCache,
    logger: silent,
    metrics: {},
    overallCachePolicy: undefined,
  };
}

function dataSource(name: string, subgraph: Subgraph | undefined, documents: BoundedCache<string, FetchDocument>): GraphQLDataSource {
  return {
    process: async ({ request, context }) => {
      const question: unknown = context;
      const text = request.query;
      if (!(question instanceof Question) || text === undefined) throw new Error('a fetch outside a question');
      if (!subgraph) throw new Error(`no subgraph ${name}`);
      const document = documents.through(text, () => fetchDocument(text, text.startsWith('mutation')));
      const variables = JSON.stringify(request.variables ?? {});
      const reply = await new Promise<Reply>((resolve) => {
        subgraph.ask({ document, variables }, question, resolve);
      });
      if (!reply.ok) {
        const { code, extensions } = failureError(reply.failure);
        return { errors: [{ message: code, extensions: { code, ...extensions } }] };
      }
      const errors = reply.errors.map(({ message = '', path, extensions }) => ({ message, extensions, ...(path ? { path } : {}) }));
      return { data: reply.data, ...(errors.length > 0 ? { errors } : {}) };
    },
  };
}
