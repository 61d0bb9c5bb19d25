import { randomUUID } from 'node:crypto';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { Answered } from '../execution/answer.js';
import type { Asked } from '../execution/questions.js';
import type { Question } from '../execution/question.js';

/** The one way of every question, for a question that is part of another. */
export type AskWithin = (asked: Asked) => Promise<Answered | { readonly ok: false; readonly errors: readonly GraphQLFormattedError[] }>;

/** What came back, whole. */
interface Whole {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Of the time that is left; the rest is kept for what is done with the answer. */
const SHARE_OF_TIME = 0.85;

/**
 * Asks a question within another: as the same caller, for the same purpose, with a share of its time. Every piece of it is decided upon and
 * recorded as if the caller had asked it.
 * @param caseNumber asked in this case, not in the one that the question states
 * @param kind a mutation only within a mutation
 */
export async function askWithin(
  { query, variables }: Pick<Asked, 'query' | 'variables'>,
  question: Question,
  ask: AskWithin,
  caseNumber = question.profile.caller.caseNumber,
  kind = OperationTypeNode.QUERY,
): Promise<Whole> {
  const answered = await ask({
    query,
    operationName: undefined,
    variables,
    caller: { ...question.profile.caller, caseNumber },
    questionId: randomUUID(),
    asker: question.asker,
    inParts: false,
    allows: new Set([kind]),
    since: performance.now() + question.remainingMs() * SHARE_OF_TIME - question.deadlineMs,
  });
  if (!answered.ok) return { data: null, errors: answered.errors };
  if (answered.kind !== 'WHOLE') throw new Error('a question within another was answered in parts');
  const { data, errors } = answered.outcome;
  return { data: data?.values ?? null, errors };
}
