import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatAST, type DocumentNode } from 'graphql';
import { citizenCheckCharacter, type MandateEntry } from '@yichuang/schema';
import type { DelegationKind } from '../../src/access/facts.js';
import { subgraphSources } from '../../src/graph/compose.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { askedOfWhom, pathsOfPersons, rulesOf, type AskedPath } from './asked-scopes.js';
import { AGENCIES, answering, behindTypes, held, MADE_UP, offered, PURPOSES, randomRules, type RandomRules } from './random-catalogue.js';
import {
  act,
  citizen,
  consented,
  EMPLOYER,
  employer,
  field,
  forget,
  legalAid,
  official,
  opened,
  released,
  UNIT_ELSEWHERE,
} from './scene.js';

/*
 * Catalogues at random, what persons and offices did under them, and anybody asking anything: what leaves the hub, and what comes back, is
 * what the sentence of the rules says. The oracle reads the catalogue, what was done and the agencies' schemas, and nothing of the hub's.
 */

/** SEED=… for other catalogues. */
const SEED = Number(process.env['SEED'] ?? 1);
const SEEDS = [SEED, SEED + 1];
const [HELPED, HELPER] = [OWN_NUMBER, OTHER_NUMBER];
const YEAR = new Date().getFullYear();
/** Under the helper's care: under fourteen, over it, by the word of a court, and after a death. */
const [CHILD, PUPIL, WARD, LATE] = [`${YEAR - 8}0101`, `${YEAR - 16}0101`, '19480101', '19400101'].map((born) => {
  const digits = `990000${born}001`;
  return `${digits}${citizenCheckCharacter(digits)}`;
}) as [string, string, string, string];
const PERSONS = [...NUMBERS, CHILD, PUPIL, WARD, LATE];
const CARE = [
  { kind: 'GUARDIAN', person: CHILD },
  { kind: 'GUARDIAN', person: PUPIL },
  { kind: 'COURT_APPOINTED', person: WARD },
  { kind: 'NEXT_OF_KIN', person: LATE },
] as const;
const OFFICE = { kind: 'HRSS_OFFICE', code: '440000' } as const;
const AID = { kind: 'LEGAL_AID', code: 'aid-1' } as const;
const FRESH = { acr: 'urn:yichuang:acr:step-up', auth_time: Math.floor(Date.now() / 1000) };

/** Ways to act for somebody: what they see they see as the person. */
const HELD: ReadonlySet<string> = new Set(['FAMILY_HELP', ...CARE.map(({ kind }) => kind)]);

interface Consented {
  readonly purpose: string;
  readonly to: string;
  readonly person: number;
  readonly scopes: readonly string[];
}

/** What has been done before anybody asks. */
interface Done {
  readonly regions: readonly (readonly string[])[];
  readonly works: readonly boolean[];
  /** Those that count. */
  readonly consents: readonly Consented[];
  readonly helps: readonly string[];
  /** What offices have entered for the helper, in the order of `CARE`: all that can be given, or these. */
  readonly care: readonly (readonly string[])[];
  /** Whom an official of the office may look at in an emergency. */
  readonly emergency: readonly number[];
  readonly cases: readonly { readonly number: string; readonly purpose: string; readonly person: number }[];
}

const WHO = ['CITIZEN', 'HELPER', 'CASEWORKER', 'REGULATOR', 'RESCUER', 'AID', 'EMPLOYER'] as const;
type Who = (typeof WHO)[number];

interface Question {
  readonly who: Who;
  readonly steppedUp: boolean;
  readonly purpose: string;
  /** Which of the cases is stated; none where there is none. */
  readonly stated: number | undefined;
  readonly whom: readonly number[];
  readonly paths: readonly AskedPath[];
  readonly styles: readonly number[];
}

