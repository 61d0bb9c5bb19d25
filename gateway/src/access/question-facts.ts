import type { CitizenRef, ErrorCode } from '@yichuang/schema';
import type { AskContext } from '../agencies/reply.js';
import { StoreUnavailable } from '../store/unavailable.js';
import { restsOnCase, type Facts, type Subject, type Way } from './decide.js';
import type { GrantAbout, Standing } from './ending.js';
import type { ActingFacts, AgencyFacts, CaseFact, ConsentFacts, Consents, ConsentUse, DelegationFact, EmergencyFact } from './facts.js';
import type { Caller, Party } from './principal.js';

/** Where the facts of decisions come from. */
export interface FactSources {
  readonly agencies: AgencyFacts;
  readonly consents: ConsentFacts;
  readonly acting: ActingFacts;
}

/** Why a fact is not known: what a client is told instead of a decision. */
export interface FactFailure {
  readonly code: ErrorCode;
  readonly detail: object;
}

const NOT_ANSWERED: FactFailure = { code: 'AGENCY_BAD_RESPONSE', detail: {} };
const NO_CONSENTS: FactFailure = { code: 'CONSENT_UNAVAILABLE', detail: {} };
const NO_ACTING: FactFailure = { code: 'ACTING_UNAVAILABLE', detail: {} };
/** There is one answer for the whole question. */
const THE_ONE = '';
const ONE: readonly string[] = [THE_ONE];

/** Facts of one kind, by what they are about. Each is asked for once, however many fields and agencies need to know. */
class Known<T extends object> {
  #asked: Map<string, Promise<void>> | undefined;
  #answers: Map<string, T | FactFailure> | undefined;

  /** @param unavailable what is said where there is no answer */
  constructor(
    readonly unavailable: FactFailure,
    readonly ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, T | FactFailure>>,
  ) {}

  of(key: string): T | undefined {
    const answer = this.#answers?.get(key);
    return answer && !isFailure(answer) ? answer : undefined;
  }

  failureOf(key: string): FactFailure | undefined {
    const answer = this.#answers?.get(key);
    return answer && isFailure(answer) ? answer : undefined;
  }

  has(key: string): boolean {
    return this.#answers?.has(key) === true;
  }

