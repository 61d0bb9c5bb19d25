import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFault } from '../execution/answer.js';
import type { Outcome } from '../execution/executor.js';
import type { Refusal } from '../graph/operations.js';
import { statusOf } from '../graph/request-errors.js';
import { bodyOf, refusalBody, type Body } from './body.js';
import type { Refused } from './front.js';
import type { ResponseType } from './media-type.js';

/** A route of an asynchronous handler that sends what there is to send: Fastify need not wait for its promise. */
export function handled(
  handle: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    handle(request, reply).catch((error: unknown) => reply.send(error));
  };
}

/** An answer at once. */
export function sendOutcome(reply: FastifyReply, type: ResponseType, outcome: Outcome, requestId: string): void {
  send(reply, type, isFault(outcome) ? statusOf('INTERNAL') : 200, bodyOf(outcome, requestId));
}

/**
 * A refused request. Where its document or variables are at fault and the request itself was well formed, the older media type wants
 * status 200.
 */
export function sendRefusal(reply: FastifyReply, type: ResponseType, refusal: Refusal & Partial<Refused>, requestId: string): void {
  const { status } = refusal;
  if (status === 401) void reply.header('www-authenticate', 'Bearer error="invalid_token"');
  if (status === 405 && refusal.fault) void reply.header('allow', 'POST');
  if (status === 503) void reply.header('retry-after', '1');
  const older = type === 'application/json' && refusal.fault === 'DOCUMENT' && status === 400;
  send(reply, type, older ? 200 : status, refusalBody(refusal, requestId));
}

/**
 * A stream, as fast as its client takes it and no faster. A client that goes away, or takes nothing for a while, ends it.
 * @param stalledMs how long that while is
 */
export function sendStream(reply: FastifyReply, type: string, body: Readable, stalledMs: number): void {
  reply.raw.setTimeout(stalledMs, () => reply.raw.destroy());
  // The last is for nginx, which otherwise keeps a stream until it has enough of it.
  void reply.headers({ 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' }).send(body);
}

function send(reply: FastifyReply, type: ResponseType, status: number, body: Body): void {
  void reply
    .status(status)
    .headers(type === 'application/json' ? JSON_HEADERS : GRAPHQL_HEADERS)
    .send(JSON.stringify(body));
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
const GRAPHQL_HEADERS = { 'content-type': 'application/graphql-response+json; charset=utf-8', 'cache-control': 'no-store' };
