import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { isFault } from '../execution/answer.js';
import type { Outcome } from '../execution/executor.js';
import type { Questions } from '../execution/questions.js';
import type { Provenance } from '../execution/findings.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { formatted, statusOf } from '../graph/request-errors.js';
import type { TokenVerifier } from '../access/token.js';
import { callerOf } from './caller.js';
import { negotiate, type ResponseType } from './media-type.js';
import { paramsOfBody, paramsOfUrl } from './request-params.js';

/** What the GraphQL endpoint needs. */
export interface GraphqlOptions {
  readonly questions: Questions;
  readonly tokens: TokenVerifier;
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
  const caller = await callerOf(request.raw, options.tokens, options.questions.options.catalogue);
  if (!caller.ok) {
    if (caller.code.startsWith('TOKEN_')) void reply.header('www-authenticate', 'Bearer error="invalid_token"');
    return sendRefusal(reply, type, refuse(caller.code), request.id);
  }
  const { query, operationName, variables } = read.params;
  const get = request.method === 'GET';
  const answered = await options.questions.ask({
    query,
    operationName,
    variables,
    caller: caller.caller,
    questionId: request.id,
    allows: get ? QUERIES : QUERIES_AND_MUTATIONS,
  });
  if (!answered.ok)
    return answered.status === 405
      ? sendRefusal(reply.header('allow', 'POST'), type, answered, request.id)
      : sendDocumentRefusal(reply, type, answered, request.id);
  if (answered.kind !== 'WHOLE') return sendRefusal(reply, type, refuse('NOT_ACCEPTABLE'), request.id);
  const { outcome } = answered;
  return send(reply, type, isFault(outcome) ? statusOf('INTERNAL') : 200, bodyOf(outcome, request.id));
}

const QUERIES: ReadonlySet<OperationTypeNode> = new Set([OperationTypeNode.QUERY]);
const QUERIES_AND_MUTATIONS: ReadonlySet<OperationTypeNode> = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]);

function bodyOf({ data, errors, provenance }: Outcome, requestId: string): Body {
  return {
    data,
    ...(errors.length > 0 ? { errors } : {}),
    extensions: { requestId, ...(provenance.length > 0 ? { provenance } : {}) },
  };
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
