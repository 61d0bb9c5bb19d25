import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import type { AgencyFailure } from '../agencies/reply.js';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import { decideProspect, prospect, type Prospect, type Subject } from './decide.js';
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

/** A field that somebody may be refused, and what it requires. */
interface Needed {
  readonly key: string;
  readonly requirements: readonly NeededScopes[];
}

/** One requirement: any of its scopes will do. */
interface NeededScopes {
  readonly requirement: Requirement;
  readonly scopes: readonly { readonly scope: string; readonly chance: Prospect }[];
}

/** What is needed for some fields of a kind of subject. */
interface Needs {
  readonly fields: readonly Needed[];
  /** Whether it takes to know where a person is insured. */
  readonly regional: boolean;
}

const ALLOWED: Verdict = { kind: 'ALLOWED' };
const DENIED: Verdict = { kind: 'DENIED', code: 'ACCESS_DENIED', scope: '' };
const NOTHING_WITHHELD: ReadonlyMap<string, Verdict> = new Map();

/** Takes the access decisions of one question. */
export class Judge {
  readonly #chances: Readonly<Record<SubjectKind, Map<string, Prospect>>> = { PERSON: new Map(), UNIT: new Map() };
  readonly #needs: Readonly<Record<SubjectKind, Map<SubjectFields['fields'], Needs>>> = { PERSON: new Map(), UNIT: new Map() };

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
    const missing = subjects.flatMap(({ subject, fields }) =>
      subject.kind === 'PERSON' && this.facts.jurisdictionsOf(subject.ref) === undefined && this.#needsOf(fields, 'PERSON').regional
        ? [subject.ref]
        : [],
    );
    const withheld = (): ReadonlyMap<string, Verdict>[] => subjects.map((one) => this.#withheld(one));
    return missing.length === 0 ? withheld() : this.facts.ensure(missing).then(withheld);
  }

  #withheld({ subject, fields }: SubjectFields): ReadonlyMap<string, Verdict> {
    let withheld: Map<string, Verdict> | undefined;
    for (const { key, requirements } of this.#needsOf(fields, subject.kind).fields) {
      if (requirements.every(({ scopes }) => scopes.some(({ chance }) => decideProspect(chance, subject, this.facts).kind === 'ALLOWED')))
        continue;
      const refused = requirements
        .map(({ requirement, scopes }) => ({ requirement, verdict: this.#verdict(subject, scopes) }))
        .filter(({ verdict }) => verdict.kind !== 'ALLOWED');
      // A missing fact says more than a denial that may follow from it; a field's own scope says more than its container's.
      const first =
        refused.find(({ verdict }) => verdict.kind === 'UNKNOWN') ??
        refused.find(({ requirement }) => requirement.kind === 'SCOPE') ??
        refused[0];
      if (first) (withheld ??= new Map()).set(key, first.verdict);
    }
    return withheld ?? NOTHING_WITHHELD;
  }

  /** What does not depend on the subject is found once. */
  #needsOf(fields: SubjectFields['fields'], about: SubjectKind): Needs {
    const known = this.#needs[about].get(fields);
    if (known) return known;
    const needed = [...fields].flatMap(([key, requirements]): Needed[] =>
      requirements.length === 0 ? [] : [{ key, requirements: requirements.map((requirement) => this.#scopesOf(requirement, about)) }],
    );
    const regional = needed.some(({ requirements }) =>
      requirements.some(({ scopes }) => scopes.some(({ chance }) => chance.kind === 'MANDATED')),
    );
    const needs = { fields: needed, regional };
    this.#needs[about].set(fields, needs);
    return needs;
  }

  #scopesOf(requirement: Requirement, about: SubjectKind): NeededScopes {
    const scopes = requirement.kind === 'SCOPE' ? [requirement.scope] : requirement.scopes;
    return { requirement, scopes: scopes.map((scope) => ({ scope, chance: this.#chance(scope, about) })) };
  }

  #chance(scope: string, about: SubjectKind): Prospect {
    let chance = this.#chances[about].get(scope);
    if (!chance) this.#chances[about].set(scope, (chance = prospect(this.caller, scope, about, this.catalogue)));
    return chance;
  }

  #verdict(subject: Subject, scopes: NeededScopes['scopes']): Verdict {
    const verdicts = scopes.map(({ scope, chance }) => this.#scope(subject, scope, chance));
    return verdicts.find(({ kind }) => kind === 'ALLOWED') ?? verdicts.find(({ kind }) => kind === 'UNKNOWN') ?? verdicts[0] ?? DENIED;
  }

  #scope(subject: Subject, scope: string, chance: Prospect): Verdict {
    const decision = decideProspect(chance, subject, this.facts);
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
