import { Pool } from 'undici';
import { AgencyFault } from '../../systems/system.js';
import { parseExactJson, type ExactJson } from '../exact-json.js';
import { beginOverHttp, readBytes, refusedByStatus } from '../http-exchange.js';
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
    path: url.pathname + url.search,
    headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
  } as const;

  return {
    async send(message, signal) {
      const response = await beginOverHttp(pool, id, { ...request, body: JSON.stringify(message), signal });
      const answer = readAnswer(await readBytes(response, id, settings.maxBytes, signal));
      if (typeof answer !== 'string') return answer;
      throw response.statusCode === 200
        ? new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is ${answer}`)
        : refusedByStatus(id, response);
    },
    close: () => pool.destroy(),
  };
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
