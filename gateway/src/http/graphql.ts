import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { OperationTypeNode } from 'graphql';
import type { Answered } from '../execution/answer.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { statedClient } from '../trusted/request.js';
import { presentedInHeaders } from './caller.js';
import { EVENT_STREAM, EventStreams } from './event-stream.js';
import {
  EVERY_KIND,
  identify,
  openPayloads,
  pose,
  QUERIES,
  QUERIES_AND_MUTATIONS,
  QUERIES_AND_SUBSCRIPTIONS,
  type Refused,
  type TransportOptions,
} from './front.js';
import { negotiate, type Accepted, type ResponseType, type StreamType } from './media-type.js';
import { MULTIPART, multipartBody } from './multipart.js';
import { paramsOfRequest } from './request-params.js';
import { handled, sendOutcome, sendRefusal, sendStream } from './send.js';
import { singleConnections } from './single-connection.js';
import { wholeOf } from './whole.js';

/**
 * GraphQL over HTTP at /graphql: POST, and GET for queries. The answer comes at once, or in the form of stream that Accept names: parts of
 * a deferred answer as `multipart/mixed` or server-sent events, events as server-sent events. A request that is no question is refused
 * with a 4xx status; with the older media type application/json a well-formed request whose document is at fault has status 200, as its
 * specification asks.
 *
 * A page of another origin can do nothing here: nobody is known by a cookie, a browser asks before it sends application/json, no other
 * type of body is read, GET changes nothing, and no header lets other origins read an answer.
 */
export const graphqlOverHttp: FastifyPluginCallback<TransportOptions> = (app, options, done) => {
  const streams = new EventStreams();
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const accepted = negotiate(request.headers.accept);
    const refusal = accepted ? await answer(request, reply, accepted, options, streams) : refuse('NOT_ACCEPTABLE');
    if (refusal) sendRefusal(reply, accepted ? typeOf(accepted) : 'application/json', refusal, request.id);
  };
  app.get('/graphql', handled(handle));
  app.post('/graphql', handled(handle));
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: (request, reply) => {
      sendRefusal(reply.header('allow', 'GET, POST'), 'application/json', refuse('METHOD_NOT_ALLOWED'), request.id);
    },
  });
  singleConnections(app, options, streams, handle);
  done();
};

/** Answers, or gives back why not. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  accepted: Accepted,
  options: TransportOptions,
  streams: EventStreams,
): Promise<Refusal | undefined> {
  const { front } = options;
  const busy = front.refuseNew?.();
  if (busy) return busy;
  const read = paramsOfRequest(request);
  if (!read.ok) return read;
  const identified = await identify(front, presentedInHeaders(request.raw));
  if (!identified.ok) return identified;
  const answered = await pose(front, {
    params: read.params,
    client: statedClient(request.headers),
    caller: identified.caller,
    questionId: request.id,
    allows: kindsFor(request.method, accepted),
  });
  if (answered.ok && answered.kind === 'WHOLE' && accepted.whole) {
    sendOutcome(reply, accepted.whole, answered.outcome, request.id);
    return undefined;
  }
  const form = formFor(answered, accepted);
  if (form) await sendInParts(reply, answered, form, identified.token, options, streams);
  else if (!answered.ok) return answered;
  else if (answered.kind === 'PARTS') sendOutcome(reply, typeOf(accepted), await wholeOf(answered, reply.raw), request.id);
  return undefined;
}

/** The stream in which this is said to this client; undefined when it is said at once. */
function formFor(answered: Answered | Refused, { whole, parts }: Accepted): StreamType | undefined {
  // Who takes nothing but events is told in one what is wrong with a document: an EventSource shows no more of a refusal than that it was one.
  if (!answered.ok)
    return !whole && parts === 'EVENT_STREAM' && answered.fault === 'DOCUMENT' && answered.status !== 405 ? parts : undefined;
  return answered.kind === 'EVENTS' ? 'EVENT_STREAM' : parts;
}

/** The media type of what is said at once, to those too who asked for a stream alone. */
function typeOf({ whole }: Accepted): ResponseType {
  return whole ?? 'application/graphql-response+json';
}

/** GET changes nothing, and only who takes events may ask for them. */
function kindsFor(method: string, { events }: Accepted): ReadonlySet<OperationTypeNode> {
  if (method === 'GET') return events ? QUERIES_AND_SUBSCRIPTIONS : QUERIES;
  return events ? EVERY_KIND : QUERIES_AND_MUTATIONS;
}

async function sendInParts(
  reply: FastifyReply,
  answered: Answered | Refusal,
  form: StreamType,
  token: string | undefined,
  { front, lasting, stalledMs }: TransportOptions,
  streams: EventStreams,
): Promise<void> {
  const { raw } = reply;
  // Events would not end by themselves: a stop breaks them off, and the client takes them up elsewhere.
  const line = answered.ok && answered.kind === 'EVENTS' ? lasting.add(() => raw.destroy()) : undefined;
  const payloads = openPayloads(front, answered, reply.request.id, token, () => line?.gone());
  if (raw.destroyed) await payloads.return();
  else if (form === 'MULTIPART') sendStream(reply, MULTIPART, multipartBody(payloads), stalledMs);
  else sendStream(reply, EVENT_STREAM, await streams.distinct(payloads), stalledMs);
}
