import type { AccessCatalogue } from '@yichuang/schema';
import { OperationTypeNode, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { Breadth } from '../access/breadth.js';
import { recordCut, type NamedSubjects } from '../access/cut-denials.js';
import type { Caller } from '../access/principal.js';
import { AccessProfile } from '../access/profile.js';
import { Judge, type DecisionEvidence } from '../access/judge.js';
import { QuestionFacts, type FactSources } from '../access/question-facts.js';
import type { Graph } from '../graph/graph.js';
import { refuse, type Operations, type PreparedOperation, type Refusal } from '../graph/operations.js';
import { variableError } from '../graph/request-errors.js';
import type { DeferredPart, Execution, Executor, NotPlanned, Outcome } from './executor.js';
import { formsOf, MAX_ERRORS } from './forms.js';
import { Question, STAYS, type Asker } from './question.js';

/** A graph with everything that is kept for it. Replaced as a whole. */
export interface LiveGraph {
  readonly graph: Graph;
  readonly operations: Operations;
  readonly executor: Executor;
  /** Called once, when the executor has been stopped. */
  readonly release?: (() => void) | undefined;
}

/** What the hub needs to answer, beside the graph. */
export interface AnswerOptions {
  readonly catalogue: AccessCatalogue;
  /** How long one question may take, ms. */
  readonly deadlineMs: number;
  /** What decisions rest on. */
  readonly facts: FactSources;
  /** Where they are recorded. */
  readonly evidence: DecisionEvidence;
  /** Whom root fields name by their arguments, for the record of what was cut. @default nobody */
  readonly named?: NamedSubjects;
  /** @default no bound */
  readonly breadth?: {
    /** Persons that one question may be about. */
    readonly most: number;
    /** Told once for each question that was about more. */
    exceeded(caller: Caller, questionId: string): void;
  };
}

/** One request for one operation. */
export interface Request {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly questionId: string;
  /** Who waits for the answer. Nothing more is asked for who has gone, but what changes something is finished. @default stays */
  readonly asker?: Asker | undefined;
  /** When it came, if it has waited: a reading of `performance.now()`, from which its time counts. @default now */
  readonly since?: number;
  /** What is decided is to be told with the answer. @default false */
  readonly explain?: boolean;
  /** The cursor after which a subscription is to go on, where the transport says so. @default what its arguments say */
  readonly resumeAfter?: string | undefined;
}

/** An executed question: answered at once, answered in part with more to come, or a stream of events. */
export type Answered =
  | { readonly ok: true; readonly kind: 'WHOLE'; readonly outcome: Outcome }
  | { readonly ok: true; readonly kind: 'PARTS'; readonly first: Outcome; readonly rest: AsyncIterable<readonly DeferredPart[]> }
  | { readonly ok: true; readonly kind: 'EVENTS'; readonly events: AsyncIterable<Outcome> };

/**
 * The one way of a question: coerce, decide its conditions, cut what this caller could never see, run the rest with a decision at every
 * entity call.
 */
export async function answer(
  live: LiveGraph,
  prepared: PreparedOperation,
  request: Request,
  options: AnswerOptions,
): Promise<Answered | Refusal> {
  const { operation } = prepared;
  const forms = formsOf(prepared, live.graph);
  const coerced = forms.coerce(request.variables);
  if (coerced.errors) return { ok: false, status: 400, errors: coerced.errors.slice(0, MAX_ERRORS).map(variableError) };

  const profile = new AccessProfile(request.caller, options.catalogue);
  const form = forms.form(coerced.coerced);
  const judgeOf = (own: Question): Judge => {
    const { evidence } = options;
    const heard = own.explanation?.hearing(evidence) ?? evidence;
    const { caller, questionId } = request;
    const { breadth, catalogue, facts } = options;
    const bound =
      breadth &&
      new Breadth(breadth.most, () => {
        breadth.exceeded(caller, questionId);
      });
    return new Judge(caller, catalogue, new QuestionFacts(caller, facts, own), heard, Date.now(), bound);
  };
  const asker = operation.operation === OperationTypeNode.MUTATION ? STAYS : request.asker;
  const { questionId, since, explain, resumeAfter } = request;
  const question = new Question(questionId, options.deadlineMs, profile, judgeOf, asker, since, explain, resumeAfter);
  const execution: Execution = { prepared: form, cut: form.cut(profile), variables: coerced.coerced, question };
  const recorded = (): Promise<void> | undefined => {
    const { cut, variables } = execution;
    if (cut.withheld.size === 0) return undefined;
    const asked = { cut, operation: form.operation, variables, graph: live.graph };
    return recordCut(asked, request, options.evidence, options.named ?? NOBODY, question.judge);
  };
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const events = await live.executor.subscribe(execution);
    if ('code' in events) return notRun(events);
    await recorded();
    return { ok: true, kind: 'EVENTS', events };
  }
  const result = await live.executor.execute(execution);
  if ('code' in result) return notRun(result);
  const recording = recorded();
  if (recording) await recording;
  const { data, errors, provenance, access, deferred } = result;
  if (deferred)
    return { ok: true, kind: 'PARTS', first: { data, errors, provenance, access }, rest: concluded(deferred, result, question) };
  question.conclude(result);
  return { ok: true, kind: 'WHOLE', outcome: result };
}

const NOBODY: NamedSubjects = () => [];

/** The same parts; the answer is given when the last one is, or when nobody wants more of them. */
function concluded(
  parts: AsyncIterable<readonly DeferredPart[]>,
  first: Outcome,
  question: Question,
): AsyncIterableIterator<readonly DeferredPart[]> {
  const iterator = parts[Symbol.asyncIterator]();
  const errors: unknown[] = [...first.errors];
  let over = false;
  const end = (): void => {
    if (!over) question.conclude({ data: first.data, errors });
    over = true;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const item = await iterator.next();
      if (item.done) end();
      else for (const part of item.value) errors.push(...part.errors);
      return item;
    },
    async return() {
      end();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
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
  const again = (asked: PreparedOperation, own: PreparedOperation): OperationDefinitionNode[] =>
    before ? formsOf(asked, before.graph).again(formsOf(own, next.graph)) : [];
  const everyForm = (own: PreparedOperation): OperationDefinitionNode[] => formsOf(own, next.graph).all();
  const operations = new Set([
    ...(before?.operations.recent(most) ?? []).flatMap(({ text, name, prepared }) =>
      prepare(text, name).flatMap((own) => [...again(prepared, own), ...again(prepared.undivided, own.undivided)]),
    ),
    ...documents.flatMap((text) => prepare(text)).flatMap((own) => [...everyForm(own), ...everyForm(own.undivided)]),
  ]);
  await next.executor.warm([...operations]);
}

function notRun({ code, detail }: NotPlanned): Refusal {
  return refuse(code, detail === undefined ? {} : { detail });
}

/** True when the hub itself failed and there is nothing to show. */
export function isFault({ data, errors }: { readonly data: unknown; readonly errors: readonly GraphQLFormattedError[] }): boolean {
  return data === null && errors.some((error) => error.extensions?.['code'] === 'INTERNAL');
}
