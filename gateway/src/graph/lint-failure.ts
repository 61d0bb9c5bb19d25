/** Which rule of the composition lint was broken; each has a failing example in the tests. */
export type LintRule =
  | 'NOT_ANNOTATED'
  | 'ANNOTATED_TWICE'
  | 'ANNOTATED_DIFFERENTLY'
  | 'SCOPE_UNKNOWN'
  | 'SCOPE_NOT_SHARED'
  | 'PREDICATE_MISMATCH'
  | 'PERSONAL_NON_NULL'
  | 'CROSSING_NON_NULL'
  | 'SUBJECT_MISSING'
  | 'SCOPE_IN_FIELD_SET'
  | 'LIST_UNBOUNDED'
  | 'MONTH_MISSING'
  | 'UNIT_MISSING'
  | 'ROOT_PERSONAL'
  | 'PATH_UNGUARDED'
  | 'ACT_OPEN'
  | 'ACT_UNNAMED'
  | 'UNDECIDABLE';

/** One thing that must be mended before the graph may be composed. */
export interface LintFailure {
  readonly rule: LintRule;
  readonly subgraph: string;
  /** `Type` or `Type.field`. */
  readonly coordinate: string;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

/** The entity that is a natural person. */
export const PERSON = 'Citizen';
