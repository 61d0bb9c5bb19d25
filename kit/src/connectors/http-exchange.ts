import { errors, type Dispatcher, type Pool } from 'undici';
import { AgencyFault } from '../systems/system.js';
import { aborted } from './aborted.js';
import { retryAfterSeconds } from './retry-after.js';

/** One question by HTTP; what is asked stands in the body only. */
export interface HttpQuestion {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
}

/**
 * The bytes of an answer with status 200. The body of any other is not read: it may repeat what was asked.
 * @throws AgencyFault as the catalogue tells faults apart; AbortError when nobody waits any more.
 */
export async function askOverHttp(pool: Pool, id: string, question: HttpQuestion, maxBytes: number): Promise<Buffer> {
  const response = await beginOverHttp(pool, id, question);
  if (response.statusCode === 200) return readBytes(response, id, maxBytes, question.signal);
  response.body.on('error', () => undefined).destroy();
  throw refusedByStatus(id, response);
}

/** Sends a question and waits for status and headers; for systems whose status says nothing. The caller reads the body. */
export async function beginOverHttp(pool: Pool, id: string, question: HttpQuestion): Promise<Dispatcher.ResponseData> {
  try {
    return await pool.request({ method: 'POST', ...question });
  } catch (error) {
    throw broken(error, question.signal, id, false);
  }
}

/** Reads a body to its end. @throws AgencyFault when it breaks off or is longer than allowed. */
export async function readBytes(response: Dispatcher.ResponseData, id: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
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

/** What a status other than 200 means. */
export function refusedByStatus(id: string, { statusCode, headers }: Dispatcher.ResponseData): AgencyFault {
  const wait = retryAfterSeconds(headers['retry-after']);
  const detail = wait === undefined ? {} : { retryAfterSeconds: wait };
  if (statusCode === 429) return new AgencyFault('AGENCY_RATE_LIMITED', `${id}: its rate limit is used up`, detail);
  // 401 and 403 are refusals of the hub as a client: for the caller the system is not there.
  if (statusCode >= 500 || statusCode === 401 || statusCode === 403)
    return new AgencyFault('AGENCY_UNAVAILABLE', `${id} refused with HTTP ${statusCode}`, detail);
  return new AgencyFault('AGENCY_BAD_RESPONSE', `${id} answered with HTTP ${statusCode}`);
}

function broken(error: unknown, signal: AbortSignal, id: string, begun: boolean): Error {
  if (signal.aborted) return aborted();
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return new AgencyFault('AGENCY_TIMEOUT', `${id} stopped answering`, {}, { cause: error });
  if (begun) return new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer broke off`, {}, { cause: error });
  // No byte of an answer came, and a query may be asked twice.
  return new AgencyFault('AGENCY_UNAVAILABLE', `${id} cannot be reached`, {}, { cause: error, transient: true });
}
