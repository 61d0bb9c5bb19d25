import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { listen } from '../loopback.js';
import { hasApiKey, jsonStandIn, readJsonBody, sendJson, stopServer } from './json-http.js';
import { FaultSwitch, type Fault, type StandIn } from './stand-in.js';
import { TokenBucket, type Rate } from './token-bucket.js';

/** A row as the service writes it into its JSON. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** What a request asks for, as the service understood its body. */
export interface JsonQuestion {
  /** Member of the body that the keys came in. */
  readonly by: string;
  readonly keys: readonly string[];
  /** The parts asked for; undefined where the caller names none. */
  readonly items: readonly string[] | undefined;
}

/** One query service of an agency. */
export interface JsonService {
  /** Legacy system id. */
  readonly id: string;
  readonly path: string;
  /** Members of the body that may carry the list of keys; a request has exactly one of them. */
  readonly by: readonly string[];
  /** Rows per part. */
  answer(question: JsonQuestion): Readonly<Record<string, readonly JsonRow[]>>;
  /** A key that the service knows and that is not among the given ones, for the fault wrong-person. */
  stranger(question: JsonQuestion): string | undefined;
  /** Largest number of keys it takes at once. */
  readonly most: number;
  readonly rate: Rate;
}

export interface JsonServer {
  readonly url: string;
  readonly systems: readonly StandIn[];
  close(): Promise<void>;
}

/**
 * Serves query services in the manner of provincial JSON platforms: POST with a list of keys, an API key in `x-api-key`, the result
 * code inside HTTP 200 (`code` 200 is success), counts beside the data, 429 with Retry-After when the bucket is empty.
 */
export async function startJsonServices(services: readonly JsonService[], apiKey: string, port: number): Promise<JsonServer> {
  const running = services.map((service) => ({ service, faults: new FaultSwitch(), bucket: new TokenBucket(service.rate) }));
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const found = running.find(({ service }) => service.path === request.url && request.method === 'POST');
    if (!found) {
      sendJson(response, 404, { code: '404', msg: '接口不存在' });
      return;
    }
    void serve(found, apiKey, request, response, closing.signal).catch(() => response.destroy());
  });
  const { url } = await listen(server, port);
  return {
    url,
    systems: running.map(({ service, faults }) => jsonStandIn(service.id, faults)),
    async close() {
      closing.abort();
      await stopServer(server);
    },
  };
}

interface RunningService {
  readonly service: JsonService;
  readonly faults: FaultSwitch;
  readonly bucket: TokenBucket;
}

async function serve(
  { service, faults, bucket }: RunningService,
  apiKey: string,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const question = readQuestion(await readJsonBody(request), service);
  if (!hasApiKey(request, apiKey)) {
    sendJson(response, 401, { code: '401', msg: '未授权' });
    return;
  }
  if (!question) {
    sendJson(response, 400, { code: '400', msg: '参数错误' });
    return;
  }
  const fault = faults.call();
  const wait = fault?.kind === 'rate-limit' ? 7 : bucket.take();
  if (wait > 0) {
    response.setHeader('retry-after', String(wait));
    sendJson(response, 429, { code: '429', msg: '访问频率超限' });
    return;
  }
  if (fault) await misbehave(fault, service, question, response, closing);
  else sendJson(response, 200, envelope(service.answer(question)));
}

async function misbehave(
  fault: Fault,
  service: JsonService,
  question: JsonQuestion,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const { kind } = fault;
  if (kind === 'drop') {
    response.destroy();
  } else if (kind === 'hang') {
    // The connection stays open until the caller or the sandbox gives up.
  } else if (kind === 'error-in-200') {
    sendJson(response, 200, { code: '500', msg: '系统繁忙，请稍后再试', data: null });
  } else if (kind === 'closed') {
    sendJson(response, 200, { code: '503', msg: '系统维护中，服务时间 06:00-22:00', data: null });
  } else if (kind === 'truncate') {
    const whole = Buffer.from(JSON.stringify(envelope(service.answer(question))));
    sendJson(response, 200, whole.subarray(0, Math.floor(whole.length / 2)));
  } else if (kind === 'wrong-encoding') {
    // Declared UTF-8, sent in GBK.
    sendJson(response, 200, iconv.encode(JSON.stringify(envelope(service.answer(question))), 'gb18030'));
  } else if (kind === 'duplicate-rows') {
    const parts = Object.entries(service.answer(question)).map(([part, rows]) => [part, rows.flatMap((row) => [row, row])]);
    sendJson(response, 200, envelope(Object.fromEntries(parts) as Readonly<Record<string, readonly JsonRow[]>>));
  } else if (kind === 'wrong-person') {
    const stranger = service.stranger(question);
    sendJson(response, 200, envelope(service.answer({ ...question, keys: stranger === undefined ? [] : [stranger] })));
  } else {
    if (kind === 'latency') await delay(fault.milliseconds ?? 0, undefined, { signal: closing });
    sendJson(response, 200, envelope(service.answer(question)));
  }
}

function envelope(parts: Readonly<Record<string, readonly JsonRow[]>>): object {
  const counts = Object.fromEntries(Object.entries(parts).map(([part, rows]) => [part, rows.length]));
  return { code: '200', msg: '成功', counts, data: parts };
}

function readQuestion(body: unknown, service: JsonService): JsonQuestion | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const members = body as Readonly<Record<string, unknown>>;
  const [by, ...more] = service.by.filter((name) => name in members);
  const keys = by === undefined ? undefined : texts(members[by]);
  if (by === undefined || !keys || keys.length === 0 || keys.length > service.most || more.length > 0) return undefined;
  return { by, keys, items: texts(members['items']) };
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined;
}
