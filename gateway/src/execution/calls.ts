import type { FetchDocument, Reply, ReportedError } from '../agencies/reply.js';
import { BoundedCache } from '../bounded-cache.js';
import { joinedDocument, REPRESENTATIONS, type EntityAsk } from './fetch-documents.js';
import type { Question } from './question.js';
import { failureError, safeError, type SafeError } from './reported-errors.js';
import type { Subgraph } from './subgraph.js';
import type { Wanted } from './wanted.js';

/** Entities asked for under one selection in one call. */
export interface Part {
  readonly ask: EntityAsk;
  readonly wanted: Wanted[];
}

/** Documents of joined calls by the asks they are made of; one per graph. */
export class JoinedDocuments {
  readonly #known = new BoundedCache<string, FetchDocument>(KEPT, MAX_KEY);
  readonly #numbers = new WeakMap<EntityAsk, number>();
  #next = 0;

  of(asks: readonly EntityAsk[]): FetchDocument {
    return this.#known.through(asks.map((ask) => this.#number(ask)).join(), () => joinedDocument(asks));
  }

  #number(ask: EntityAsk): number {
    let number = this.#numbers.get(ask);
    if (number === undefined) this.#numbers.set(ask, (number = this.#next++));
    return number;
  }
}

const KEPT = 1_000;
const MAX_KEY = 4_096;

/**
 * Packs what is wanted of one agency into calls: as few as hold no more than `maxBatch` entities each.
 */
export function packed(parts: readonly Part[], maxBatch: number): Part[][] {
  const calls: Part[][] = [];
  let call: Part[] = [];
  let room = maxBatch;
  for (const part of parts) {
    for (let from = 0; from < part.wanted.length;) {
      if (room === 0) {
        call = [];
        room = maxBatch;
      }
      const all = from === 0 && part.wanted.length <= room;
      const taken = all ? part.wanted : part.wanted.slice(from, from + room);
      if (call.length === 0) calls.push(call);
      call.push(all ? part : { ask: part.ask, wanted: taken });
      from += taken.length;
      room -= taken.length;
    }
  }
  return calls;
}

/** What one call needs beside its parts. */
export interface CallContext {
  readonly subgraph: Subgraph;
  readonly question: Question;
  readonly documents: JoinedDocuments;
  /** JSON text of a variable of the plan; undefined when it was not given. */
  readonly variable: (name: string) => string | undefined;
  /** The graph has no access rules: what agencies say of their errors passes. */
  readonly open: boolean;
  /** True once nobody waits for what comes any more. */
  readonly over: () => boolean;
}

/**
 * Sends one call and gives each wanted entity what came for it.
 * @param answered called once, when every part has its entities or its failure; `wanted` are not settled yet
 */
export function sendCall(parts: readonly Part[], context: CallContext, answered: (parts: readonly Part[]) => void): void {
  const { subgraph, question, documents } = context;
  const [only] = parts;
  const alone = parts.length === 1 && only !== undefined;
  const document = alone ? only.ask.document : documents.of(parts.map(({ ask }) => ask));
  subgraph.ask({ document, variables: variablesOf(parts, context) }, question, (reply) => {
    // One agency's fault in one field may void the whole reply: the others are asked for again on their own.
    if (!alone && reply.ok && reply.data === null) {
      if (!context.over()) for (const part of parts) sendCall([part], context, answered);
      return;
    }
    parts.forEach((part, i) => {
      deliver(part, alone ? '_entities' : `e${i}`, reply, context);
    });
    answered(parts);
  });
}

function variablesOf(parts: readonly Part[], { variable }: CallContext): string {
  let text = '{';
  let written: Set<string> | undefined;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (!part) continue;
    text += `${i > 0 ? ',' : ''}"${REPRESENTATIONS}${parts.length > 1 ? `_${i}` : ''}":[`;
    for (let j = 0; j < part.wanted.length; j++) text += (j > 0 ? ',' : '') + (part.wanted[j]?.representation ?? '');
    text += ']';
    for (const name of part.ask.variables.keys()) {
      if (written?.has(name)) continue;
      (written ??= new Set()).add(name);
      const value = variable(name);
      if (value !== undefined) text += `,${JSON.stringify(name)}:${value}`;
    }
  }
  return `${text}}`;
}

/** Gives one part of a reply to those who wanted it. */
function deliver({ wanted }: Part, alias: string, reply: Reply, { subgraph: { name: agency }, open }: CallContext): void {
  if (!reply.ok) {
    fail(wanted, failureError(reply.failure));
    return;
  }
  const list: unknown = reply.data?.[alias];
  if (!Array.isArray(list) || list.length !== wanted.length) {
    const reported = reply.data === null ? reply.errors[0] : reply.errors.find(({ path }) => path?.[0] === alias);
    fail(wanted, reported ? safeError(reported, agency, open) : { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } });
    return;
  }
  for (let i = 0; i < wanted.length; i++) {
    const one = wanted[i];
    const entity: unknown = list[i];
    if (!one) continue;
    if (typeof entity === 'object' && !Array.isArray(entity)) one.entity = entity as Record<string, unknown> | null;
    else one.failure = { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } };
  }
  for (const error of reply.errors) noteError(error, alias, wanted, safeError(error, agency, open));
  for (const { path, ...source } of reply.provenance) {
    const index = path[1];
    const one = path[0] === alias && typeof index === 'number' ? wanted[index] : undefined;
    if (one?.entity) (one.provenance ??= []).push({ ...source, agency, path: path.slice(2) });
  }
}

function noteError({ path }: ReportedError, alias: string, wanted: readonly Wanted[], error: SafeError): void {
  if (path !== undefined && path[0] !== alias) return;
  const index = path?.[1];
  if (typeof index === 'number') {
    const one = wanted[index];
    if (!one) return;
    if (one.entity === null && path !== undefined && path.length === 2) one.failure ??= error;
    else (one.errors ??= []).push({ path: path?.slice(2) ?? [], error });
    return;
  }
  // It does not say whom it is about: it explains what did not come.
  for (const one of wanted) if (one.entity === null) one.failure ??= error;
}

function fail(wanted: readonly Wanted[], failure: SafeError): void {
  for (const one of wanted) one.failure = failure;
}
