import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationTypeNode } from 'graphql';
import type { Answered } from '../execution/answer.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { statedClient } from '../trusted/request.js';
import { presentedInHeaders } from './caller.js';
import { EVENT_STREAM, EventStreams } from './event-stream.js';
import { Exchange } from './exchange.js';
import {
  EVERY_KIND,
  identify,
  openPayloads,
  pose,
  QUERIES,
  QUERIES_AND_MUTATIONS,
  QUERIES_AND_SUBSCRIPTIONS,
  reportFault,
  type Refused,
  type TransportOptions,
} from './front.js';
import { negotiate, type Accepted, type ResponseType, type StreamType } from './media-type.js';
import { MULTIPART, multipartBody } from './multipart.js';
import { paramsOfRequest } from './request-params.js';
import { sendOutcome, sendRefusal, sendStream } from './send.js';
import { SingleConnections } from './single-connection.js';

/**
 * GraphQL over HTTP at /graphql: POST, and GET for queries. The answer comes at once, or in the form of stream that Accept names: parts of
 * a deferred answer as `multipart/mixed` or server-sent events, events as server-sent events. A request that is no question is refused
 * with a 4xx status; with the older media type application/json a well-formed request whose document is at fault has status 200, as its
 * specification asks. /graphql/stream is the same, and the single connection mode of GraphQL over Server-Sent Events beside it.
 *
 * A page of another origin can do nothing here: nobody is known by a cookie, a browser asks before it sends application/json, no other
 * type of body is read, GET changes nothing, and no header lets other origins read an answer.
 *
 * It takes requests from Node as they come, because a framework's way to a handler and back costs as much as all that is done here.
 */
export class GraphqlEndpoint {
  readonly #streams = new EventStreams();
  readonly #single: SingleConnections;

  constructor(readonly options: TransportOptions) {
    this.#single = new SingleConnections(options, this.#streams);
  }

  /** Answers a request, if it is one of its own. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url === '/graphql' ? request.url : request.url?.split('?', 1)[0];
    if (path !== '/graphql' && path !== '/graphql/stream') return false;
    if (this.options.lasting.stopping) response.setHeader('connection', 'close');
    const exchange = new Exchange(request, response, path, this.options.front);
    const accepted = negotiate(request.headers.accept);
    if (accepted) void this.#answer(exchange, accepted);
    else sendRefusal(exchange, 'application/json', refuse('NOT_ACCEPTABLE'));
    return true;
  }

  async #answer(exchange: Exchange, accepted: Accepted): Promise<void> {
    try {
      const refusal = await this.#tryTo(exchange, accepted);
      if (refusal) sendRefusal(exchange, typeOf(accepted), refusal);
    } catch (error) {
      reportFault(this.options.front, error, exchange.id);
      if (exchange.response.headersSent) exchange.response.destroy();
      else sendRefusal(exchange, 'application/json', refuse('INTERNAL'));
    }
  }

  /** Answers, or gives back why not. */
  async #tryTo(exchange: Exchange, accepted: Accepted): Promise<Refusal | undefined> {
    const { front, maxBytes } = this.options;
    const { method, request } = exchange;
    const busy = front.refuseNew?.();
    if (busy) return busy;
    if (method === 'POST' && !(await exchange.readBody(maxBytes))) return refuse('REQUEST_TOO_LARGE');
    if (exchange.route === '/graphql/stream' && this.#single.concerns(exchange)) return this.#single.answer(exchange);
    if (method !== 'POST' && method !== 'GET' && method !== 'HEAD') return refuse('METHOD_NOT_ALLOWED');
    const read = paramsOfRequest(exchange);
    if (!read.ok) return read;
    const identifying = identify(front, presentedInHeaders(request));
    const identified = identifying instanceof Promise ? await identifying : identifying;
    if (!identified.ok) return identified;
    const answered = await pose(front, {
      params: read.params,
      client: statedClient(request.headers),
      caller: identified.caller,
      questionId: exchange.id,
      asker: exchange,
      inParts: accepted.parts !== undefined,
      resumeAfter: lastEventId(request),
      allows: kindsFor(method, accepted),
    });
    if (answered.ok && answered.kind === 'WHOLE' && accepted.whole) {
      if (exchange.gone) exchange.abandoned();
      else sendOutcome(exchange, accepted.whole, answered.outcome);
      return undefined;
    }
    const form = formFor(answered, accepted);
    if (!form) {
      if (answered.ok) throw new Error('an answer in a form that its client does not take');
      return answered;
    }
    await this.#sendInParts(exchange, answered, form, identified.token);
    return undefined;
  }

  async #sendInParts(exchange: Exchange, answered: Answered | Refusal, form: StreamType, token: string | undefined): Promise<void> {
    const { front, lasting, stalls } = this.options;
    const { id, response } = exchange;
    // Events would not end by themselves: a stop breaks them off, and the client takes them up elsewhere.
    const line = answered.ok && answered.kind === 'EVENTS' ? lasting.add(() => response.destroy()) : undefined;
    const payloads = openPayloads(front, answered, id, token, () => line?.gone());
    if (exchange.gone) {
      await payloads.return();
      exchange.abandoned();
    } else if (form === 'MULTIPART') sendStream(exchange, MULTIPART, multipartBody(payloads), stalls);
    else sendStream(exchange, EVENT_STREAM, await this.#streams.distinct(payloads), stalls);
  }
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
  if (method !== 'POST') return events ? QUERIES_AND_SUBSCRIPTIONS : QUERIES;
  return events ? EVERY_KIND : QUERIES_AND_MUTATIONS;
}

/** The id of the last message that a client took of such a stream before it broke off (WHATWG HTML, server-sent events). */
function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
