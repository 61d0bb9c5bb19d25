import { randomUUID } from 'node:crypto';
import type { Response } from 'graphql-sse';
import type { Principal } from '../access/principal.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { statedClient } from '../trusted/request.js';
import { Backlog } from './backlog.js';
import { refusalBody } from './body.js';
import { presentedInHeaders, type ReadCaller } from './caller.js';
import { EVENT_STREAM, streamOf, type EventStreams, type Turn } from './event-stream.js';
import type { Exchange } from './exchange.js';
import { EVERY_KIND, identify, openPayloads, pose, type Posed, type TransportOptions } from './front.js';
import type { LastingConnection } from './lasting.js';
import type { Payloads } from './payloads.js';
import { paramsOfRequest } from './request-params.js';
import { sendStream, sendText } from './send.js';

/** A stream that was reserved: first a promise, then a connection that brings the answers of many questions. */
interface Reservation {
  readonly token: string;
  /** Who reserved it; nobody else uses it. */
  readonly owner: string;
  readonly backlog: Backlog;
  connection: LastingConnection | undefined;
  readonly questions: Set<Payloads>;
  /** Those of questions that have no answer yet, by the id of the operation. */
  readonly askers: Map<string, { gone: boolean }>;
}

const TOKEN_HEADER = 'x-graphql-event-stream-token';
const UNCLAIMED_MS = 30_000;
const MAX_RESERVATIONS = 10_000;
const MAX_QUESTIONS = 100;

type Identified = Extract<ReadCaller, { ok: true }>;
/** What is done on a reservation by its owner; gives back why not. */
type Act = (reservation: Reservation, exchange: Exchange, by: Identified) => Promise<Refusal | undefined>;

/**
 * The single connection mode of GraphQL over Server-Sent Events at /graphql/stream: PUT reserves a stream, GET opens it, POST asks a
 * question whose answer it brings, DELETE ends one. The stream's token is taken from its header alone: an address ends up in logs.
 */
export class SingleConnections {
  readonly #reservations = new Map<string, Reservation>();
  readonly #acts: Readonly<Record<string, Act>> = {
    GET: (reservation, exchange) => this.#open(reservation, exchange),
    POST: (reservation, exchange, by) => this.#ask(reservation, exchange, by),
    DELETE: (reservation, exchange) => this.#end(reservation, exchange),
  };

  constructor(
    readonly options: TransportOptions,
    readonly streams: EventStreams,
  ) {}

  /** True for a request of this mode; without a stream's token, a question is answered on its own. */
  concerns({ method, request }: Exchange): boolean {
    return method === 'PUT' || method === 'DELETE' || request.headers[TOKEN_HEADER] !== undefined;
  }

  /** Does what a request of this mode asks, or gives back why not. */
  async answer(exchange: Exchange): Promise<Refusal | undefined> {
    const { method, request } = exchange;
    const identified = await identify(this.options.front, presentedInHeaders(request));
    if (!identified.ok) return identified;
    const owner = ownerOf(identified.caller.principal);
    if (method === 'PUT') return this.#reserve(owner, exchange);
    const act = this.#acts[method];
    if (!act) return refuse('METHOD_NOT_ALLOWED');
    const token = request.headers[TOKEN_HEADER];
    const reservation = typeof token === 'string' ? this.#reservations.get(token) : undefined;
    // Somebody else's is none.
    return reservation?.owner === owner ? act(reservation, exchange, identified) : refuse('STREAM_NOT_FOUND');
  }

  async #reserve(owner: string, exchange: Exchange): Promise<Refusal | undefined> {
    if (this.options.lasting.stopping || this.#reservations.size >= MAX_RESERVATIONS) return refuse('TOO_MANY_OPERATIONS');
    const reservation: Reservation = {
      token: randomUUID(),
      owner,
      backlog: new Backlog(),
      connection: undefined,
      questions: new Set(),
      askers: new Map(),
    };
    this.#reservations.set(reservation.token, reservation);
    setTimeout(() => void this.#expire(reservation), UNCLAIMED_MS).unref();
    sendResponse(exchange, await this.streams.protocol('PUT', turnOf(reservation), { accept: '*/*' }));
    return undefined;
  }

  async #open(reservation: Reservation, exchange: Exchange): Promise<undefined> {
    const response = await this.streams.protocol('GET', turnOf(reservation), { accept: 'text/event-stream' });
    const [messages] = response;
    if (messages === null || typeof messages === 'string') {
      sendResponse(exchange, response);
      return;
    }
    const connection = this.options.lasting.add(() => exchange.response.destroy());
    reservation.connection = connection;
    const body = streamOf(messages, reservation.backlog).once('close', () => {
      this.#forget(reservation);
      connection.gone();
    });
    sendStream(exchange, EVENT_STREAM, body, this.options.stalls);
  }

  async #ask(reservation: Reservation, exchange: Exchange, { caller, token }: Identified): Promise<Refusal | undefined> {
    if (reservation.questions.size >= MAX_QUESTIONS) return refuse('TOO_MANY_OPERATIONS');
    const read = paramsOfRequest(exchange);
    if (!read.ok) return read;
    const { params } = read;
    const id = params.extensions?.['operationId'];
    const operation = typeof id === 'string' ? id : '';
    const asker = { gone: !this.#reservations.has(reservation.token) };
    const asked: Posed = {
      params,
      client: statedClient(exchange.request.headers),
      caller,
      questionId: exchange.id,
      asker,
      inParts: true,
      allows: EVERY_KIND,
    };
    const begin = async (): Promise<Payloads | Response> => {
      reservation.askers.set(operation, asker);
      try {
        return await this.#begin(reservation, asked, token);
      } finally {
        reservation.askers.delete(operation);
      }
    };
    sendResponse(exchange, await this.streams.protocol('POST', { ...turnOf(reservation), begin }, { accept: '*/*', operation }));
    return undefined;
  }

  async #end(reservation: Reservation, exchange: Exchange): Promise<undefined> {
    const operation = new URL(exchange.url, 'http://hub.invalid').searchParams.get('operationId') ?? '';
    leave(reservation.askers.get(operation));
    sendResponse(exchange, await this.streams.protocol('DELETE', turnOf(reservation), { accept: '*/*', operation }));
  }

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
    if (!asked.asker.gone) return payloads;
    // The stream or the question ended while it was asked: nobody would read the answer, nor let go of it.
    await payloads.return();
    if (this.#reservations.has(reservation.token)) return payloads;
    return responseOf(refuse('STREAM_NOT_FOUND'), asked.questionId);
  }

  /** The library forgets a stream only when it ends, so one that nobody opened is opened here, and ended. */
  async #expire(reservation: Reservation): Promise<void> {
    if (reservation.connection) return;
    this.#forget(reservation);
    const [messages] = await this.streams.protocol('GET', turnOf(reservation), { accept: 'text/event-stream' });
    if (messages !== null && typeof messages !== 'string') await messages.return();
  }

  #forget({ token, backlog, questions, askers }: Reservation): void {
    this.#reservations.delete(token);
    for (const asker of askers.values()) leave(asker);
    backlog.close();
    for (const payloads of [...questions]) void payloads.return();
  }
}

function leave(asker: { gone: boolean } | undefined): void {
  if (asker) asker.gone = true;
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

function sendResponse(exchange: Exchange, [body, { status, headers }]: Response): void {
  sendText(exchange, status, headers ?? {}, typeof body === 'string' ? body : '');
}
