import { createHash } from 'node:crypto';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { Kind, print, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import type { Graph } from '../graph/graph.js';
import { isRecord } from '../agencies/reply.js';
import { restoreWithheld } from '../access/restore.js';
import { inAnswerOrder } from './answer-order.js';
import { compileFetch, type CompiledFetch } from './compiled-fetch.js';
import { entityFetch } from './entity-fetch.js';
import type { Execution, Executor } from './executor.js';
import { Question } from './question.js';
import { rootFetch } from './root-fetch.js';
import type { ExecutionAlarms, Subgraph } from './subgraph.js';

type GatewayRequest = Parameters<ApolloGateway['executor']>[0];

/** What is handed to Apollo's executor for one operation, and kept with the operation. */
interface Handed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly source: string;
  readonly queryHash: string;
}

const FETCHES_KEPT = 2_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const noCache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), delete: () => Promise.resolve() };

/**
 * Apollo's planner and executor behind the port. Fetches, access decisions, errors and their places are the hub's own: Apollo sees
 * data only, so that its known fault of naming the wrong list position cannot show.
 * @param subgraphs those that answer; a fetch of another one fails as unavailable
 */
export async function createApolloExecutor(
  graph: Graph,
  subgraphs: ReadonlyMap<string, Subgraph>,
  alarms: ExecutionAlarms,
): Promise<Executor> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'; // the constructor starts an exporter otherwise
  const fetches = new BoundedCache<string, CompiledFetch>(FETCHES_KEPT);
  const gateway = new ApolloGateway({
    supergraphSdl: graph.supergraphSdl,
    logger: silent,
    queryPlannerConfig: { reuseQueryFragments: false, generateQueryFragments: false },
    buildService: ({ name }) => dataSource(name, subgraphs.get(name), graph, alarms, fetches),
  });
  await gateway.load();
  const handed = new WeakMap<OperationDefinitionNode, Handed>();
  return {
    async execute(execution) {
      const { question, cut, prepared, variables } = execution;
      const known = handed.get(cut.operation) ?? hand(cut.operation);
      handed.set(cut.operation, known);
      const result = await gateway.executor(requestFor(execution, known, graph));
      for (const error of result.errors ?? []) {
        alarms.fault(error, question.questionId);
        question.findings.error('INTERNAL', error.path ?? []);
      }
      reportCompletion(result.extensions?.['valueCompletion'], question);
      const { findings } = question;
      const found = result.data ?? null;
      const restored =
        found === null || cut.withheld.size === 0
          ? { data: found, withheld: [] }
          : restoreWithheld(prepared.operation, cut, found, variables, graph.api);
      for (const { path, code, scope } of restored.withheld) findings.error(code, path, scope === '' ? {} : { scope });
      const { data } = restored;
      return {
        data,
        errors: inAnswerOrder(findings.errors, data),
        provenance: inAnswerOrder(findings.provenance, data),
        deferred: undefined,
      };
    },
    subscribe: () => Promise.resolve({ ok: false, code: 'SUBSCRIPTION_UNAVAILABLE' }),
    stop: () => gateway.stop(),
  };
}

/** Anonymous, so that two callers' names for the same question share one plan. */
function hand(operation: OperationDefinitionNode): Handed {
  const anonymous: OperationDefinitionNode = withoutPlannersVariable(
    atOnce({
      kind: Kind.OPERATION_DEFINITION,
      operation: operation.operation,
      variableDefinitions: operation.variableDefinitions ?? [],
      directives: operation.directives ?? [],
      selectionSet: operation.selectionSet,
    }),
  );
  const source = print(anonymous);
  return {
    document: { kind: Kind.DOCUMENT, definitions: [anonymous] },
    operation: anonymous,
    source,
    queryHash: createHash('sha256').update(source).digest('hex'),
  };
}

/** Apollo's executor has no parts that come later; a server may send all of an answer at once. */
function atOnce(operation: OperationDefinitionNode): OperationDefinitionNode {
  return visit(operation, { Directive: (node) => (node.name.value === 'defer' ? null : undefined) });
}

/** The planner's own variable in every entity call; a client's variable of that name goes by another one. */
const PLANNERS_VARIABLE = 'representations';

function withoutPlannersVariable(operation: OperationDefinitionNode): OperationDefinitionNode {
  const names = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value));
  if (!names.has(PLANNERS_VARIABLE)) return operation;
  const other = replacementOf(names);
  return visit(operation, {
    Variable: (node) => (node.name.value === PLANNERS_VARIABLE ? { ...node, name: { ...node.name, value: other } } : undefined),
  });
}

function replacementOf(names: ReadonlySet<string>): string {
  let other = `${PLANNERS_VARIABLE}_`;
  while (names.has(other)) other += '_';
  return other;
}

function requestFor(execution: Execution, { document, operation, source, queryHash }: Handed, graph: Graph): GatewayRequest {
  const handed = operation.variableDefinitions ?? [];
  const variables = Object.fromEntries(
    (execution.cut.operation.variableDefinitions ?? []).flatMap(({ variable: { name } }, index) => {
      const other = handed[index]?.variable.name.value;
      const given = Object.hasOwn(execution.variables, name.value);
      return given && other !== undefined ? [[other, execution.variables[name.value]]] : [];
    }),
  );
  return {
    request: { query: source, variables },
    document,
    operation,
    operationName: null,
    source,
    queryHash,
    schema: graph.api,
    schemaHash: graph.id as GatewayRequest['schemaHash'],
    context: execution.question,
    cache: noCache,
    logger: silent,
    metrics: {},
    overallCachePolicy: undefined,
  };
}

function dataSource(
  name: string,
  subgraph: Subgraph | undefined,
  graph: Graph,
  alarms: ExecutionAlarms,
  fetches: BoundedCache<string, CompiledFetch>,
): GraphQLDataSource {
  const target = subgraph ?? unavailable(name);
  return {
    process: async (options) => {
      const question: unknown = options.context;
      const { query } = options.request;
      if (!(question instanceof Question) || query === undefined) throw new Error('a fetch outside a question');
      const fetch = fetches.through(query, () => compileFetch(query, graph));
      const { representations, ...variables }: Record<string, unknown> = options.request.variables ?? {};
      if (!fetch.entities) return { data: await rootFetch(target, fetch, variables, question, graph) };
      const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : [];
      const wanted = Array.isArray(representations) ? representations.filter(isRecord) : [];
      return {
        data: { _entities: await entityFetch({ subgraph: target, fetch, variables, question, graph, alarms }, wanted, path.map(String)) },
      };
    },
  };
}

function unavailable(name: string): Subgraph {
  return {
    name,
    maxBatch: Infinity,
    ask: (_, __, answered) => {
      setImmediate(answered, { ok: false, failure: { code: 'AGENCY_UNAVAILABLE', detail: { agency: name } } });
    },
  };
}

/** Nulls where the schema allows none: an agency's reply did not hold together. */
function reportCompletion(completion: unknown, question: Question): void {
  if (!Array.isArray(completion)) return;
  for (const error of completion) {
    if (!isRecord(error) || !Array.isArray(error['path'])) continue;
    const path = error['path'].filter((step): step is string | number => typeof step === 'string' || typeof step === 'number');
    if (!question.findings.explains(path)) question.findings.error('AGENCY_BAD_RESPONSE', path);
  }
}
