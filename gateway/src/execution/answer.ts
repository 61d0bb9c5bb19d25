import type { AccessCatalogue } from '@yichuang/schema';
import { getVariableValues, type GraphQLFormattedError } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import { cutWithheld, type Cut } from '../access/cut.js';
import type { Caller } from '../access/principal.js';
import { AccessProfile } from '../access/profile.js';
import { QuestionRegionFacts, type JurisdictionAnswer } from '../access/region-facts.js';
import { restoreWithheld } from '../access/restore.js';
import { Judge } from '../access/verdicts.js';
import type { AskContext } from '../agencies/reply.js';
import type { Graph } from '../graph/graph.js';
import type { Operations, PreparedOperation, Refusal } from '../graph/operations.js';
import { variableError } from '../graph/request-errors.js';
import { inAnswerOrder } from './answer-order.js';
import type { Executor } from './executor.js';
import type { Provenance } from './findings.js';
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

/** An executed question. */
export interface Answer {
  readonly ok: true;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLFormattedError[];
  readonly provenance: readonly Provenance[];
}

const CUTS_KEPT = 32;
const MAX_ERRORS = 10;
const cuts = new WeakMap<PreparedOperation, BoundedCache<string, Cut>>();

/**
 * The one way of a question: coerce, cut what this caller could never see, plan and run the rest with a decision at every entity call,
 * put the nulls back.
 */
export async function answer(live: LiveGraph, request: Request, options: AnswerOptions): Promise<Answer | Refusal> {
  const { operation } = request.prepared;
  const coerced = getVariableValues(live.graph.api, operation.variableDefinitions ?? [], request.variables, { maxErrors: MAX_ERRORS });
  if (coerced.errors) return { ok: false, status: 400, errors: coerced.errors.slice(0, MAX_ERRORS).map(variableError) };
  const variables = coerced.coerced;

  const profile = new AccessProfile(request.caller, options.catalogue);
  const kept = cuts.get(request.prepared) ?? new BoundedCache<string, Cut>(CUTS_KEPT);
  cuts.set(request.prepared, kept);
  const cut = kept.through(profile.key, () => cutWithheld(operation, live.graph, profile));

  const facts = new QuestionRegionFacts((refs) => options.jurisdictions(refs, question));
  const question: Question = new Question(
    request.questionId,
    options.deadlineMs,
    profile,
    new Judge(request.caller, options.catalogue, facts),
  );
  const data = await live.executor.execute({ operation: cut.operation, variables, question });
  const { findings } = question;
  const restored =
    data === null || cut.withheld.size === 0 ? { data, withheld: [] } : restoreWithheld(operation, cut, data, variables, live.graph.api);
  for (const { path, code, scope } of restored.withheld) findings.error(code, path, scope === '' ? {} : { scope });
  return {
    ok: true,
    data: restored.data,
    errors: inAnswerOrder(findings.errors, restored.data),
    provenance: inAnswerOrder(findings.provenance, restored.data),
  };
}
