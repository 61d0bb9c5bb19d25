import type { FactSources } from './question-facts.js';
import type { DecisionEvidence } from './judge.js';

/** Facts of a hub that keeps nothing of its own and knows no agency of ours: nobody has allowed anything, and nobody acts for another. */
export const NO_FACTS: FactSources = {
  agencies: {
    jurisdictions: (refs) => Promise.resolve(new Map(refs.map((ref) => [ref, new Set<string>()]))),
    worksFor: (refs) => Promise.resolve(new Map(refs.map((ref) => [ref, false]))),
  },
  consents: {
    of: (subjects) => Promise.resolve(new Map(subjects.map((ref) => [ref, { consents: [], pending: new Set<string>() }]))),
    use: (ids) => Promise.resolve(new Map(ids.map((id) => [id, 'REFUSED']))),
  },
  acting: {
    delegations: (subjects) => Promise.resolve(new Map(subjects.map((ref) => [ref, []]))),
    caseOf: () => Promise.resolve(undefined),
    emergencyOf: () => Promise.resolve(undefined),
  },
};

/** Evidence of a hub that keeps none. */
export const NO_EVIDENCE: DecisionEvidence = {
  recorder: {
    intent: () => Promise.resolve(),
    denied: () => undefined,
    outcome: () => undefined,
    close: () => Promise.resolve(),
  },
  recording: {
    of: ({ principal }, questionId) => ({
      answerId: questionId,
      questionId,
      actor: '',
      role: principal.kind,
      party: undefined,
      purpose: undefined,
      caseNumber: undefined,
    }),
  },
};
