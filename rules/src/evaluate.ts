import { contributionKinds } from './contribution/kinds.js';
import { deadlineKinds } from './deadlines/kinds.js';
import { identityKinds } from './identity/kinds.js';
import { injuryKinds } from './injury/kinds.js';
import type { Kind } from './kind.js';
import { medicalKinds } from './medical/kinds.js';
import { outlookKinds } from './outlook/kinds.js';
import { pensionKinds } from './pension/kinds.js';
import { RuleRefusal, type Refused } from './refusal.js';
import type { RuleOptions, Ruled } from './result.js';
import { retirementKinds } from './retirement/kinds.js';
import { riskKinds } from './risk/kinds.js';
import { unemploymentKinds } from './unemployment/kinds.js';
import { unreadFields } from './unread.js';

/** A question that no rule decides: why, and what to do. */
export interface Refusal {
  /** The code alone, where worked cases look for it. */
  readonly error: Refused['code'];
  readonly refused: Refused;
}

const byName: ReadonlyMap<string, Kind> = new Map(
  [
    ...identityKinds,
    ...deadlineKinds,
    ...pensionKinds,
    ...retirementKinds,
    ...contributionKinds,
    ...unemploymentKinds,
    ...medicalKinds,
    ...injuryKinds,
    ...outlookKinds,
    ...riskKinds,
  ].map((kind) => [kind.kind, kind]),
);

/** Every question that `evaluate` knows, with its title and the JSON schema of its input. */
export function kinds(): readonly Pick<Kind, 'kind' | 'title' | 'input'>[] {
  return [...byName.values()];
}

/**
 * Answers a question given as JSON: `evaluate('receiving_place', { hukouProvince: '510000', … })`.
 * @returns the figures, with money as yuan text of two decimals and months as YYYYMM; or `{ error, refused }` when the input is wrong or the
 *   rule cannot decide it
 */
export function evaluate(kind: string, input: unknown): unknown {
  const answer = answered(kind, input, {});
  return 'refused' in answer ? answer : answer.figures;
}

/**
 * As evaluate, with the rule, the article, the version, the steps and what is provisional around the figures; among this the fields of the
 * input that the question does not know (FIELDS_NOT_READ).
 */
export function evaluateExplained(kind: string, input: unknown): Ruled<unknown> | Refusal {
  const answer = answered(kind, input, { explain: true });
  const schema = byName.get(kind)?.input;
  if ('refused' in answer || schema === undefined) return answer;
  const unread = unreadFields(schema, input);
  return unread.length === 0 ? answer : { ...answer, provisional: [...answer.provisional, ...unread] };
}

function answered(name: string, input: unknown, options: RuleOptions): Ruled<unknown> | Refusal {
  try {
    const kind = byName.get(name);
    if (kind === undefined) throw new RuleRefusal('UNKNOWN_KIND', 'kind');
    return kind.answer(input, options);
  } catch (error) {
    if (error instanceof RuleRefusal) return { error: error.code, refused: error.refused };
    throw error;
  }
}
