import fc from 'fast-check';
import { Kind, parse, type DocumentNode, type SelectionSetNode } from 'graphql';
import { loadAccessCatalogue, type AccessCatalogue, type MandateEntry, type PurposeEntry, type ScopeEntry } from '@yichuang/schema';
import { DELEGATION_KINDS } from '../../src/access/facts.js';
import { OFFICIAL_ROLES } from '../../src/access/principal.js';
import type { Behaviour } from '../setup/fake-agency.js';
import type { AskedPath } from './asked-scopes.js';

/* Catalogues at random, and fields guarded by them: what the hub keeps to must not depend on what its own catalogue happens to say. */

/** Scopes that are made up, beside those of the hub. */
export const MADE_UP = ['wire.a:read', 'wire.b:read', 'wire.c:count', 'wire.d:export', 'wire.e:read', 'wire.f:assert'];
/** Purposes that are made up. */
export const PURPOSES = ['W1', 'W2', 'W3', 'W4'];
export const AGENCIES = ['hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;
type Agency = (typeof AGENCIES)[number];

/** Rules at random, and what agencies offer under them. */
export interface RandomRules {
  readonly catalogue: AccessCatalogue;
  readonly fields: Readonly<Record<Agency, readonly string[]>>;
}

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const some = fc.subarray(MADE_UP, { minLength: 2 }).map((names): ReadonlySet<string> => new Set(names));
const text = { zh: '随机', en: 'random' };

const scope: fc.Arbitrary<ScopeEntry> = fc
  .record({
    delegable: fc.subarray([...DELEGATION_KINDS], { minLength: 3 }),
    notShared: seldom,
    office: seldom,
    stepUp: seldom,
    separate: fc.boolean(),
  })
  .map(({ notShared, office, stepUp, separate, delegable }) => ({
    ...text,
    covers: text,
    sensitivity: 'S2',
    sharing: notShared ? 'NOT_SHARED' : 'CONDITIONAL',
    separate,
    delegable: office ? [] : delegable,
    stepUp,
    period: 'TIMELESS',
    ...(office ? { office } : {}),
  }));

const purpose: fc.Arbitrary<PurposeEntry> = fc
  .record({
    bases: fc.subarray(['SELF', 'CONSENT', 'MANDATE', 'EMERGENCY'] as const, { minLength: 2 }),
    scopes: some,
    recipients: fc.subarray(['HRSS_OFFICE', 'LEGAL_AID'], { minLength: 1 }),
    helped: fc.boolean(),
  })
  .map(({ bases, helped, ...limits }) => ({
    ...text,
    notice: text,
    bases,
    ...limits,
    dataLifeDays: 30,
    validDays: 30,
    maxUses: 10_000,
    frequency: null,
    ...(helped && bases.includes('SELF') ? { through: 'FAMILY_HELP' as const } : {}),
  }));

const mandate: fc.Arbitrary<MandateEntry> = fc
  .record({
    role: fc.constantFrom(...OFFICIAL_ROLES),
    party: fc.constantFrom('HRSS_OFFICE', 'HRSS_OFFICE', 'LEGAL_AID'),
    purpose: fc.constantFrom(...PURPOSES),
    region: fc.constantFrom('PERSON_IN_JURISDICTION' as const, 'UNIT_IN_JURISDICTION' as const, 'CASE_JURISDICTION' as const),
    needsCase: fc.boolean(),
    scopes: some,
  })
  .map(({ role, party, region, needsCase, ...rest }) => ({
    id: '',
    role,
    party: role === 'EMPLOYER' ? 'EMPLOYER' : party,
    region: role === 'EMPLOYER' ? ('OWN_WORKER' as const) : region,
    case: needsCase || region === 'CASE_JURISDICTION' ? ('REQUIRED' as const) : ('NONE' as const),
    law: '随机法',
    article: '第一条',
    besides: [],
    notice: 'IMMEDIATE' as const,
    ...rest,
  }));

/** What the first mandate is, whatever the others are. */
const COUNTER = {
  role: 'CASEWORKER',
  party: 'HRSS_OFFICE',
  purpose: 'W2',
  region: 'PERSON_IN_JURISDICTION',
  case: 'NONE',
  scopes: new Set(MADE_UP),
} as const;

/** Rules for every seed; the same ones for the same. */
export function randomRules(seed: number): RandomRules {
  const real = loadAccessCatalogue();
  const own = fc.record({
    scopes: fc.tuple(...MADE_UP.map(() => scope)),
    purposes: fc.tuple(...PURPOSES.map(() => purpose)),
    mandates: fc.array(mandate, { minLength: 10, maxLength: 16 }),
    fields: fc.tuple(...AGENCIES.map(() => fc.array(fc.constantFrom(...MADE_UP), { minLength: 6, maxLength: 6 }))),
  });
  const [made] = fc.sample(own, { seed, numRuns: 1 });
  if (!made) throw new Error('no rules were made');
  const everything = real.purposes.get('OWN_RECORD');
  return {
    catalogue: {
      ...real,
      scopes: new Map([...real.scopes, ...MADE_UP.flatMap((name, i) => pair(name, made.scopes[i]))]),
      purposes: new Map([
        ...real.purposes,
        ...PURPOSES.flatMap((name, i) => pair(name, withBasis(i, made.purposes[i]))),
        ...pair('OWN_RECORD', everything && { ...everything, scopes: new Set([...everything.scopes, ...MADE_UP]) }),
      ]),
      mandates: [...real.mandates, ...made.mandates.map((one, i) => ({ ...one, ...(i === 0 ? COUNTER : {}), id: `random-${i}` }))],
    },
    fields: {
      hrss: made.fields[0] ?? [],
      'market-regulation': made.fields[1] ?? [],
      postal: made.fields[2] ?? [],
      'medical-insurance': made.fields[3] ?? [],
    },
  };
}

/** What an agency offers of a person under some scopes: by itself, in containers within each other, in a box that is guarded as a whole. */
export function offered(agency: string, [flat, near, deep, deeper, box, inBox]: readonly string[]): DocumentNode {
  const name = named(agency);
  const guard = (one: string | undefined): string => `@access(scope: "${one ?? ''}")`;
  const open = '@public(reason: "a container: every field carries its own scope")';
  return parse(`
    extend type Citizen {
      flat_${name}: String ${guard(flat)}
      held_${name}: Held_${name} ${open}
      box_${name}: Box_${name} ${guard(box)}
      face_${name}: Face_${name} ${open}
      any_${name}: Any_${name} ${open}
    }
    type Held_${name} implements Face_${name} ${open} { near: String ${guard(near)} more: More_${name} ${open} }
    type More_${name} ${open} { deep: String ${guard(deep)} deeper: String ${guard(deeper)} }
    type Box_${name} ${guard(box)} { within: String own: String ${guard(inBox)} }
    interface Face_${name} { near: String ${guard(near)} }
    union Any_${name} = Held_${name} | Box_${name}
  `);
}

/** Fields of a person that lie behind an interface or a union. */
export function behindTypes({ fields }: RandomRules): AskedPath[] {
  return AGENCIES.flatMap((agency) => {
    const [, near = '', deep = '', , box = '', inBox = ''] = fields[agency];
    const name = named(agency);
    return [
      { path: [`face_${name}`, `... on Held_${name}`, 'near'], scopes: [near] },
      { path: [`face_${name}`, `... on Held_${name}`, 'more', 'deep'], scopes: [deep] },
      { path: [`any_${name}`, `... on Box_${name}`, 'own'], scopes: [inBox] },
      { path: [`any_${name}`, `... on Box_${name}`, 'within'], scopes: [box] },
    ];
  });
}

/** What the agency holds of anybody. */
export function held(agency: string): Readonly<Record<string, unknown>> {
  const name = named(agency);
  const here = { __typename: `Held_${name}`, near: 'v', more: { deep: 'v', deeper: 'v' } };
  const box = { __typename: `Box_${name}`, within: 'v', own: 'v' };
  return { [`flat_${name}`]: 'v', [`held_${name}`]: here, [`box_${name}`]: box, [`face_${name}`]: here, [`any_${name}`]: box };
}

/** Answers under the names that are asked for, and everything that is held as well. */
export function answering(of: (representation: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>): Behaviour {
  return ({ query, representations }) => {
    const { definitions } = parse(query);
    const roots = definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? one.selectionSet.selections : []));
    return {
      data: {
        _entities: representations.map((representation) => {
          const whole = { ...representation, ...of(representation) };
          const asked = roots.flatMap((root) =>
            root.kind === Kind.FIELD && root.selectionSet ? [selected(root.selectionSet, whole)] : [],
          );
          return Object.assign({ ...whole }, ...asked) as unknown;
        }),
      },
    };
  };
}

