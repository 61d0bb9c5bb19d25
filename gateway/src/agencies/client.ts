import { Pool, errors as undici } from 'undici';
import { isErrorCode } from '../graph/request-errors.js';
import { isRecord, readReply, type AgencyFailure, type Ask, type AskContext, type Reply } from './reply.js';
import type { AgencySettings } from './settings.js';
import { readSystems, type ReportedSystem } from './systems.js';
import { AgencyTracker } from './tracker.js';

/** Told of every call, for metrics and the log; never of its content. */
export type CallObserver = (call: {
  readonly agency: string;
  readonly outcome: 'OK' | AgencyFailure['code'];
  readonly milliseconds: number;
}) => void;

const SYSTEMS_CACHE_MS = 1_000;

/** The hub's side of one agency: its pool, its deadline, what it may answer, and how it is doing. */
export class AgencyClient {
  readonly tracker = new AgencyTracker();
  /** Most representations in one call. */
  readonly maxBatch: number;
  readonly #pool: Pool;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  #systems: { readonly until: number; readonly answer: Promise<readonly ReportedSystem[] | undefined> } | undefined;

  /**
   * @param name name of the agency in the supergraph
   * @param hubKey key by which subgraphs know the hub
   */
  constructor(
    readonly name: string,
    readonly settings: AgencySettings,
    hubKey: string,
    readonly observe: CallObserver = () => undefined,
  ) {
    this.maxBatch = settings.maxBatch;
    this.#url = new URL(settings.url);
    this.#headers = { authorization: `Bearer ${hubKey}`, accept: 'application/json' };
    this.#pool = new Pool(this.#url.origin, {
      connections: settings.connections,
      pipelining: 1,
      connect: { timeout: settings.connectTimeoutMs },
      headersTimeout: settings.deadlineMs,
      bodyTimeout: settings.deadlineMs,
    });
  }

  /** Asks the subgraph, and hands the reply over exactly once, never in the same turn. Never throws: a failure is an answer. */
  ask(ask: Ask, context: AskContext, answered: (reply: Reply) => void): void {
    void this.#asked(ask, context).then(answered);
  }

  async #asked(ask: Ask, context: AskContext): Promise<Reply> {
    const limit = Math.min(this.settings.deadlineMs, context.remainingMs());
    const started = performance.now();
    if (limit <= 0) return { ok: false, failure: { code: 'QUESTION_TIMEOUT', detail: { agency: this.name } } };
    const reply = await this.#exchange(
      {
        method: 'POST',
        path: this.#url.pathname + this.#url.search,
        headers: {
          ...this.#headers,
          'content-type': 'application/json',
          'yichuang-question': context.questionId,
          'yichuang-deadline-ms': String(Math.floor(limit)),
        },
        body: `${ask.document.head}${ask.variables}}`,
      },
      limit,
      readReply,
    );
    const milliseconds = performance.now() - started;
    if ('code' in reply) {
      this.tracker.record('FAILED', milliseconds);
      this.observe({ agency: this.name, outcome: reply.code, milliseconds });
      return { ok: false, failure: { code: reply.code, detail: this.#detail(reply.retryAfterSeconds) } };
    }
    this.tracker.record(
      reply.errors.some((error) => isAgencyCode(error.extensions['code'])) ? 'ANSWERED_IN_PART' : 'ANSWERED',
      milliseconds,
    );
    this.observe({ agency: this.name, outcome: 'OK', milliseconds });
    return reply;
  }

  /** The agency's own systems and how they are doing; undefined when it cannot be reached. Kept for a second. */
  systems(context: AskContext): Promise<readonly ReportedSystem[] | undefined> {
    const now = performance.now();
    if (!this.#systems || this.#systems.until < now) {
      const limit = Math.max(1, Math.min(this.settings.deadlineMs, context.remainingMs()));
      const path = new URL('systems', this.#url).pathname;
      const answer = this.#exchange({ method: 'GET', path, headers: { ...this.#headers } }, limit, readSystems).then((read) =>
        Array.isArray(read) ? read : undefined,
      );
      this.#systems = { until: now + SYSTEMS_CACHE_MS, answer };
    }
    return this.#systems.answer;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #detail(retryAfterSeconds: number | undefined): AgencyFailure['detail'] {
    const since = this.tracker.since;
    return {
      agency: this.name,
      ...(since ? { since: since.toISOString() } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }

  async #exchange<T extends object>(
    request: HttpRequest,
    limitMs: number,
    read: (body: unknown) => T | undefined,
  ): Promise<T | HttpFailure> {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort();
    }, limitMs);
    try {
      for (let attempt = 1; ; attempt++) {
        const result = await this.#once(request, abort.signal, read);
        // A kept connection that the agency closed in the meantime says nothing about the agency; a query can be asked again.
        if (!(attempt === 1 && 'code' in result && 'stale' in result)) return result;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #once<T extends object>(
    request: HttpRequest,
    signal: AbortSignal,
    read: (body: unknown) => T | undefined,
  ): Promise<T | HttpFailure> {
    let headersReceived = false;
    try {
      const response = await this.#pool.request({ ...request, signal });
      headersReceived = true;
      const text = await readText(response.body, this.settings.maxReplyBytes);
      const json =
        contentType(response.headers['content-type']) === 'application/json' ||
        contentType(response.headers['content-type']) === 'application/graphql-response+json';
      const body = text !== undefined && json ? read(parseJson(text)) : undefined;
      if (body && (response.statusCode === 200 || hasData(body))) return body;
      return failureOfStatus(response.statusCode, response.headers['retry-after']);
    } catch (error) {
      return failureOfError(error, signal.aborted, headersReceived);
    }
  }
}

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

interface HttpFailure {
  readonly code: Exclude<AgencyFailure['code'], 'QUESTION_TIMEOUT'>;
  readonly retryAfterSeconds?: number;
  /** The connection was closed before anything came back. */
  readonly stale?: true;
}

function isAgencyCode(code: unknown): boolean {
  return isErrorCode(code) && code.startsWith('AGENCY_');
}

function hasData(body: object): boolean {
  return 'data' in body && isRecord(body.data);
}

function contentType(header: string | string[] | undefined): string {
  return (
    String(header ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? ''
  );
}

async function readText(body: AsyncIterable<Buffer>, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) return undefined; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOfStatus(status: number, retryAfter: string | string[] | undefined): HttpFailure {
  if (status === 429) {
    const seconds = Number(retryAfter);
    return Number.isFinite(seconds) && retryAfter !== undefined
      ? { code: 'AGENCY_RATE_LIMITED', retryAfterSeconds: seconds }
      : { code: 'AGENCY_RATE_LIMITED' };
  }
  return { code: status >= 500 || status === 401 || status === 403 ? 'AGENCY_UNAVAILABLE' : 'AGENCY_BAD_RESPONSE' };
}

function failureOfError(error: unknown, timedOut: boolean, headersReceived: boolean): HttpFailure {
  if (timedOut || error instanceof undici.HeadersTimeoutError || error instanceof undici.BodyTimeoutError)
    return { code: 'AGENCY_TIMEOUT' };
  if (headersReceived) return { code: 'AGENCY_BAD_RESPONSE' };
  if (error instanceof undici.SocketError || (error instanceof Error && 'code' in error && error.code === 'ECONNRESET'))
    return { code: 'AGENCY_UNAVAILABLE', stale: true };
  return { code: error instanceof undici.HTTPParserError ? 'AGENCY_BAD_RESPONSE' : 'AGENCY_UNAVAILABLE' };
}
