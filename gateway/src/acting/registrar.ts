import { jurisdictionOfDivision, type AccessCatalogue, type CitizenRef } from '@yichuang/schema';
import type { ActingFacts } from '../access/facts.js';
import type { AgencyFailure } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import type { Official } from './actor.js';
import type { Registration } from './delegation.js';
import type { Delegated, Delegations } from './delegations.js';
import type { Refusal } from './refusal.js';

/** Whether the register says that a person has died, or why that cannot be said now. */
export type IsDead = (ref: CitizenRef, question: Question) => Promise<boolean | AgencyFailure>;

/** The purpose for which officials enter delegations. */
const PURPOSE = 'DELEGATION_REGISTRATION';

/** Enters delegations that rest on evidence: for officials under a mandate, in an open case about the person. */
export class Registrar {
  constructor(
    readonly delegations: Delegations,
    readonly facts: ActingFacts,
    readonly catalogue: AccessCatalogue,
    readonly isDead: IsDead,
    readonly deathLearned: (ref: CitizenRef) => Promise<unknown>,
  ) {}

  /**
   * Enters a delegation. That the person has died is asked of the register and not taken from the official; what the hub learns so ends
   * what the dead gave and held, and what they had consented to.
   */
  async register(by: Official, registration: Omit<Registration, 'dead'>, question: Question): Promise<Delegated | Refusal | AgencyFailure> {
    const refusal = await this.#refusal(by, registration.from, question);
    if (refusal) return refusal;
    const dead = await this.isDead(registration.from, question);
    if (typeof dead !== 'boolean') return dead;
    if (dead) {
      await this.delegations.died(registration.from);
      await this.deathLearned(registration.from);
    }
    return this.delegations.register(by, { ...registration, dead });
  }

  /** Somebody else's case, a closed one, one for another purpose, about another person or of another region are no case here. */
  async #refusal(by: Official, person: CitizenRef, { profile }: Question): Promise<Refusal | undefined> {
    const { purpose, caseNumber } = profile.caller;
    const mandated = this.catalogue.mandates.some(
      (mandate) => mandate.purpose === PURPOSE && mandate.role === by.kind && mandate.party === by.party.kind,
    );
    const own = by.jurisdiction && jurisdictionOfDivision(by.jurisdiction);
    if (purpose.kind !== 'NAMED' || purpose.code !== PURPOSE || !mandated || own === undefined) return { refused: 'ACCESS_DENIED' };
    if (caseNumber === undefined) return { refused: 'CASE_REQUIRED' };
    const stated = await this.facts.caseOf(caseNumber);
    const fits = stated?.open === true && stated.subject === person && stated.purpose === PURPOSE && stated.jurisdictions.has(own);
    return fits ? undefined : { refused: 'ACCESS_DENIED' };
  }
}
