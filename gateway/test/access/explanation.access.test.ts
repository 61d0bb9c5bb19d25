import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { concatAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { citizenCheckCharacter } from '@yichuang/schema';
import { ASSERT, citizen, consented, COUNT, employer, forget, official, UNIT_ELSEWHERE, UNIT_HERE } from '../attacks/scene.js';
import { subgraphSources } from '../../src/graph/compose.js';
import { telling } from '../execution/setup/shop.js';
import { serveShop } from '../http/setup/shop.js';
import { Source } from '../http/setup/source.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { entities } from '../setup/fake-agency.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';

/* What an answer says of the decisions it rests on, to who asks with `extensions: { access: true }`. */

const [HERE, ELSEWHERE, NOT_THERE] = [OWN_NUMBER, OTHER_NUMBER, `99000019700101009${citizenCheckCharacter('99000019700101009')}`];
const COUNTER = { 'yichuang-purpose': 'COUNTER_SERVICE' };
const EXPLAINED = { access: true };

/** Events of everybody's record, as an agency might offer them. */
const EVENTS = parse(`
  type Subscription { recordChanged: RecordChange @public(reason: "tells of whom by sealed reference") }
  type RecordChange @public(reason: "holds a sealed reference") { person: Citizen }
`);

let database: TestDatabase;
let hub: TestHub;
let source: Source<Record<string, unknown>>;
beforeAll(async () => {
  database = await testDatabase();
  source = new Source();
  const sources = subgraphSources().map((one) => (one.name === 'hrss' ? { ...one, sdl: concatAST([one.sdl, EVENTS]) } : one));
  hub = await startTestHub(
    { DATABASE_URL: database.url },
    {},
    { sources, events: (agency) => (agency === 'hrss' ? () => source : undefined) },
  );
});
afterAll(async () => {
  await hub.close();
  await database.stop();
});
beforeEach(() => {
  forget(hub);
  hub.agencies.hrss.behaviour = entities(({ id }) =>
    id === ref(NOT_THERE)
      ? null
      : {
          jurisdictions: [id === ref(HERE) ? '440000' : '110000'],
          identity: { name: '某人' },
          pension: { monthsPaid: 201, hasPaidAtLeast: true },
          employments: [UNIT_HERE, UNIT_ELSEWHERE].map((creditCode) => ({
            enterprise: { __typename: 'Enterprise', creditCode, insuredHeadcount: 4711 },
          })),
        },
  );
});

const access = ({ body }: Answered): unknown => body.extensions?.access;

describe('an answer that is asked to say what was decided', () => {
  it('says for each ground how many persons it holds for, and names none', async () => {
    const persons = [HERE, ELSEWHERE, NOT_THERE].map((number) => ref(number));
    const answered = await hub.ask(
      'query($ids: [ID!]!) { citizens(ids: $ids) { nodes { identity { name } pension { monthsPaid } accessLog { nodes { id } } } } }',
      { token: await official(hub), headers: COUNTER, variables: { ids: persons }, extensions: EXPLAINED },
    );
    const id = answered.body.extensions?.requestId;
    expect(access(answered)).toEqual({
      decisionId: id,
      purpose: 'COUNTER_SERVICE',
      decisions: [
        { decision: 'DENIED', about: 'PERSON', subjects: 2, scopes: ['identity.person:read', COUNT], code: 'ACCESS_DENIED' },
        {
          decision: 'GRANTED',
          about: 'PERSON',
          subjects: 1,
          scopes: ['identity.person:read', COUNT],
          basis: 'MANDATE',
          reference: 'counter-service',
        },
        { decision: 'DENIED', about: 'PERSON', subjects: null, scopes: ['accesslog.entries:read'], code: 'PURPOSE_NOT_ALLOWED' },
      ],
      undecided: [],
    });
    for (const person of persons) expect(JSON.stringify(access(answered))).not.toContain(person);
    const explained = await hub.ask('query($id: ID!) { explainDecision(id: $id) { nodes { entry { state } } } }', {
      token: await official(hub),
      variables: { id },
    });
    expect((explained.body.data as { explainDecision: { nodes: unknown[] } }).explainDecision.nodes.length).toBeGreaterThan(0);
  });

  it('says nothing where nobody asks for it', async () => {
    const token = await official(hub);
    for (const extensions of [undefined, {}, { access: 'true' }, { access: { yes: true } }, { explain: true }]) {
      const options = { token, headers: COUNTER, variables: { id: ref(HERE) }, ...(extensions ? { extensions } : {}) };
      const { body } = await hub.ask('query($id: ID!) { citizen(id: $id) { identity { name } } }', options);
      expect(Object.keys(body.extensions ?? {})).not.toContain('access');
    }
  });

  it('says what a consent gave and what it did not', async () => {
    const token = await employer(hub);
    const id = await consented(hub, token, HERE, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
    const answered = await hub.ask('query($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 180) monthsPaid } } }', {
      token,
      headers: { 'yichuang-purpose': 'HIRING_CHECK' },
      variables: { id: ref(HERE) },
      extensions: EXPLAINED,
    });
    expect(access(answered)).toMatchObject({
      decisions: [
        { decision: 'DENIED', subjects: 1, scopes: [COUNT], code: 'CONSENT_REQUIRED' },
        { decision: 'GRANTED', subjects: 1, scopes: [ASSERT], basis: 'CONSENT', reference: id },
      ],
    });
  });

  it('tells units from persons, and those found inside a reply', async () => {
    const answered = await hub.ask('query($id: ID!) { citizen(id: $id) { employments { enterprise { insuredHeadcount } } } }', {
      token: await official(hub),
      headers: COUNTER,
      variables: { id: ref(HERE) },
      extensions: EXPLAINED,
    });
    const headcount = { about: 'UNIT', subjects: 1, scopes: ['enterprise.headcount:count'] };
    expect((access(answered) as { decisions: unknown }).decisions).toEqual([
      expect.objectContaining({ decision: 'GRANTED', about: 'PERSON', subjects: 1, scopes: ['employment.registered:read'] }),
      { decision: 'DENIED', ...headcount, code: 'ACCESS_DENIED' },
      { decision: 'GRANTED', ...headcount, basis: 'MANDATE', reference: 'counter-service' },
    ]);
    for (const unit of [UNIT_HERE, UNIT_ELSEWHERE]) expect(JSON.stringify(access(answered))).not.toContain(unit);
  });

  it('says to persons that it is their own, and to nobody known that there is nothing to have explained', async () => {
    const own = await hub.ask('{ me { identity { name } } }', { token: await citizen(hub), extensions: EXPLAINED });
    expect(access(own)).toMatchObject({
      purpose: 'OWN_RECORD',
      decisions: [{ decision: 'GRANTED', subjects: 1, basis: 'SELF', scopes: ['identity.person:read'] }],
    });
    const nobody = await hub.ask('query($id: ID!) { citizen(id: $id) { identity { name } } }', {
      variables: { id: ref(HERE) },
      extensions: EXPLAINED,
    });
    expect(access(nobody)).toEqual({
      decisionId: null,
      purpose: null,
      decisions: [{ decision: 'DENIED', about: 'PERSON', subjects: null, scopes: ['identity.person:read'], code: 'UNAUTHENTICATED' }],
      undecided: [],
    });
    const open = await hub.ask('{ agencies { code } }', { extensions: EXPLAINED });
    expect(access(open)).toEqual({ decisionId: null, purpose: null, decisions: [], undecided: [] });
  });

  it('says it by GET as well', async () => {
    const params = new URLSearchParams({ query: '{ me { identity { name } } }', extensions: JSON.stringify(EXPLAINED) });
    const response = await fetch(`${hub.gateway.url}/graphql?${params.toString()}`, {
      headers: { authorization: `Bearer ${await citizen(hub)}` },
    });
    expect(await response.json()).toMatchObject({ extensions: { access: { decisions: [{ basis: 'SELF' }] } } });
  });
});

describe('an answer in parts', () => {
  const DEFERRED = '{ me { id identity { name } ... @defer { pension { monthsPaid } } } }';
  const whole = {
    access: {
      decisionId: expect.any(String),
      decisions: [{ decision: 'GRANTED', about: 'PERSON', subjects: 1, basis: 'SELF', scopes: ['identity.person:read', COUNT] }],
    },
  };

  it.each([
    ['multipart/mixed', (text: string) => text.split(/\r\n---(?:--)?\r\n/).map((part) => part.slice(part.indexOf('{')))],
    ['text/event-stream', (text: string) => [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => data ?? '')],
  ])('says it in its last message, when all of it has been decided (%s)', async (accept, parts) => {
    const response = await fetch(`${hub.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${await citizen(hub)}` },
      body: JSON.stringify({ query: DEFERRED, extensions: EXPLAINED }),
    });
    const messages = parts(await response.text())
      .filter((part) => part.startsWith('{'))
      .map((part) => JSON.parse(part) as { hasNext: boolean; extensions?: { access?: unknown } });
    expect(messages.at(-1)).toMatchObject({ hasNext: false, extensions: whole });
    expect(messages.filter(({ extensions }) => extensions?.access !== undefined)).toHaveLength(1);
  });

  it('says it over WebSocket, too', async () => {
    const client = createClient({
      url: hub.gateway.url.replace('http', 'ws') + '/graphql',
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await citizen(hub)}` },
    });
    const messages: unknown[] = [];
    for await (const message of client.iterate({ query: DEFERRED, extensions: EXPLAINED })) messages.push(message);
    await client.dispose();
    expect(messages.at(-1)).toMatchObject({ hasNext: false, extensions: whole });
  });
});

it('every event says what was decided for it', async () => {
  const client = createClient({
    url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await official(hub)}`, ...COUNTER },
  });
  const events = client.iterate({ query: 'subscription { recordChanged { person { identity { name } } } }', extensions: EXPLAINED });
  const decided: unknown[] = [];
  for (const number of [HERE, ELSEWHERE, HERE]) {
    source.push({ recordChanged: { person: { __typename: 'Citizen', id: ref(number) } } });
    const { value } = (await events.next()) as { value: { extensions: { access: { decisions: unknown[] } } } };
    decided.push(value.extensions.access.decisions);
  }
  await client.dispose();
  const allowed = [expect.objectContaining({ decision: 'GRANTED', subjects: 1 })];
  expect(decided).toEqual([allowed, [expect.objectContaining({ decision: 'DENIED', subjects: 1, code: 'ACCESS_DENIED' })], allowed]);
});

