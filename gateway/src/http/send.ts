import { transcode } from 'node:buffer';
import { pipeline, type Readable } from 'node:stream';
import { isFault } from '../execution/answer.js';
import type { Outcome } from '../execution/executor.js';
import type { Refusal } from '../graph/operations.js';
import { statusOf } from '../graph/request-errors.js';
import { bodyOf, refusalBody, type Body } from './body.js';
import type { Exchange } from './exchange.js';
import type { Stalls } from './front.js';
import type { Refused } from './front.js';
import type { ResponseType } from './media-type.js';

/** An answer at once. */
export function sendOutcome(exchange: Exchange, type: ResponseType, outcome: Outcome): void {
  sendJson(exchange, type, isFault(outcome) ? statusOf('INTERNAL') : 200, bodyOf(outcome, exchange.id));
}

/**
 * A refused request. Where its document or variables are at fault and the request itself was well formed, the older media type wants
 * status 200.
 */
export function sendRefusal(exchange: Exchange, type: ResponseType, refusal: Refusal & Partial<Refused>): void {
  const { status } = refusal;
  const { response } = exchange;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
  if (status === 405) response.setHeader('allow', refusal.fault ? 'POST' : 'GET, POST');
  if (status === 503) response.setHeader('retry-after', '1');
  const older = type === 'application/json' && refusal.fault === 'DOCUMENT' && status === 400;
  sendJson(exchange, type, older ? 200 : status, { text: JSON.stringify(refusalBody(refusal, exchange.id)), ascii: false });
}

/**
 * A stream, as fast as its client takes it and no faster. A client that goes away, or takes nothing for a while, ends it.
 */
export function sendStream(exchange: Exchange, type: string, body: Readable, stalls: Stalls): void {
  const { response } = exchange;
  response.setTimeout(stalls.afterMs, () => {
    stalls.cut();
    response.destroy();
  });
  // The last is for nginx, which otherwise keeps a stream until it has enough of it.
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  pipeline(body, response, () => undefined);
  exchange.answered();
}

/** A text as it is. */
export function sendText(exchange: Exchange, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  exchange.response.writeHead(status, { ...headers, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text) }).end(text);
  exchange.answered();
}

/** Characters. */
const LONG_TEXT = 8_192;

function sendJson(exchange: Exchange, type: ResponseType, status: number, { text, ascii }: Body): void {
  const contentType = type === 'application/json' ? 'application/json; charset=utf-8' : 'application/graphql-response+json; charset=utf-8';
  // Node joins a text to its headers, which for a long one costs more than a write of its own.
  const body = text.length < LONG_TEXT ? text : bytesOf(text, ascii);
  exchange.response
    .writeHead(status, {
      'content-type': contentType,
      'cache-control': 'no-store',
      'content-length': ascii ? body.length : Buffer.byteLength(body),
    })
    .end(body, ascii ? 'latin1' : 'utf8');
  exchange.answered();
}

/** For Chinese text, the way over UTF-16 takes a fifth of the time of Node's own (Node 20: 21 µs instead of 104 µs for 40 kB). */
function bytesOf(text: string, ascii: boolean): Buffer {
  return ascii ? Buffer.from(text, 'latin1') : transcode(Buffer.from(text, 'utf16le'), 'utf16le', 'utf8');
}
