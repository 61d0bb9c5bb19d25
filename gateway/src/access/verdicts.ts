import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import type { AgencyFailure } from '../agencies/reply.js';
import type { Requirement } from '../graph/access-map.js';
import { decideProspect, prospect, type Decision, type Prospect, type Subject } from './decide.js';
import type { Caller } from './principal.js';
import type { QuestionRegionFacts } from './region-facts.js';

/** Whether a field of one subject may be asked for now, or why not. */
export type Verdict =
  | { readonly kind: 'ALLOWED' }
  | { readonly kind: 'DENIED'; readonly code: ErrorCode; readonly scope: string }
  | { readonly kind: 'UNKNOWN'; readonly failure: AgencyFailure };

/** One subject and what its fields require, by response key. */
export interface SubjectFields {
  readonly subject: Subject;
  readonly fields: ReadonlyMap<string, readonly Requirement[]>;
}

const ALLOWED: Verdict = { kind: 'ALLOWED' };
const DENIED: Verdict = { kind: 'DENIED', code: 'ACCESS_DENIED', scope: '' };

/** Takes the access decisions of one question. */
export class Judge {
  readonly #chances = new Map<string, Prospect>();

  constructor(
    readonly caller: Caller,
    readonly catalogue: AccessCatalogue,
    readonly facts: QuestionRegionFacts,
  ) {}

  /**
   * Decides every field of every subject, looking up missing facts once for all of them.
   * @returns for each subject, in order, the fields that are withheld; a field that is not in the map is allowed. At once when no fact is
   *   missing.
   */
  judge(subjects: readonly SubjectFields[]): readonly ReadonlyMap<string, Verdict>[] | Promise<readonly ReadonlyMap<string, Verdict>[]> {
    const missing = subjects.filter(({ subject, fields }) => this.#lacksAny(subject, fields));
    if (missing.length === 0) return subjects.map((one) => this.#withheld(one));
    const refs = missing.flatMap(({ subject }) => (subject.kind === 'PERSON' ? [subject.ref] : []));
    return this.facts.ensure(refs).then(() => subjects.map((one) => this.#withheld(one)));
  }

  #lacksAny(subject: Subject, fields: SubjectFields['fields']): boolean {
    for (const requirements of fields.values()) {
      for (const requirement of requirements) if (this.#lacksFact(subject, requirement)) return true;
    }
    return false;
  }

  #withheld({ subject, fields }: SubjectFields): ReadonlyMap<string, Verdict> {
    const withheld = new Map<string, Verdict>();
    for (const [key, requirements] of fields) {
      const refused = requirements
        .map((requirement) => ({ requirement, verdict: this.#verdict(subject, requirement) }))
        .filter(({ verdict }) => verdict.kind !== 'ALLOWED');
      // A missing fact says more than a denial that may follow from it; a field's own scope says more than its container's.
      const first =
        refused.find(({ verdict }) => verdict.kind === 'UNKNOWN') ??
        refused.find(({ requirement }) => requirement.kind === 'SCOPE') ??
        refused[0];
      if (first) withheld.set(key, first.verdict);
    }
    return withheld;
  }

  #lacksFact(subject: Subject, requirement: Requirement): boolean {
    return scopesOf(requirement).some((scope) => this.#decide(subject, scope).kind === 'MISSING_FACT');
  }

  /** What does not depend on the subject is found once. */
  #decide(subject: Subject, scope: string): Decision {
    const key = `${subject.kind} ${scope}`;
    let chance = this.#chances.get(key);
    if (!chance) this.#chances.set(key, (chance = prospect(this.caller, scope, subject.kind, this.catalogue)));
    return decideProspect(chance, subject, this.facts);
  }

  #verdict(subject: Subject, requirement: Requirement): Verdict {
    const verdicts = scopesOf(requirement).map((scope) => this.#scope(subject, scope));
    return verdicts.find(({ kind }) => kind === 'ALLOWED') ?? verdicts.find(({ kind }) => kind === 'UNKNOWN') ?? verdicts[0] ?? DENIED;
  }

  #scope(subject: Subject, scope: string): Verdict {
    const decision = this.#decide(subject, scope);
    switch (decision.kind) {
      case 'ALLOWED':
        return ALLOWED;
      case 'DENIED':
        return { kind: 'DENIED', code: decision.code, scope };
      case 'MISSING_FACT': {
        const failure = subject.kind === 'PERSON' ? this.facts.failureOf(subject.ref) : undefined;
        return failure ? { kind: 'UNKNOWN', failure } : { kind: 'DENIED', code: 'ACCESS_DENIED', scope };
      }
    }
  }
}

/** One scope, or the scopes of a container, any of which will do. */
function scopesOf(requirement: Requirement): readonly string[] {
  return requirement.kind === 'SCOPE' ? [requirement.scope] : requirement.scopes;
}
