import type { AccessBasis, ErrorCode } from '@yichuang/schema';
import type { AccessRecorder, DenialEntry, IntentEntry } from '../evidence/record.js';
import type { SubjectKind } from '../graph/access-map.js';
import { cutDenials, type CutQuestion } from './cut-denials.js';
import type { Caller } from './principal.js';

/** `extensions.access`: what was decided for one answer. Counts persons, and names none of them. */
export interface AccessDecisions {
  /** By which the decisions can be explained later; null for a caller nobody knows. */
  readonly decisionId: string | null;
  readonly purpose: string | null;
  readonly decisions: readonly AccessDecision[];
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

type Ground = Omit<AccessDecision, 'subjects' | 'scopes'>;

/**
 * Keeps what is decided in one question for a caller who wants to be told with the answer. It hears exactly what goes on record, so that
 * the two cannot differ, and nobody learns here what the record would not tell them.
 */
export class Explanation {
  /** By ground as text: the scopes decided of each subject. */
  readonly #taken = new Map<string, { readonly ground: Ground; readonly scopes: Map<string, Set<string>> }>();

  /** A recorder through which this hears what is recorded. What cannot be recorded is not granted, and not told. */
  hearing(recorder: AccessRecorder): AccessRecorder {
    return {
      intent: (question, entries) =>
        recorder.intent(question, entries).then(() => {
          for (const entry of entries) this.#take(entry, granted(entry));
        }),
      denied: (question, entries) => {
        for (const entry of entries) if (entry.subjectKind !== 'UNNAMED') this.#take(entry, denied(entry.subjectKind, entry));
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
    const taken = [...this.#taken.values()].flatMap(({ ground, scopes }) =>
      together(scopes).map((group): AccessDecision => ({ ...ground, ...group })),
    );
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
      decisions: [...taken, ...before],
    };
  }

  #take({ subjects, scopes }: IntentEntry | DenialEntry, ground: Ground): void {
    const key = JSON.stringify(ground);
    let known = this.#taken.get(key);
    if (!known) this.#taken.set(key, (known = { ground, scopes: new Map() }));
    for (const subject of subjects) {
      const own = known.scopes.get(subject);
      if (own) for (const scope of scopes) own.add(scope);
      else known.scopes.set(subject, new Set(scopes));
    }
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

function granted({ subjectKind, basis, ref, delegation }: IntentEntry): Ground {
  return {
    decision: 'GRANTED',
    about: subjectKind,
    basis,
    ...(ref === undefined ? {} : { reference: ref }),
    ...(delegation ? { delegation: { id: delegation.id, kind: delegation.kind } } : {}),
  };
}

function denied(about: SubjectKind, { told }: DenialEntry): Ground {
  return { decision: 'DENIED', about, code: told };
}
