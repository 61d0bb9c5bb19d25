import type { AccessBasis, ErrorCode } from '@yichuang/schema';
import type { AccessRecorder, DenialEntry, IntentEntry } from '../evidence/record.js';
import type { SubjectKind } from '../graph/access-map.js';
import { cutDenials, type CutQuestion } from './cut-denials.js';
import { keyOf, type Subject } from './decide.js';
import type { DecisionEvidence } from './judge.js';
import type { Caller } from './principal.js';
import type { FactFailure } from './question-facts.js';
import { remedyOf } from './remedies.js';

/** `extensions.access`: what was decided for one answer, and what could not be. Counts persons, and names none of them. */
export interface AccessDecisions {
  /** By which the decisions can be explained later; null for a caller nobody knows. */
  readonly decisionId: string | null;
  readonly purpose: string | null;
  readonly decisions: readonly AccessDecision[];
  readonly undecided: readonly Undecided[];
}

/** What was decided alike about some persons or units. */
interface AccessDecision {
  readonly decision: 'GRANTED' | 'DENIED';
  readonly about: SubjectKind;
  /** How many; null where it was decided about anybody, before it was known of whom it would be. */
  readonly subjects: number | null;
  readonly scopes: readonly string[];
  readonly basis?: AccessBasis;
  /** Identifier of the mandate, consent or emergency access it rests on. */
  readonly reference?: string;
  /** The delegation under which the caller acts for them. */
  readonly delegation?: { readonly id: string; readonly kind: string };
  readonly code?: ErrorCode;
}

/** What nobody could decide about some persons or units, for one reason. Nothing of it was released; it is no denial. */
interface Undecided {
  readonly about: SubjectKind;
  readonly subjects: number;
  readonly scopes: readonly string[];
  readonly code: ErrorCode;
  /** The agency that did not say what decisions rest on. Which of its systems it was says the error at its place. */
  readonly agency?: string;
  readonly remedy?: { readonly type: string; readonly afterSeconds?: number };
}

type Ground = Omit<AccessDecision, 'subjects' | 'scopes'>;

/**
 * Keeps what is decided in one question for a caller who wants to be told with the answer. It hears exactly what goes on record, so that
 * the two cannot differ, and nobody learns here what the record would not tell them.
 */
export class Explanation {
  readonly #decided = new ByGround<Ground>();
  readonly #undecided = new ByGround<Omit<Undecided, 'subjects' | 'scopes'>>();

  /** Evidence through which this hears what is decided and recorded. What cannot be recorded is not granted. */
  hearing({ recorder, recording }: DecisionEvidence): DecisionEvidence {
    return {
      recording,
      recorder: this.#hearing(recorder),
      undecided: (subject, scope, why) => {
        this.#undecided.take([keyOf(subject)], [scope], undecidedFor(subject, why));
      },
    };
  }

  #hearing(recorder: AccessRecorder): AccessRecorder {
    return {
      intent: (question, entries) =>
        recorder.intent(question, entries).then(() => {
          for (const entry of entries)
            if (entry.subjectKind !== 'UNNAMED') this.#decided.take(entry.subjects, entry.scopes, granted(entry.subjectKind, entry));
        }),
      denied: (question, entries) => {
        for (const entry of entries)
          if (entry.subjectKind !== 'UNNAMED') this.#decided.take(entry.subjects, entry.scopes, denied(entry.subjectKind, entry));
        recorder.denied(question, entries);
      },
      outcome: (question, result) => {
        recorder.outcome(question, result);
      },
      close: () => recorder.close(),
    };
  }

  /** What has been decided so far, what was cut from the question included. */
  decisions(questionId: string, { principal, purpose }: Caller, cut: CutQuestion): AccessDecisions {
    const before = cutDenials(cut).map(({ code, about, scopes }): AccessDecision => ({
      decision: 'DENIED',
      about,
      subjects: null,
      scopes: [...scopes].sort(),
      code,
    }));
    return {
      decisionId: principal.kind === 'ANONYMOUS' ? null : questionId,
      purpose: purpose.kind === 'NAMED' ? purpose.code : null,
      decisions: [...this.#decided.counted(), ...before],
      undecided: this.#undecided.counted(),
    };
  }
}

/** What holds of some subjects on one ground. */
class ByGround<G extends object> {
  /** By ground as text: the scopes of each subject. */
  readonly #taken = new Map<string, { readonly ground: G; readonly scopes: Map<string, Set<string>> }>();

  take(subjects: readonly string[], scopes: readonly string[], ground: G): void {
    const key = JSON.stringify(ground);
    let known = this.#taken.get(key);
    if (!known) this.#taken.set(key, (known = { ground, scopes: new Map() }));
    for (const subject of subjects) {
      const own = known.scopes.get(subject);
      if (own) for (const scope of scopes) own.add(scope);
      else known.scopes.set(subject, new Set(scopes));
    }
  }

  counted(): (G & { readonly scopes: readonly string[]; readonly subjects: number })[] {
    return [...this.#taken.values()].flatMap(({ ground, scopes }) => together(scopes).map((group) => ({ ...ground, ...group })));
  }
}

/** Subjects of whom the same scopes were decided. */
function together(scopesOf: ReadonlyMap<string, ReadonlySet<string>>): { readonly scopes: readonly string[]; readonly subjects: number }[] {
  const groups = new Map<string, { readonly scopes: readonly string[]; subjects: number }>();
  for (const own of scopesOf.values()) {
    const scopes = [...own].sort();
    const known = groups.get(scopes.join(' '));
    if (known) known.subjects++;
    else groups.set(scopes.join(' '), { scopes, subjects: 1 });
  }
  return [...groups.values()];
}

function granted(about: SubjectKind, { basis, ref, delegation }: IntentEntry): Ground {
  return {
    decision: 'GRANTED',
    about,
    basis,
    ...(ref === undefined ? {} : { reference: ref }),
    ...(delegation ? { delegation: { id: delegation.id, kind: delegation.kind } } : {}),
  };
}

function denied(about: SubjectKind, { told, delegation }: DenialEntry): Ground {
  return { decision: 'DENIED', about, code: told, ...(delegation ? { delegation: { id: delegation.id, kind: delegation.kind } } : {}) };
}

function undecidedFor({ kind }: Subject, { code, detail }: FactFailure): Omit<Undecided, 'subjects' | 'scopes'> {
  const agency = 'agency' in detail ? detail.agency : undefined;
  const afterSeconds = 'retryAfterSeconds' in detail ? detail.retryAfterSeconds : undefined;
  const { remedy } = remedyOf(code);
  return {
    about: kind,
    code,
    ...(typeof agency === 'string' ? { agency } : {}),
    ...(remedy ? { remedy: { ...remedy, ...(typeof afterSeconds === 'number' ? { afterSeconds } : {}) } } : {}),
  };
}
