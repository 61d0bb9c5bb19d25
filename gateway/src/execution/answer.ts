import type { AccessCatalogue } from '@yichuang/schema';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import { cutWithheld, type Cut } from '../access/cut.js';
import type { Caller } from '../access/principal.js';
import { AccessProfile } from '../access/profile.js';
import { QuestionRegionFacts, type JurisdictionAnswer } from '../access/region-facts.js';
import { Judge } from '../access/verdicts.js';
import type { AskContext } from '../agencies/reply.js';
import { compileCoercion, type Coerce } from '../graph/coercion.js';
import type { Graph } from '../graph/graph.js';
import { refuse, type Operations, type PreparedOperation, type Refusal } from '../graph/operations.js';
import { variableError } from '../graph/request-errors.js';
import type { DeferredPart, Execution, Executor, NotPlanned, Outcome } from './executor.js';
import { Question } from './question.js';

/** A graph with everything that is kept for it. Replaced as a whole. */
export interface LiveGraph {
  readonly graph: Graph;
  readonly operations: Operations;
  readonly executor: Executor;
}

/** What the hub needs to answer, beside the graph. */
export interface AnswerOptions {
  readonly catalogue: AccessCatalogue;
  /** How long one question may take, ms. */
  readonly deadlineMs: number;
  /** Where persons are insured, asked on the hub's own behalf for a mandate's region rule. */
  readonly jurisdictions: (refs: readonly string[], context: AskContext) => Promise<ReadonlyMap<string, JurisdictionAnswer>>;
}

/** One request for one operation. */
export interface Request {
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly questionId: string;
}

/** An executed question: answered at once, answered in part with more to come, or a stream of events. */
export type Answered =
  | { readonly ok: true; readonly kind: 'WHOLE'; readonly outcome: Outcome }
  | { readonly ok: true; readonly kind: 'PARTS'; readonly first: Outcome; readonly rest: AsyncIterable<readonly DeferredPart[]> }
  | { readonly ok: true; readonly kind: 'EVENTS'; readonly events: AsyncIterable<Outcome> };

const CUTS_KEPT = 32;
const MAX_ERRORS = 10;
const cuts = new WeakMap<PreparedOperation, BoundedCache<string, Cut>>();
const profiles = new WeakMap<Cut, AccessProfile>();
const coercions = new WeakMap<PreparedOperation, Coerce>();

/**
 * The one way of a question: coerce, cut what this caller could never see, run the rest with a decision at every entity call.
 */
export async function answer(live: LiveGraph, request: Request, options: AnswerOptions): Promise<Answered | Refusal> {
  const { operation } = request.prepared;
  let coerce = coercions.get(request.prepared);
  if (!coerce) coercions.set(request.prepared, (coerce = compileCoercion(live.graph.api, operation, MAX_ERRORS)));
  const coerced = coerce(request.variables);
  if (coerced.errors) return { ok: false, status: 400, errors: coerced.errors.slice(0, MAX_ERRORS).map(variableError) };

  const profile = new AccessProfile(request.caller, options.catalogue);
  const cut = cutFor(request.prepared, live.graph, profile);
  const question = new Question(request.questionId, options.deadlineMs, profile, (own) => {
    const facts = new QuestionRegionFacts((refs) => options.jurisdictions(refs, own));
    return new Judge(request.caller, options.catalogue, facts);
  });
  const execution: Execution = { prepared: request.prepared, cut, variables: coerced.coerced, question };
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const events = await live.executor.subscribe(execution);
    return 'code' in events ? notRun(events) : { ok: true, kind: 'EVENTS', events };
  }
  const result = await live.executor.execute(execution);
  if ('code' in result) return notRun(result);
  const { deferred, ...outcome } = result;
  return deferred ? { ok: true, kind: 'PARTS', first: outcome, rest: deferred } : { ok: true, kind: 'WHOLE', outcome };
}

/** A question without what its caller could never be granted, kept with the question for callers who can be granted the same. */
function cutFor(prepared: PreparedOperation, graph: Graph, profile: AccessProfile): Cut {
  let kept = cuts.get(prepared);
  if (!kept) cuts.set(prepared, (kept = new BoundedCache(CUTS_KEPT)));
  return kept.through(graph.access.open ? '' : profile.key, () => {
    const cut = cutWithheld(prepared.operation, graph, profile);
    profiles.set(cut, profile);
    return cut;
  });
}

/**
 * Plans ahead on a graph that is about to serve: what clients were built with, and what was asked last of the graph before it, for the
 * same kinds of callers.
 */
export async function warmFrom(before: LiveGraph | undefined, next: LiveGraph, documents: readonly string[], most: number): Promise<void> {
  const prepare = (text: string, name?: string): PreparedOperation[] => {
    const preparation = next.operations.prepare(text, name);
    return preparation.ok ? [preparation.prepared] : [];
  };
  const asked = before?.operations.recent(most) ?? [];
  const operations = [
    ...asked.flatMap(({ text, name, prepared }) => {
      const callers = (cuts.get(prepared)?.entries() ?? []).flatMap(([, cut]) => profiles.get(cut) ?? []);
      return prepare(text, name).flatMap((own) => callers.map((profile) => cutFor(own, next.graph, profile).operation));
    }),
    ...documents.flatMap((text) => prepare(text)).map(({ operation }) => operation),
  ];
  await next.executor.warm(operations);
}

function notRun({ code, detail }: NotPlanned): Refusal {
  return refuse(code, detail === undefined ? {} : { detail });
}

/** True when the hub itself failed and there is nothing to show. */
export function isFault({ data, errors }: { readonly data: unknown; readonly errors: readonly GraphQLFormattedError[] }): boolean {
  return data === null && errors.some((error) => error.extensions?.['code'] === 'INTERNAL');
}
