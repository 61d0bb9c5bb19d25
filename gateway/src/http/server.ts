import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import { makeRoomFor } from '../v8-settings.js';
import { formatted } from '../graph/request-errors.js';
import { refusalBody, type RefusalBody } from './body.js';
import { consolePages, type ConsoleOptions } from './console.js';
import { explorer, type ExplorerOptions } from './explorer.js';
import { report, reportFault, type Front } from './front.js';
import { GraphqlEndpoint } from './graphql.js';
import { LastingConnections } from './lasting.js';
import { watchIdleConnections } from './idle-connections.js';
import { UpgradableMessage } from './upgradable-message.js';
import { serveWebSockets, type WebSocketLimits } from './websocket.js';

/** What the HTTP server is made of. */
export interface ServerOptions extends Front {
  /** Bytes of one body, or of one message over WebSocket. */
  readonly maxBytes: number;
  /** How long a client may take to send one request, ms; a stop waits as long for what is under way. */
  readonly requestTimeoutMs: number;
  readonly explorer: ExplorerOptions;
  /** @default none is served */
  readonly console?: ConsoleOptions;
  readonly webSocket?: Omit<WebSocketLimits, 'maxBytes'>;
}

/** How long the client of a stream may take nothing, ms. Heartbeats come every 12 s. */
const STALLED_MS = 30_000;
/** Longer than a load balancer keeps a connection, so that it is not the hub that closes one while a request is on its way. */
const KEEP_ALIVE_MS = 72_000;

/**
 * The hub's HTTP server: /graphql, /health, /ready, /metrics, the explorer at / and the console at /console/. One log line per request, with method, route,
 * status and time; never the URL, a header or a body.
 */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = options.logger;
  const lasting = new LastingConnections(makeRoomFor);
  const endpoint = new GraphqlEndpoint({
    front: options,
    lasting,
    maxBytes: options.maxBytes,
    stalls: {
      afterMs: STALLED_MS + options.requestTimeoutMs,
      cut: () => {
        options.metrics.cutOff('stream');
      },
    },
  });
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Nothing is written in the name of a request but its own line, which carries its id.
    childLoggerFactory: () => logger,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: options.maxBytes,
    serverFactory: (others) =>
      createServer(
        {
          IncomingMessage: UpgradableMessage,
          requestTimeout: options.requestTimeoutMs,
          // Node holds the first only where the wait for headers is no longer than it.
          headersTimeout: options.requestTimeoutMs,
          connectionsCheckingInterval: Math.min(1_000, options.requestTimeoutMs),
          keepAliveTimeout: KEEP_ALIVE_MS,
        },
        (request, response) => {
          if (!endpoint.take(request, response)) others(request, response);
        },
      ),
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
    if (code === 'INTERNAL') reportFault(options, error, request.id);
    const status = { REQUEST_TOO_LARGE: 413, BAD_REQUEST: 400, INTERNAL: 500 }[code];
    return reply
      .status(status)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(faultBody(code, request.id)));
  });
  app.setNotFoundHandler((_, reply) => reply.status(404).type('text/plain; charset=utf-8').send('not found\n'));
  app.addHook('onResponse', (request, reply, done) => {
    report(options, request.id, request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
    done();
  });
  operations(app, options);
  await app.register(explorer, options.explorer);
  if (options.console) await app.register(consolePages, options.console);
  const closeIdle = watchIdleConnections(app.server);
  const stopWebSockets = serveWebSockets(app.server, options, lasting, {
    ...options.webSocket,
    maxBytes: options.maxBytes,
    silent: () => {
      options.metrics.cutOff('websocket');
    },
  });
  // Not waited for here: a hub that stops no longer listens while what is under way comes to its end.
  app.addHook('preClose', (done) => {
    lasting.stop(options.requestTimeoutMs);
    closeIdle();
    done();
  });
  app.addHook('onClose', (_, done) => {
    stopWebSockets();
    done();
  });
  return app;
}

function operations(app: FastifyInstance, { questions: { graphs }, metrics }: Front): void {
  app.get('/health', () => ({ status: 'UP' }));
  app.get('/ready', (_, reply) =>
    reply.status(graphs.current ? 200 : 503).send({ status: graphs.current ? 'UP' : 'DOWN', graph: graphs.current?.graph.id ?? null }),
  );
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

function faultBody(code: 'REQUEST_TOO_LARGE' | 'BAD_REQUEST' | 'INTERNAL', requestId: string): RefusalBody {
  return refusalBody({ errors: [formatted(code)] }, requestId);
}