describe('attacks', () => {
  it('who is there, who is not and who is elsewhere are counted alike', async () => {
    const token = await official(hub);
    const ask = async (number: string): Promise<string> => {
      const answered = await hub.ask(
        'query($id: ID!) { citizen(id: $id) { identity { name } employments { enterprise { insuredHeadcount } } } }',
        {
          token,
          headers: COUNTER,
          variables: { id: ref(number) },
          extensions: EXPLAINED,
        },
      );
      return JSON.stringify(access(answered)).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'UUID');
    };
    const elsewhere = await ask(ELSEWHERE);
    expect(await ask(NOT_THERE)).toBe(elsewhere);
    expect(await ask(NUMBERS[2] ?? '')).toBe(elsewhere);
    expect(elsewhere).toContain('"code":"ACCESS_DENIED"');
  });
});

describe('what nobody could decide', () => {
  const both = (token: string, headers: Record<string, string>): Promise<Answered> =>
    hub.ask('query($ids: [ID!]!) { citizens(ids: $ids) { nodes { identity { name } pension { monthsPaid } } } }', {
      token,
      headers,
      variables: { ids: [HERE, ELSEWHERE, NOT_THERE].map((number) => ref(number)) },
      extensions: EXPLAINED,
    });

  it('is told apart from denials, with how many it is about, why, and what to do; it is not on record', async () => {
    hub.agencies.hrss.behaviour = (_, response) => response.writeHead(429, { 'retry-after': '7' }).end();
    const answered = await both(await official(hub), COUNTER);
    expect(access(answered)).toEqual({
      decisionId: answered.body.extensions?.requestId,
      purpose: 'COUNTER_SERVICE',
      decisions: [],
      undecided: [
        {
          about: 'PERSON',
          subjects: 3,
          scopes: ['identity.person:read', COUNT],
          code: 'AGENCY_RATE_LIMITED',
          agency: 'hrss',
          remedy: { type: 'TRY_AGAIN', afterSeconds: 7 },
        },
      ],
    });
    const explained = await hub.ask('query($id: ID!) { explainDecision(id: $id) { nodes { entry { state } } } }', {
      token: await official(hub),
      variables: { id: answered.body.extensions?.requestId },
    });
    expect(explained.body.data).toEqual({ explainDecision: null });
  });

  it('names no system and no place of the agency, from which one could learn where somebody is held', async () => {
    hub.agencies.hrss.behaviour = ({ representations }) => ({
      data: { _entities: representations.map(() => null) },
      errors: representations.map((_, index) => ({
        message: 'x',
        path: ['_entities', index, 'jurisdictions'],
        extensions: { code: 'AGENCY_TIMEOUT', agency: 'hrss', system: 'hrss-soap-510000', jurisdiction: '510000' },
      })),
    });
    const answered = await both(await official(hub), COUNTER);
    expect(access(answered)).toMatchObject({ decisions: [], undecided: [{ subjects: 3, code: 'AGENCY_TIMEOUT', agency: 'hrss' }] });
    expect(JSON.stringify(access(answered))).not.toContain('510000');
  });
});

