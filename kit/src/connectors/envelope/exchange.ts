import { errors, Pool, type Dispatcher } from 'undici';
import { AgencyFault } from '../../systems/system.js';
import { aborted } from '../aborted.js';
import { parseExactJson, type ExactJson } from '../exact-json.js';
import { retryAfterSeconds } from '../retry-after.js';
import type { EnvelopeSettings } from './settings.js';
import type { Message } from './signing.js';

/** Sends one message to the platform and reads its answer, whatever its HTTP status: infcode says how it went. */
export interface Exchange {
  /** @throws AgencyFault for everything that is not a whole answer; its message holds no word of it. */
  send(message: Message, signal: AbortSignal): Promise<Message>;
  close(): Promise<void>;
}

/** Opens the connections to the platform lazily. */
export function openExchange(settings: EnvelopeSettings, id: string): Exchange {
  const url = new URL(settings.url);
  const pool = new Pool(url.origin, {
    connections: settings.connections,
    connect: { timeout: settings.connectMs },
    headersTimeout: settings.headersMs,
    bodyTimeout: settings.bodyMs,
  });
  const request = {
    method: 'POST',
    path: url.pathname + url.search,
    headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
  } as const;

  return {
    async send(message, signal) {
      let response: Dispatcher.ResponseData;
      try {
        response = await pool.request({ ...request, body: JSON.stringify(message), signal });
      } catch (error) {
        throw broken(error, signal, id, false);
      }
      const answer = readAnswer(await readBytes(response, id, settings.maxBytes, signal));
      if (typeof answer !== 'string') return answer;
      throw response.statusCode === 200
        ? new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is ${answer}`)
        : refusedByStatus(id, response);
    },
    close: () => pool.destroy(),
  };
}

async function readBytes(response: Dispatcher.ResponseData, id: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop destroys the body and with it the connection.
      if (length > maxBytes) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AgencyFault ? error : broken(error, signal, id, true);
  }
  return Buffer.concat(chunks);
}

function broken(error: unknown, signal: AbortSignal, id: string, begun: boolean): Error {
  if (signal.aborted) return aborted();
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new AgencyFault('AGENCY_TIMEOUT', `${id} stopped answering`, {}, { cause: error });
  }
  if (begun) return new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer broke off`, {}, { cause: error });
  // No byte of an answer came, and a query may be asked twice.
  return new AgencyFault('AGENCY_UNAVAILABLE', `${id} cannot be reached`, {}, { cause: error, transient: true });
}

/** The answer, or what is wrong with it. A parser's message quotes what it read, so none is kept. */
function readAnswer(bytes: Buffer): Message | string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'not in UTF-8';
  }
  let answer: ExactJson;
  try {
    answer = parseExactJson(text);
  } catch {
    return 'not JSON';
  }
  return isMessage(answer) && typeof answer['infcode'] === 'string' ? answer : 'no envelope';
}

function isMessage(value: ExactJson): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusedByStatus(id: string, { statusCode, headers }: Dispatcher.ResponseData): AgencyFault {
  const wait = retryAfterSeconds(headers['retry-after']);
  const detail = wait === undefined ? {} : { retryAfterSeconds: wait };
  if (statusCode === 429) return new AgencyFault('AGENCY_RATE_LIMITED', `${id}: its rate limit is used up`, detail);
  // 401 and 403 are refusals of the hub as a client: for the caller the system is not there.
  const refused = statusCode >= 500 || statusCode === 401 || statusCode === 403;
  return new AgencyFault(
    refused ? 'AGENCY_UNAVAILABLE' : 'AGENCY_BAD_RESPONSE',
    `${id} refused with HTTP ${statusCode}`,
    refused ? detail : {},
  );
}
