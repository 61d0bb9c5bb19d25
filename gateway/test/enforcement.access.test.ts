import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GrantedCall } from '@yichuang/schema';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());
beforeEach(() => {
  for (const agency of Object.values(hub.agencies)) {
    agency.received.length = 0;
    agency.behaviour = entities(() => ({}));
  }
  hub.agencies.hrss.behaviour = ({ query, representations }) => ({
    data: {
      _entities: representations.map((r) => ({
        ...r,
        ...(query.includes('jurisdictions') ? { jurisdictions: r['id'] === ref(OWN_NUMBER) ? ['440000', '430000'] : ['110000'] } : {}),
        pension: { relations: [{ jurisdiction: '440000' }], monthsPaid: 120 },
        identity: { name: '某人', number: null },
        insuredHeadcount: 12,
        employments: [
          { jurisdiction: '440000', enterprise: { __typename: 'Enterprise', creditCode: '91440101MA59ABCD1X', insuredHeadcount: 7 } },
        ],
      })),
    },
  });
});

const codesOf = (answered: Answered): unknown[] =>
  (answered.body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
const calls = (): number => Object.values(hub.agencies).reduce((sum, { questions }) => sum + questions.length, 0);
const window = (root: string): string =>
  `{ ${root} { id pension { relations { jurisdiction } monthsPaid } identity { name } medical { account { balance } } courierWork { from } platformWork { from } } }`;
const COUNTER = { 'yichuang-purpose': 'COUNTER_SERVICE' };

describe('without a token', () => {
  it('nothing personal is seen and no agency is called', async () => {
    const answered = await hub.ask(window(`citizen(id: "${ref(OWN_NUMBER)}")`));
    expect(answered.body.data).toEqual({
      citizen: { id: ref(OWN_NUMBER), pension: null, identity: null, medical: null, courierWork: null, platformWork: null },
    });
    expect(new Set(codesOf(answered).map((row) => (row as string[])[1]))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(calls()).toBe(0);
  });

  it('a container cannot be used to call an agency about somebody', async () => {
    const answered = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { __typename } } }`);
    expect(answered.body.data).toEqual({ citizen: { pension: null } });
    expect(codesOf(answered)).toEqual([['citizen.pension', 'UNAUTHENTICATED']]);
    expect(calls()).toBe(0);
  });

  it('public data of a unit is answered, and its standing is not', async () => {
    hub.agencies['market-regulation'].behaviour = entities(() => ({ name: '某公司' }));
    const answered = await hub.ask('{ enterprise(creditCode: "91350100M000100Y43") { name insuredHeadcount } }');
    expect(answered.body.data).toEqual({ enterprise: { name: '某公司', insuredHeadcount: null } });
    expect(codesOf(answered)).toEqual([['enterprise.insuredHeadcount', 'UNAUTHENTICATED']]);
    expect(hub.agencies.hrss.received).toEqual([]);
  });
});

describe('a citizen', () => {
  it('sees their own record', async () => {
    const answered = await hub.ask('{ me { pension { relations { jurisdiction } monthsPaid } identity { name } } }', {
      token: await hub.citizen(),
    });
    expect(answered.body).toMatchObject({
      data: { me: { pension: { relations: [{ jurisdiction: '440000' }], monthsPaid: 120 }, identity: { name: '某人' } } },
    });
    expect(answered.body.errors).toBeUndefined();
    expect(hub.agencies.hrss.questions).toHaveLength(1);
  });

  it('sees what more conditions ask for than are decided ahead, and nothing that they leave out', async () => {
    const query = `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) { me {
      pension { id: __typename relations @include(if: $a) { jurisdiction } monthsPaid @include(if: $b) }
      identity { id: __typename name @include(if: $c) number @include(if: $d) }
      employments { id: __typename jurisdiction @include(if: $e) }
    } }`;
    const token = await hub.citizen();
    const asked = async (...[a, b, c, d, e]: boolean[]) => (await hub.ask(query, { token, variables: { a, b, c, d, e } })).body;
    const rest = { pension: { id: 'Pension' }, identity: { id: 'Identity' }, employments: [{ id: 'Employment' }] };
    const all = {
      pension: { ...rest.pension, relations: [{ jurisdiction: '440000' }], monthsPaid: 120 },
      identity: { ...rest.identity, name: '某人', number: null },
      employments: [{ ...rest.employments[0], jurisdiction: '440000' }],
    };
    expect(await asked(true, true, true, true, true)).toMatchObject({ data: { me: all } });
    expect((await asked(false, false, false, false, false)).data).toEqual({ me: rest });
    const body = await asked(true, false, true, false, true);
    expect(body.data).toEqual({
      me: {
        pension: { ...rest.pension, relations: all.pension.relations },
        identity: { ...rest.identity, name: '某人' },
        employments: all.employments,
      },
    });
    expect(body.errors).toBeUndefined();
  });

  it('asking about somebody else gets ACCESS_DENIED on every personal field, and no agency is called', async () => {
    const token = await hub.citizen();
    for (const root of [`citizen(id: "${ref(OTHER_NUMBER)}")`, `citizenByNumber(number: "${OTHER_NUMBER}")`]) {
      const answered = await hub.ask(window(root), { token });
      const [data] = Object.values(answered.body.data ?? {});
      expect(data).toEqual({ id: ref(OTHER_NUMBER), pension: null, identity: null, medical: null, courierWork: null, platformWork: null });
      expect(new Set(codesOf(answered).map((row) => (row as string[])[1]))).toEqual(new Set(['ACCESS_DENIED']));
    }
    expect(calls()).toBe(0);
  });

  it('in a list of three is the only one that is asked about, and every place says so', async () => {
    const ids = [OTHER_NUMBER, OWN_NUMBER, OTHER_NUMBER].map(ref);
    const answered = await hub.ask('query($ids: [ID!]!) { citizens(ids: $ids) { nodes { pension { monthsPaid } } } }', {
      token: await hub.citizen(),
      variables: { ids },
    });
    expect(answered.body.data).toEqual({ citizens: { nodes: [{ pension: null }, { pension: { monthsPaid: 120 } }, { pension: null }] } });
    expect(codesOf(answered)).toEqual([
      ['citizens.nodes.0.pension', 'ACCESS_DENIED'],
      ['citizens.nodes.2.pension', 'ACCESS_DENIED'],
    ]);
    expect(hub.agencies.hrss.questions.map(({ representations }) => representations)).toEqual([
      [{ __typename: 'Citizen', id: ref(OWN_NUMBER) }],
    ]);
  });

  it('does not get the standing of a unit through an employment of their own', async () => {
    const answered = await hub.ask('{ me { employments { jurisdiction enterprise { creditCode insuredHeadcount } } } }', {
      token: await hub.citizen(),
    });
    expect(answered.body.data).toEqual({
      me: { employments: [{ jurisdiction: '440000', enterprise: { creditCode: '91440101MA59ABCD1X', insuredHeadcount: null } }] },
    });
    expect(codesOf(answered)).toEqual([['me.employments.0.enterprise.insuredHeadcount', 'ACCESS_DENIED']]);
    expect(hub.agencies.hrss.received.map(({ body }) => body).join('')).not.toContain('insuredHeadcount');
  });

  it.each(['COUNTER_SERVICE', 'CURIOSITY'])('stating the purpose %s gets PURPOSE_NOT_ALLOWED', async (purpose) => {
    const answered = await hub.ask('{ me { pension { monthsPaid } } }', {
      token: await hub.citizen(),
      headers: { 'yichuang-purpose': purpose },
    });
    expect(codesOf(answered)).toEqual([['me.pension', 'PURPOSE_NOT_ALLOWED']]);
    expect(JSON.stringify(answered.body)).not.toContain('CURIOSITY');
  });
});

describe('a caseworker', () => {
  it('sees persons of whom their jurisdiction holds a relation, and nothing of others', async () => {
    const ids = [ref(OWN_NUMBER), ref(OTHER_NUMBER)];
    const answered = await hub.ask(
      'query($ids: [ID!]!) { citizens(ids: $ids) { nodes { pension { monthsPaid } medical { enrolments { from } } } } }',
      {
        token: await hub.caseworker(),
        headers: COUNTER,
        variables: { ids },
      },
    );
    expect(codesOf(answered).filter((row) => (row as string[])[1] !== 'AGENCY_BAD_RESPONSE')).toEqual(
      expect.arrayContaining([
        ['citizens.nodes.1.pension', 'ACCESS_DENIED'],
        ['citizens.nodes.1.medical', 'ACCESS_DENIED'],
      ]),
    );
    expect(answered.body.data).toMatchObject({ citizens: { nodes: [{ pension: { monthsPaid: 120 } }, { pension: null, medical: null }] } });
    const [lookUp, ...rest] = hub.agencies.hrss.questions;
    expect(lookUp?.query).toContain('jurisdictions');
    expect(lookUp?.representations.map(({ id }) => id)).toEqual(ids);
    expect(rest.map(({ representations }) => representations.map(({ id }) => id))).toEqual([[ids[0]]]);
    expect(hub.agencies['medical-insurance'].questions.map(({ representations }) => representations.map(({ id }) => id))).toEqual([
      [ids[0]],
    ]);
  });

  it('of another jurisdiction sees nothing', async () => {
    const answered = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { monthsPaid } } }`, {
      token: await hub.caseworker('330000'),
      headers: COUNTER,
    });
    expect(codesOf(answered)).toEqual([['citizen.pension', 'ACCESS_DENIED']]);
    expect(hub.agencies.hrss.questions).toHaveLength(1);
  });

  it('without a purpose is asked for one, and no agency is called', async () => {
    const answered = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { monthsPaid } } }`, { token: await hub.caseworker() });
    expect(codesOf(answered)).toEqual([['citizen.pension.monthsPaid', 'PURPOSE_REQUIRED']].map(([, code]) => ['citizen.pension', code]));
    expect(calls()).toBe(0);
  });

  it('is not given what the mandate does not cover, and it is not asked for', async () => {
    const answered = await hub.ask(
      `{ citizen(id: "${ref(OWN_NUMBER)}") { identity { name number } medical { payments { totalCount } } } }`,
      {
        token: await hub.caseworker(),
        headers: COUNTER,
      },
    );
    expect(answered.body.data).toEqual({ citizen: { identity: { name: '某人', number: null }, medical: null } });
    expect(codesOf(answered)).toEqual([
      ['citizen.identity.number', 'ACCESS_DENIED'],
      ['citizen.medical.payments', 'ACCESS_DENIED'],
    ]);
    expect(
      Object.values(hub.agencies)
        .flatMap(({ received }) => received.map(({ body }) => body))
        .join(''),
    ).not.toMatch(/number|payments/);
  });

  it('gets an agency error, not a denial, when the index cannot say where a person is insured, and nothing is asked', async () => {
    hub.agencies.hrss.behaviour = ({ representations }) => ({
      data: { _entities: representations.map((r) => ({ ...r, jurisdictions: null })) },
      errors: [
        { message: 'x', path: ['_entities', 0, 'jurisdictions'], extensions: { code: 'AGENCY_UNAVAILABLE', system: 'national-index' } },
      ],
    });
    const answered = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { monthsPaid } medical { enrolments { from } } } }`, {
      token: await hub.caseworker(),
      headers: COUNTER,
    });
    const unavailable = { code: 'AGENCY_UNAVAILABLE', agency: 'hrss', system: 'national-index' };
    expect(Object.fromEntries((answered.body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions]))).toEqual({
      'citizen.pension': unavailable,
      'citizen.medical': unavailable,
    });
    expect(hub.agencies['medical-insurance'].questions).toEqual([]);
  });

  it('sees the headcount of units of their province only, also inside an employment', async () => {
    const options = { token: await hub.caseworker(), headers: COUNTER };
    const nested = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { employments { enterprise { insuredHeadcount } } } }`, options);
    expect(nested.body.data).toEqual({ citizen: { employments: [{ enterprise: { insuredHeadcount: 7 } }] } });
    const elsewhere = await hub.ask('{ enterprise(creditCode: "91350100M000100Y43") { insuredHeadcount } }', options);
    expect(codesOf(elsewhere)).toEqual([['enterprise.insuredHeadcount', 'ACCESS_DENIED']]);
    const away = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { employments { enterprise { insuredHeadcount } } } }`, {
      token: await hub.caseworker('430000'),
      headers: COUNTER,
    });
    expect(away.body.data).toEqual({ citizen: { employments: [{ enterprise: { insuredHeadcount: null } }] } });
    expect(codesOf(away)).toEqual([['citizen.employments.0.enterprise.insuredHeadcount', 'ACCESS_DENIED']]);
  });
});

