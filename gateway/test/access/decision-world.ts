import fc from 'fast-check';
import type { AccessCatalogue, CitizenRef, DivisionCode, MandateEntry, PurposeEntry, ScopeEntry } from '@yichuang/schema';
import type { Facts, Subject } from '../../src/access/decide.js';
import {
  DELEGATION_KINDS,
  type CaseFact,
  type ConsentFact,
  type ConsentState,
  type DelegationFact,
  type EmergencyFact,
} from '../../src/access/facts.js';
import { OFFICIAL_ROLES, type Caller, type Principal, type Purpose } from '../../src/access/principal.js';

/* A small world at random: catalogues, callers, and all that may be known about persons. Values are few, so that they meet. */

export const NOW = 1_000_000;
export const SCOPES = ['a.x:read', 'a.y:export', 'b.z:count', 'c.w:write'];
const PURPOSES = ['P1', 'P2', 'P3'];
export const REFS = ['r1', 'r2', 'r3'];
const JURISDICTIONS = ['440000', '110000', '660000'];
const DIVISIONS = [...JURISDICTIONS, '440100'];
const PARTY_KINDS = ['OFFICE', 'EMPLOYER'];
const UNITS = ['91440101MA59ABCD1X', '91110000MA59ABCD1X'];
const BASES = ['SELF', 'CONSENT', 'MANDATE', 'EMERGENCY'] as const;
const STATES: readonly ConsentState[] = ['SCHEDULED', 'ACTIVE', 'PAUSED', 'REVOKED', 'EXPIRED', 'EXHAUSTED', 'SUPERSEDED', 'INVALIDATED'];

/** Everything that may be known; what is not there is not known. */
export interface Known {
  readonly jurisdictions: Readonly<Record<string, readonly string[]>>;
  readonly works: Readonly<Record<string, boolean>>;
  readonly consents: Readonly<Record<string, { readonly consents: readonly ConsentFact[]; readonly pending: ReadonlySet<string> }>>;
  readonly delegations: Readonly<Record<string, readonly DelegationFact[]>>;
  readonly stated: CaseFact | 'NONE' | undefined;
  readonly emergency: EmergencyFact | 'NONE' | undefined;
}

export function factsOf(known: Known): Facts {
  return {
    jurisdictionsOf: (ref) => (known.jurisdictions[ref] ? new Set(known.jurisdictions[ref]) : undefined),
    worksForCaller: (ref) => known.works[ref],
    consentsOf: (ref) => known.consents[ref],
    delegationsOf: (ref) => known.delegations[ref],
    caseStated: () => known.stated,
    emergencyOpen: () => known.emergency,
  };
}

const scopes = fc.subarray(SCOPES, { minLength: 1 }).map((some): ReadonlySet<string> => new Set(some));
const kinds = fc.subarray([...DELEGATION_KINDS]);
const text = { zh: '', en: '' };

const scope: fc.Arbitrary<ScopeEntry> = fc
  .record({
    zh: fc.constant(''),
    en: fc.constant(''),
    covers: fc.constant({ zh: '', en: '' }),
    sensitivity: fc.constant('S2' as const),
    sharing: fc.oneof(
      { weight: 5, arbitrary: fc.constant('CONDITIONAL' as const) },
      { weight: 1, arbitrary: fc.constant('NOT_SHARED' as const) },
    ),
    separate: fc.boolean(),
    delegable: kinds,
    period: fc.constantFrom('CLIPPED' as const, 'WITHHELD' as const, 'TIMELESS' as const),
    stepUp: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    own: fc.constantFrom(undefined, 'UNIT' as const, 'SPELL' as const),
  })
  .map(({ own, ...entry }) => ({ ...entry, ...(own ? { own } : {}) }));

const purposeEntry: fc.Arbitrary<PurposeEntry> = fc
  .record({
    bases: fc.oneof(fc.constant(['SELF'] as const), fc.subarray([...BASES], { minLength: 1 })),
    scopes,
    recipients: fc.subarray(PARTY_KINDS, { minLength: 1 }),
    through: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...DELEGATION_KINDS) }),
  })
  .map(({ through, ...some }) => ({
    ...text,
    notice: text,
    dataLifeDays: 1,
    validDays: 1,
    maxUses: 1,
    frequency: null,
    ...some,
    ...(through ? { through } : {}),
  }));

const mandate: fc.Arbitrary<MandateEntry> = fc.record({
  id: fc.constantFrom('m1', 'm2', 'm3'),
  role: fc.constantFrom(...OFFICIAL_ROLES),
  party: fc.constantFrom(...PARTY_KINDS),
  purpose: fc.constantFrom(...PURPOSES),
  law: fc.constant('law'),
  article: fc.constant('第一条'),
  besides: fc.constant([]),
  region: fc.constantFrom(
    'PERSON_IN_JURISDICTION' as const,
    'UNIT_IN_JURISDICTION' as const,
    'OWN_WORKER' as const,
    'CASE_JURISDICTION' as const,
  ),
  case: fc.constantFrom('NONE' as const, 'REQUIRED' as const),
  notice: fc.constant('IMMEDIATE' as const),
  scopes,
});

