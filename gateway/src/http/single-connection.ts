import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Response } from 'graphql-sse';
import type { Principal } from '../access/principal.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { statedClient } from '../trusted/request.js';
import { Backlog } from './backlog.js';
import { refusalBody } from './body.js';
import { presentedInHeaders, type ReadCaller } from './caller.js';
import { EVENT_STREAM, streamOf, type EventStreams, type Turn } from './event-stream.js';
import { EVERY_KIND, identify, openPayloads, pose, type Posed, type TransportOptions } from './front.js';
import type { LastingConnection } from './lasting.js';
import type { Payloads } from './payloads.js';
import { paramsOfRequest } from './request-params.js';
import { handled, sendRefusal, sendStream } from './send.js';

/** A stream that was reserved: first a promise, then a connection that brings the answers of many questions. */
interface Reservation {
  readonly token: string;
  /** Who reserved it; nobody else uses it. */
  readonly owner: string;
  readonly backlog: Backlog;
  connection: LastingConnection | undefined;
  readonly questions: Set<Payloads>;
}

const TOKEN_HEADER = 'x-graphql-event-stream-token';
const UNCLAIMED_MS = 30_000;
const MAX_RESERVATIONS = 10_000;
const MAX_QUESTIONS = 100;

/**
 * The single connection mode of GraphQL over Server-Sent Events at /graphql/stream: PUT reserves a stream, GET opens it, POST asks a
 * question whose answer it brings, DELETE ends one. The stream's token is taken from its header alone: an address ends up in logs.
 * Without the header the address is the same as /graphql.
 */
export function singleConnections(
  app: FastifyInstance,
  options: TransportOptions,
  streams: EventStreams,
  withoutToken: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  const mode = new SingleConnections(options, streams);
  const route = (act: Act, orElse = withoutToken): ReturnType<typeof handled> =>
    handled(async (request, reply) => {
      const token = request.headers[TOKEN_HEADER];
      if (token === undefined) return orElse(request, reply);
      const refusal = await mode.on(typeof token === 'string' ? token : '', request, reply, act);
      if (refusal) sendRefusal(reply, 'application/json', refusal, request.id);
    });
  const reserve = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const refusal = await mode.reserve(request, reply);
    if (refusal) sendRefusal(reply, 'application/json', refusal, request.id);
  };
  const unnamed = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    sendRefusal(reply, 'application/json', refuse('STREAM_NOT_FOUND'), request.id);
    return Promise.resolve();
  };
  app.put('/graphql/stream', handled(reserve));
  app.get('/graphql/stream', route(mode.open));
  app.post('/graphql/stream', route(mode.ask));
  app.delete('/graphql/stream', route(mode.end, unnamed));
}

type Identified = Extract<ReadCaller, { ok: true }>;
/** What is done on a reservation by its owner; gives back why not. */
type Act = (reservation: Reservation, by: Identified, request: FastifyRequest, reply: FastifyReply) => Promise<Refusal | undefined>;

class SingleConnections {
  readonly #reservations = new Map<string, Reservation>();

  constructor(
    readonly options: TransportOptions,
    readonly streams: EventStreams,
  ) {}

