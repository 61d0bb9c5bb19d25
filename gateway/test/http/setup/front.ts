import { isAscii } from 'node:buffer';
import type { AddressInfo } from 'node:net';
import { loadAccessCatalogue, type ErrorCode } from '@yichuang/schema';
import { NO_EVIDENCE, NO_FACTS } from '../../../src/access/without-store.js';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { pino } from 'pino';
import { ANONYMOUS, type Principal } from '../../../src/access/principal.js';
import type { TokenCheck } from '../../../src/access/token.js';
import type { Answered } from '../../../src/execution/answer.js';
import { AnswerData } from '../../../src/execution/answer-data.js';
import type { DeferredPart, Outcome } from '../../../src/execution/executor.js';
import { LiveGraphs } from '../../../src/execution/live-graphs.js';
import type { Asked, DocumentRefusal } from '../../../src/execution/questions.js';
import { refuse, type Refusal } from '../../../src/graph/operations.js';
import { HubMetrics } from '../../../src/http/metrics.js';
import { buildServer, type ServerOptions } from '../../../src/http/server.js';

/** What a front is asked, by the name of the operation. */
export type Script = Readonly<Record<string, (asked: Asked) => Answered | Refusal | Promise<Answered | Refusal>>>;

/** The real server, with answers from a script and tokens that a test gives out and takes back. */
export interface TestFront {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  readonly log: string[];
  /** Good tokens and whose they are; one that was here and is no longer has been withdrawn. */
  readonly tokens: Map<string, { readonly user: string; readonly expires?: number }>;
  /** Asked for an answer in one piece. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Starts a front on a free port of the loopback. */
export async function startFront(script: Script, options: Partial<ServerOptions> = {}): Promise<TestFront> {
  const asked: Asked[] = [];
  const log: string[] = [];
  const tokens: TestFront['tokens'] = new Map();
  const catalogue = loadAccessCatalogue();
  const app = await buildServer({
    questions: {
      ask: async (question) => {
        asked.push(question);
        const kind = kindOf(question);
        if (!kind) return ofDocument(refuse('GRAPHQL_PARSE_FAILED'));
        if (!question.allows.has(kind.operation))
          return ofDocument(refuse(kind.operation === OperationTypeNode.SUBSCRIPTION ? 'SUBSCRIPTION_NEEDS_STREAM' : 'METHOD_NOT_ALLOWED'));
        const answer = script[kind.name];
        if (!answer) throw new Error(`the script has no ${kind.name}`);
        const answered = await answer(question);
        return answered.ok ? answered : ofDocument(answered);
      },
      graphs: new LiveGraphs(() => Promise.reject(new Error('no graph is built here'))),
      options: { catalogue, deadlineMs: 1_000, facts: NO_FACTS, evidence: NO_EVIDENCE },
    },
    tokens: {
      verify: (token) => {
        const known = tokens.get(token);
        const check: TokenCheck = !known
          ? { ok: false, code: 'TOKEN_INVALID' }
          : (known.expires ?? Infinity) <= Date.now()
            ? { ok: false, code: 'TOKEN_EXPIRED' }
            : { ok: true, principal: principal(known.user), expires: known.expires ?? Infinity };
        return Promise.resolve(check);
      },
    },
    logger: pino({ level: 'info', base: null }, { write: (line: string) => void log.push(line) }),
    metrics: new HubMetrics(),
    maxBytes: 20_000,
    requestTimeoutMs: 2_000,
    explorer: {},
    ...options,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    url,
    port,
    asked,
    log,
    tokens,
    post: (body, headers = {}) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** An answer at once. */
export function whole(data: Values | null, beside: Partial<Outcome> = {}): Answered {
  return { ok: true, kind: 'WHOLE', outcome: outcome(data, beside) };
}

export function outcome(data: Values | null, beside: Partial<Outcome> = {}): Outcome {
  return { data: written(data), errors: [], provenance: [], ...beside };
}

export function part(path: DeferredPart['path'], data: Values | null, beside: Partial<DeferredPart> = {}): DeferredPart {
  return { path, data: written(data), label: undefined, errors: [], provenance: [], ...beside };
}

type Values = Readonly<Record<string, unknown>>;

function written(data: Values | null): AnswerData | null {
  const text = JSON.stringify(data);
  return data && new AnswerData(text, isAscii(Buffer.from(text)));
}

/** An error as the executor writes it. */
export function failure(code: ErrorCode, path: (string | number)[]): Outcome['errors'][number] {
  return { message: code, path, extensions: { code } };
}

/** Waits until a figure stays the same for a while, and gives it. */
export async function settled(figure: () => number): Promise<number> {
  let last = -1;
  for (let same = 0; same < 20;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
  return last;
}

function principal(user: string): Principal {
  return user === '' ? ANONYMOUS : { kind: 'CASEWORKER', user, party: { kind: 'HRSS_OFFICE', code: '440000' }, jurisdiction: undefined };
}

function kindOf({ query, operationName }: Asked): { readonly operation: OperationTypeNode; readonly name: string } | undefined {
  try {
    const node = getOperationAST(parse(query), operationName);
    return node ? { operation: node.operation, name: node.name?.value ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function ofDocument(refusal: Refusal): DocumentRefusal {
  return { ...refusal, fault: 'DOCUMENT' };
}
