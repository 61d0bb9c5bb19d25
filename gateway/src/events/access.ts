import { jurisdictionOfDivision, type AccessCatalogue, type ErrorCode } from '@yichuang/schema';
import type { Prospect } from '../access/decide.js';
import type { CaseFact } from '../access/facts.js';
import { Judge, type DecisionEvidence } from '../access/judge.js';
import type { Caller } from '../access/principal.js';
import { prospectsOf } from '../access/prospects.js';
import { QuestionFacts, type FactSources } from '../access/question-facts.js';
import type { AskContext } from '../agencies/reply.js';
import type { Requirement } from '../graph/access-map.js';
import { HUB } from '../graph/own-subgraphs.js';
import { factOf, sideOf } from '../transfers/transfer-cases.js';
import type { Audience } from './audience.js';
import type { Interest, TransferHappening } from './happening.js';

/** The scope of being told of events. */
export const EVENTS_SCOPE = 'transfer.events:subscribe';

/** The same list for every event: what follows from it is kept by it. */
const REQUIRED: readonly Requirement[] = [{ kind: 'SCOPE', scope: EVENTS_SCOPE }];

/** What an event comes to for one who follows: it is told; it is passed over; nobody can say now. */
export type Told = 'TOLD' | 'WITHHELD' | { readonly code: ErrorCode };

const PASSED_OVER: Promise<Told> = Promise.resolve('WITHHELD');

/** Decides what events may be told to whom, one by one, when they come. */
export class EventAccess {
  constructor(
    readonly catalogue: AccessCatalogue,
    readonly facts: FactSources,
    readonly evidence: DecisionEvidence,
  ) {}

  /**
   * What can concern a caller of what they want to follow.
   * @returns the code of the refusal where nothing can
   */
  interestOf(caller: Caller, asked: Interest, now = Date.now()): Interest | ErrorCode {
    const { principal } = caller;
    const chance = this.#chance(caller, now);
    if (chance.kind === 'NEVER') return chance.code;
    if (principal.kind === 'CITIZEN') return { ...asked, persons: asked.persons ?? [principal.ref] };
    if (chance.ways.some(({ kind }) => kind === 'CONSENTED')) return asked;
    const own = ownPlace(caller);
    if (own === undefined) return 'ACCESS_DENIED';
    return asked.places ? asked : { ...asked, places: [own], side: sideFor(caller) };
  }

  /**
   * Those to whom the same of what happens can concern as to a caller, where that rests on what persons have allowed their party: it is
   * looked up once for all of them. Undefined where what concerns a caller is known without looking.
   */
  audienceOf(caller: Caller, { cases, persons }: Interest): Audience | undefined {
    const { principal, purpose } = caller;
    if (cases ?? persons ?? !this.#restsOnConsent(caller)) return undefined;
    if (!('party' in principal) || purpose.kind !== 'NAMED') return undefined;
    return {
      key: JSON.stringify([principal.party.kind, principal.party.code, purpose.code]),
      concerning: (events) => this.concerning(caller, events),
    };
  }

  /**
   * Decides one event. What is told, and what is refused to one who has something to do with the person, is on record before.
   * @param context of a question of its own
   */
  async decide(caller: Caller, event: TransferHappening, context: AskContext): Promise<Told> {
    const [told = 'WITHHELD'] = await this.decideAll(caller, [event], () => context);
    return told;
  }

  /**
   * Decides several events, each by itself and all at once: what is looked up and put on record for them is one statement each.
   * @param contextOf of a question of its own for each
   */
  async decideAll(caller: Caller, events: readonly TransferHappening[], contextOf: () => AskContext): Promise<readonly Told[]> {
    const now = Date.now();
    const all = (told: Told): readonly Told[] => events.map(() => told);
    if (caller.until !== undefined && now >= caller.until) return all({ code: 'TOKEN_EXPIRED' });
    const chance = this.#chance(caller, now);
    if (chance.kind === 'NEVER') return all({ code: chance.code });
    let concerned: readonly TransferHappening[];
    try {
      concerned = await this.concerning(caller, events);
    } catch {
      return all({ code: 'CONSENT_UNAVAILABLE' });
    }
    const decided = (event: TransferHappening): Promise<Told> =>
      concerned.includes(event) ? this.#judge(caller, event, contextOf(), now) : PASSED_OVER;
    return Promise.all(events.map(decided));
  }

  /** Whether what an event is told on can end before the event is told: a token, a consent, a delegation. */
  canEnd({ principal, purpose, until }: Caller, event: TransferHappening): boolean {
    if (until !== undefined && Date.now() >= until) return true;
    return 'party' in principal ? this.#restsOnConsent({ purpose }) : principal.kind !== 'CITIZEN' || principal.ref !== event.citizen;
  }

  #chance(caller: Caller, now: number): Prospect {
    return prospectsOf(inCase(caller, ''), this.catalogue, now).of(EVENTS_SCOPE, 'PERSON');
  }

  async #judge(caller: Caller, event: TransferHappening, context: AskContext, now: number): Promise<Told> {
    const asked = inCase(caller, event.number);
    const facts = new QuestionFacts(asked, this.facts, context, caseOf(event, caller) ?? 'NONE');
    const judge = new Judge(asked, this.catalogue, facts, this.evidence, now);
    const [judgement] = await judge.judge([{ subject: { kind: 'PERSON', ref: event.citizen }, requirements: REQUIRED }], HUB);
    const [refused] = judgement ?? [];
    judge.conclude(refused ? 'FAILED' : 'ANSWERED');
    if (!refused) return 'TOLD';
    return refused.kind === 'DENIED' ? 'WITHHELD' : { code: refused.failure.code };
  }

  /**
   * Of some events those that are theirs to ask about: who follows whatever they may has not asked about those with whom they have nothing
   * to do, and no refusal goes on record for them.
   * @throws when nobody can say what persons have allowed
   */
  async concerning(caller: Caller, events: readonly TransferHappening[]): Promise<readonly TransferHappening[]> {
    const { principal, purpose } = caller;
    if (!('party' in principal) || purpose.kind !== 'NAMED') return events;
    if (!this.#restsOnConsent(caller)) return events.filter((event) => caseOf(event, caller) !== undefined);
    const refs = [...new Set(events.map(({ citizen }) => citizen))];
    const known = await this.facts.consents.of(refs, principal.party, purpose.code);
    return events.filter(({ citizen }) => (known.get(citizen)?.consents.length ?? 0) > 0);
  }

  #restsOnConsent({ purpose }: Pick<Caller, 'purpose'>): boolean {
    return purpose.kind === 'NAMED' && this.catalogue.purposes.get(purpose.code)?.bases.includes('CONSENT') === true;
  }
}

/** An office follows the cases of its place, each as the one it would state to ask about it. */
function inCase(caller: Caller, number: string): Caller {
  return 'party' in caller.principal ? { ...caller, caseNumber: number } : caller;
}

/** The case that an event is of, as it was when it happened, if the caller's office had a part in it. */
function caseOf(event: TransferHappening, caller: Caller): CaseFact | undefined {
  const side = sideFor(caller);
  if (side === undefined || caller.purpose.kind !== 'NAMED' || event[side] !== ownPlace(caller)) return undefined;
  return factOf(event, caller.purpose.code);
}

/** On which side of a transfer an office handles it. */
function sideFor({ purpose }: Caller): Interest['side'] {
  return purpose.kind === 'NAMED' ? sideOf(purpose.code) : undefined;
}

function ownPlace({ principal }: Caller): string | undefined {
  const division = 'party' in principal ? principal.jurisdiction : undefined;
  return division && jurisdictionOfDivision(division);
}