function selected({ selections }: SelectionSetNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => selected({ kind: Kind.SELECTION_SET, selections }, one));
  if (typeof value !== 'object' || value === null) return value;
  const whole = value as Readonly<Record<string, unknown>>;
  const asked: Record<string, unknown> = { ...whole };
  for (const one of selections) {
    if (one.kind === Kind.INLINE_FRAGMENT) Object.assign(asked, selected(one.selectionSet, whole));
    if (one.kind !== Kind.FIELD) continue;
    const below = whole[one.name.value];
    asked[(one.alias ?? one.name).value] = one.selectionSet ? selected(one.selectionSet, below) : below;
  }
  return asked;
}

function named(agency: string): string {
  return agency.replace('-', '_');
}

/** There is always a purpose that family helpers act for, one for mandates, one for emergencies and one for consents. */
function withBasis(i: number, entry: PurposeEntry | undefined): PurposeEntry | undefined {
  if (!entry) return undefined;
  const basis = (['SELF', 'MANDATE', 'EMERGENCY', 'CONSENT'] as const)[i];
  const bases = basis ? [...new Set([basis, ...entry.bases])] : entry.bases;
  return { ...entry, bases, ...(basis === 'SELF' ? { through: 'FAMILY_HELP' as const } : {}) };
}

function pair<T>(name: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[name, value]];
}