it('what the store does not say is told as undecided, and what cannot be recorded not as granted', async () => {
  const token = await official(hub);
  const recipient = await employer(hub);
  await consented(hub, recipient, ELSEWHERE, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
  const ask = (): Promise<Answered> =>
    hub.ask('query($id: ID!) { citizen(id: $id) { identity { name } } }', {
      token,
      headers: COUNTER,
      variables: { id: ref(HERE) },
      extensions: EXPLAINED,
    });
  expect(access(await ask())).toMatchObject({ decisions: [{ decision: 'GRANTED' }] });
  await database.stop();
  const answered = await ask();
  expect(answered.body.errors?.map(({ extensions }) => [extensions['code'], extensions['retryAfterSeconds']])).toEqual([
    ['AUDIT_UNAVAILABLE', 1],
  ]);
  const later = { remedy: { type: 'TRY_AGAIN' } };
  const soon = { remedy: { type: 'TRY_AGAIN', afterSeconds: 1 } };
  expect(access(answered)).toMatchObject({
    decisions: [],
    undecided: [{ about: 'PERSON', subjects: 1, scopes: ['identity.person:read'], code: 'AUDIT_UNAVAILABLE', ...soon }],
  });
  const byConsent = await hub.ask('query($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 180) } } }', {
    token: recipient,
    headers: { 'yichuang-purpose': 'HIRING_CHECK' },
    variables: { id: ref(ELSEWHERE) },
    extensions: EXPLAINED,
  });
  expect(access(byConsent)).toMatchObject({
    decisions: [],
    undecided: [{ about: 'PERSON', subjects: 1, scopes: [ASSERT], code: 'CONSENT_UNAVAILABLE', ...later }],
  });
});

it('a graph without access rules has nothing to tell', async () => {
  const served = await serveShop();
  served.answering = telling({ goods: { root: () => ({ data: { best: { __typename: 'Good', sku: '1', name: 'one' } } }) } });
  const response = await served.post({ query: '{ best { name } }', extensions: EXPLAINED });
  expect(await response.json()).toEqual({ data: { best: { name: 'one' } }, extensions: { requestId: expect.any(String) } });
  await served.stop();
});
