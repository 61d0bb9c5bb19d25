/** Why an act was not done. ACCESS_DENIED is also the answer for what does not exist. */
export type Refusal =
  | { readonly refused: 'ACCESS_DENIED' | 'CASE_REQUIRED' | 'STEP_UP_REQUIRED' | 'SCOPE_NOT_DELEGABLE' | 'EMERGENCY_QUOTA' }
  /** What it is about stands in a state where this cannot happen. */
  | { readonly refused: 'STATE_NOT_ALLOWED'; readonly state: string }
  | { readonly refused: 'ACT_NOT_ALLOWED'; readonly reason: RefusalReason };

/** What of the act is not in order. */
export type RefusalReason =
  /** Under 18, alone. */
  | 'UNDER_AGE'
  /** A guardian for somebody of age. */
  | 'OF_AGE'
  /** To oneself, or about oneself. */
  | 'SELF'
  | 'PERIOD'
  | 'NO_SCOPES'
  | 'EVIDENCE'
  /** The register says that the person lives; or that they have died. */
  | 'ALIVE'
  | 'DEAD'
  /** There is one already. */
  | 'EXISTS'
  /** More helpers than a person may have, or more persons than one may help. */
  | 'TOO_MANY'
  /** No relation of the person is held in the official's jurisdiction. */
  | 'REGION'
  /** The person is not present and has not applied. */
  | 'NOT_PRESENTED'
  | 'TEXT'
  | 'SUBJECTS';

/** Whether an answer is a refusal. */
export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer;
}
