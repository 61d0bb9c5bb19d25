import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { AddressRefused, type ReceiverNames } from './names.js';

/** Why a receiver has not taken a message. */
export type Fault =
  /** Its name does not stand at addresses that may be sent to, or nowhere. */
  | 'ADDRESS'
  /** No connection, or one that broke. */
  | 'CONNECTION'
  /** No answer in time. */
  | 'TIMEOUT'
  /** It answered that it is elsewhere, where nobody goes. */
  | 'REDIRECT'
  /** It answered with a status that is not 2xx. */
  | 'STATUS';

/** What came of one attempt. */
export interface Attempt {
  /** Undefined: it was taken, with a status of 2xx. */
  readonly fault: Fault | undefined;
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** What the receiver asked to be spared for. */
  readonly retryAfterS: number | undefined;
}

const CONNECT_MS = 5_000;
const ANSWER_HEADERS_BYTES = 16_384;
/** Of an answer nobody reads more, and what is read nobody keeps: who registers an endpoint must not read by it what they could not. */
const ANSWER_BYTES = 16_384;
const KEPT_ALIVE_MS = 5_000;

/**
 * Posts messages to receivers. The address that was checked is the address that is connected to: a name that is looked up anew is checked
 * anew, for every connection. Redirects are not followed.
 */
export class Messenger {
  readonly #agent: Agent;

  constructor(
    readonly names: ReceiverNames,
    /** How long one attempt may take. */
    readonly timeoutMs: number,
  ) {
    const connect = buildConnector({ timeout: Math.min(CONNECT_MS, timeoutMs), lookup: checkedLookup(names) });
    this.#agent = new Agent({
      connect: (options, callback) => {
        // An address within the URL is looked up by nobody.
        if (isIP(options.hostname) !== 0 && !names.rules.allows(options.hostname)) callback(new AddressRefused(), null);
        else connect(options, callback);
      },
      maxHeaderSize: ANSWER_HEADERS_BYTES,
      keepAliveTimeout: KEPT_ALIVE_MS,
      keepAliveMaxTimeout: KEPT_ALIVE_MS,
    });
  }

  /** @param given up when it is aborted; what had been sent may have been taken */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string, givenUp: AbortSignal): Promise<Attempt> {
    const began = performance.now();
    const ended = (fault: Fault | undefined, status?: number, retryAfterS?: number): Attempt => ({
      fault,
      status,
      milliseconds: Math.round(performance.now() - began),
      retryAfterS,
    });
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      const signal = AbortSignal.any([timeout, givenUp]);
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: this.#agent, signal });
      await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
      return ended(faultIn(answer.statusCode), answer.statusCode, retryAfterS(answer));
    } catch (error) {
      return ended(timeout.aborted ? 'TIMEOUT' : error instanceof AddressRefused ? 'ADDRESS' : isTimeout(error) ? 'TIMEOUT' : 'CONNECTION');
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function checkedLookup(names: ReceiverNames): LookupFunction {
  return (host, { all }, callback) => {
    names.addressesOf(host).then(
      (addresses) => {
        const [{ address, family }] = addresses;
        if (all === true) callback(null, [...addresses]);
        else callback(null, address, family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new AddressRefused(), '', 0);
      },
    );
  };
}

function faultIn(status: number): Fault | undefined {
  if (status >= 200 && status < 300) return undefined;
  return status >= 300 && status < 400 ? 'REDIRECT' : 'STATUS';
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /TIMEOUT|ETIMEDOUT/.test(String(error.code));
}

/** Seconds of a Retry-After header (RFC 9110, 10.2.3); one that names a date is left alone. */
function retryAfterS({ headers }: Pick<Dispatcher.ResponseData, 'headers'>): number | undefined {
  const text = headers['retry-after'];
  return typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
