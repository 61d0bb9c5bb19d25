import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { ASSERT, citizen, codes, consented, employer, forget, official, released, sent, UNIT_ELSEWHERE, UNIT_HERE } from './scene.js';

/* Other ways to a field that the caller may not have: the caseworker's mandate covers the identity, not the number. */

const COUNTER = { 'yichuang-purpose': 'COUNTER_SERVICE' };
const SECRET = '99000019850505999X';

let hub: TestHub;
let here: string;
beforeAll(async () => {
  hub = await startTestHub();
  here = await official(hub);
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
  for (const agency of Object.values(hub.agencies)) agency.behaviour = entities(() => ({}));
  const units = [UNIT_HERE, UNIT_ELSEWHERE].map((creditCode) => ({
    enterprise: { __typename: 'Enterprise', creditCode, insuredHeadcount: 4711, socialInsuranceStanding: { arrears: '47.11' } },
  }));
  hub.agencies.hrss.behaviour = entities(({ id }) => ({
    jurisdictions: id === ref(OWN_NUMBER) ? ['440000'] : ['110000'],
    identity: { name: '某人', number: SECRET },
    employments: units,
    pension: { contributions: { edges: units.map((node) => ({ node })) } },
    insuredHeadcount: 4711,
    socialInsuranceStanding: { arrears: '47.11' },
  }));
  hub.agencies['market-regulation'].behaviour = entities(() => ({
    platformWork: units,
    businesses: units.map(({ enterprise }) => enterprise),
  }));
  hub.agencies.postal.behaviour = entities(() => ({
    courierWork: units.map((unit) => ({ ...unit, outlet: { __typename: 'Outlet', filingNumber: 'o-1', ...unit } })),
  }));
});

const bodies = (): string =>
  sent(hub)
    .map(({ body }) => body)
    .join('\n');

