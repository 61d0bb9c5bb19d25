import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capacityOf, decide, type Decision } from '../../src/access/decide.js';
import { unitOfRows } from '../../src/access/employers.js';
import type { DelegationKind } from '../../src/access/facts.js';
import { everything, factsOf, NOW, REFS, type Asked, type Known } from './decision-world.js';

const verdict = ({ who, scope, whom, known, rules }: Asked): Decision => decide(who, scope, whom, factsOf(known), rules, NOW);
const place = (division: string): string => (division === '660000' ? division : division.slice(0, 2));

/**
 * Written from the page, not from the code: principal P, acting for party Q, for purpose U (and case K), may see scope S of subject X on
 * basis B. A release needs one complete sentence; each basis is looked for on its own, and each clause of it.
 */
function bases({ who, scope, whom, known, rules }: Asked): string[] {
  const { principal: P, purpose: U } = who;
  const S = rules.scopes.get(scope);
  const purpose = U.kind === 'NAMED' ? rules.purposes.get(U.code) : undefined;
  // No sentence without a person who asks, a purpose of the catalogue, and a scope of that purpose.
  if (P.kind === 'ANONYMOUS' || U.kind !== 'NAMED' || !S || !purpose || !purpose.scopes.has(scope)) return [];
  // A scope may ask for a fresh sign-in, whatever the basis.
  const freshEnough = !S.stepUp || (P.steppedUpUntil ?? 0) > NOW;
  if (!freshEnough) return [];
  const found: string[] = [];
  if (P.kind === 'CITIZEN') {
    if (!purpose.bases.includes('SELF') || whom.kind !== 'PERSON') return [];
    const ownPurpose = purpose.through === undefined;
    if (ownPurpose && whom.ref === P.ref) found.push('SELF');
    // Delegation changes who acts: of another person, what was given, what the scope lets be delegated, for a purpose of that kind.
    const claimed = [...rules.purposes.values()].map(({ through }) => through);
    const serves = (kind: DelegationKind): boolean => (ownPurpose ? !claimed.includes(kind) : purpose.through === kind);
    const given = whom.ref === P.ref ? [] : (known.delegations[whom.ref] ?? []);
    if (given.some(({ kind, scopes }) => scopes.has(scope) && S.delegable.includes(kind) && serves(kind))) found.push('DELEGATION');
    return found;
  }
  // What is not shared is shared with nobody else.
  if (S.sharing === 'NOT_SHARED') return [];
  if (whom.kind === 'PERSON' && purpose.bases.includes('CONSENT') && purpose.recipients.includes(P.party.kind))
    for (const { state, scopes, dataRange } of known.consents[whom.ref]?.consents ?? [])
      // A consent to some months opens nothing that is not by months.
      if (state === 'ACTIVE' && scopes.has(scope) && !(dataRange !== undefined && S.period === 'WITHHELD')) found.push('CONSENT');
  if (whom.kind === 'PERSON' && purpose.bases.includes('EMERGENCY') && purpose.recipients.includes(P.party.kind))
    if (typeof known.emergency === 'object' && known.emergency.subjects.has(whom.ref) && !scope.endsWith(':export'))
      found.push('EMERGENCY');
  for (const mandate of purpose.bases.includes('MANDATE') ? rules.mandates : []) {
    const matches = mandate.role === P.kind && mandate.party === P.party.kind && mandate.purpose === U.code && mandate.scopes.has(scope);
    if (!matches) continue;
    const here = P.jurisdiction === undefined ? undefined : place(P.jurisdiction);
    const seat = whom.kind === 'UNIT' ? place(whom.creditCode.slice(2, 8)) : '';
    const K = who.caseNumber !== undefined && typeof known.stated === 'object' ? known.stated : undefined;
    const handled =
      K?.open === true &&
      K.purpose === U.code &&
      K.partyKind === P.party.kind &&
      (whom.kind === 'UNIT' || K.subject === whom.ref) &&
      here !== undefined &&
      [...K.jurisdictions].map(place).includes(here);
    const needsCase = mandate.case === 'REQUIRED' || mandate.region === 'CASE_JURISDICTION';
    if (needsCase && !handled) continue;
    const person = whom.kind === 'PERSON' ? whom.ref : undefined;
    const holds = {
      PERSON_IN_JURISDICTION: person === undefined ? seat === here : (known.jurisdictions[person] ?? []).map(place).includes(here ?? '-'),
      UNIT_IN_JURISDICTION: person === undefined && seat === here,
      OWN_WORKER: person === undefined ? whom.kind === 'UNIT' && whom.creditCode === P.party.code : known.works[person] === true,
      CASE_JURISDICTION: person !== undefined || seat === here,
    }[mandate.region];
    if (holds) found.push('MANDATE');
  }
  return found;
}

const NOTHING_KNOWN: Known = { jurisdictions: {}, works: {}, consents: {}, delegations: {}, stated: undefined, emergency: undefined };

