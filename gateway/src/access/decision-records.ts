import type { ErrorCode, MandateEntry } from '@yichuang/schema';
import type { DenialEntry, IntentEntry } from '../evidence/record.js';
import type { SubjectKind } from '../graph/access-map.js';
import { isSameGrant, keyOf, refOf, type Grant, type Subject } from './decide.js';
import type { DelegationFact } from './facts.js';
import type { Granted, Judgement } from './judgement.js';
import type { Needs } from './prospects.js';

type Entry<T> = Omit<T, 'subjects'> & { readonly subjects: string[] };

/** What is to be recorded of some decisions: one entry for all subjects of whom the same holds. */
export class DecisionRecords {
  readonly intents: Entry<IntentEntry>[] = [];
  readonly denials: Entry<DenialEntry>[] = [];
  #last: { readonly grant: Grant; readonly scopes: readonly string[]; readonly entry: Entry<IntentEntry> } | undefined;
  #byDenial: Map<string, Entry<DenialEntry>> | undefined;

  /** @param actsFor under which delegation the caller acts for a person, as far as that is known */
  constructor(
    readonly decisionId: string,
    readonly agency: string,
    readonly actsFor: (ref: string) => DelegationFact | undefined,
  ) {}

  /**
   * What was decided of one subject.
   * @param needs of what is required of it
   * @param granted about it in the question
   */
  decided(subject: Subject, needs: Needs, judgement: Judgement, granted: Granted | undefined): void {
    const { kind } = subject;
    const key = keyOf(subject);
    if (!judgement) {
      if (granted && !granted.others) this.#released(kind, key, granted.first, needs.scopes);
      else if (granted) this.#releasedApart(kind, key, granted, needs.scopes);
      return;
    }
    const released: string[] = [];
    needs.sought.forEach((alternatives, i) => {
      const refused = judgement[i];
      const [only] = alternatives;
      if (!refused && only && alternatives.length === 1) released.push(only.scope);
      else if (refused?.kind === 'DENIED' && isTold(needs, i)) this.refused(kind, key, refused.scope, refused.code);
    });
    if (granted && released.length > 0) this.#releasedApart(kind, key, granted, released);
  }

  #releasedApart(kind: SubjectKind, key: string, { first, others }: Granted, scopes: readonly string[]): void {
    const byGrant = new Map<Grant, string[]>();
    for (const scope of scopes) {
      const grant = others?.get(scope) ?? first;
      const known = byGrant.get(grant);
      if (known) known.push(scope);
      else byGrant.set(grant, [scope]);
    }
    for (const [grant, own] of byGrant) this.#released(kind, key, grant, own);
  }

  #released(subjectKind: SubjectKind, subject: string, grant: Grant, scopes: readonly string[]): void {
    const last = this.#last;
    if (last?.scopes === scopes && isSameGrant(last.grant, grant)) {
      last.entry.subjects.push(subject);
      return;
    }
    const entry: Entry<IntentEntry> = {
      decisionId: this.decisionId,
      subjectKind,
      subjects: [subject],
      scopes,
      basis: grant.basis,
      ref: grant.basis === 'SELF' ? undefined : refOf(grant),
      agencies: [this.agency],
      ...(grant.basis === 'SELF' && grant.delegation ? { delegation: recordedDelegation(grant.delegation) } : {}),
      ...(grant.basis === 'MANDATE' && grant.mandate.deferral ? { deferred: deferralOf(grant.mandate.deferral) } : {}),
    };
    this.intents.push(entry);
    this.#last = { grant, scopes, entry };
  }

  refused(subjectKind: SubjectKind, subject: string, scope: string, code: ErrorCode): void {
    const delegation = subjectKind === 'PERSON' ? this.actsFor(subject) : undefined;
    const key = `${subjectKind} ${scope} ${code} ${delegation?.delegationId ?? ''}`;
    const known = this.#byDenial?.get(key);
    if (known) {
      if (known.subjects.at(-1) !== subject) known.subjects.push(subject);
      return;
    }
    const entry = {
      decisionId: this.decisionId,
      subjectKind,
      subjects: [subject],
      scopes: [scope],
      code,
      told: code,
      ...(delegation ? { delegation: recordedDelegation(delegation) } : {}),
    };
    (this.#byDenial ??= new Map<string, Entry<DenialEntry>>()).set(key, entry);
    this.denials.push(entry);
  }
}

/** What was asked for in a container says more than the container. */
export function isTold({ sought, scopes }: Needs, requirement: number): boolean {
  return (sought[requirement]?.length ?? 0) <= 1 || scopes.length === 0;
}

/** A delegation as a row of the record names it. */
export function recordedDelegation({ kind, delegationId: id }: DelegationFact): NonNullable<DenialEntry['delegation']> {
  return { kind, id };
}

const DAY_MS = 86_400_000;

/** The person is told when the days of the mandate are over, and why not before (个人信息保护法第十八条、第三十五条). */
function deferralOf({ reason, days }: NonNullable<MandateEntry['deferral']>): NonNullable<IntentEntry['deferred']> {
  return { until: new Date(Date.now() + days * DAY_MS), reason };
}
