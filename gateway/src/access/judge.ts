import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import { AuditUnavailable, type AccessRecorder, type AnswerResult, type RecordedQuestion } from '../evidence/record.js';
import type { Requirement } from '../graph/access-map.js';
import { holderOf, HUB } from '../graph/own-subgraphs.js';
import { capacityOf, Deciding, isSameGrant, keyOf, type Decision, type Grant, type Subject, type Way } from './decide.js';
import { DecisionRecords, isTold } from './decision-records.js';
import { isPlaceless, unitOfRows } from './employers.js';
import { canEnd, whyEnded } from './ending.js';
import type { Breadth } from './breadth.js';
import type { DelegationFact } from './facts.js';
import type { Granted, Judgement, Refused, SubjectNeeds } from './judgement.js';
import type { Caller } from './principal.js';
import { prospectsOf, type Prospects, type Sought } from './prospects.js';
import type { FactFailure, QuestionFacts } from './question-facts.js';

/** What was asked about a subject. */
export interface Asked {
  readonly subject: Subject;
  readonly scopes: readonly string[];
}

/** Where decisions are put on record, and who is said to have asked. */
export interface DecisionEvidence {
  readonly recorder: AccessRecorder;
  readonly recording: { of(caller: Caller, questionId: string): RecordedQuestion };
  /** Told what nobody could decide, which is no decision and not on record. @default nobody is */
  readonly undecided?: (subject: Subject, scope: string, why: FactFailure) => void;
}

/** Takes the access decisions of one question, counts the uses of consents, and has both recorded before anything is asked. */
export class Judge {
  readonly #prospects: Prospects;
  readonly #deciding: Deciding;
  readonly #granted = new Map<string, Granted>();
  readonly #told = new Set<string>();
  #canEnd = false;
  #bounded = false;
  #recorded: RecordedQuestion | undefined;

  constructor(
    readonly caller: Caller,
    readonly catalogue: AccessCatalogue,
    readonly facts: QuestionFacts,
    readonly evidence: DecisionEvidence,
    /** When the question, or for an event of a stream the event, is decided, ms since 1970: a step-up may be over by then. */
    now: number,
    /** @default about as many persons as it likes */
    readonly breadth?: Breadth,
  ) {
    this.#prospects = prospectsOf(caller, catalogue, now);
    this.#deciding = new Deciding(capacityOf(caller.principal), facts);
  }

