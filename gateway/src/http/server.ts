import { randomUUID } from 'node:crypto';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import type { LiveGraphs } from '../execution/live-graphs.js';
import { explorer, type ExplorerOptions } from './explorer.js';
import { faultBody, graphqlOverHttp, type GraphqlOptions } from './graphql.js';
import { logFault } from './fault-log.js';
import type { HubMetrics } from './metrics.js';

/** What the HTTP server is made of. */
export interface ServerOptions extends GraphqlOptions {
  readonly logger: FastifyBaseLogger;
  readonly metrics: HubMetrics;
  readonly maxBytes: number;
  /** How long a client may take to send one request, ms. */
  readonly requestTimeoutMs: number;
  readonly explorer: ExplorerOptions;
}

/**
 * The hub's HTTP server: /graphql, /health, /ready, /metrics and the explorer at /. One log line per request, with method, route,
 * status and time; never the URL, a header or a body.
 */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { logger, metrics } = options;
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: options.maxBytes,
    requestTimeout: options.requestTimeoutMs,
    // Node holds the first only where the wait for headers is no longer than it.
    http: {
      requestTimeout: options.requestTimeoutMs,
      headersTimeout: options.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, options.requestTimeoutMs),
    },
    // The default answers to a broken request and logs repeat its URL.
    frameworkErrors: (_, request, reply) => {
      reply.hijack();
      reply.raw
        .writeHead(400, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(faultBody('BAD_REQUEST', request.id)));
    },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const code =
      error.statusCode === 413
        ? 'REQUEST_TOO_LARGE'
        : error.statusCode !== undefined && error.statusCode < 500
          ? 'BAD_REQUEST'
          : 'INTERNAL';
    if (code === 'INTERNAL') logFault(logger, error, request.id);
    const status = { REQUEST_TOO_LARGE: 413, BAD_REQUEST: 400, INTERNAL: 500 }[code];
    return reply
      .status(status)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(faultBody(code, request.id)));
  });
  app.setNotFoundHandler((_, reply) => reply.status(404).type('text/plain; charset=utf-8').send('not found\n'));
  app.addHook('onResponse', (request, reply, done) => {
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    const route = request.routeOptions.url ?? 'none';
    if (route === '/graphql') metrics.question(reply.statusCode, milliseconds);
    logger.info({ requestId: request.id, method: request.method, route, status: reply.statusCode, milliseconds }, 'answered');
    done();
  });
  operations(app, options.questions.graphs, metrics);
  await app.register(graphqlOverHttp, { questions: options.questions, tokens: options.tokens });
  await app.register(explorer, options.explorer);
  return app;
}

function operations(app: FastifyInstance, graphs: LiveGraphs, metrics: HubMetrics): void {
  app.get('/health', () => ({ status: 'UP' }));
  app.get('/ready', (_, reply) =>
    reply.status(graphs.current ? 200 : 503).send({ status: graphs.current ? 'UP' : 'DOWN', graph: graphs.current?.graph.id ?? null }),
  );
  app.get('/metrics', async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
}
