import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { answer, type AnswerOptions } from '../execution/answer.js';
import type { LiveGraphs } from '../execution/live-graphs.js';
import type { Provenance } from '../execution/findings.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { formatted, statusOf } from '../graph/request-errors.js';
import type { TokenVerifier } from '../access/token.js';
import { callerOf } from './caller.js';
import { negotiate, type ResponseType } from './media-type.js';
import { paramsOfBody, paramsOfUrl, type RequestParams } from './request-params.js';

/** What the GraphQL endpoint needs. */
export interface GraphqlOptions {
  readonly graphs: LiveGraphs;
  readonly tokens: TokenVerifier;
  readonly answers: AnswerOptions;
}

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions: { readonly requestId: string; readonly provenance?: readonly Provenance[] };
}

/**
 * GraphQL over HTTP at /graphql: POST, and GET for queries. A request that is no question is refused with a 4xx status; with the older
 * media type application/json a well-formed request whose document is at fault has status 200, as its specification asks.
 */
export const graphqlOverHttp: FastifyPluginCallback<GraphqlOptions> = (app, options, done) => {
  const handle = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => respond(request, reply, options);
  app.get('/graphql', handle);
  app.post('/graphql', handle);
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: (request, reply) =>
      sendRefusal(reply.header('allow', 'GET, POST'), 'application/json', refuse('METHOD_NOT_ALLOWED'), request.id),
  });
  done();
};

async function respond(request: FastifyRequest, reply: FastifyReply, options: GraphqlOptions): Promise<FastifyReply> {
  const type = negotiate(request.headers.accept);
  if (!type) return sendRefusal(reply, 'application/json', refuse('NOT_ACCEPTABLE'), request.id);
  const read =
    request.method === 'GET'
      ? paramsOfUrl(request.url)
      : paramsOfBody(request.headers['content-type'], Buffer.isBuffer(request.body) ? request.body : undefined);
  if (!read.ok) return sendRefusal(reply, type, read, request.id);
  const caller = await callerOf(request.raw, options.tokens, options.answers.catalogue);
  if (!caller.ok) {
    if (caller.code.startsWith('TOKEN_')) void reply.header('www-authenticate', 'Bearer error="invalid_token"');
    return sendRefusal(reply, type, refuse(caller.code), request.id);
  }
  return options.graphs.use(async (live) => {
    const preparation = live.operations.prepare(read.params.query, read.params.operationName);
    if (!preparation.ok) return sendDocumentRefusal(reply, type, preparation, request.id);
    if (request.method === 'GET' && preparation.prepared.operation.operation !== OperationTypeNode.QUERY) {
      return sendRefusal(reply.header('allow', 'POST'), type, refuse('METHOD_NOT_ALLOWED'), request.id);
    }
    const result = await answer(
      live,
      { ...preparation, ...variablesOf(read.params), caller: caller.caller, questionId: request.id },
      options.answers,
    );
    if (!result.ok) return sendDocumentRefusal(reply, type, result, request.id);
    const { data, errors, provenance } = result;
    const status = data === null && errors.some((error) => error.extensions?.['code'] === 'INTERNAL') ? statusOf('INTERNAL') : 200;
    return send(reply, type, status, {
      data,
      ...(errors.length > 0 ? { errors } : {}),
      extensions: { requestId: request.id, ...(provenance.length > 0 ? { provenance } : {}) },
    });
  });
}

function variablesOf({ variables }: RequestParams): { readonly variables: RequestParams['variables'] } {
  return { variables };
}

/** The document or its variables are at fault: the request itself was well formed. */
function sendDocumentRefusal(reply: FastifyReply, type: ResponseType, refusal: Refusal, requestId: string): FastifyReply {
  return sendRefusal(reply, type, type === 'application/json' && refusal.status === 400 ? { ...refusal, status: 200 } : refusal, requestId);
}

function sendRefusal(reply: FastifyReply, type: ResponseType, refusal: Refusal, requestId: string): FastifyReply {
  return send(reply, type, refusal.status, { errors: refusal.errors, extensions: { requestId } });
}

function send(reply: FastifyReply, type: ResponseType, status: number, body: Body): FastifyReply {
  return reply
    .status(status)
    .header('content-type', `${type}; charset=utf-8`)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(body));
}

/** A fault outside an answer, for the server's error handler. */
export function faultBody(code: 'REQUEST_TOO_LARGE' | 'BAD_REQUEST' | 'INTERNAL', requestId: string): Body {
  return { errors: [formatted(code)], extensions: { requestId } };
}