/** The sentence of the rules, for one scope of one person. @returns the bases on which it holds, a delegation by its kind */
function basesOf({ catalogue }: RandomRules, done: Done, asked: Question, person: number, scope: string): string[] {
  const purpose = catalogue.purposes.get(asked.purpose);
  const entry = catalogue.scopes.get(scope);
  if (!purpose?.scopes.has(scope) || !entry || (entry.stepUp && !asked.steppedUp)) return [];
  const number = PERSONS[person];
  const { who } = asked;
  if (who === 'CITIZEN' || who === 'HELPER') {
    if (!purpose.bases.includes('SELF') || entry.office === true) return [];
    const self = purpose.through === undefined && number === (who === 'CITIZEN' ? HELPED : HELPER);
    const helps =
      who === 'HELPER' &&
      number === HELPED &&
      purpose.through === 'FAMILY_HELP' &&
      done.helps.includes(scope) &&
      entry.delegable.includes('FAMILY_HELP');
    const cares = CARE.filter(
      ({ kind, person: whose }, i) =>
        who === 'HELPER' &&
        number === whose &&
        purpose.through === undefined &&
        done.care[i]?.includes(scope) === true &&
        entry.delegable.includes(kind) &&
        // From the fourteenth birthday on the child answers for what takes a tick of its own (个人信息保护法第三十一条).
        !(whose === PUPIL && entry.separate),
    );
    return [...(self ? ['SELF'] : []), ...(helps ? ['FAMILY_HELP'] : []), ...cares.map(({ kind }) => kind)];
  }
  if (entry.sharing === 'NOT_SHARED') return [];
  const role = { CASEWORKER: 'CASEWORKER', REGULATOR: 'REGULATOR', RESCUER: 'CASEWORKER', AID: 'INTEGRATOR', EMPLOYER: 'EMPLOYER' }[who];
  const party = who === 'AID' ? AID.kind : who === 'EMPLOYER' ? 'EMPLOYER' : OFFICE.kind;
  const at = party === OFFICE.kind ? OFFICE.code : undefined;
  const stated = asked.stated === undefined ? undefined : done.cases[asked.stated];
  const holds = (one: MandateEntry): boolean => {
    if (one.role !== role || one.party !== party || one.purpose !== asked.purpose || !one.scopes.has(scope)) return false;
    if (one.case === 'REQUIRED' || one.region === 'CASE_JURISDICTION') {
      const fits = party === OFFICE.kind && stated?.purpose === asked.purpose && stated.person === person;
      if (!fits) return false;
    }
    switch (one.region) {
      case 'PERSON_IN_JURISDICTION':
        return at !== undefined && done.regions[person]?.includes(at) === true;
      case 'CASE_JURISDICTION':
        return true;
      case 'OWN_WORKER':
        return done.works[person] === true;
      case 'UNIT_IN_JURISDICTION':
        return false;
    }
  };
  const recipient = purpose.recipients.includes(party);
  const consent = done.consents.some(
    (one) => one.purpose === asked.purpose && one.to === party && one.person === person && one.scopes.includes(scope),
  );
  const rescue = who === 'RESCUER' && done.emergency.includes(person) && !/:(export|subscribe)$/.test(scope);
  return [
    ...(purpose.bases.includes('MANDATE') && catalogue.mandates.some(holds) ? ['MANDATE'] : []),
    ...(purpose.bases.includes('CONSENT') && recipient && consent ? ['CONSENT'] : []),
    ...(purpose.bases.includes('EMERGENCY') && recipient && rescue ? ['EMERGENCY'] : []),
  ];
}