  /** The answer is given: what the record says was about to be asked has come, or has not. */
  conclude(result: AnswerResult): void {
    if (this.#recorded) this.evidence.recorder.outcome(this.#recorded, result);
  }

  /**
   * Decides what is required of every subject: missing facts are looked up once for all of them, uses of consents are counted, and what is
   * released and refused is on record when the judgement is there.
   * @param subgraph that would be asked
   * @returns for each subject, in order
   */
  judge(subjects: readonly SubjectNeeds[], subgraph: string): readonly Judgement[] | Promise<readonly Judgement[]> {
    const agency = holderOf(subgraph);
    const beyond = this.breadth?.beyond(subjects);
    return beyond ? this.#judgeWithin(subjects, beyond, agency) : this.#judgeAll(subjects, agency);
  }

  /** For persons beyond those one question may be about nothing is looked up, counted or asked. */
  #judgeWithin(
    subjects: readonly SubjectNeeds[],
    beyond: ReadonlySet<string>,
    agency: string,
  ): readonly Judgement[] | Promise<readonly Judgement[]> {
    const records = this.#records(agency);
    const within: SubjectNeeds[] = [];
    const refused = subjects.map((one): Judgement => {
      if (beyond.has(keyOf(one.subject))) {
        const judgement = one.requirements.map(tooBroad);
        this.#tell(one, judgement, records);
        return judgement;
      }
      within.push(one);
      return undefined;
    });
    if (records.denials.length > 0) this.evidence.recorder.denied(this.#asRecorded(), records.denials);
    const together = (judged: readonly Judgement[]): readonly Judgement[] => {
      let next = 0;
      return refused.map((judgement) => judgement ?? judged[next++]);
    };
    const judged = this.#judgeAll(within, agency);
    return judged instanceof Promise ? judged.then(together) : together(judged);
  }

  #judgeAll(subjects: readonly SubjectNeeds[], agency: string): readonly Judgement[] | Promise<readonly Judgement[]> {
    let looking: Promise<unknown>[] | undefined;
    for (const { ways, about } of this.#waysOf(subjects)) {
      const looked = this.facts.ensure(ways, about);
      if (looked) (looking ??= []).push(looked);
    }
    return looking ? Promise.all(looking).then(() => this.#decide(subjects, agency)) : this.#decide(subjects, agency);
  }

  /**
   * Whether something that the hub itself holds about a person may be read: its own root fields answer before the fields below a person
   * are decided. What is refused is told by the decision after them.
   */
  async mayRead(ref: string, scope: string): Promise<boolean> {
    const [refused] = await this.judge([{ subject: { kind: 'PERSON', ref }, requirements: [{ kind: 'SCOPE', scope }] }], HUB);
    return refused === undefined;
  }

  /**
   * Under which delegation the caller acts for a person: the one something was granted on, else one in force. Undefined where there is none,
   * or none that has been looked up.
   */
  actsFor(ref: string): DelegationFact | undefined {
    for (const grant of grantsIn(this.#granted.get(ref))) if (grant.basis === 'SELF' && grant.delegation) return grant.delegation;
    const held = this.facts.delegationsOf(ref);
    if (!held || held.length === 0) return undefined;
    const { purpose } = this.caller;
    const through = purpose.kind === 'NAMED' ? this.catalogue.purposes.get(purpose.code)?.through : undefined;
    return held.find(({ kind }) => kind === through) ?? held[0];
  }

  /** Has looked up whether the caller acts for these persons, where a caller can. What the store does not say is not known. */
  lookUpDelegations(persons: readonly Subject[]): Promise<unknown> | undefined {
    return this.caller.principal.kind === 'CITIZEN' ? this.facts.ensure(BY_DELEGATION, persons) : undefined;
  }

  /** True when something that was granted in this question is bounded: to some months, the rows of one unit, or what it says without where. */
  get bounded(): boolean {
    return this.#bounded;
  }

  /** Credit code of the unit of an employer that asks. */
  get unit(): string | undefined {
    return this.#deciding.who.employer;
  }

  /** Credit code of the unit whose rows alone may be released of a scope; undefined: no such bound. */
  unitOfRows(scope: string): string | undefined {
    return this.unit === undefined ? undefined : unitOfRows(this.unit, this.catalogue.scopes.get(scope));
  }

  /** What was granted about a subject in this question: what most scopes rest on, and what others do. Undefined when nothing was. */
  grantedTo(subject: string): Granted | undefined {
    return this.#granted.get(subject);
  }

  /**
   * Of subjects about whom something was asked: those of whom nothing may be released any more, because what it rested on has ended since
   * (a consent, a delegation, the case, the emergency) or nobody can say that it has not; and what is said of them. Looked at when a reply
   * is there, before anybody sees it; put on record. Undefined where nothing of this question rests on what can end.
   */
  withdrawn(asked: () => readonly Asked[]): Promise<ReadonlyMap<string, ErrorCode>> | undefined {
    return this.#canEnd ? this.#withdrawn(asked()) : undefined;
  }

  async #withdrawn(asked: readonly Asked[]): Promise<ReadonlyMap<string, ErrorCode>> {
    const relying = [...new Set(asked.map(({ subject }) => keyOf(subject)))].flatMap((subject) =>
      grantsIn(this.#granted.get(subject)).flatMap((grant) => (canEnd(grant) ? [{ subject, grant }] : [])),
    );
    const gone = new Map<string, ErrorCode>();
    if (relying.length === 0) return gone;
    const now = await this.facts.standing(relying);
    for (const one of relying) {
      const code = whyEnded(one, now);
      if (code) gone.set(one.subject, code);
    }
    if (gone.size > 0) this.#tellWithdrawn(asked, gone);
    return gone;
  }

  #tellWithdrawn(asked: readonly Asked[], gone: ReadonlyMap<string, ErrorCode>): void {
    const records = this.#records('');
    for (const { subject, scopes } of asked) {
      const code = gone.get(keyOf(subject));
      for (const scope of code ? scopes : []) {
        if (code === 'ACCESS_DENIED') records.refused(subject.kind, keyOf(subject), scope, code);
        else if (code) this.evidence.undecided?.(subject, scope, { code, detail: {} });
      }
    }
    if (this.#recorded && records.denials.length > 0) this.evidence.recorder.denied(this.#recorded, records.denials);
  }

  /** Subjects by the ways that could open what is required of them. */
  #waysOf(subjects: readonly SubjectNeeds[]): readonly { readonly ways: readonly Way[]; readonly about: Subject[] }[] {
    const all: { readonly ways: readonly Way[]; readonly about: Subject[] }[] = [];
    for (const { subject, requirements } of subjects) {
      const { ways } = this.#prospects.needs(requirements, subject.kind);
      const same = all.find((one) => one.ways === ways);
      if (same) same.about.push(subject);
      else all.push({ ways, about: [subject] });
    }
    return all;
  }

  #decide(subjects: readonly SubjectNeeds[], agency: string): readonly Judgement[] | Promise<readonly Judgement[]> {
    const relied = new Set<string>();
    const judgements = subjects.map((one) => this.#judgementOf(one, relied));
    const counting = relied.size > 0 ? this.facts.use([...relied]) : undefined;
    if (!counting) return this.#record(subjects, judgements, agency);
    return counting.then((again) => (again ? this.#decide(subjects, agency) : this.#record(subjects, judgements, agency)));
  }

  #record(
    subjects: readonly SubjectNeeds[],
    judgements: readonly Judgement[],
    agency: string,
  ): readonly Judgement[] | Promise<readonly Judgement[]> {
    this.#tellUndecided(subjects, judgements);
    const { recorder } = this.evidence;
    const records = this.#records(agency);
    subjects.forEach((one, i) => {
      if (agency !== HUB || this.#isNew(one)) this.#tell(one, judgements[i], records);
    });
    if (records.intents.length === 0 && records.denials.length === 0) return judgements;
    const question = this.#asRecorded();
    if (records.denials.length > 0) recorder.denied(question, records.denials);
    if (records.intents.length === 0) return judgements;
    return recorder.intent(question, records.intents).then(
      () => judgements,
      (error: unknown) => {
        if (!(error instanceof AuditUnavailable)) throw error;
        const notRecorded: Refused = { kind: 'UNKNOWN', failure: { code: 'AUDIT_UNAVAILABLE', detail: error.detail } };
        const none = subjects.map(({ requirements }, i) => requirements.map((_, at) => judgements[i]?.[at] ?? notRecorded));
        this.#tellUndecided(subjects, none);
        return none;
      },
    );
  }

  #records(agency: string): DecisionRecords {
    return new DecisionRecords(this.facts.context.questionId, agency, (ref) => this.actsFor(ref));
  }

  #asRecorded(): RecordedQuestion {
    return (this.#recorded ??= this.evidence.recording.of(this.caller, this.facts.context.questionId));
  }

  #judgementOf({ subject, requirements }: SubjectNeeds, relied: Set<string>): Judgement {
    const { sought, uniform, scopes } = this.#prospects.needs(requirements, subject.kind);
    const key = keyOf(subject);
    if (uniform) {
      const decision = this.#deciding.way(uniform, ANY_SCOPE, subject);
      if (decision.kind === 'ALLOWED') {
        this.#note(key, scopes, decision.grant);
        return undefined;
      }
    }
    let refused: (Refused | undefined)[] | undefined;
    for (let i = 0; i < sought.length; i++) {
      const alternatives = sought[i] ?? [];
      const opened = this.#opened(subject, alternatives);
      if (!opened) (refused ??= new Array<undefined>(sought.length).fill(undefined))[i] = this.#refusal(subject, alternatives);
      // A container rests on what is asked in it; by itself on the first that opens it.
      else if (alternatives.length === 1 || scopes.length === 0) {
        this.#note(key, [opened.scope], opened.grant);
        if (opened.grant.basis === 'CONSENT') relied.add(opened.grant.consent.consentId);
      }
    }
    return refused;
  }

  /** The first of some scopes that may be released. */
  #opened(subject: Subject, alternatives: readonly Sought[]): { readonly scope: string; readonly grant: Grant } | undefined {
    for (const one of alternatives) {
      const decision = this.#scope(subject, one);
      if (decision.kind === 'ALLOWED') return { scope: one.scope, grant: decision.grant };
    }
    return undefined;
  }

  #scope(subject: Subject, sought: Sought): Decision {
    const { chance } = sought;
    return chance.kind === 'NEVER' ? { kind: 'DENIED', code: chance.code } : this.#deciding.ways(chance.ways, sought, subject);
  }