describe('any other official', () => {
  it.each(['regulator', 'employer', 'integrator'])('in the role %s has no basis yet', async (role) => {
    const token = await hub.token({ sub: 's', role, party_kind: 'HRSS_OFFICE', party: '440000', jurisdiction: '440000' });
    const answered = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { monthsPaid } } }`, { token, headers: COUNTER });
    expect(codesOf(answered)).toEqual([['citizen.pension', 'ACCESS_DENIED']]);
    expect(calls()).toBe(0);
  });
});

/** What the grant of each call to an agency says. */
function granted(agency: TestHub['agencies']['hrss']): GrantedCall[] {
  return agency.questions.map(({ headers }) => {
    const [, disclosure = ''] = String(headers['yichuang-grant']).split('~');
    const [, call] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, GrantedCall];
    return call;
  });
}

describe('the grant of a call', () => {
  it('names the persons that are asked about, and the scopes that were decided for them, by agency', async () => {
    const token = await hub.citizen();
    await hub.ask('{ me { pension { monthsPaid relations { state } } medical { account { balance } } } }', { token });
    const [pension] = granted(hub.agencies.hrss);
    const [medical] = granted(hub.agencies['medical-insurance']);
    const subjects = [ref(OWN_NUMBER)];
    expect(pension).toMatchObject({ aud: 'hrss', act: { role: 'CITIZEN', user: 'u-1' }, purpose: 'OWN_RECORD' });
    expect(pension?.release).toEqual([{ subjects, scopes: ['pension.months:count', 'pension.relations:read'], basis: 'SELF' }]);
    expect(medical?.aud).toBe('medical-insurance');
    expect(medical?.release).toEqual([{ subjects, scopes: ['medical.account:read'], basis: 'SELF' }]);
  });

  it('of the look-up a decision needs is the hub’s own, for the index and nothing else', async () => {
    const options = { token: await hub.caseworker(), headers: COUNTER };
    await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { pension { monthsPaid } } }`, options);
    expect(granted(hub.agencies.hrss)[0]?.release).toEqual([
      { subjects: [ref(OWN_NUMBER)], scopes: ['identity.jurisdictions:read'], basis: 'DECISION' },
    ]);
  });
});