  /** Nobody need be asked. */
  learn(key: string, answer: T): void {
    (this.#answers ??= new Map<string, T | FactFailure>()).set(key, answer);
  }

  /** What was known can no longer be relied on. */
  fail(error: unknown): void {
    for (const key of this.#answers?.keys() ?? []) this.#answers?.set(key, failureBy(error, this.unavailable));
  }

  /** Changes what is known. */
  each(change: (answer: T) => T): void {
    for (const [key, answer] of this.#answers ?? []) if (!isFailure(answer)) this.#answers?.set(key, change(answer));
  }

  async ensure(keys: readonly string[]): Promise<void> {
    const asked = (this.#asked ??= new Map<string, Promise<void>>());
    const fresh = [...new Set(keys)].filter((key) => !asked.has(key));
    if (fresh.length > 0) {
      const batch = this.#ask(fresh);
      for (const key of fresh) asked.set(key, batch);
    }
    for (const key of keys) await asked.get(key);
  }

  /** Asked once more: what has been decided stays as it was. */
  async again(keys: readonly string[]): Promise<(key: string) => T | undefined> {
    const answers = keys.length > 0 ? await this.ask(keys).catch(() => undefined) : undefined;
    return (key) => {
      const answer = answers?.get(key);
      return answer && !isFailure(answer) ? answer : undefined;
    };
  }

  async #ask(keys: readonly string[]): Promise<void> {
    let unavailable = this.unavailable;
    const found = await this.ask(keys).catch((error: unknown) => {
      unavailable = failureBy(error, unavailable);
    });
    const answers = (this.#answers ??= new Map<string, T | FactFailure>());
    for (const key of keys) answers.set(key, found?.get(key) ?? unavailable);
  }
}

/** A store that does not answer says when it is asked again. */
function failureBy(error: unknown, unavailable: FactFailure): FactFailure {
  return error instanceof StoreUnavailable ? { ...unavailable, detail: error.detail } : unavailable;
}

function isFailure(answer: object): answer is FactFailure {
  return 'code' in answer && 'detail' in answer;
}

/** Facts of one question: looked up in batches, before decisions are taken on them. */
export class QuestionFacts implements Facts {
  readonly #jurisdictions: Known<ReadonlySet<string>>;
  readonly #workers: Known<{ readonly found: boolean }>;
  readonly #consents: Known<Consents>;
  readonly #delegations: Known<readonly DelegationFact[]>;
  readonly #case: Known<{ readonly found: CaseFact | 'NONE' }>;
  readonly #emergency: Known<{ readonly found: EmergencyFact | 'NONE' }>;
  readonly #actor: CitizenRef | undefined;
  readonly #used = new Set<string>();

  constructor(
    { principal, purpose, caseNumber }: Caller,
    readonly sources: FactSources,
    readonly context: AskContext,
    /** The case that is stated, where it is known without looking. */
    caseKnown?: CaseFact | 'NONE',
  ) {
    const { agencies, consents, acting } = sources;
    const party: Party | undefined = 'party' in principal ? principal.party : undefined;
    const actor = (this.#actor = principal.kind === 'CITIZEN' ? principal.ref : undefined);
    const stated = purpose.kind === 'NAMED' ? purpose.code : '';
    this.#jurisdictions = new Known<ReadonlySet<string>>(NOT_ANSWERED, (refs) => agencies.jurisdictions(refs, context));
    this.#workers = new Known<{ readonly found: boolean }>(NOT_ANSWERED, async (refs) => {
      const answers = await agencies.worksFor(refs, party?.code ?? '', context);
      return new Map([...answers].map(([ref, answer]) => [ref, typeof answer === 'boolean' ? { found: answer } : answer]));
    });
    this.#consents = new Known(NO_CONSENTS, (refs) => (party ? consents.of(refs as readonly CitizenRef[], party, stated) : NOTHING()));
    this.#delegations = new Known(NO_ACTING, (refs) => (actor ? acting.delegations(refs as readonly CitizenRef[], actor) : NOTHING()));
    this.#case = new Known(NO_ACTING, async () => {
      const found = caseKnown ?? (caseNumber === undefined ? undefined : await acting.caseOf(caseNumber, stated));
      return new Map([[THE_ONE, { found: found ?? 'NONE' }]]);
    });
    if (caseKnown) this.#case.learn(THE_ONE, { found: caseKnown });
    this.#emergency = new Known(NO_ACTING, async () => {
      const found = party && 'user' in principal ? await acting.emergencyOf(principal.user, party) : undefined;
      return new Map([[THE_ONE, { found: found ?? 'NONE' }]]);
    });
  }

  jurisdictionsOf(ref: string): ReadonlySet<string> | undefined {
    return this.#jurisdictions.of(ref);
  }

  worksForCaller(ref: string): boolean | undefined {
    return this.#workers.of(ref)?.found;
  }

  consentsOf(ref: string): Consents | undefined {
    return this.#consents.of(ref);
  }

  delegationsOf(ref: string): readonly DelegationFact[] | undefined {
    return this.#delegations.of(ref);
  }

  caseStated(): CaseFact | 'NONE' | undefined {
    return this.#case.of(THE_ONE)?.found;
  }

  emergencyOpen(): EmergencyFact | 'NONE' | undefined {
    return this.#emergency.of(THE_ONE)?.found;
  }

  /** Looks up what these ways need to know about these subjects. Undefined when all of it is known, or known not to be had. */
  ensure(ways: readonly Way[], subjects: readonly Subject[]): Promise<unknown> | undefined {
    let looking: Promise<void>[] | undefined;
    for (const way of ways)
      for (const known of this.#lookedAt(way)) {
        const missing = this.#keysIn(known, way, subjects).filter((key) => !known.has(key));
        if (missing.length > 0) (looking ??= []).push(known.ensure(missing));
      }
    return looking && Promise.all(looking);
  }

  /** Why a way could not be decided for a subject. */
  failureOf(way: Way, subject: Subject): FactFailure {
    for (const known of this.#lookedAt(way)) {
      const [key] = this.#keysIn(known, way, [subject]);
      const failure = key === undefined ? undefined : known.failureOf(key);
      if (failure) return failure;
    }
    return NOT_ANSWERED;
  }

  /**
   * Counts the use of consents that something is about to be released on, once per question. One that may not be used any more is no
   * longer active here.
   * @returns undefined when all have been counted already; true when one may not be used, and decisions must be taken again
   */
  use(consentIds: readonly string[]): Promise<boolean> | undefined {
    const fresh = consentIds.filter((id) => !this.#used.has(id));
    return fresh.length > 0 ? this.#use(fresh) : undefined;
  }

  /** Asks anew for what some grants rest on, as far as it can end. */
  async standing(granted: readonly GrantAbout[]): Promise<Standing> {
    const on = (basis: GrantAbout['grant']['basis']): string[] =>
      granted.flatMap(({ subject, grant }) => (grant.basis === basis ? [subject] : []));
    const theOne = (basis: 'MANDATE' | 'EMERGENCY'): string[] => (on(basis).length > 0 ? [THE_ONE] : []);
    const [consents, delegations, stated, emergency] = await Promise.all([
      this.#consents.again(on('CONSENT')),
      this.#delegations.again(on('SELF')),
      this.#case.again(theOne('MANDATE')),
      this.#emergency.again(theOne('EMERGENCY')),
    ]);
    return {
      consentsOf: consents,
      delegationsOf: delegations,
      caseStated: () => stated(THE_ONE)?.found,
      emergencyOpen: () => emergency(THE_ONE)?.found,
    };
  }

  async #use(consentIds: readonly string[]): Promise<boolean> {
    let uses: ReadonlyMap<string, ConsentUse>;
    try {
      uses = await this.sources.consents.use(consentIds, this.context.questionId);
    } catch (error) {
      this.#consents.fail(error);
      return true;
    }
    const refused = new Set(consentIds.filter((id) => uses.get(id) !== 'USED'));
    for (const id of consentIds) if (!refused.has(id)) this.#used.add(id);
    if (refused.size > 0) this.#consents.each((answer) => withRefused(answer, refused));
    return refused.size > 0;
  }

  #lookedAt(way: Way): readonly Known<object>[] {
    switch (way.kind) {
      case 'OWN':
        return NO_FACTS;
      case 'DELEGATED':
        return [this.#delegations];
      case 'CONSENTED':
        return [this.#consents];
      case 'EMERGENCY':
        return [this.#emergency];
      case 'MANDATED': {
        const { region } = way.mandate;
        return [
          ...(restsOnCase(way.mandate) ? [this.#case] : []),
          ...(region === 'PERSON_IN_JURISDICTION' ? [this.#jurisdictions] : []),
          ...(region === 'OWN_WORKER' ? [this.#workers] : []),
        ];
      }
    }
  }

  #keysIn(known: Known<object>, way: Way, subjects: readonly Subject[]): readonly string[] {
    if (known === this.#case || known === this.#emergency) return ONE;
    const keys: string[] = [];
    // Nobody is charged with their own affairs.
    for (const subject of subjects)
      if (subject.kind === 'PERSON' && !(way.kind === 'DELEGATED' && subject.ref === this.#actor)) keys.push(subject.ref);
    return keys;
  }
}

const NO_FACTS: readonly never[] = [];
const NOTHING = (): Promise<ReadonlyMap<string, never>> => Promise.resolve(new Map<string, never>());

function withRefused({ consents, pending }: Consents, refused: ReadonlySet<string>): Consents {
  return { pending, consents: consents.map((consent) => (refused.has(consent.consentId) ? { ...consent, state: 'EXHAUSTED' } : consent)) };
}