  #refusal(subject: Subject, alternatives: readonly Sought[]): Refused {
    const decisions = alternatives.map((one) => ({ one, decision: this.#scope(subject, one) }));
    const missing = decisions.find(({ decision }) => decision.kind === 'MISSING_FACT')?.one;
    if (missing?.chance.kind === 'POSSIBLE') {
      const way = missing.chance.ways.find((one) => this.#deciding.way(one, missing, subject).kind === 'MISSING_FACT');
      if (way) return { kind: 'UNKNOWN', failure: this.facts.failureOf(way, subject) };
    }
    // Of a container's scopes the ones that could be granted say more than those that never are.
    const first = decisions.find(({ one }) => one.chance.kind === 'POSSIBLE') ?? decisions[0];
    const code = first?.decision.kind === 'DENIED' ? first.decision.code : 'ACCESS_DENIED';
    return { kind: 'DENIED', code, scope: first?.one.scope ?? '' };
  }

  #note(subject: string, scopes: readonly string[], grant: Grant): void {
    this.#bounded ||= (grant.basis === 'CONSENT' && grant.consent.dataRange !== undefined) || this.#isBounded(scopes);
    this.#canEnd ||= canEnd(grant);
    const granted = this.#granted.get(subject);
    if (!granted) this.#granted.set(subject, { first: grant, others: undefined });
    else if (!isSameGrant(granted.first, grant))
      for (const scope of scopes) (granted.others ??= new Map<string, Grant>()).set(scope, grant);
  }

  /** True for a yes, a no or a number that is told without where it comes from. */
  isPlaceless(scope: string): boolean {
    return this.unit !== undefined && isPlaceless(this.catalogue.scopes.get(scope));
  }

  #isBounded(scopes: readonly string[]): boolean {
    return this.unit !== undefined && scopes.some((scope) => this.unitOfRows(scope) !== undefined || this.isPlaceless(scope));
  }

  /** What the hub itself holds is decided before it is read, and again with the rest of the answer: it is on record once. */
  #isNew({ subject, requirements }: SubjectNeeds): boolean {
    const what = `${keyOf(subject)} ${this.#prospects.needs(requirements, subject.kind).scopes.join(' ')}`;
    if (this.#told.has(what)) return false;
    this.#told.add(what);
    return true;
  }

  #tell({ subject, requirements }: SubjectNeeds, judgement: Judgement, records: DecisionRecords): void {
    records.decided(subject, this.#prospects.needs(requirements, subject.kind), judgement, this.#granted.get(keyOf(subject)));
  }

  #tellUndecided(subjects: readonly SubjectNeeds[], judgements: readonly Judgement[]): void {
    const { undecided } = this.evidence;
    if (!undecided) return;
    subjects.forEach(({ subject, requirements }, i) => {
      const needs = this.#prospects.needs(requirements, subject.kind);
      judgements[i]?.forEach((refused, at) => {
        const alternatives = needs.sought[at] ?? [];
        const one = alternatives.find(({ chance }) => chance.kind === 'POSSIBLE') ?? alternatives[0];
        if (one && refused?.kind === 'UNKNOWN' && isTold(needs, at)) undecided(subject, one.scope, refused.failure);
      });
    });
  }
}

const BY_DELEGATION: readonly Way[] = [{ kind: 'DELEGATED', through: new Set() }];

/** For ways that look at no scope. */
const ANY_SCOPE = { scope: '', entry: { delegable: [], period: 'WITHHELD' } } as const;

function tooBroad(requirement: Requirement): Refused {
  const scope = requirement.kind === 'SCOPE' ? requirement.scope : (requirement.scopes[0] ?? '');
  return { kind: 'DENIED', code: 'ACCESS_TOO_BROAD', scope };
}

function grantsIn(granted: Granted | undefined): readonly Grant[] {
  return granted ? [granted.first, ...(granted.others?.values() ?? [])] : [];
}