/** Persons and offices do something under the rules, at random. */
async function live(hub: TestHub, { catalogue }: RandomRules, seed: number): Promise<Done> {
  const scopes = fc.subarray(MADE_UP, { minLength: 3 });
  const persons = fc.subarray(
    NUMBERS.map((_, i) => i),
    { minLength: 1, maxLength: 2 },
  );
  const plans = fc.record({
    regions: fc.tuple(...PERSONS.map(() => fc.subarray(['440000', '330000']))),
    works: fc.tuple(...PERSONS.map(() => fc.boolean())),
    emergency: persons,
    helps: scopes,
    care: fc.tuple(...CARE.map(() => scopes)),
    said: fc.array(
      fc.record({
        person: fc.nat({ max: NUMBERS.length - 1 }),
        to: fc.constantFrom(OFFICE.kind, AID.kind),
        purpose: fc.constantFrom(...PURPOSES),
        scopes,
        then: fc.constantFrom('nothing' as const, 'nothing' as const, 'nothing' as const, 'pause' as const, 'revoke' as const),
      }),
      { minLength: 24, maxLength: 24 },
    ),
    cases: fc.tuple(...PURPOSES.map(() => fc.nat({ max: PERSONS.length - 1 }))),
  });
  const [plan] = fc.sample(plans, { seed, numRuns: 1 });
  if (!plan) throw new Error('nothing was made up');
  hub.agencies.hrss.behaviour = answering(({ id }) => {
    const person = PERSONS.findIndex((number) => ref(number) === id);
    const unit = plan.works[person] ? EMPLOYER : UNIT_ELSEWHERE;
    return {
      ...held('hrss'),
      jurisdictions: plan.regions[person] ?? [],
      identity: id === ref(LATE) ? { alive: false, diedOn: '2026-10-01' } : { alive: true, diedOn: null },
      employments: [{ to: null, enterprise: { creditCode: unit } }],
    };
  });
  for (const agency of AGENCIES) if (agency !== 'hrss') hub.agencies[agency].behaviour = answering(() => held(agency));
  const clerk = await official(hub);
  const tokens = { [OFFICE.kind]: clerk, [AID.kind]: await legalAid(hub, AID.code) };
  const consents: Consented[] = [];
  const asked = new Set<string>();
  for (const { person, to, purpose, scopes: wanted, then } of plan.said) {
    const entry = catalogue.purposes.get(purpose);
    const covered = wanted.filter((scope) => entry?.scopes.has(scope));
    const key = `${person} ${to} ${purpose}`;
    if (!entry?.bases.includes('CONSENT') || !entry.recipients.includes(to) || covered.length === 0 || asked.has(key)) continue;
    asked.add(key);
    const number = NUMBERS[person] ?? '';
    const id = await consented(hub, tokens[to], number, { purpose, scopes: covered });
    if (then === 'nothing') consents.push({ purpose, to, person, scopes: covered });
    else await act(hub, number, then, id);
  }
  const delegable = (kind: DelegationKind | undefined, scope: string): boolean =>
    kind !== undefined && catalogue.scopes.get(scope)?.delegable.includes(kind) === true;
  const helps = plan.helps.filter((scope) => delegable('FAMILY_HELP', scope));
  if (helps.length > 0) {
    const offer = `mutation($helper: ID!, $scopes: [String!]!) { offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 9) { id } }`;
    const variables = { helper: ref(HELPER), scopes: helps };
    const { id } = field(await hub.ask(offer, { token: await citizen(hub, HELPED, true), variables }), 'offerDelegation');
    const accept = 'mutation($id: ID!) { acceptDelegation(id: $id) { state } }';
    field(await hub.ask(accept, { token: await citizen(hub, HELPER), variables: { id } }), 'acceptDelegation');
  }
  const care = plan.care.map((given, i) => given.filter((scope) => delegable(CARE[i]?.kind, scope)));
  for (const [i, { kind, person }] of CARE.entries()) {
    const scopes = care[i] ?? [];
    if (scopes.length === 0) continue;
    const register = `mutation($kind: DelegationKind!, $person: ID!, $delegate: ID!, $scopes: [String!]) {
      registerDelegation(kind: $kind, person: $person, delegate: $delegate, evidence: "粤民监字第18号", scopes: $scopes) { state } }`;
    const number = await opened(hub, clerk, { citizen: ref(person), purpose: 'DELEGATION_REGISTRATION', jurisdictions: [] });
    const headers = { 'yichuang-purpose': 'DELEGATION_REGISTRATION', 'yichuang-case': number };
    const variables = { kind, person: ref(person), delegate: ref(HELPER), scopes };
    field(await hub.ask(register, { token: clerk, headers, variables }), 'registerDelegation');
  }
  const rescue = `mutation($citizens: [ID!]!) { openEmergencyAccess(reason: MEDICAL_RESCUE, text: "急诊抢救，需核实参保地", citizens: $citizens, minutes: 60) { state } }`;
  const citizens = plan.emergency.map((person) => ref(NUMBERS[person] ?? ''));
  field(
    await hub.ask(rescue, { token: await official(hub, { sub: 'rescuer', ...FRESH }), variables: { citizens } }),
    'openEmergencyAccess',
  );
  const cases: Done['cases'][number][] = [];
  for (const [i, purpose] of PURPOSES.entries()) {
    const person = plan.cases[i] ?? 0;
    const open = `mutation($citizen: ID!, $purpose: String!) { openCase(citizen: $citizen, purpose: $purpose, presented: IN_PERSON) { number } }`;
    const { body } = await hub.ask(open, { token: clerk, variables: { citizen: ref(PERSONS[person] ?? ''), purpose } });
    const made = body.data?.['openCase'] as { readonly number: string } | null | undefined;
    // No mandate of the office is for this purpose, or not for this person.
    if (made) cases.push({ number: made.number, purpose, person });
  }
  return { regions: plan.regions, works: plan.works, consents, helps, care, emergency: plan.emergency, cases };
}

