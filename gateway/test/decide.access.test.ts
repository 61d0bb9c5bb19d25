import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessCatalogue, CitizenRef, DivisionCode, MandateEntry } from '@yichuang/schema';
import { decide, type Decision, type RegionFacts, type Subject } from '../src/access/decide.js';
import { OFFICIAL_ROLES, type Caller, type Principal, type Purpose } from '../src/access/principal.js';

const SCOPES = ['a.x:read', 'a.y:read', 'b.z:count'];
const PURPOSES = ['OWN_RECORD', 'COUNTER_SERVICE', 'AUDIT_WORK'];
const REFS = ['r1', 'r2', 'r3'];
const JURISDICTIONS = ['440000', '110000', '660000'];
const DIVISIONS = [...JURISDICTIONS, '440100'];
const PARTIES = ['HRSS_OFFICE', 'SHOP'];

const mandate = fc.record({
  id: fc.constantFrom('m1', 'm2'),
  role: fc.constant('CASEWORKER' as const),
  party: fc.constantFrom(...PARTIES),
  purpose: fc.constantFrom('COUNTER_SERVICE', 'AUDIT_WORK'),
  law: fc.constant('law'),
  article: fc.constant('article'),
  besides: fc.constant([]),
  notice: fc.constant('IMMEDIATE' as const),
  region: fc.constant('PERSON_IN_JURISDICTION' as const),
  case: fc.constantFrom('NONE' as const, 'REQUIRED' as const),
  scopes: fc.subarray(SCOPES, { minLength: 1 }).map((scopes): ReadonlySet<string> => new Set(scopes)),
});
const catalogue: fc.Arbitrary<AccessCatalogue> = fc.record({
  scopes: fc.constant(
    new Map(
      SCOPES.map((scope) => [
        scope,
        {
          zh: '',
          en: '',
          covers: '',
          sensitivity: 'S1' as const,
          sharing: 'CONDITIONAL' as const,
          separate: false,
          delegable: [],
          stepUp: false,
        },
      ]),
    ),
  ),
  purposes: fc
    .tuple(...PURPOSES.map((code) => fc.subarray(SCOPES, { minLength: 2 }).map((scopes) => [code, scopes] as const)))
    .map(
      (rows) =>
        new Map(
          rows.map(([code, scopes]) => [
            code,
            {
              zh: '',
              en: '',
              notice: { zh: '', en: '' },
              bases: [code === 'OWN_RECORD' ? ('SELF' as const) : ('MANDATE' as const)],
              scopes: new Set(scopes),
              recipients: [],
              dataLifeDays: 0,
              validDays: 0,
              maxUses: 0,
              frequency: null,
            },
          ]),
        ),
    ),
  mandates: fc.array(mandate, { minLength: 1, maxLength: 5 }),
  parties: fc.constant(new Map()),
});
const principal: fc.Arbitrary<Principal> = fc.oneof(
  fc.constant<Principal>({ kind: 'ANONYMOUS' }),
  fc.constantFrom(...REFS).map((ref): Principal => ({ kind: 'CITIZEN', user: 'u', ref: ref as CitizenRef })),
  fc
    .record({
      kind: fc.oneof(
        { weight: 4, arbitrary: fc.constant('CASEWORKER' as const) },
        { weight: 1, arbitrary: fc.constantFrom(...OFFICIAL_ROLES) },
      ),
      party: fc.constantFrom(...PARTIES),
      jurisdiction: fc.option(fc.constantFrom(...DIVISIONS), { nil: undefined }),
    })
    .map(({ kind, party, jurisdiction }): Principal => ({
      kind,
      user: 'o',
      party: { kind: party, code: '1' },
      jurisdiction: jurisdiction as DivisionCode | undefined,
    })),
);
const purpose: fc.Arbitrary<Purpose> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...PURPOSES).map((code): Purpose => ({ kind: 'NAMED', code })) },
  fc.constant<Purpose>({ kind: 'NONE' }),
  fc.constant<Purpose>({ kind: 'UNKNOWN' }),
);
const caller: fc.Arbitrary<Caller> = fc.record({ principal, purpose, caseNumber: fc.option(fc.constant('K1'), { nil: undefined }) });
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constantFrom(...REFS).map((ref): Subject => ({ kind: 'PERSON', ref })),
  fc.constantFrom('91440101MA59ABCD1X', '91110000MA59ABCD1X').map((creditCode): Subject => ({ kind: 'UNIT', creditCode })),
);
const facts = fc
  .dictionary(fc.constantFrom(...REFS), fc.subarray(JURISDICTIONS))
  .map((known): RegionFacts & { known: Record<string, string[]> } => ({
    known,
    jurisdictionsOf: (ref) => (known[ref] ? new Set(known[ref]) : undefined),
  }));

