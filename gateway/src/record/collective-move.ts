import { OperationTypeNode } from 'graphql';
import { catalogued } from '@yichuang/schema';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { isErrorCode } from '../graph/request-errors.js';
import { askWithin, type AskWithin } from './ask-within.js';

/** What became of one person of a list: a case, a refusal with its reason, or the code of what kept the hub from asking. */
export interface CollectiveRow {
  readonly citizenId: string;
  readonly number: string | null;
  readonly pin: string | null;
  readonly refusal: unknown;
  readonly error: string | null;
}

/** Persons of one call: more take several. */
const MOST = 100;
/** Asked at the same time: each reads the registers of a person. */
const AT_ONCE = 4;

const APPLY = `mutation CollectiveMove($input: ApplyForTransferInput!) {
  applyForTransfer(input: $input) { number pin refusal { code text { zh en } article field } }
}`;

/**
 * Applies for the persons of a unit that moves as a whole (成建制划转), a case for each: every one is decided and recorded as if applied for
 * alone, and what is refused to one is not refused to the others. The same request key again opens nothing twice.
 * @throws GraphQLError BAD_REQUEST for an empty list, more than 100 persons, or one who is named twice
 */
export async function collectiveMove(
  question: Question,
  input: Readonly<Record<string, unknown>>,
  ask: AskWithin,
): Promise<{ readonly opened: number; readonly rows: readonly CollectiveRow[] }> {
  const { citizens, from, to, approval, requestKey } = input;
  const persons = Array.isArray(citizens) ? citizens.map(String) : [];
  if (persons.length === 0 || persons.length > MOST || new Set(persons).size < persons.length) throw catalogued('BAD_REQUEST');
  const rows: CollectiveRow[] = [];
  const left = persons.entries();
  const next = async (): Promise<void> => {
    // One iterator for all: each takes the next person that nobody has taken.
    for (const [place, citizen] of left) {
      const one = { citizen, kind: 'COLLECTIVE', from, to, statements: { approval }, requestKey };
      rows[place] = await applied(question, citizen, one, ask);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return { opened: rows.filter(({ number }) => number !== null).length, rows };
}

async function applied(question: Question, citizenId: string, input: object, ask: AskWithin): Promise<CollectiveRow> {
  const none = { citizenId, number: null, pin: null, refusal: null };
  // Who is not asked about in time can be asked about again, under the same key.
  if (question.remainingMs() <= 0) return { ...none, error: 'QUESTION_TIMEOUT' };
  const { data, errors } = await askWithin({ query: APPLY, variables: { input } }, question, ask, undefined, OperationTypeNode.MUTATION);
  const payload = isRecord(data) ? data['applyForTransfer'] : undefined;
  if (!isRecord(payload)) {
    const code = errors[0]?.extensions?.['code'];
    return { ...none, error: isErrorCode(code) ? code : 'INTERNAL' };
  }
  const { number, pin, refusal } = payload;
  return {
    citizenId,
    number: typeof number === 'string' ? number : null,
    pin: typeof pin === 'string' ? pin : null,
    refusal: refusal ?? null,
    error: null,
  };
}