function tokenOf(hub: TestHub, { who, steppedUp }: Question): Promise<string> {
  const anew = steppedUp ? FRESH : {};
  switch (who) {
    case 'CITIZEN':
      return citizen(hub, HELPED, steppedUp);
    case 'HELPER':
      return citizen(hub, HELPER, steppedUp);
    case 'CASEWORKER':
      return official(hub, anew);
    case 'REGULATOR':
      return official(hub, { sub: 'r-1', role: 'regulator', ...anew });
    case 'RESCUER':
      return official(hub, { sub: 'rescuer', ...anew });
    case 'AID':
      return steppedUp
        ? hub.token({ sub: 'lawyer', role: 'integrator', party_kind: AID.kind, party: AID.code, ...anew })
        : legalAid(hub, AID.code);
    case 'EMPLOYER':
      return steppedUp ? hub.token({ sub: 'clerk', role: 'employer', party_kind: 'EMPLOYER', party: EMPLOYER, ...anew }) : employer(hub);
  }
}

/** The question in one of many ways of saying it. */
function textOf({ paths, styles }: Question): string {
  const fragments: string[] = [];
  const selections = paths.map(({ path }, i) => {
    const inner = path.toReversed().reduce((below, name) => `${name}${below === '' ? '' : ` { ${below} }`}`, '');
    switch (styles[i] ?? 0) {
      case 0:
        return `a${i}: ${inner}`;
      case 1:
        fragments.push(`fragment F${i} on Citizen { ${inner} }`);
        return `...F${i}`;
      case 2:
        return `... on Citizen @include(if: true) { ${inner} }`;
      default:
        return inner;
    }
  });
  return `query($ids: [ID!]!) { citizens(ids: $ids) { nodes { id ${selections.join(' ')} } } } ${fragments.join(' ')}`;
}

/** What came back at a place; conditions on a type are no part of it. */
function valueAt(node: unknown, path: readonly string[]): unknown {
  return path
    .filter((name) => !name.startsWith('...'))
    .reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : null), node);
}

const sorted = (set: Iterable<string>): string[] => [...new Set(set)].sort();

