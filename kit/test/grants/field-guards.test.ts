import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { citizenSeal, parseCitizenNumber, type ReleaseGroup } from '@yichuang/schema';
import type { Agency, AgencySystem } from '../../src/agency.js';
import { guardFields } from '../../src/grants/field-guards.js';
import { schemaAccess } from '../../src/grants/schema-access.js';
import type { SubgraphContext } from '../../src/server/subgraph.js';
import { startSubgraph, type RunningSubgraph } from '../../src/server/subgraph.js';
import { granted, grantFor, hubKey, policyOf } from './forge.js';

const REF_KEY = '5a'.repeat(32);
const seal = citizenSeal(REF_KEY);
const refOf = (number: string): string => {
  const parsed = parseCitizenNumber(number);
  if (!parsed) throw new Error('not a citizen number');
  return seal.seal(parsed);
};
const ANNA = refOf('11010119900307803X');
const BEN = refOf('110101199003070011'.slice(0, 17) + checkOf('11010119900307001'));

function checkOf(first17: string): string {
  return Array.from('0123456789X').find((check) => parseCitizenNumber(first17 + check)) ?? '';
}

const key = hubKey();
/** Resolvers that ran, with whom they ran for. */
const ran: string[] = [];
/** What the legacy system was asked: keys and records. */
const asked: { readonly keys: readonly string[]; readonly records: readonly string[] }[] = [];

const system = {
  id: 'register',
  jurisdictions: [],
  holds: () => true,
  ask: (_by: string, keys: readonly string[], records: readonly string[]) => {
    asked.push({ keys, records });
    return Promise.resolve(new Map());
  },
} as unknown as AgencySystem;

/** The same object for everybody, as an agency that keeps what it reads would hand it out. */
const SHARED = Object.freeze({ shared: true });

const resolvers = {
  Citizen: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    pension: ({ id }: { id: string }) => (ran.push('pension'), { id }),
    unemployment: () => SHARED,
    identity: ({ id }: { id: string }) => (ran.push(`identity ${id}`), { name: '某', number: '11010119900307803X' }),
    employments: ({ id }: { id: string }) => (ran.push(`employments ${id}`), [{ employerName: 'A' }, { employerName: 'B' }]),
    jurisdictions: async ({ id }: { id: string }, _: unknown, { question }: SubgraphContext) => {
      const number = question.open(id);
      if (number) await question.load(system, 'citizen', number);
      return ['440000'];
    },
  },
  Pension: {
    relations: async ({ id }: { id: string }, _: unknown, { question }: SubgraphContext) => {
      ran.push(`relations ${id}`);
      const number = question.open(id);
      if (number) await question.load(system, 'citizen', number);
      return [{ jurisdiction: '440000' }];
    },
    monthsPaid: ({ id }: { id: string }) => (ran.push(`monthsPaid ${id}`), 12),
  },
  Unemployment: { benefits: () => (ran.push('benefits'), []) },
  Enterprise: {
    __resolveReference: ({ creditCode }: { creditCode: string }) => ({ creditCode }),
    insuredHeadcount: ({ creditCode }: { creditCode: string }) => (ran.push(`headcount ${creditCode}`), 7),
  },
};

