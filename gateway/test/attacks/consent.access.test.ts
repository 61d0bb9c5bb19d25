import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { concatAST, parse } from 'graphql';
import { subgraphSources } from '../../src/graph/compose.js';
import { Source } from '../http/setup/source.js';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { act, ASSERT, citizen, codes, consented, COUNT, employer, forget, legalAid, refusals, released, sent } from './scene.js';

const HIRING = { purpose: 'HIRING_CHECK' };
const SUPPORT = { purpose: 'RIGHTS_SUPPORT' };
const CHECK = `query($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 180) monthsPaid } } }`;

/** Events of everybody's record, as an agency might offer them. */
const EVENTS = parse(`
  type Subscription { recordChanged: RecordChange @public(reason: "tells of whom by sealed reference") }
  type RecordChange @public(reason: "holds a sealed reference") { serial: Int person: Citizen }
`);

let hub: TestHub;
let source: Source<Record<string, unknown>> | undefined;
let parties = 0;
beforeAll(async () => {
  const sources = subgraphSources().map((one) => (one.name === 'hrss' ? { ...one, sdl: concatAST([one.sdl, EVENTS]) } : one));
  const events = (agency: string) => (agency === 'hrss' ? () => (source = new Source<Record<string, unknown>>()) : undefined);
  hub = await startTestHub({}, {}, { sources, events });
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
  hub.agencies.hrss.behaviour = entities(() => ({
    pension: { hasPaidAtLeast: true, monthsPaid: 201, contributions: { totalCount: 3, edges: [] } },
    identity: { name: '某人' },
    employments: [],
  }));
  hub.agencies.postal.behaviour = entities(() => ({ courierWork: [{ from: '2024-01-01' }] }));
});

/** A recipient that nobody has heard of yet. */
const unheardOf = (): string => `9144030${String(++parties).padStart(2, '0')}A5DHDAD1B`.slice(0, 18);
const ask = (token: string, query = CHECK, purpose = 'HIRING_CHECK', number = OWN_NUMBER): Promise<Answered> =>
  hub.ask(query, { token, headers: { 'yichuang-purpose': purpose }, variables: { id: ref(number) } });

describe('a consent', () => {
  it('to one recipient gives another nothing, not even that it exists', async () => {
    const [one, other] = await Promise.all([employer(hub, unheardOf()), employer(hub, unheardOf())]);
    await consented(hub, one, OWN_NUMBER, { ...HIRING, scopes: [ASSERT] });
    const [unasked, unknown] = [await ask(other), await ask(other, CHECK, 'HIRING_CHECK', OTHER_NUMBER)];
    expect(refusals(unasked)).toEqual([['citizen.pension', 'ACCESS_DENIED']]);
    expect(refusals(unknown)).toEqual(refusals(unasked));
    expect(sent(hub)).toEqual([]);
    expect((await ask(one)).body.data).toEqual({ citizen: { pension: { hasPaidAtLeast: true, monthsPaid: null } } });
  });

  it('to an employer is nothing to who says the same code under another kind of party', async () => {
    const code = unheardOf();
    await consented(hub, await employer(hub, code), OWN_NUMBER, { ...HIRING, scopes: [ASSERT] });
    for (const kind of ['LEGAL_AID', 'employer', 'EMPLOYER:', 'HRSS_OFFICE']) {
      const token = await hub.token({ sub: 's', role: 'employer', party_kind: kind, party: code });
      expect(codes(await ask(token))).toEqual(['ACCESS_DENIED']);
    }
    expect(sent(hub)).toEqual([]);
  });

  it.each([
    ['RIGHTS_SUPPORT', 'ACCESS_DENIED'],
    ['EMERGENCY', 'PURPOSE_NOT_ALLOWED'],
    ['OWN_RECORD', 'PURPOSE_NOT_ALLOWED'],
    ['CURIOSITY', 'PURPOSE_NOT_ALLOWED'],
    ['', 'PURPOSE_REQUIRED'],
  ])('for one purpose gives nothing for the purpose „%s“', async (purpose, code) => {
    const token = await employer(hub, unheardOf());
    await consented(hub, token, OWN_NUMBER, { ...HIRING, scopes: [ASSERT, COUNT] });
    expect(codes(await ask(token, CHECK, purpose))).toEqual([code]);
    expect(sent(hub)).toEqual([]);
  });

  it('for one scope does not widen: the sibling is said to need consent, and is not asked for', async () => {
    const token = await employer(hub, unheardOf());
    await consented(hub, token, OWN_NUMBER, { ...HIRING, scopes: [ASSERT] });
    const answered = await ask(token);
    expect(refusals(answered)).toEqual([['citizen.pension.monthsPaid', 'CONSENT_REQUIRED']]);
    expect(released(hub).map(({ query }) => query.includes('monthsPaid'))).toEqual([false]);
    expect(released(hub).flatMap(({ grant }) => grant.release)).toMatchObject([
      { subjects: [ref(OWN_NUMBER)], scopes: [ASSERT], basis: 'CONSENT' },
    ]);
  });

  it('that is paused, revoked or not begun gives nothing, and at once', async () => {
    const token = await employer(hub, unheardOf());
    const id = await consented(hub, token, OWN_NUMBER, { ...HIRING, scopes: [ASSERT] });
    await act(hub, OWN_NUMBER, 'pause', id);
    expect(codes(await ask(token))).toEqual(['ACCESS_DENIED']);
    await act(hub, OWN_NUMBER, 'resume', id);
    expect((await ask(token)).body.data).toMatchObject({ citizen: { pension: { hasPaidAtLeast: true } } });
    await act(hub, OWN_NUMBER, 'revoke', id);
    forget(hub);
    expect(codes(await ask(token))).toEqual(['ACCESS_DENIED']);
    const later = await employer(hub, unheardOf());
    const validFrom = new Date(Date.now() + 3_600_000).toISOString();
    await consented(hub, later, OWN_NUMBER, { ...HIRING, scopes: [ASSERT], validFrom });
    expect(codes(await ask(later))).toEqual(['ACCESS_DENIED']);
    expect(sent(hub)).toEqual([]);
  });

  it('for some months of the data goes to the agency with those months, whatever the question asks for', async () => {
    const token = await legalAid(hub, 'aid-range');
    const scopes = ['pension.contributions:read', 'identity.person:read'];
    const dataRange = { from: '2024-01', to: '2024-06' };
    await consented(hub, token, OWN_NUMBER, { ...SUPPORT, scopes, dataRange });
    for (const bounds of ['', '(from: "1999-01")', '(from: "1999-01", to: "2099-12")']) {
      forget(hub);
      await ask(token, `query($id: ID!) { citizen(id: $id) { pension { contributions${bounds} { totalCount } } } }`, 'RIGHTS_SUPPORT');
      expect(released(hub).flatMap(({ grant }) => grant.release)).toMatchObject([{ basis: 'CONSENT', dataRange }]);
    }
  });

  it('of three uses is used three times by a hundred questions at once, and the others reach no agency', async () => {
    const token = await legalAid(hub, 'aid-hundred');
    const scopes = ['identity.person:read'];
    await consented(hub, token, OWN_NUMBER, { ...SUPPORT, scopes, maxUses: 3, frequency: null });
    const query = 'query($id: ID!) { citizen(id: $id) { identity { name } } }';
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(token, query, 'RIGHTS_SUPPORT')));
    const names = answers.map(({ body }) => (body.data?.['citizen'] as { identity: { name: string } | null }).identity?.name);
    expect(names.filter((name) => name === '某人')).toHaveLength(3);
    expect(released(hub)).toHaveLength(3);
    expect(new Set(answers.flatMap(codes))).toEqual(new Set(['ACCESS_DENIED']));
  });
});

