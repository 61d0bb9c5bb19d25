import type { Release } from '@yichuang/schema';
import type { FetchDocument, Reply, ReportedError } from '../agencies/reply.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Batch, Part } from './entities.js';
import { joinedDocument, REPRESENTATIONS, type EntityAsk } from './fetch-documents.js';
import type { Fetched } from './places.js';
import type { Question } from './question.js';
import { failureError, safeError, type SafeError } from './reported-errors.js';
import type { Subgraph } from './subgraph.js';

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

/** Packs batches for one agency into calls: as few as hold no more than `maxBatch` entities each. */
export function packed(batches: readonly Batch[], maxBatch: number): Part[][] {
  const calls: Part[][] = [];
  let call: Part[] = [];
  let room = maxBatch;
  for (const batch of batches) {
    for (let from = batch.from; from < batch.to;) {
      if (room === 0) {
        call = [];
        room = maxBatch;
      }
      const to = Math.min(batch.to, from + room);
      if (call.length === 0) calls.push(call);
      call.push(batch.part(from, to));
      room -= to - from;
      from = to;
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
  /** What was decided that a call with these parts may be answered with. */
  readonly release: (parts: readonly Part[]) => Release | undefined;
  /** True once nobody waits for what comes any more. */
  readonly over: () => boolean;
}

/**
 * Sends one call and gives each entity what came for it.
 * @param answered called once, when every part has its entities or its failure, with the reply; they are not settled yet
 */
export function sendCall(parts: readonly Part[], context: CallContext, answered: (parts: readonly Part[], reply: Reply) => void): void {
  const { subgraph, question, documents } = context;
  const [only] = parts;
  const alone = parts.length === 1 && only !== undefined;
  const document = alone ? only.entities.ask.document : documents.of(parts.map(({ entities }) => entities.ask));
  subgraph.ask({ document, variables: variablesOf(parts, context), release: context.release(parts) }, question, (reply) => {
    // One agency's fault in one field may void the whole reply: the others are asked for again on their own.
    if (!alone && reply.ok && reply.data === null) {
      if (!context.over()) for (const part of parts) sendCall([part], context, answered);
      return;
    }
    parts.forEach((part, i) => {
      deliver(part, alone ? '_entities' : `e${i}`, reply, context);
    });
    answered(parts, reply);
  });
}

function variablesOf(parts: readonly Part[], { variable }: CallContext): string {
  let text = '{';
  let written: Set<string> | undefined;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (!part) continue;
    text += `${i > 0 ? ',' : ''}"${REPRESENTATIONS}${parts.length > 1 ? `_${i}` : ''}":[${part.entities.representations(part.from, part.to)}]`;
    for (const name of part.entities.ask.variables.keys()) {
      if (written?.has(name)) continue;
      (written ??= new Set()).add(name);
      const value = variable(name);
      if (value !== undefined) text += `,${JSON.stringify(name)}:${value}`;
    }
  }
  return `${text}}`;
}

/** Gives one part of a reply to those who wanted it. */
function deliver(part: Part, alias: string, reply: Reply, { subgraph: { name: agency }, open }: CallContext): void {
  const { entities, from, to } = part;
  if (!reply.ok) {
    fail(part, failureError(reply.failure));
    return;
  }
  const list: unknown = reply.data?.[alias];
  if (!Array.isArray(list) || list.length !== to - from) {
    const reported = reply.errors.find(({ path = [] }) => reply.data === null || path.length === 0 || path[0] === alias);
    fail(part, reported ? safeError(reported, agency, open) : { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } });
    return;
  }
  entities.take(from, list as (Fetched | null)[]);
  for (let i = from; i < to; i++) {
    const entity: unknown = entities.came[i];
    if (typeof entity !== 'object' || Array.isArray(entity)) entities.fail(i, { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } });
  }
  for (const error of reply.errors) if (!isAboutAnother(error, alias, reply.data)) noteError(error, part, safeError(error, agency, open));
  for (const source of reply.provenance) {
    const number = source.path[0] === alias ? numberAt(source.path[1], part) : undefined;
    if (number !== undefined && entities.came[number]) entities.source(number, source);
  }
}

/** True for an error at another list of a joined call. */
function isAboutAnother({ path: [list] = [] }: ReportedError, alias: string, data: Readonly<Fetched> | null): boolean {
  return list !== undefined && list !== alias && data !== null && Object.hasOwn(data, list);
}

function noteError({ path = [] }: ReportedError, part: Part, error: SafeError): void {
  const { entities } = part;
  const number = numberAt(path[1], part);
  if (number === undefined) noteUnplaced(part, error);
  else if (entities.came[number] === null && path.length === 2) entities.fail(number, error);
  else entities.note(number, { path: path.slice(2), error });
}

/** It does not say whom it is about: it explains what did not come, and is said of the first where everything did. */
function noteUnplaced({ entities, from, to }: Part, error: SafeError): void {
  let explains = false;
  for (let i = from; i < to; i++) {
    const entity = entities.came[i];
    if (!entity) entities.fail(i, error);
    const missing = entity ? entities.ask.keys.filter(({ key }) => Object.hasOwn(entity, key) && entity[key] === null) : [];
    for (const { key } of missing) entities.note(i, { path: [key], error });
    explains ||= !entity || missing.length > 0;
  }
  if (!explains && from < to) entities.note(from, { path: [], error });
}

/** Some agencies write positions as text. */
function numberAt(index: unknown, { from, to }: Part): number | undefined {
  const at = typeof index === 'string' && /^\d+$/.test(index) ? Number(index) : index;
  return typeof at === 'number' && from + at < to ? from + at : undefined;
}

function fail({ entities, from, to }: Part, failure: SafeError): void {
  for (let i = from; i < to; i++) entities.fail(i, failure);
}