describe('whatever the catalogue says', () => {
  let hub: TestHub | undefined;
  afterEach(() => hub?.close());
  const met = new Map<string, number>();

  it.each(SEEDS)('nothing is asked for or given out but what its rules allow, and all of that (seed %i)', async (seed) => {
    const rules = randomRules(seed);
    const made = new Map<string, DocumentNode>(AGENCIES.map((agency) => [agency, offered(agency, rules.fields[agency])]));
    const sources = subgraphSources().map((one) => {
      const more = made.get(one.name);
      return more ? { ...one, sdl: concatAST([one.sdl, more]) } : one;
    });
    const schemas = rulesOf([...made.values()].map((sdl) => ({ sdl })));
    const running = (hub = await startTestHub({}, {}, { sources, catalogue: rules.catalogue }));
    const done = await live(running, rules, seed);
    const question: fc.Arbitrary<Question> = fc.record({
      who: fc.constantFrom(...WHO, 'HELPER', 'HELPER', 'RESCUER', 'CASEWORKER', 'CASEWORKER'),
      steppedUp: fc.boolean(),
      purpose: fc.constantFrom(...PURPOSES, ...PURPOSES, 'OWN_RECORD', 'OWN_RECORD', 'NO_SUCH'),
      stated: fc.option(fc.nat({ max: PURPOSES.length - 1 }), { nil: undefined }),
      // Who has done more is asked about more.
      whom: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6), { minLength: 2, maxLength: 4 }),
      paths: fc.uniqueArray(fc.constantFrom(...pathsOfPersons(4, schemas), ...behindTypes(rules)), { minLength: 3, maxLength: 8 }),
      styles: fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(question, async (one) => {
        const stated = one.stated === undefined ? undefined : done.cases[one.stated];
        forget(running);
        const headers = { 'yichuang-purpose': one.purpose, ...(stated ? { 'yichuang-case': stated.number } : {}) };
        const variables = { ids: one.whom.map((person) => ref(PERSONS[person] ?? '')) };
        const answered: Answered = await running.ask(textOf(one), { token: await tokenOf(running, one), headers, variables });
        const lawful = (person: number, { scopes }: AskedPath): boolean =>
          scopes.every((scope) => basesOf(rules, done, one, person, scope).length > 0);
        const persons = [...new Set(one.whom)];
        const expected = persons.flatMap((person) =>
          one.paths
            .filter((path) => lawful(person, path))
            .flatMap(({ scopes }) => scopes.map((scope) => `${ref(PERSONS[person] ?? '')} ${scope}`)),
        );
        const calls = released(running);
        expect(sorted(calls.flatMap(({ body }) => askedOfWhom(body, schemas)))).toEqual(sorted(expected));
        const granted = calls.flatMap(({ grant }) =>
          grant.release.flatMap(({ basis, subjects, scopes }) =>
            subjects.flatMap((subject) => scopes.map((scope) => ({ basis, subject, scope }))),
          ),
        );
        expect(sorted(granted.map(({ subject, scope }) => `${subject} ${scope}`))).toEqual(sorted(expected));
        for (const { basis, subject, scope } of granted) {
          const person = PERSONS.findIndex((number) => ref(number) === subject);
          const bases = basesOf(rules, done, one, person, scope);
          expect(bases.map((name) => (HELD.has(name) ? 'SELF' : name))).toContain(basis);
          for (const name of bases) met.set(name, (met.get(name) ?? 0) + 1);
        }
        const nodes = (answered.body.data?.['citizens'] as { readonly nodes: readonly unknown[] }).nodes;
        for (const [i, person] of one.whom.entries())
          for (const [n, path] of one.paths.entries()) {
            const [first = '', ...below] = path.path;
            const value = valueAt(nodes[i], [one.styles[n] === 0 ? `a${n}` : first, ...below]);
            expect([path.path.join('.'), value]).toEqual([path.path.join('.'), lawful(person, path) ? 'v' : null]);
          }
      }),
      { numRuns: 40, seed },
    );
  });

  it('met every basis, and every kind of delegation', () => {
    for (const basis of ['SELF', ...HELD, 'CONSENT', 'MANDATE', 'EMERGENCY'])
      expect([basis, (met.get(basis) ?? 0) > 0]).toEqual([basis, true]);
  });
});
