import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { loadAccessCatalogue, subgraphSdl, type AccessCatalogue, type GrantedCall, type ScopeEntry } from '@yichuang/schema';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';
import type { Behaviour, Received } from './setup/fake-agency.js';
import { citizen, field, official, opened } from './attacks/scene.js';

/* What persons and officials change at an agency: decided before anything is sent, and sent once. */

const WRITE = 'benefit.claims:write';
const READ = 'benefit.claims:read';
const MANDATED = 'BENEFIT_APPLICATION';

/** An agency that takes claims, as small as it can be. */
const HRSS = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
    @link(url: "https://specs.yichuang.cn/access/v1.0", import: ["@access", "@public", "@subject", "@predicate", "@about"])
    @composeDirective(name: "@access") @composeDirective(name: "@public") @composeDirective(name: "@subject")
    @composeDirective(name: "@predicate") @composeDirective(name: "@about")
  type Mutation {
    claim(input: ClaimInput!): ClaimPayload @access(scope: "${WRITE}") @about(argument: "input.citizen")
    drop(citizen: ID!, number: String): ClaimPayload @access(scope: "${WRITE}") @about(argument: "citizen")
  }
  input ClaimInput { citizen: ID! reason: String }
  type ClaimPayload @public(reason: "reached only through fields that carry a scope") {
    number: String
    made: Claim @access(scope: "${READ}")
  }
  type Claim @public(reason: "reached only through fields that carry a scope") { state: String amount: String }
  type Citizen @key(fields: "id") @subject(field: "id") {
    id: ID! @public(reason: "r")
    jurisdictions: [String!] @access(scope: "identity.jurisdictions:read")
    claims: [Claim] @access(scope: "${READ}")
  }