  async reserve(request: FastifyRequest, reply: FastifyReply): Promise<Refusal | undefined> {
    const { front, lasting } = this.options;
    const identified = await identify(front, presentedInHeaders(request.raw));
    if (!identified.ok) return identified;
    if (lasting.stopping || this.#reservations.size >= MAX_RESERVATIONS) return refuse('TOO_MANY_OPERATIONS');
    const reservation: Reservation = {
      token: randomUUID(),
      owner: ownerOf(identified.caller.principal),
      backlog: new Backlog(),
      connection: undefined,
      questions: new Set(),
    };
    this.#reservations.set(reservation.token, reservation);
    setTimeout(() => void this.#expire(reservation), UNCLAIMED_MS).unref();
    sendResponse(reply, await this.streams.protocol('PUT', turnOf(reservation), { accept: '*/*' }));
    return undefined;
  }

  /** Acts on the reservation of this token, if it is the caller's: somebody else's is none. */
  async on(token: string, request: FastifyRequest, reply: FastifyReply, act: Act): Promise<Refusal | undefined> {
    const identified = await identify(this.options.front, presentedInHeaders(request.raw));
    if (!identified.ok) return identified;
    const reservation = this.#reservations.get(token);
    return reservation?.owner === ownerOf(identified.caller.principal)
      ? act(reservation, identified, request, reply)
      : refuse('STREAM_NOT_FOUND');
  }

  readonly open: Act = async (reservation, _, _request, reply) => {
    const response = await this.streams.protocol('GET', turnOf(reservation), { accept: 'text/event-stream' });
    const [messages] = response;
    if (messages === null || typeof messages === 'string') {
      sendResponse(reply, response);
      return undefined;
    }
    const connection = this.options.lasting.add(() => reply.raw.destroy());
    reservation.connection = connection;
    const body = streamOf(messages, reservation.backlog).once('close', () => {
      this.#forget(reservation);
      connection.gone();
    });
    sendStream(reply, EVENT_STREAM, body, this.options.stalledMs);
    return undefined;
  };

  readonly ask: Act = async (reservation, by, request, reply) => {
    const busy = this.options.front.refuseNew?.();
    if (busy) return busy;
    if (reservation.questions.size >= MAX_QUESTIONS) return refuse('TOO_MANY_OPERATIONS');
    const read = paramsOfRequest(request);
    if (!read.ok) return read;
    const { params } = read;
    const asked = { params, client: statedClient(request.headers), caller: by.caller, questionId: request.id, allows: EVERY_KIND };
    const operation = params.extensions?.['operationId'];
    const turn: Turn = { ...turnOf(reservation), begin: () => this.#begin(reservation, asked, by.token) };
    const named = { accept: '*/*', operation: typeof operation === 'string' ? operation : '' };
    sendResponse(reply, await this.streams.protocol('POST', turn, named));
    return undefined;
  };

  readonly end: Act = async (reservation, _, request, reply) => {
    const operation = new URL(request.url, 'http://hub.invalid').searchParams.get('operationId') ?? '';
    sendResponse(reply, await this.streams.protocol('DELETE', turnOf(reservation), { accept: '*/*', operation }));
    return undefined;
  };

  async #begin(reservation: Reservation, asked: Posed, token: string | undefined): Promise<Payloads | Response> {
    const { front } = this.options;
    const ended = reservation.connection?.begin();
    const answered = await pose(front, asked).catch((error: unknown) => {
      ended?.();
      throw error;
    });
    // A subscription has no end that a stop could wait for.
    if (!answered.ok || answered.kind === 'EVENTS') ended?.();
    if (!answered.ok) return responseOf(answered, asked.questionId);
    const payloads = openPayloads(front, answered, asked.questionId, token, () => {
      reservation.questions.delete(payloads);
      ended?.();
    });
    reservation.questions.add(payloads);
    if (this.#reservations.has(reservation.token)) return payloads;
    // The stream ended while the question was asked: nobody would read the answer.
    await payloads.return();
    return responseOf(refuse('STREAM_NOT_FOUND'), asked.questionId);
  }

  /** The library forgets a stream only when it ends, so one that nobody opened is opened here, and ended. */
  async #expire(reservation: Reservation): Promise<void> {
    if (reservation.connection) return;
    this.#forget(reservation);
    const [messages] = await this.streams.protocol('GET', turnOf(reservation), { accept: 'text/event-stream' });
    if (messages !== null && typeof messages !== 'string') await messages.return();
  }

  #forget({ token, backlog, questions }: Reservation): void {
    this.#reservations.delete(token);
    backlog.close();
    for (const payloads of [...questions]) void payloads.return();
  }
}

function turnOf({ token, backlog }: Reservation): Turn {
  return { token, backlog, begin: () => Promise.reject(new Error('only POST asks')) };
}

function ownerOf(principal: Principal): string {
  return principal.kind === 'ANONYMOUS' ? principal.kind : `${principal.kind} ${principal.user}`;
}

function responseOf(refusal: Refusal, requestId: string): Response {
  return [
    JSON.stringify(refusalBody(refusal, requestId)),
    { status: refusal.status, statusText: '', headers: { 'content-type': 'application/json; charset=utf-8' } },
  ];
}

function sendResponse(reply: FastifyReply, [body, { status, headers }]: Response): void {
  void reply
    .status(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .send(typeof body === 'string' ? body : undefined);
}