let subgraph: RunningSubgraph;
let strict: RunningSubgraph;
const agency: Agency = {
  code: 'hrss',
  systems: [],
  systemOf: () => undefined,
  officeEntry: () => undefined,
  open: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const options = {
  name: 'hrss',
  agency,
  resolvers,
  needs: { 'Citizen.jurisdictions': ['index'], 'Pension.relations': ['index', 'relation'], 'Citizen.identity': ['holder'] },
  grants: policyOf(key),
  citizenRefKey: REF_KEY,
  port: 0,
  logTo: { write: () => undefined },
} as const;
beforeAll(async () => {
  subgraph = await startSubgraph(options);
  strict = await startSubgraph({ ...options, allow: (scope) => scope !== 'pension.months:count' });
});
afterAll(() => Promise.all([subgraph.close(), strict.close()]));
afterEach(() => {
  ran.length = 0;
  asked.length = 0;
});

interface Answer {
  readonly data: { readonly _entities: readonly unknown[] };
  readonly errors: readonly string[];
}

const citizens = (...ids: string[]): object[] => ids.map((id) => ({ __typename: 'Citizen', id }));
const may = (subject: string, ...scopes: string[]): ReleaseGroup => ({ subjects: [subject], scopes, basis: 'CONSENT', ref: 'c-1' });

async function ask(representations: object[], selection: string, release: ReleaseGroup[], to = subgraph): Promise<Answer> {
  const query = `query($representations:[_Any!]!){_entities(representations:$representations)${selection}}`;
  const body = JSON.stringify({ query, variables: { representations } });
  const headers = granted(await grantFor(key, body, release, { call: { aud: 'hrss' } }));
  const response = await fetch(to.url, { method: 'POST', headers, body });
  const { data, errors = [] } = (await response.json()) as {
    data: Answer['data'];
    errors?: { path: unknown[]; extensions: { code: string; scope?: string } }[];
  };
  const said = errors.map(({ path, extensions: { code, scope } }) => `${path.slice(1).join('.')} ${code} ${scope ?? ''}`.trim());
  return { data, errors: said.sort() };
}

/** Asks three times: interpreted, while it is compiled, and compiled. */
async function always(...question: Parameters<typeof ask>): Promise<Answer> {
  ran.length = 0;
  const first = await ask(...question);
  const resolved = [...ran];
  for (let time = 0; time < 2; time++) {
    ran.length = 0;
    expect(await ask(...question)).toEqual(first);
    expect([...ran].sort()).toEqual([...resolved].sort());
  }
  return first;
}

const PENSION = '{... on Citizen{pension{monthsPaid relations{jurisdiction}}}}';

describe('a personal field', () => {
  it('is answered for the subject and the scope that the grant names', async () => {
    expect(await always(citizens(ANNA), PENSION, [may(ANNA, 'pension.months:count', 'pension.relations:read')])).toEqual({
      data: { _entities: [{ pension: { monthsPaid: 12, relations: [{ jurisdiction: '440000' }] } }] },
      errors: [],
    });
  });

  it('about months is null where months are bounded and its resolver does not ask which it may use; what is not by months is withheld', async () => {
    const release = {
      ...may(ANNA, 'pension.months:count', 'pension.relations:read', 'identity.person:read'),
      dataRange: { from: '2021-01' },
    };
    const selection = '{... on Citizen{identity{name} pension{monthsPaid relations{jurisdiction}}}}';
    expect(await always(citizens(ANNA), selection, [release])).toEqual({
      data: { _entities: [{ identity: { name: '某' }, pension: { monthsPaid: null, relations: null } }] },
      errors: ['0.pension.monthsPaid INTERNAL', '0.pension.relations ACCESS_DENIED pension.relations:read'],
    });
    expect(ran).not.toContain(`relations ${ANNA}`);
  });

  it('that the grant does not name is null with its scope, a list as well, and its resolver does not run', async () => {
    expect(await always(citizens(ANNA), PENSION, [may(ANNA, 'pension.months:count')])).toEqual({
      data: { _entities: [{ pension: { monthsPaid: 12, relations: null } }] },
      errors: ['0.pension.relations ACCESS_DENIED pension.relations:read'],
    });
    expect(ran).toEqual(['pension', `monthsPaid ${ANNA}`]);
    expect(asked).toEqual([]);
  });

  it('of a grant without subjects is withheld, and what is public is not', async () => {
    expect(await always(citizens(ANNA), '{... on Citizen{id identity{name} employments{employerName}}}', [])).toEqual({
      data: { _entities: [{ id: ANNA, identity: null, employments: null }] },
      errors: ['0.employments ACCESS_DENIED employment.registered:read', '0.identity ACCESS_DENIED identity.person:read'],
    });
    expect(ran).toEqual([]);
  });

  it('of another person than the grant names is withheld', async () => {
    expect((await always(citizens(BEN), PENSION, [may(ANNA, 'pension.months:count', 'pension.relations:read')])).errors).toHaveLength(2);
    expect(ran).toEqual(['pension']);
  });

  it('is decided for each person of a mixed list', async () => {
    const answer = await always(citizens(ANNA, BEN, ANNA), PENSION, [
      may(ANNA, 'pension.relations:read'),
      may(BEN, 'pension.months:count'),
    ]);
    expect(answer).toEqual({
      data: {
        _entities: [
          { pension: { monthsPaid: null, relations: [{ jurisdiction: '440000' }] } },
          { pension: { monthsPaid: 12, relations: null } },
          { pension: { monthsPaid: null, relations: [{ jurisdiction: '440000' }] } },
        ],
      },
      errors: [
        '0.pension.monthsPaid ACCESS_DENIED pension.months:count',
        '1.pension.relations ACCESS_DENIED pension.relations:read',
        '2.pension.monthsPaid ACCESS_DENIED pension.months:count',
      ],
    });
  });

  it('cannot be reached by an alias, a fragment, a name of __typename or a condition', async () => {
    const selection = `{...F ... on Citizen{p:pension{...P} ... on Citizen @include(if:true){pension{x:monthsPaid}}}}}
      fragment F on Citizen{pension{y:monthsPaid}} fragment P on Pension{z:monthsPaid r:relations{jurisdiction`;
    const answer = await always(citizens(ANNA), `${selection}}`, [may(BEN, 'pension.months:count')]);
    expect(answer.data._entities).toEqual([{ p: { z: null, r: null }, pension: { x: null, y: null } }]);
    expect(ran.filter((name) => !name.startsWith('pension'))).toEqual([]);
  });

  it('of an object that two persons share is decided by the way it was reached', async () => {
    const answer = await always(citizens(ANNA, BEN), '{... on Citizen{unemployment{benefits{state}}}}', [
      may(BEN, 'unemployment.benefit:read'),
    ]);
    expect(answer.data._entities).toEqual([{ unemployment: { benefits: null } }, { unemployment: { benefits: [] } }]);
  });

  it('inside a granted object needs its own scope', async () => {
    const selection = '{... on Citizen{identity{name number}}}';
    expect(await always(citizens(ANNA), selection, [may(ANNA, 'identity.person:read')])).toEqual({
      data: { _entities: [{ identity: { name: '某', number: null } }] },
      errors: ['0.identity.number ACCESS_DENIED identity.number:read'],
    });
  });

  it('is withheld where the agency has a stricter rule of its own', async () => {
    const answer = await ask(citizens(ANNA), PENSION, [may(ANNA, 'pension.months:count', 'pension.relations:read')], strict);
    expect(answer.errors).toEqual(['0.pension.monthsPaid ACCESS_DENIED pension.months:count']);
  });
});

describe('a unit', () => {
  const UNIT = '91440101MA59ABCD1X';
  const HEADCOUNT = '{... on Enterprise{insuredHeadcount}}';
  const representation = [{ __typename: 'Enterprise', creditCode: '91110000MA0000013U' }];

  it('is a subject by its credit code', async () => {
    const unit = '91110000MA0000013U';
    expect((await always(representation, HEADCOUNT, [may(unit, 'enterprise.headcount:count')])).data._entities).toEqual([
      { insuredHeadcount: 7 },
    ]);
    expect((await always(representation, HEADCOUNT, [may(UNIT, 'enterprise.headcount:count')])).data._entities).toEqual([
      { insuredHeadcount: null },
    ]);
  });

  it('that only the answer names is granted by the province it is registered in', async () => {
    const inProvince = (unitsIn: string): ReleaseGroup => ({
      subjects: [],
      unitsIn,
      scopes: ['enterprise.headcount:count'],
      basis: 'MANDATE',
    });
    expect((await ask(representation, HEADCOUNT, [inProvince('110000')])).data._entities).toEqual([{ insuredHeadcount: 7 }]);
    expect((await ask(representation, HEADCOUNT, [inProvince('440000')])).data._entities).toEqual([{ insuredHeadcount: null }]);
    expect((await ask(citizens(ANNA), PENSION, [inProvince('110000')])).data._entities).toEqual([
      { pension: { monthsPaid: null, relations: null } },
    ]);
  });
});

describe('a legacy system', () => {
  it('is not asked for records that only withheld fields need, nor about whom nothing is granted', async () => {
    const selection = '{... on Citizen{jurisdictions pension{relations{jurisdiction}}}}';
    await ask(citizens(ANNA, BEN), selection, [may(ANNA, 'identity.jurisdictions:read'), may(BEN, 'identity.jurisdictions:read')]);
    expect(asked.map(({ records }) => records)).toEqual([['index']]);
    expect(asked[0]?.keys).toHaveLength(2);
    asked.length = 0;
    await ask(citizens(ANNA, BEN), selection, [
      may(ANNA, 'identity.jurisdictions:read', 'pension.relations:read'),
      may(BEN, 'identity.jurisdictions:read'),
    ]);
    expect(asked.map(({ keys, records }) => [keys.length, records])).toEqual([
      [2, ['index']],
      [1, ['relation']],
    ]);
    asked.length = 0;
    await ask(citizens(ANNA, BEN), selection, [may(BEN, 'identity.jurisdictions:read', 'pension.relations:read')]);
    expect(asked.map(({ keys, records }) => [keys.length, records])).toEqual([[1, ['index', 'relation']]]);
    asked.length = 0;
    await ask(citizens(ANNA), selection, []);
    expect(asked).toEqual([]);
  });
});

describe('a schema', () => {
  it('with a field that says neither @access nor @public is not served', () => {
    const schema = buildSubgraphSchema({ typeDefs: parse('type Query { a: Int }') });
    expect(() => schemaAccess(schema)).toThrow('Query.a says neither @access nor @public');
  });

  it('guards what interfaces and unions lead to, whatever says the type of a value', async () => {
    const { graphql } = await import('graphql');
    const schema = buildSubgraphSchema({
      typeDefs: parse(`
        directive @access(scope: String!) on FIELD_DEFINITION | OBJECT
        directive @public(reason: String!) on FIELD_DEFINITION | OBJECT
        directive @subject(field: String!) on OBJECT
        interface Cover { from: String @access(scope: "c:read") }
        type Flat implements Cover @public(reason: "r") { from: String }
        type Daily implements Cover @public(reason: "r") { from: String days: [Day] }
        type Day @access(scope: "d:read") { n: Int }
        union Part = Day | Other
        type Other @public(reason: "r") { text: String person: Person }
        type Person @subject(field: "id") { id: ID @public(reason: "r") cover: [Cover] @public(reason: "r") parts: [Part] @public(reason: "r") }
        type Query { person(id: ID!): Person @public(reason: "r") loose: Day @public(reason: "r") }
      `),
      resolvers: {
        Query: { person: (_: unknown, { id }: { id: string }) => ({ id }), loose: () => ({ n: 1 }) },
        Cover: { __resolveType: ({ days }: { days?: unknown }) => (days === undefined ? 'Flat' : 'Daily') },
        Person: {
          cover: () => [{ from: 'f' }, Promise.resolve({ from: 'd', days: new Set([{ n: 1 }, { n: 2 }]) }), null],
          parts: ({ id }: { id: string }) => [
            { __typename: 'Day', n: 3 },
            { __typename: 'Other', text: 't', person: { id: `${id}-other` } },
            new Error('one is missing'),
          ],
        },
      },
    });
    guardFields(schema, schemaAccess(schema));
    const see = async (allowed: readonly string[]): Promise<unknown> => {
      const contextValue = {
        question: {
          allows: (scope: string, subject: string) => allowed.includes(`${scope} ${subject}`),
          boundsOf: () => [],
          unitsOf: () => [],
        },
      };
      const source = `{ person(id: "a") {
        cover { __typename from ... on Daily { days { n } } }
        parts { ... on Day { n } ... on Other { text person { parts { ... on Day { n } } } } } } loose { n } }`;
      return JSON.parse(JSON.stringify((await graphql({ schema, source, contextValue })).data));
    };
    expect(await see([])).toEqual({
      person: {
        cover: [{ __typename: 'Flat', from: null }, { __typename: 'Daily', from: null, days: [{ n: null }, { n: null }] }, null],
        parts: [{ n: null }, { text: 't', person: { parts: [{ n: null }, {}, null] } }, null],
      },
      loose: { n: null },
    });
    expect(await see(['c:read a', 'd:read a', 'd:read undefined'])).toMatchObject({
      person: {
        cover: [{ from: 'f' }, { from: 'd', days: [{ n: 1 }, { n: 2 }] }, null],
        parts: [{ n: 3 }, { person: { parts: [{ n: null }, {}, null] } }, null],
      },
      loose: { n: null },
    });
  });
});