`;

const real = loadAccessCatalogue();
const entry: ScopeEntry = {
  zh: '待遇申领',
  en: 'Claims',
  covers: { zh: 'x', en: 'x' },
  sensitivity: 'S2',
  sharing: 'CONDITIONAL',
  separate: false,
  delegable: ['FAMILY_HELP'],
  stepUp: false,
  period: 'WITHHELD',
};
const withScopes = <T extends { readonly scopes: ReadonlySet<string> }>(one: T, ...scopes: string[]): T => ({
  ...one,
  scopes: new Set([...one.scopes, ...scopes]),
});
const catalogue: AccessCatalogue = {
  ...real,
  scopes: new Map([...real.scopes, [WRITE, entry], [READ, entry]]),
  purposes: new Map(
    [...real.purposes].map(([code, purpose]) => [
      code,
      ['OWN_RECORD', 'FAMILY_HELP', MANDATED].includes(code) ? withScopes(purpose, WRITE, READ) : purpose,
    ]),
  ),
  // Who handles claims may change them, and is not shown them: writing does not imply reading.
  mandates: real.mandates.map((mandate) => (mandate.id === 'benefit-pension' ? withScopes(mandate, WRITE) : mandate)),
};

let hub: TestHub;
beforeAll(async () => {
  const sources = [
    { name: 'hub', sdl: parse(subgraphSdl('hub')) },
    { name: 'hrss', sdl: parse(`${HRSS}\n${subgraphSdl('hrss').slice(subgraphSdl('hrss').indexOf('"Personal: needs a basis'))}`) },
  ];
  hub = await startTestHub({}, {}, { sources, catalogue });
});
afterAll(() => hub.close());

/** Answers every act, under the name it was asked by. */
const doing: Behaviour = ({ query, representations }) => ({
  data: query.startsWith('mutation')
    ? Object.fromEntries(
        keysOf(query).map((key) => [key, { __typename: 'ClaimPayload', number: 'N1', made: { state: 'OPEN', amount: '1' } }]),
      )
    : { _entities: representations.map((one) => ({ ...one, jurisdictions: ['440000'], claims: [{ state: 'OPEN' }] })) },
});
beforeEach(() => {
  hub.agencies.hrss.received.length = 0;
  hub.agencies.hrss.behaviour = doing;
});

const keysOf = (query: string): string[] => [...query.matchAll(/(\w+)(?::\w+)?\((?:input|citizen):/g)].map(([, key]) => key ?? '');
const mutations = (): Received[] => hub.agencies.hrss.questions.filter(({ query }) => query.startsWith('mutation'));
const codesOf = ({ body }: Answered): unknown[] => (body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
const grantOf = ({ headers }: Received): GrantedCall => {
  const [, disclosure = ''] = String(headers['yichuang-grant']).split('~');
  return (JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, GrantedCall])[1];
};

/** What one person lets another do. */
async function delegated(from: string, to: string, scopes: readonly string[]) {
  const query =
    'mutation($helper: ID!, $scopes: [String!]!) { offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 30) { id } }';
  const offered = await hub.ask(query, { token: await citizen(hub, from, true), variables: { helper: ref(to), scopes } });
  const id = String(field(offered, 'offerDelegation')['id']);
  const token = await citizen(hub, to);
  const change = async (name: string): Promise<void> => {
    field(await hub.ask(`mutation($id: ID!) { ${name}(id: $id) { state } }`, { token, variables: { id } }), name);
  };
  await change('acceptDelegation');
  return { id, token, headers: { 'yichuang-purpose': 'FAMILY_HELP' }, end: () => change('endDelegation') };
}

const openCase = async (number: string): Promise<string> => opened(hub, await official(hub), { citizen: ref(number), purpose: MANDATED });

const CLAIM = 'mutation($input: ClaimInput!) { claim(input: $input) { number made { state } } }';
const claimFor = (number: string) => ({ input: { citizen: ref(number), reason: '老' } });

describe('a citizen', () => {
  it('changes their own affairs: the agency is asked once, with a grant that names the person and the act', async () => {
    const answered = await hub.ask(CLAIM, { token: await hub.citizen(), variables: claimFor(OWN_NUMBER) });
    expect(answered.body.errors).toBeUndefined();
    expect(answered.body.data).toEqual({ claim: { number: 'N1', made: { state: 'OPEN' } } });
    expect(hub.agencies.hrss.questions).toHaveLength(1);
    const [sent] = mutations();
    expect(sent && grantOf(sent)).toMatchObject({
      aud: 'hrss',
      act: { role: 'CITIZEN' },
      purpose: 'OWN_RECORD',
      release: [{ subjects: [ref(OWN_NUMBER)], scopes: [WRITE, READ], basis: 'SELF' }],
    });
  });

  it('names the person inside a literal as well as in a variable', async () => {
    const query = `mutation($who: ID!) { claim(input: { citizen: $who, reason: "x" }) { number } drop(citizen: "${ref(OWN_NUMBER)}") { number } }`;
    const answered = await hub.ask(query, { token: await hub.citizen(), variables: { who: ref(OWN_NUMBER) } });
    expect(answered.body.data).toEqual({ claim: { number: 'N1' }, drop: { number: 'N1' } });
    expect(mutations().map((one) => grantOf(one).release)).toEqual([[{ subjects: [ref(OWN_NUMBER)], scopes: [WRITE], basis: 'SELF' }]]);
  });

  it('does not change the affairs of somebody else, and no agency is asked anything', async () => {
    const answered = await hub.ask(CLAIM, { token: await hub.citizen(), variables: claimFor(OTHER_NUMBER) });
    expect(answered.body.data).toEqual({ claim: null });
    expect(codesOf(answered)).toEqual([['claim', 'ACCESS_DENIED']]);
    expect(hub.agencies.hrss.received).toEqual([]);
  });

  it('in a mutation of several fields has done what is theirs, in the order asked, and nothing of what is not', async () => {
    const query = `mutation($own: ID!, $other: ID!) {
      first: claim(input: { citizen: $own, reason: "1" }) { number }
      second: claim(input: { citizen: $other, reason: "2" }) { number }
      third: drop(citizen: $own, number: "3") { number }
      fourth: drop(citizen: $other) { number }
    }`;
    const variables = { own: ref(OWN_NUMBER), other: ref(OTHER_NUMBER) };
    const answered = await hub.ask(query, { token: await hub.citizen(), variables });
    expect(answered.body.data).toEqual({ first: { number: 'N1' }, second: null, third: { number: 'N1' }, fourth: null });
    expect(codesOf(answered)).toEqual([
      ['second', 'ACCESS_DENIED'],
      ['fourth', 'ACCESS_DENIED'],
    ]);
    expect(mutations()).toHaveLength(1);
    expect(keysOf(mutations()[0]?.query ?? '')).toEqual(['claim', 'drop']);
    expect(hub.agencies.hrss.received.map(({ body }) => body).join('')).not.toContain(ref(OTHER_NUMBER));
  });

  it('is told of a person whose reference no hub gave out, and what they wrote goes nowhere', async () => {
    const query = 'mutation($citizen: ID!) { drop(citizen: $citizen) { number } }';
    const answered = await hub.ask(query, { token: await hub.citizen(), variables: { citizen: 'made-up' } });
    expect(codesOf(answered)).toEqual([['drop', 'BAD_REQUEST']]);
    expect(hub.agencies.hrss.received).toEqual([]);
    expect(JSON.stringify(answered.body)).not.toContain('made-up');
  });

  it('who skips a field is not decided about', async () => {
    const query =
      'mutation($own: ID!, $other: ID!, $no: Boolean!) { a: drop(citizen: $other) @include(if: $no) { number } b: drop(citizen: $own) { number } }';
    const variables = { own: ref(OWN_NUMBER), other: ref(OTHER_NUMBER), no: false };
    const answered = await hub.ask(query, { token: await hub.citizen(), variables });
    expect(answered.body).toMatchObject({ data: { b: { number: 'N1' } } });
    expect(answered.body.errors).toBeUndefined();
  });
});

describe('without a token', () => {
  it('nothing is changed and nobody is asked', async () => {
    const answered = await hub.ask(CLAIM, { variables: claimFor(OWN_NUMBER) });
    expect(answered.body.data).toEqual({ claim: null });
    expect(codesOf(answered)).toEqual([['claim', 'UNAUTHENTICATED']]);
    expect(hub.agencies.hrss.received).toEqual([]);
  });
});

describe('who acts for the person', () => {
  it('changes what was given to them and is delegable, until it ends', async () => {
    const { headers, token, end } = await delegated(OTHER_NUMBER, OWN_NUMBER, [WRITE, READ]);
    const asked = (): Promise<Answered> => hub.ask(CLAIM, { token, headers, variables: claimFor(OTHER_NUMBER) });
    expect((await asked()).body.data).toEqual({ claim: { number: 'N1', made: { state: 'OPEN' } } });
    expect(mutations().map((one) => grantOf(one).release[0]?.basis)).toEqual(['SELF']);
    await end();
    hub.agencies.hrss.received.length = 0;
    const after = await asked();
    expect(after.body.data).toEqual({ claim: null });
    expect(hub.agencies.hrss.received).toEqual([]);
  });

  it('and ends that themselves in an earlier field of the same mutation is refused in a later one', async () => {
    const { headers, token, id } = await delegated(OTHER_NUMBER, NUMBERS[2] ?? '', [WRITE]);
    const query = `mutation($id: ID!, $input: ClaimInput!) {
      before: claim(input: $input) { number }
      endDelegation(id: $id) { state }
      after: claim(input: $input) { number }
    }`;
    const answered = await hub.ask(query, { token, headers, variables: { id, ...claimFor(OTHER_NUMBER) } });
    expect(answered.body.data).toMatchObject({ before: { number: 'N1' }, endDelegation: { state: 'ENDED' }, after: null });
    expect(mutations()).toHaveLength(1);
  });
});

describe('a caseworker', () => {
  const work = async (headers: Record<string, string>, number = OWN_NUMBER, jurisdiction?: string): Promise<Answered> =>
    hub.ask(CLAIM, { token: await hub.caseworker(jurisdiction), headers, variables: claimFor(number) });

  it('changes the affairs of the person of the case under a mandate, and is not shown what it does not cover', async () => {
    const caseNumber = await openCase(OWN_NUMBER);
    hub.agencies.hrss.received.length = 0;
    const answered = await work({ 'yichuang-purpose': MANDATED, 'yichuang-case': caseNumber });
    expect(answered.body.data).toEqual({ claim: { number: 'N1', made: null } });
    expect(codesOf(answered)).toEqual([['claim.made', 'ACCESS_DENIED']]);
    const [sent] = mutations();
    expect(mutations()).toHaveLength(1);
    expect(sent?.query).not.toContain('state');
    expect(sent && grantOf(sent)).toMatchObject({
      purpose: MANDATED,
      case: caseNumber,
      release: [{ subjects: [ref(OWN_NUMBER)], scopes: [WRITE], basis: 'MANDATE', ref: 'benefit-pension' }],
    });
  });

  it('still acts when nothing of the answer may be shown', async () => {
    const caseNumber = await openCase(OWN_NUMBER);
    const answered = await hub.ask('mutation($input: ClaimInput!) { claim(input: $input) { made { state } } }', {
      token: await hub.caseworker(),
      headers: { 'yichuang-purpose': MANDATED, 'yichuang-case': caseNumber },
      variables: claimFor(OWN_NUMBER),
    });
    expect(answered.body.data).toEqual({ claim: { made: null } });
    expect(mutations()).toHaveLength(1);
  });

  it('without a case, with a case of another person, and from another place changes nothing: no mutation leaves', async () => {
    const caseNumber = await openCase(OTHER_NUMBER);
    expect(codesOf(await work({ 'yichuang-purpose': MANDATED }))).toEqual([['claim', 'CASE_REQUIRED']]);
    expect(codesOf(await work({ 'yichuang-purpose': MANDATED, 'yichuang-case': caseNumber }))).toEqual([['claim', 'ACCESS_DENIED']]);
    const away = await work({ 'yichuang-purpose': MANDATED, 'yichuang-case': caseNumber }, OTHER_NUMBER, '330000');
    expect(codesOf(away)).toEqual([['claim', 'ACCESS_DENIED']]);
    expect(codesOf(await work({ 'yichuang-purpose': 'COUNTER_SERVICE' }))).toEqual([['claim', 'PURPOSE_NOT_ALLOWED']]);
    expect(mutations()).toEqual([]);
  });

  it('whose place the index cannot tell is told that, not denied, and nothing is changed', async () => {
    const caseNumber = await openCase(OWN_NUMBER);
    hub.agencies.hrss.behaviour = (request, response) =>
      request.query.startsWith('mutation')
        ? doing(request, response)
        : { data: null, errors: [{ message: 'x', extensions: { code: 'AGENCY_UNAVAILABLE' } }] };
    const answered = await work({ 'yichuang-purpose': MANDATED, 'yichuang-case': caseNumber });
    expect(codesOf(answered)).toEqual([['claim', 'AGENCY_UNAVAILABLE']]);
    expect(mutations()).toEqual([]);
  });
});

describe('a mutation', () => {
  const once = async (behaviour: Behaviour): Promise<Answered> => {
    hub.agencies.hrss.behaviour = behaviour;
    return hub.ask(CLAIM, { token: await hub.citizen(), variables: claimFor(OWN_NUMBER) });
  };

  it.each([
    ['is answered with 503', (_: Received, response) => void response.writeHead(503, { 'retry-after': '0' }).end()],
    ['loses its connection before an answer', (_: Received, response) => void response.destroy()],
    ['is answered with nonsense', () => ({ data: 'x' })],
    ['is answered with nothing and an error', () => ({ data: null, errors: [{ message: 'x', extensions: { code: 'AGENCY_TIMEOUT' } }] })],
  ] satisfies [string, Behaviour][])('that %s is not sent again, and fails as the agency', async (_, behaviour) => {
    const answered = await once(behaviour);
    expect(answered.body.data).toEqual({ claim: null });
    expect(codesOf(answered)).toEqual([['claim', expect.stringMatching(/^AGENCY_/)]]);
    expect(mutations()).toHaveLength(1);
  });

  it('is refused on record, and so is what was done', async () => {
    await hub.ask(CLAIM, { token: await hub.citizen(), variables: claimFor(OTHER_NUMBER) });
    const token = await hub.token({ sub: 'other', role: 'citizen', citizen_number: OTHER_NUMBER });
    await hub.ask(CLAIM, { token, variables: claimFor(OTHER_NUMBER) });
    const log = await hub.ask('{ me { accessLog { nodes { state kinds { scope } } } } }', { token });
    const rows = (field(log, 'me')['accessLog'] as { nodes: { state: string; kinds: { scope: string }[] }[] }).nodes.map(
      ({ state, kinds }) => ({ state, scopes: kinds.map(({ scope }) => scope) }),
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        { state: 'DENIED', scopes: [WRITE] },
        { state: 'ANSWERED', scopes: [WRITE, READ] },
      ]),
    );
  });

  it('has its answer checked like any other: what was not asked for is not passed on', async () => {
    const answered = await once(() => ({ data: { claim: { number: 'N1', made: { state: { a: 1 }, amount: '9' }, secret: 1 } } }));
    expect(answered.body.data).toEqual({ claim: { number: 'N1', made: { state: null } } });
    expect(codesOf(answered)).toEqual([['claim.made.state', 'AGENCY_BAD_RESPONSE']]);
  });
});
