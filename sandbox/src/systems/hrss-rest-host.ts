import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { listen } from '../loopback.js';
import { hasApiKey, jsonStandIn, readJsonBody, sendJson, stopServer } from './json-http.js';
import { BEFORE_THE_OFFICE, FaultSwitch, type Fault, type StandIn } from './stand-in.js';

/** A fault that changes what the rows are, and so is the service's own doing. */
export type RowFault = 'duplicate-rows' | 'wrong-person';

/** A path of orders; one that only tells what became of them meets no fault of orders. */
interface OrderPath {
  readonly takesEffect: boolean;
  handle(body: unknown, fault: Fault | undefined): object | undefined;
}

/** One JSON service with its own envelope. */
export interface QueryService {
  /** Legacy system id. */
  readonly id: string;
  /** Paths it answers, each from the request's body; undefined when the body is not one of its questions. */
  readonly paths: Readonly<Record<string, (body: unknown, fault: RowFault | undefined) => object | undefined>>;
  /** Paths that take orders of transfers, with a key of their own; undefined when the body is no order. */
  readonly orders?: Readonly<Record<string, OrderPath>>;
  /** An error in its own envelope. */
  refusal(code: string, message: string): object;
  /** How it says how long to wait. */
  readonly retryAfter: 'SECONDS' | 'DATE';
}

interface QueryHost {
  readonly url: string;
  readonly systems: readonly StandIn[];
  close(): Promise<void>;
}

/** Serves query services on one port of 127.0.0.1: POST only, an API key in `x-api-key` (another for orders), errors inside HTTP 200, and faults on request. */
export async function startQueryHost(
  services: readonly QueryService[],
  keys: { readonly questions: string; readonly orders?: string },
  port: number,
): Promise<QueryHost> {
  const running = services.map((service) => ({ service, faults: new FaultSwitch() }));
  const byPath = new Map(
    running.flatMap((one) => Object.keys({ ...one.service.paths, ...one.service.orders }).map((path) => [path, one] as const)),
  );
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const found = request.method === 'POST' ? byPath.get(request.url ?? '') : undefined;
    if (!found) {
      sendJson(response, 404, { error: 'Not Found' });
      return;
    }
    void serve(found, keys, request, response, closing.signal).catch(() => response.destroy());
  });
  const { url } = await listen(server, port);
  return {
    url,
    systems: running.map(({ service, faults }) => jsonStandIn(service.id, faults, service.orders !== undefined)),
    async close() {
      closing.abort();
      await stopServer(server);
    },
  };
}

interface RunningService {
  readonly service: QueryService;
  readonly faults: FaultSwitch;
}

async function serve(
  { service, faults }: RunningService,
  keys: { readonly questions: string; readonly orders?: string },
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const body = await readJsonBody(request);
  const order = service.orders?.[request.url ?? ''];
  const key = order ? keys.orders : keys.questions;
  if (key === undefined || !hasApiKey(request, key)) {
    sendJson(response, 401, service.refusal('E401', '未授权'));
    return;
  }
  const fault = order?.takesEffect ? faults.order() : faults.call();
  const reaches = !fault || !BEFORE_THE_OFFICE.has(fault.kind);
  const answer = order ? (reaches ? order.handle(body, fault) : {}) : service.paths[request.url ?? '']?.(body, rowFault(fault));
  if (answer) await answerUnder(fault, service, answer, response, closing);
  else sendJson(response, 200, service.refusal('E400', '参数错误'));
}

async function answerUnder(
  fault: Fault | undefined,
  service: QueryService,
  answer: object,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  switch (fault?.kind) {
    case 'drop':
    case 'lost-answer':
      response.destroy();
      return;
    case 'hang':
      // The connection stays open until the caller or the sandbox gives up.
      return;
    case 'error-in-200':
      sendJson(response, 200, service.refusal('E500', '系统异常，请联系管理员'));
      return;
    case 'closed':
      sendJson(response.setHeader('retry-after', wait(service, 600)), 503, service.refusal('E503', '系统维护中'));
      return;
    case 'rate-limit':
      sendJson(response.setHeader('retry-after', wait(service, 7)), 429, service.refusal('E429', '访问过于频繁'));
      return;
    case 'truncate':
      sendJson(response, 200, half(Buffer.from(JSON.stringify(answer))));
      return;
    case 'wrong-encoding':
      // Declared UTF-8, sent in GBK.
      sendJson(response, 200, iconv.encode(JSON.stringify(answer), 'gb18030'));
      return;
    case 'latency':
      await delay(fault.milliseconds ?? 0, undefined, { signal: closing });
      break;
    case 'duplicate-rows':
    case 'wrong-person':
    case 'stale-file':
    case 'duplicate-order':
    case 'late-order':
    case 'refused-order':
    case 'wrong-figures':
    case 'wrong-fund':
    case undefined:
      break;
  }
  sendJson(response, 200, answer);
}

const rowFault = (fault: Fault | undefined): RowFault | undefined =>
  fault?.kind === 'duplicate-rows' || fault?.kind === 'wrong-person' ? fault.kind : undefined;
const half = (whole: Buffer): Buffer => whole.subarray(0, Math.floor(whole.length / 2));
const wait = ({ retryAfter }: QueryService, seconds: number): string =>
  retryAfter === 'SECONDS' ? String(seconds) : new Date(Date.now() + seconds * 1000).toUTCString();

/** A list of texts under a name of a request body, of at most so many; undefined for anything else. */
export function textsIn(body: unknown, name: string, most: number): readonly string[] | undefined {
  const list =
    typeof body === 'object' && body !== null && Object.hasOwn(body, name) ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
  const fits =
    Array.isArray(list) && list.length > 0 && list.length <= most && list.every((item): item is string => typeof item === 'string');
  return fits ? list : undefined;
}
