import type { ErrorCode } from '@yichuang/schema';
import type { Requirement } from '../graph/access-map.js';
import type { Grant, Subject } from './decide.js';
import type { FactFailure } from './question-facts.js';

/** Why a field of one subject may not be asked for now. */
export type Refused =
  | { readonly kind: 'DENIED'; readonly code: ErrorCode; readonly scope: string }
  | { readonly kind: 'UNKNOWN'; readonly failure: FactFailure };

/** One subject, and what is required for what is asked about it. */
export interface SubjectNeeds {
  readonly subject: Subject;
  /** The same list for the same selection, so that work can be kept by it. */
  readonly requirements: readonly Requirement[];
}

/** What is refused of a subject, by position in its requirements. Undefined when nothing is, which is the rule. */
export type Judgement = readonly (Refused | undefined)[] | undefined;

/** What was granted about one subject in a question. */
export interface Granted {
  readonly first: Grant;
  /** Of scopes that rest on something else. */
  others: Map<string, Grant> | undefined;
}
