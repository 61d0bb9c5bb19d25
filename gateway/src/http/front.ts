import type { Logger } from 'pino';
import { OperationTypeNode } from 'graphql';
import type { Answered } from '../execution/answer.js';
import type { Asker } from '../execution/question.js';
import type { DocumentRefusal, Questions } from '../execution/questions.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { TrustedDocuments } from '../trusted/documents.js';
import { callerOf, type Presented, type ReadCaller, type Tokens } from './caller.js';
import { logFault } from './fault-log.js';
import type { LastingConnections } from './lasting.js';
import type { HubMetrics } from './metrics.js';
import { Payloads } from './payloads.js';
import type { RequestParams } from './request-params.js';
import { watchToken } from './token-watch.js';

/** What every transport works with. */
export interface Front {
  readonly questions: Pick<Questions, 'ask' | 'graphs' | 'options'>;
  /** Undefined where nobody signs in: everybody is anonymous, and no token is looked at. */
  readonly tokens: Tokens | undefined;
  /** The documents clients may name, as they are now. @default none, texts only */
  readonly documents?: () => Pick<TrustedDocuments, 'resolve'>;
  /** Asked before a question is read: why no new one is taken now. @default always taken */
  readonly refuseNew?: () => Refusal | undefined;
  readonly logger: Logger;
  readonly metrics: HubMetrics;
}

/** What a transport that streams needs. */
export interface TransportOptions {
  readonly front: Front;
  readonly lasting: LastingConnections;
  /** Bytes of one body. */
  readonly maxBytes: number;
  readonly stalls: Stalls;
}

/** What becomes of clients that take nothing of a stream. */
export interface Stalls {
  /** After which time they are cut off, ms. */
  readonly afterMs: number;
  /** Told of each. */
  readonly cut: () => void;
}

/** A question that has been read, and who asks it. */
export interface Posed {
  readonly params: RequestParams;
  /** The client's name for itself. */
  readonly client: string | undefined;
  readonly caller: Extract<ReadCaller, { ok: true }>['caller'];
  readonly questionId: string;
  /** Who waits for the answer. */
  readonly asker: Asker;
  /** They take what is deferred in parts. */
  readonly inParts: boolean;
  /** The cursor after which a subscription is to go on. @default what its arguments say */
  readonly resumeAfter?: string | undefined;
  readonly allows: ReadonlySet<OperationTypeNode>;
}

export const QUERIES: ReadonlySet<OperationTypeNode> = new Set([OperationTypeNode.QUERY]);
export const QUERIES_AND_MUTATIONS: ReadonlySet<OperationTypeNode> = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]);
export const QUERIES_AND_SUBSCRIPTIONS: ReadonlySet<OperationTypeNode> = new Set([OperationTypeNode.QUERY, OperationTypeNode.SUBSCRIPTION]);
export const EVERY_KIND: ReadonlySet<OperationTypeNode> = new Set(Object.values(OperationTypeNode));

/** A refused question, and what is at fault: the request itself, or its document and variables. */
export type Refused = DocumentRefusal | (Refusal & { readonly fault: 'REQUEST' });

const TEXTS_ONLY = new TrustedDocuments('off', []);

/** The one way in for all transports: finds the document that is meant, and asks. */
export function pose(front: Front, posed: Posed): Promise<Answered | Refused> {
  const { client, caller, questionId, asker, inParts, resumeAfter, allows } = posed;
  const { query, documentId, extensions, operationName, variables } = posed.params;
  const resolved = (front.documents?.() ?? TEXTS_ONLY).resolve({ query, documentId, extensions, client });
  if (!resolved.ok) return Promise.resolve({ ...resolved, fault: 'REQUEST' });
  return front.questions.ask({
    query: resolved.text,
    operationName,
    variables,
    caller,
    questionId,
    asker,
    inParts,
    explain: extensions?.['access'] === true,
    resumeAfter,
    allows,
  });
}

/**
 * The answer as messages, from its first to its last. Events end, with a message that says why, when the token no longer counts.
 * @param over nothing comes any more
 */
export function openPayloads(
  front: Front,
  answered: Answered | Refusal,
  requestId: string,
  token: string | undefined,
  over: () => void,
): Payloads {
  let unwatch: (() => void) | undefined;
  const payloads = new Payloads(answered, requestId, {
    fault: (error) => {
      reportFault(front, error, requestId);
    },
    over: () => {
      unwatch?.();
      over();
    },
  });
  if (answered.ok && answered.kind === 'EVENTS' && token !== undefined && front.tokens)
    unwatch = watchToken(token, front.tokens, (code) => {
      payloads.end(code);
    });
  return payloads;
}

type Identified = Extract<ReadCaller, { ok: true }> | Refusal;

/** Who asks, or the refusal of who they say they are. At once where there is no token to check. */
export function identify(front: Front, presented: Presented): Identified | Promise<Identified> {
  const read = callerOf(presented, front.tokens, front.questions.options.catalogue);
  return read instanceof Promise ? read.then(identified) : identified(read);
}

function identified(read: ReadCaller): Identified {
  return read.ok ? read : refuse(read.code);
}

/** The status of a question whose client went away before it was answered, as nginx writes it. No client sees it. */
export const CLIENT_GONE = 499;

/** One line per request, and a figure where it was a question: never its URL, a header, or what was asked. */
export function report(front: Front, requestId: string, method: string, route: string, status: number, milliseconds: number): void {
  if (route === '/graphql') front.metrics.question(status, milliseconds);
  if (front.logger.isLevelEnabled('info'))
    front.logger.info({ requestId, method, route, status, milliseconds: Math.round(milliseconds * 10) / 10 }, 'answered');
}

/** Writes a fault down; for the client it is INTERNAL. */
export function reportFault(front: Front, error: unknown, requestId: string): void {
  logFault(front.logger, error, requestId);
}