const catalogue: fc.Arbitrary<AccessCatalogue> = fc.record({
  scopes: fc.tuple(...SCOPES.map(() => scope)).map((entries) => new Map(entries.map((entry, i) => [SCOPES[i] ?? '', entry]))),
  purposes: fc.tuple(...PURPOSES.map(() => purposeEntry)).map((entries) => new Map(entries.map((entry, i) => [PURPOSES[i] ?? '', entry]))),
  mandates: fc.array(mandate, { minLength: 6, maxLength: 16 }),
  parties: fc.constant(new Map()),
});

const steppedUpUntil = fc.constantFrom(undefined, NOW - 1, NOW + 1);
const principal: fc.Arbitrary<Principal> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Principal>({ kind: 'ANONYMOUS' }) },
  {
    weight: 4,
    arbitrary: fc
      .record({ ref: fc.constantFrom(...REFS), steppedUpUntil })
      .map((one): Principal => ({ kind: 'CITIZEN', user: 'u', ref: one.ref as CitizenRef, steppedUpUntil: one.steppedUpUntil })),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({
        kind: fc.constantFrom(...OFFICIAL_ROLES),
        party: fc.constantFrom(...PARTY_KINDS),
        code: fc.constantFrom('1', ...UNITS),
        jurisdiction: fc.option(fc.constantFrom(...DIVISIONS), { nil: undefined }),
        steppedUpUntil,
      })
      .map((one): Principal => ({
        kind: one.kind,
        user: 'o',
        party: { kind: one.party, code: one.code },
        jurisdiction: one.jurisdiction as DivisionCode | undefined,
        steppedUpUntil: one.steppedUpUntil,
      })),
  },
);
const purpose: fc.Arbitrary<Purpose> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...PURPOSES).map((code): Purpose => ({ kind: 'NAMED', code })) },
  { weight: 1, arbitrary: fc.constant<Purpose>({ kind: 'NONE' }) },
  { weight: 1, arbitrary: fc.constant<Purpose>({ kind: 'UNKNOWN' }) },
);
export const caller: fc.Arbitrary<Caller> = fc.record({
  principal,
  purpose,
  caseNumber: fc.option(fc.constant('K1'), { nil: undefined }),
});
export const person = fc.constantFrom(...REFS).map((ref): Subject => ({ kind: 'PERSON', ref }));
const subject: fc.Arbitrary<Subject> = fc.oneof(
  { weight: 4, arbitrary: person },
  { weight: 1, arbitrary: fc.constantFrom(...UNITS).map((creditCode): Subject => ({ kind: 'UNIT', creditCode })) },
);

const consent: fc.Arbitrary<ConsentFact> = fc.record({
  consentId: fc.constantFrom('c1', 'c2', 'c3'),
  state: fc.oneof(fc.constant('ACTIVE' as const), fc.constantFrom(...STATES)),
  scopes,
  dataRange: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant({ from: '2021-01', to: undefined }) },
  ),
});
const byRef = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(fc.constantFrom(...REFS), value, { minKeys: 1, noNullPrototype: true });
const known: fc.Arbitrary<Known> = fc.record({
  jurisdictions: byRef(fc.subarray(JURISDICTIONS)),
  works: byRef(fc.boolean()),
  consents: byRef(fc.record({ consents: fc.array(consent, { maxLength: 3 }), pending: fc.subarray(SCOPES).map((some) => new Set(some)) })),
  delegations: byRef(
    fc.array(fc.record({ delegationId: fc.constantFrom('d1', 'd2'), kind: fc.constantFrom(...DELEGATION_KINDS), scopes }), {
      maxLength: 2,
    }),
  ),
  stated: fc.oneof(
    fc.constantFrom(undefined, 'NONE' as const),
    fc.record({
      caseNumber: fc.constant('K1'),
      subject: fc.constantFrom(...REFS).map((ref) => ref as CitizenRef),
      purpose: fc.constantFrom(...PURPOSES),
      partyKind: fc.constantFrom(...PARTY_KINDS),
      jurisdictions: fc.subarray(JURISDICTIONS).map((some): ReadonlySet<string> => new Set(some)),
      open: fc.boolean(),
    }),
  ),
  emergency: fc.oneof(
    fc.constantFrom(undefined, 'NONE' as const),
    fc.record({ emergencyId: fc.constant('e1'), subjects: fc.subarray(REFS).map((some): ReadonlySet<string> => new Set(some)) }),
  ),
});

/** One question of one scope of one subject, with all that may be known. */
export interface Asked {
  readonly who: Caller;
  readonly scope: string;
  readonly whom: Subject;
  readonly known: Known;
  readonly rules: AccessCatalogue;
}

export const everything: fc.Arbitrary<Asked> = fc.record({
  who: caller,
  scope: fc.constantFrom(...SCOPES),
  whom: subject,
  known,
  rules: catalogue,
});
