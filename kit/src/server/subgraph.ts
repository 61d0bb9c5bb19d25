import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import mercurius from 'mercurius';
import { pino } from 'pino';
import { parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { catalogued, citizenSeal, ERROR_CATALOGUE, scalars, subgraphSdl, type CitizenSeal, type SubgraphName } from '@yichuang/schema';
import type { Agency } from '../agency.js';
import { GrantCheck } from '../grants/check.js';
import { guardFields } from '../grants/field-guards.js';
import { GrantGate } from '../grants/gate.js';
import { Granted, type LocalRule } from '../grants/granted.js';
import { EVERY_MONTH, type Months } from '../grants/months.js';
import { ALL_ROWS, type OwnRows } from '../grants/own-rows.js';
import { schemaAccess } from '../grants/schema-access.js';
import { QuestionMemory } from '../questions/memory.js';
import { recordNeeds, type RecordNeeds } from '../questions/needs.js';
import { openQuestion, type Question } from '../questions/question.js';
import { failuresInPlace } from './references.js';
import { onNotice } from '../systems/notices.js';
import type { SubgraphSettings } from './settings.js';

type SchemaModule = Parameters<typeof buildSubgraphSchema>[0];
type ResolverMap = NonNullable<Extract<SchemaModule, { resolvers?: unknown }>['resolvers']>;

/** What the resolvers of a subgraph get as their context. */
export interface SubgraphContext {
  readonly question: Question;
  /** Months whose data the field being resolved may count or show. A field that is about months keeps to them. */
  readonly months: Months;
  /** Rows that the field being resolved may show. A field of rows by unit, of which an employer sees its own, keeps to them. */
  readonly rows: OwnRows;
}

export interface SubgraphOptions extends Omit<SubgraphSettings, 'agencyFile' | 'env'> {
  readonly name: SubgraphName;
  readonly agency: Agency;
  /** Resolvers per type, typed by the types generated from the SDL; scalars are added here. */
  readonly resolvers: object;
  /** Which standard records each field reads. */
  readonly needs: RecordNeeds;
  /** The agency's own rule beside the grant: false withholds a field that the hub would release. @default the grant is enough */
  readonly allow?: LocalRule;
}

export interface RunningSubgraph {
  readonly url: string;
  /** Fulfilled when the agency's systems have been opened: daily files are read, or could not be. Questions are answered before that as well. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

/** Longest time a question may take when the hub sets no limit, in milliseconds. */
const DEFAULT_DEADLINE_MS = 6000;

/** A grant names every person it is about. */
const MOST_HEADER_BYTES = 128 * 1024;

/** Serves one agency's subgraph: `POST /graphql` and `GET /systems` for the hub and its grants, `GET /health` and `GET /ready` for whoever watches the process. */
export async function startSubgraph(options: SubgraphOptions): Promise<RunningSubgraph> {
  const seal = citizenSeal(options.citizenRefKey);
  const logger = pino({ level: options.logLevel ?? 'info', base: { subgraph: options.name } }, options.logTo ?? pino.destination(1));
  // Request logging is off: a request body holds representations, and what is worth knowing is logged where it happens.
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 4 << 20,
    http: { maxHeaderSize: MOST_HEADER_BYTES },
  });
  const systems = new Set(options.agency.systems.map(({ id }) => id));
  const stopNotices = onNotice(({ system, event, facts, routine }) => {
    if (systems.has(system)) logger[routine ? 'info' : 'warn']({ system, ...facts }, event);
  });
  app.addHook('onClose', async () => {
    await options.agency.close();
    stopNotices();
  });

  const gate = new GrantGate(new GrantCheck(options.grants, options.name));
  const opening = { done: false };
  const opened = options.agency.open().then(() => {
    opening.done = true;
  });
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', (_request, reply) => reply.code(opening.done ? 200 : 503).send({ status: opening.done ? 'ready' : 'opening' }));
  await app.register(async (hubOnly) => {
    gate.guard(hubOnly);
    hubOnly.get('/systems', () => options.agency.systems.map((system) => ({ ...system.status(), calls: system.calls() })));
    await serveGraph(hubOnly, options, seal, gate);
  });

  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${options.host ?? '127.0.0.1'}:${port}/graphql`, opened, close: () => app.close() };
}

async function serveGraph(app: FastifyInstance, options: SubgraphOptions, seal: CitizenSeal, gate: GrantGate): Promise<void> {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(subgraphSdl(options.name)), resolvers: { ...failuresInPlace(options.resolvers), ...scalars } as ResolverMap },
  ]);
  const memory = new QuestionMemory();
  const access = schemaAccess(schema);
  guardFields(schema, access);
  const needs = recordNeeds(schema, options.needs, access);

  await app.register(mercurius, {
    schema,
    jit: 1,
    graphiql: false,
    path: '/graphql',
    // mercurius' own response schema would turn list positions of error paths into text.
    additionalRouteOptions: { schema: {} },
    context: (request: FastifyRequest): { pending: FastifyRequest } => ({ pending: request }),
    errorFormatter: (execution: ExecutionResult) => ({
      statusCode: 200,
      response: { data: execution.data ?? null, errors: (execution.errors ?? []).map(safeError(app)) },
    }),
  });

  // Which records are needed is known from the document, so the question is opened when that is there.
  app.graphql.addHook('preExecution', (_schema, document: DocumentNode, context) => {
    const request = (context as unknown as { pending: FastifyRequest }).pending;
    const body = request.body as { operationName?: string | null } | undefined;
    const call = gate.of(request);
    if (!call) throw catalogued('GRANT_REQUIRED');
    const question = openQuestion({
      id: headerText(request, 'yichuang-question') ?? randomUUID(),
      signal: AbortSignal.timeout(deadlineOf(request)),
      seal,
      memory,
      needs: needs(document, body?.operationName),
      granted: new Granted(call, options.allow),
      onFault: (system, fault) => {
        app.log.warn({ system: system.id, code: fault.code, reason: fault.message }, 'legacy system failed');
      },
    });
    Object.assign(context, { question, months: EVERY_MONTH, rows: ALL_ROWS });
    return Promise.resolve();
  });
  app.graphql.addHook('onResolution', (execution, context) => {
    const { question } = context as unknown as Partial<SubgraphContext>;
    const provenance = question?.sources.list() ?? [];
    if (provenance.length > 0) execution.extensions = { ...execution.extensions, provenance };
    return Promise.resolve();
  });
}

/** Keeps catalogued errors as they are; a fault of our own becomes INTERNAL, with its reason in the log only. */
function safeError(app: FastifyInstance): (error: NonNullable<ExecutionResult['errors']>[number]) => ReturnType<typeof catalogued> {
  return (error) => {
    // Compiled execution leaves extensions out where there are none, whatever its types say.
    const code = (error.extensions as Readonly<Record<string, unknown>> | undefined)?.['code'];
    if (typeof code === 'string' && code in ERROR_CATALOGUE) return error;
    if (error.originalError === undefined && error.path === undefined) return catalogued('GRAPHQL_VALIDATION_FAILED');
    app.log.error({ err: error.originalError ?? error, path: error.path }, 'resolver failed');
    return catalogued('INTERNAL', {}, { path: error.path });
  };
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function deadlineOf(request: FastifyRequest): number {
  const asked = Number(headerText(request, 'yichuang-deadline-ms'));
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, 60_000) : DEFAULT_DEADLINE_MS;
}