describe('the access decision', () => {
  it('allows exactly what the sentence of the rules allows, on a basis that holds', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(everything, (one) => {
        const decision = verdict(one);
        const lawful = bases(one);
        expect(decision.kind === 'ALLOWED').toBe(lawful.length > 0);
        if (decision.kind !== 'ALLOWED') return;
        const { grant } = decision;
        const basis = grant.basis === 'SELF' && grant.delegation ? 'DELEGATION' : grant.basis;
        expect(lawful).toContain(basis);
        seen.set(basis, (seen.get(basis) ?? 0) + 1);
      }),
      { numRuns: 8_000, seed: 5 },
    );
    for (const basis of ['SELF', 'DELEGATION', 'CONSENT', 'MANDATE', 'EMERGENCY']) expect(seen.get(basis) ?? 0).toBeGreaterThan(5);
  });

  it('leaves an employer of spells the rows of its own unit, on whatever basis, and everybody else all of them', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(everything, (one) => {
        const decision = verdict(one);
        if (decision.kind !== 'ALLOWED') return;
        const { principal: P } = one.who;
        const isEmployer = P.kind !== 'ANONYMOUS' && P.kind !== 'CITIZEN' && (P.kind === 'EMPLOYER' || P.party.kind === 'EMPLOYER');
        const isSpell = one.rules.scopes.get(one.scope)?.own === 'SPELL';
        const unit = unitOfRows(capacityOf(P).employer, one.rules.scopes.get(one.scope));
        expect(unit).toBe(isEmployer && isSpell ? P.party.code : undefined);
        const what = `${isEmployer ? 'employer' : 'other'} ${isSpell ? 'spell' : 'whole'}`;
        for (const name of [what, `${what} ${decision.grant.basis}`]) seen.set(name, (seen.get(name) ?? 0) + 1);
      }),
      { numRuns: 8_000, seed: 5 },
    );
    for (const what of ['employer spell', 'employer whole', 'other spell', 'other whole']) expect(seen.get(what) ?? 0).toBeGreaterThan(5);
    for (const basis of ['MANDATE', 'CONSENT']) expect(seen.get(`employer spell ${basis}`) ?? 0).toBeGreaterThan(0);
  });

  it('says that a fact is missing only where nothing that is known decides, and never when all is known', () => {
    let missing = 0;
    fc.assert(
      fc.property(everything, (one) => {
        if (verdict(one).kind !== 'MISSING_FACT') return;
        missing++;
        expect(bases(one)).toEqual([]);
        expect(verdict({ ...one, known: withNothingMissing(one.known) }).kind).toBe('DENIED');
      }),
      { numRuns: 5_000, seed: 5 },
    );
    expect(missing).toBeGreaterThan(20);
  });

  it('tells a third party that has no basis for anybody nothing that depends on the person', () => {
    fc.assert(
      fc.property(everything, (one) => {
        if (one.who.principal.kind === 'CITIZEN') return;
        const persons = REFS.map((ref) => ({ ...one, whom: { kind: 'PERSON', ref } as const }));
        // A third party with a consent of this person that counts has a basis, and is told more.
        const strangers = persons.filter(
          ({ whom }) => !(one.known.consents[whom.ref]?.consents ?? []).some(({ state }) => state === 'ACTIVE'),
        );
        const codes = strangers.map(verdict).flatMap((decision) => (decision.kind === 'DENIED' ? [decision.code] : []));
        expect(new Set(codes).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5_000, seed: 5 },
    );
  });

  it('never allows anybody without a token, whatever is known', () => {
    fc.assert(
      fc.property(everything, (one) => {
        expect(verdict({ ...one, who: { ...one.who, principal: { kind: 'ANONYMOUS' } } })).toEqual({
          kind: 'DENIED',
          code: 'UNAUTHENTICATED',
        });
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });

  it('allows nobody but the person anything while nothing is known', () => {
    fc.assert(
      fc.property(everything, (one) => {
        const decision = verdict({ ...one, known: NOTHING_KNOWN });
        if (decision.kind !== 'ALLOWED') return;
        const isOwn = one.who.principal.kind === 'CITIZEN' && one.whom.kind === 'PERSON' && one.whom.ref === one.who.principal.ref;
        expect(isOwn || one.whom.kind === 'UNIT').toBe(true);
      }),
      { numRuns: 3_000, seed: 5 },
    );
  });
});

/** What is not known is found to be nothing. */
function withNothingMissing({ jurisdictions, works, consents, delegations, stated, emergency }: Known): Known {
  const each = <T>(value: T): Record<string, T> => Object.fromEntries(REFS.map((ref) => [ref, value]));
  return {
    jurisdictions: { ...each([]), ...jurisdictions },
    works: { ...each(false), ...works },
    consents: { ...each({ consents: [], pending: new Set<string>() }), ...consents },
    delegations: { ...each([]), ...delegations },
    stated: stated ?? 'NONE',
    emergency: emergency ?? 'NONE',
  };
}