describe('every call to an agency', () => {
  it('carries a grant, the question and the time left, and no token of the caller', async () => {
    const token = await hub.citizen();
    await hub.ask('{ me { pension { monthsPaid } medical { account { balance } } } }', { token });
    const received = [...hub.agencies.hrss.questions, ...hub.agencies['medical-insurance'].questions];
    expect(new Set(received.map(({ headers }) => headers['yichuang-question'])).size).toBe(1);
    for (const { headers, body } of received) {
      expect(headers['yichuang-grant']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+~[\w-]+~$/);
      expect(headers['yichuang-question']).toMatch(/^[0-9a-f-]{36}$/);
      expect(Number(headers['yichuang-deadline-ms'])).toBeGreaterThan(1_000);
      expect(body).not.toContain(OWN_NUMBER);
      expect(JSON.stringify(headers)).not.toContain(token);
    }
  });

  it('is one per agency however many persons are asked for', async () => {
    hub.agencies.hrss.behaviour = entities((r) => ({ jurisdictions: ['440000'], pension: { monthsPaid: String(r['id']).length } }));
    await hub.ask('query($ids: [ID!]!) { citizens(ids: $ids) { nodes { pension { monthsPaid } } } }', {
      token: await hub.caseworker(),
      headers: COUNTER,
      variables: { ids: [...NUMBERS, ...NUMBERS].map(ref) },
    });
    expect(hub.agencies.hrss.questions.map(({ representations }) => representations.length)).toEqual([NUMBERS.length, NUMBERS.length]);
  });
});

describe('a reference', () => {
  it.each(['', 'c1', 'c1AAAA', 'x'.repeat(48)])('that the hub did not give out is refused alike', async (id) => {
    const answered = await hub.ask('query($id: ID!) { citizen(id: $id) { id } }', { variables: { id } });
    expect(answered.body.data).toEqual({ citizen: null });
    expect(codesOf(answered)).toEqual([['citizen', 'BAD_REQUEST']]);
  });

  it('beyond fifty at a time is refused', async () => {
    const answered = await hub.ask('query($ids: [ID!]!) { citizens(ids: $ids) { totalCount } }', {
      variables: { ids: Array.from({ length: 51 }, () => ref(OWN_NUMBER)) },
    });
    expect(codesOf(answered)).toEqual([['citizens', 'PAGE_INVALID']]);
  });
});