describe('after a revocation', () => {
  const PARTS = `query($id: ID!) { citizen(id: $id) { identity { name } ... @defer { courierWork { from } } } }`;

  it('a deferred part that has not been given out yet is withheld', async () => {
    const token = await legalAid(hub, 'aid-defer');
    const scopes = ['identity.person:read', 'employment.courier:read'];
    const id = await consented(hub, token, OWN_NUMBER, { ...SUPPORT, scopes });
    let answer = (): void => undefined;
    hub.agencies.postal.behaviour = (request, response) => {
      const made = entities(() => ({ courierWork: [{ from: '2024-01-01' }] }))(request, response);
      answer = () => response.setHeader('content-type', 'application/json').end(JSON.stringify(made));
      return undefined;
    };
    const response = await fetch(`${hub.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed; deferSpec=20220824',
        authorization: `Bearer ${token}`,
        'yichuang-purpose': 'RIGHTS_SUPPORT',
      },
      body: JSON.stringify({ query: PARTS, variables: { id: ref(OWN_NUMBER) } }),
    });
    await until(() => hub.agencies.postal.questions.length === 1);
    await act(hub, OWN_NUMBER, 'revoke', id);
    answer();
    expect(await response.text()).not.toContain('2024-01-01');
  });

  it('an event brings nothing personal, though the stream has been open before', async () => {
    const token = await legalAid(hub, 'aid-events');
    const id = await consented(hub, token, OWN_NUMBER, { ...SUPPORT, scopes: ['identity.person:read'] });
    const client = createClient({
      url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}`, 'yichuang-purpose': 'RIGHTS_SUPPORT' },
    });
    try {
      const results = client.iterate({
        query: 'subscription { recordChanged { person { id identity { name } } } }',
      });
      const seen = async (serial: number): Promise<string> => {
        const next = results.next();
        await until(() => source !== undefined);
        const person = { __typename: 'Citizen', id: ref(OWN_NUMBER), identity: { name: '某人' } };
        source?.push({ recordChanged: { serial, person } });
        return JSON.stringify(await next);
      };
      expect(await seen(1)).toContain('某人');
      await act(hub, OWN_NUMBER, 'pause', id);
      const paused = await seen(2);
      expect([paused.includes('某人'), paused.includes('ACCESS_DENIED')]).toEqual([false, true]);
      await act(hub, OWN_NUMBER, 'resume', id);
      expect(await seen(3)).toContain('某人');
      await act(hub, OWN_NUMBER, 'revoke', id);
      const revoked = await seen(4);
      expect([revoked.includes('某人'), revoked.includes('ACCESS_DENIED')]).toEqual([false, true]);
    } finally {
      await client.dispose();
    }
  });
});

it('a person revokes for themselves only: nobody else’s consent is touched by its identifier', async () => {
  const token = await employer(hub, unheardOf());
  const id = await consented(hub, token, OWN_NUMBER, { ...HIRING, scopes: [ASSERT] });
  const query = 'mutation($id: ID!) { revokeConsent(input: { id: $id }) { consent { state } } }';
  expect(codes(await hub.ask(query, { token: await citizen(hub, OTHER_NUMBER), variables: { id } }))).toEqual(['CONSENT_NOT_FOUND']);
  expect((await ask(token)).body.data).toMatchObject({ citizen: { pension: { hasPaidAtLeast: true } } });
});