/** Written from the page, not from the code: a release needs one complete sentence, and each clause is looked for on its own. */
function mayRelease(who: Caller, scope: string, whom: Subject, known: Record<string, string[]>, rules: AccessCatalogue): boolean {
  const { principal: p, purpose: u } = who;
  if (u.kind !== 'NAMED' || rules.purposes.get(u.code)?.scopes.has(scope) !== true) return false;
  const self = p.kind === 'CITIZEN' && u.code === 'OWN_RECORD' && whom.kind === 'PERSON' && whom.ref === p.ref;
  const places =
    whom.kind === 'UNIT' ? [whom.creditCode.substring(2, 4)] : (known[whom.ref] ?? []).map((division) => division.substring(0, 2));
  const covers = (m: MandateEntry): boolean =>
    p.kind === 'CASEWORKER' &&
    m.party === p.party.kind &&
    m.purpose === u.code &&
    m.scopes.has(scope) &&
    (m.case === 'NONE' || who.caseNumber === 'K1') &&
    p.jurisdiction !== undefined &&
    places.includes(p.jurisdiction.substring(0, 2));
  return self || rules.mandates.some(covers);
}

const everything = fc.record({ who: caller, scope: fc.constantFrom(...SCOPES), whom: subject, facts, rules: catalogue });
const verdict = (one: { who: Caller; scope: string; whom: Subject; facts: RegionFacts; rules: AccessCatalogue }): Decision =>
  decide(one.who, one.scope, one.whom, one.facts, one.rules);

describe('the access decision', () => {
  it('allows exactly what the sentence of the rules allows', () => {
    let allowed = 0;
    fc.assert(
      fc.property(everything, (one) => {
        const decision = verdict(one);
        if (decision.kind === 'ALLOWED') allowed++;
        expect(decision.kind === 'ALLOWED').toBe(mayRelease(one.who, one.scope, one.whom, one.facts.known, one.rules));
      }),
      { numRuns: 3_000, seed: 20 },
    );
    expect(allowed).toBeGreaterThan(30);
  });

  it('says that a fact is missing only where the fact could decide', () => {
    fc.assert(
      fc.property(everything, (one) => {
        if (verdict(one).kind !== 'MISSING_FACT') return;
        expect(one.whom.kind === 'PERSON' && !(one.whom.ref in one.facts.known)).toBe(true);
        const here = one.who.principal.kind === 'CASEWORKER' ? (one.who.principal.jurisdiction ?? '') : '';
        expect(decide(one.who, one.scope, one.whom, { jurisdictionsOf: () => new Set([`${here.slice(0, 2)}0000`]) }, one.rules).kind).toBe(
          'ALLOWED',
        );
      }),
      { numRuns: 3_000, seed: 21 },
    );
  });

  it('tells a third party nothing that depends on the person', () => {
    fc.assert(
      fc.property(everything, fc.constantFrom(...REFS), (one, other) => {
        const refs = [one.whom, { kind: 'PERSON', ref: other } as const].filter(({ kind }) => kind === 'PERSON');
        const codes = refs
          .map((whom) => decide(one.who, one.scope, whom, one.facts, one.rules))
          .flatMap((decision) => (decision.kind === 'DENIED' ? [decision.code] : []));
        expect(new Set(codes).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000, seed: 22 },
    );
  });

  it('never allows anybody without a token', () => {
    fc.assert(
      fc.property(everything, (one) => {
        expect(verdict({ ...one, who: { ...one.who, principal: { kind: 'ANONYMOUS' } } })).toEqual({
          kind: 'DENIED',
          code: 'UNAUTHENTICATED',
        });
      }),
    );
  });
});