describe('a field outside the mandate is neither asked for nor answered', () => {
  it.each([
    ['under another name', '{ citizen(id: $id) { a: identity { n: name b: number } } }'],
    ['under the name of one that is granted', '{ citizen(id: $id) { identity { name: number } } }'],
    ['under the name of the key', '{ citizen(id: $id) { identity { id: number } } }'],
    ['in a fragment', '{ citizen(id: $id) { identity { ...F } } } fragment F on Identity { name number }'],
    [
      'in a fragment of a fragment',
      '{ citizen(id: $id) { ...F } } fragment F on Citizen { ...G } fragment G on Citizen { identity { number } }',
    ],
    ['in inline fragments', '{ ... on Query { citizen(id: $id) { ... on Citizen { ... { identity { ... on Identity { number } } } } } } }'],
    [
      'in the second of two fragments with one response key',
      '{ citizen(id: $id) { ...A ...B } } fragment A on Citizen { x: identity { name } } fragment B on Citizen { x: identity { n: number } }',
    ],
    [
      'in the second of two root fields with one response key',
      '{ p: citizen(id: $id) { identity { name } } p: citizen(id: $id) { identity { n: number } } }',
    ],
    ['under a condition that holds', '{ citizen(id: $id) { identity { name number @include(if: true) @skip(if: false) } } }'],
    ['in a deferred part', '{ citizen(id: $id) { identity { name } ... @defer { identity { number } } } }'],
    ['through a list', '{ citizens(ids: [$id]) { nodes { identity { number } } edges { node { identity { number } } } } }'],
    ['on the way back from a case', '{ citizen(id: $id) { id } myCases { nodes { citizen { identity { number } } } } }'],
  ])('%s', async (_, body) => {
    const query = `query($id: ID!) ${body}`;
    const { body: answer } = await hub.ask(query, { token: here, headers: COUNTER, variables: { id: ref(OWN_NUMBER) } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(bodies()).not.toContain('number');
    expect(released(hub).flatMap(({ grant }) => grant.release.flatMap(({ scopes }) => scopes))).not.toContain('identity.number:read');
  });
});

describe('a unit of another region', () => {
  it.each([
    [
      'employments',
      '{ citizen(id: $id) { employments { enterprise { creditCode insuredHeadcount socialInsuranceStanding { arrears } } } } }',
    ],
    [
      'contributions',
      '{ citizen(id: $id) { pension { contributions { edges { node { enterprise { creditCode insuredHeadcount socialInsuranceStanding { arrears } } } } } } } }',
    ],
    [
      'platform work',
      '{ citizen(id: $id) { platformWork { enterprise { creditCode insuredHeadcount socialInsuranceStanding { arrears } } } } }',
    ],
    [
      'a courier’s outlet',
      '{ citizen(id: $id) { courierWork { outlet { enterprise { creditCode insuredHeadcount socialInsuranceStanding { arrears } } } } } }',
    ],
  ])('shows nothing of its own on the way through %s', async (_, body) => {
    const { body: answer } = await hub.ask(`query($id: ID!) ${body}`, {
      token: here,
      headers: COUNTER,
      variables: { id: ref(OWN_NUMBER) },
    });
    const text = JSON.stringify(answer.data);
    const units = [...text.matchAll(/"creditCode":"(\w+)","insuredHeadcount":(\w+),"socialInsuranceStanding":(null|\{)/g)];
    expect(new Set(units.map(([, code, headcount, standing]) => `${code ?? ''} ${headcount ?? ''} ${standing ?? ''}`))).toEqual(
      new Set([`${UNIT_HERE} 4711 {`, `${UNIT_ELSEWHERE} null null`]),
    );
    const asked = released(hub).flatMap(({ representations }) => representations.map(({ creditCode }) => creditCode));
    expect(asked).not.toContain(UNIT_ELSEWHERE);
  });

  it('does not lead to the persons who work there: no type of the graph goes from a unit to a person', async () => {
    const { status, body } = await hub.ask('{ enterprise(creditCode: "91350100M000100Y43") { employees { identity { name } } } }', {
      token: here,
    });
    expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    const reached = new Set<string>();
    const { body: schema } = await hub.ask(
      '{ __schema { types { name fields { type { name ofType { name ofType { name ofType { name } } } } } } } }',
    );
    interface Named {
      readonly name: string | null;
      readonly ofType?: Named | null;
    }
    const types = (schema.data?.['__schema'] as { types: { name: string; fields: { type: Named }[] | null }[] }).types;
    const bottom = (type: Named): string => (type.ofType ? bottom(type.ofType) : (type.name ?? ''));
    const from = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      for (const { type } of types.find((one) => one.name === name)?.fields ?? []) from(bottom(type));
    };
    from('Enterprise');
    expect([...reached].filter((name) => name === 'Citizen' || name === 'Identity')).toEqual([]);
    expect(reached.has('Outlet')).toBe(true);
  });
});

describe('a person who is reached through what the hub keeps is decided like any other', () => {
  it('the person of one’s own request for consent', async () => {
    const token = await employer(hub);
    await consented(hub, token, OTHER_NUMBER, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
    forget(hub);
    const { body } = await hub.ask(
      '{ myConsentRequests { nodes { citizen { identity { name } consents { nodes { id } } } consent { citizen { identity { name } } } } } }',
      { token, headers: { 'yichuang-purpose': 'HIRING_CHECK' } },
    );
    const nobody = { identity: null };
    expect(body.data).toEqual({
      myConsentRequests: { nodes: [{ citizen: { ...nobody, consents: null }, consent: { citizen: nobody } }] },
    });
    expect(sent(hub)).toEqual([]);
  });

  it('who helps and who is helped', async () => {
    const offer = `mutation($helper: ID!) { offerDelegation(helper: $helper, scopes: ["pension.months:count"], relationship: CHILD, days: 9) { id } }`;
    await hub.ask(offer, { token: await citizen(hub, OWN_NUMBER, true), variables: { helper: ref(OTHER_NUMBER) } });
    const mine = await hub.ask('{ me { delegations { nodes { delegate { id identity { name } } person { identity { name } } } } } }', {
      token: await citizen(hub),
    });
    expect(mine.body.data).toMatchObject({
      me: { delegations: { nodes: [{ delegate: { id: ref(OTHER_NUMBER), identity: null }, person: { identity: { name: '某人' } } }] } },
    });
    expect(released(hub).flatMap(({ representations }) => representations.map(({ id }) => id))).toEqual([ref(OWN_NUMBER)]);
    forget(hub);
    const held = await hub.ask('{ me { delegations(side: HELD) { nodes { person { id identity { name } } } } } }', {
      token: await citizen(hub, OTHER_NUMBER),
    });
    expect(held.body.data).toMatchObject({ me: { delegations: { nodes: [{ person: { id: ref(OWN_NUMBER), identity: null } }] } } });
    expect(sent(hub)).toEqual([]);
  });

  it('viewer.citizen is the caller and nobody for an official', async () => {
    const query = '{ viewer { citizen { identity { name } } } }';
    expect((await hub.ask(query, { token: await citizen(hub) })).body.data).toEqual({
      viewer: { citizen: { identity: { name: '某人' } } },
    });
    expect((await hub.ask(query, { token: here, headers: COUNTER })).body.data).toEqual({ viewer: { citizen: null } });
  });
});

describe('the machinery of federation', () => {
  it.each([
    ['_entities', 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { identity { name } } } }'],
    ['_entities with a value', '{ _entities(representations: [{ __typename: "Citizen", id: "x" }]) { __typename } }'],
    ['_service', '{ _service { sdl } }'],
    ['a type of the supergraph', '{ __type(name: "Citizen") { name } join__Graph: _service { sdl } }'],
  ])('is not there from outside: %s', async (_, query) => {
    const variables = { r: [{ __typename: 'Citizen', id: ref(OWN_NUMBER) }] };
    const { status, body } = await hub.ask(query, { token: here, headers: COUNTER, variables });
    expect([status, body.data ?? null, codes({ status, body, headers: new Headers() })]).toEqual([
      400,
      null,
      ['GRAPHQL_VALIDATION_FAILED'],
    ]);
    expect(sent(hub)).toEqual([]);
  });

  it('is not among the types that are shown, and the graph is shown alike to everybody: it holds names, nothing of anybody', async () => {
    const query = '{ __schema { queryType { fields { name } } types { name fields { name description } } directives { name } } }';
    const [nobody, worker] = [await hub.ask(query), await hub.ask(query, { token: here, headers: COUNTER })];
    expect(worker.body.data).toEqual(nobody.body.data);
    const text = JSON.stringify(nobody.body.data);
    expect(text).toContain('"Identity"');
    expect(text).not.toMatch(/_entities|_service|_Any|join__|link__|\d{17}[\dX]/);
  });
});

describe('names that JavaScript treats specially', () => {
  it('in variables change nothing, here or for the next question', async () => {
    const variables = JSON.parse(
      `{"id":"${ref(OTHER_NUMBER)}","__proto__":{"id":"${ref(OWN_NUMBER)}","granted":true},"constructor":{"prototype":{"granted":true}}}`,
    ) as Record<string, unknown>;
    const query = 'query($id: ID!) { citizen(id: $id) { id identity { name } } }';
    const { body } = await hub.ask(query, { token: here, headers: COUNTER, variables });
    expect(body.data).toEqual({ citizen: { id: ref(OTHER_NUMBER), identity: null } });
    const lost = JSON.parse(`{"__proto__":{"id":"${ref(OWN_NUMBER)}"}}`) as Record<string, unknown>;
    const missing = await hub.ask(query, { token: here, headers: COUNTER, variables: lost });
    expect(missing.body.data ?? null).toBeNull();
    expect(({} as Record<string, unknown>)['granted']).toBeUndefined();
    expect(released(hub)).toEqual([]);
  });

  it('in replies bring nothing that was not asked for', async () => {
    hub.agencies.hrss.behaviour = ({ query, representations }, response) => {
      const more = `"identity":{"name":"某人","number":"${SECRET}"},"jurisdictions":["440000"]`;
      const one = JSON.stringify(representations[0]).slice(0, -1);
      const identity = query.includes('identity') ? `"identity":{"name":"某人","__proto__":{"sex":"MALE","number":"${SECRET}"}},` : '';
      response
        .setHeader('content-type', 'application/json')
        .end(
          `{"data":{"_entities":[${one},${identity}"jurisdictions":["440000"],"__proto__":{${more},"socialCard":{"number":"${SECRET}"}}}]}}`,
        );
      return undefined;
    };
    const query = 'query($id: ID!) { citizen(id: $id) { identity { name sex number } socialCard { number } } }';
    const { body } = await hub.ask(query, { token: here, headers: COUNTER, variables: { id: ref(OWN_NUMBER) } });
    expect(body.data).toEqual({ citizen: { identity: { name: '某人', sex: null, number: null }, socialCard: null } });
    expect(({} as Record<string, unknown>)['identity']).toBeUndefined();
  });

  it('and other types, given as the type of an answer, bring nothing either', async () => {
    for (const name of ['__proto__', 'constructor', 'Citizen', 'SocialCard', 'Enterprise']) {
      hub.agencies.hrss.behaviour = entities(() => ({
        jurisdictions: ['440000'],
        identity: { __typename: name, name: '某人', number: SECRET, identity: { number: SECRET } },
      }));
      const query = 'query($id: ID!) { citizen(id: $id) { identity { __typename name number } } }';
      const { status, body } = await hub.ask(query, { token: here, headers: COUNTER, variables: { id: ref(OWN_NUMBER) } });
      expect([name, status, JSON.stringify(body).includes(SECRET)]).toEqual([name, 200, false]);
    }
  });
});
