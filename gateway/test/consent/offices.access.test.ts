import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askedOfWhom } from '../attacks/asked-scopes.js';
import { act, citizen, codes, employer, field, forget, official, refusals, released, sent } from '../attacks/scene.js';
import { entities } from '../setup/fake-agency.js';
import { OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';

/* A person asks for help at a counter of a place where they are not insured: no mandate fits, and the office sees what they tick. */

const HELP = 'CROSS_REGION_HELP';
const NAME = 'identity.person:read';
const RELATIONS = 'pension.relations:read';
const ACCOUNT = 'pension.account:read';
const QUERY = 'query($id: ID!) { citizen(id: $id) { identity { name } pension { monthsPaid account { balance } } } }';
const REQUEST = `mutation($input: RequestConsentInput!) { requestConsent(input: $input) {
  request { id state recipient { kind code zh } notice { zh hash } scopes { scope separate } } } }`;

let hub: TestHub;
let clerk: string;
let colleague: string;
let elsewhere: string;
beforeAll(async () => {
  hub = await startTestHub();
  const of = (sub: string, party: string, kind = 'HRSS_OFFICE'): Promise<string> =>
    official(hub, { sub, party, jurisdiction: party, party_kind: kind });
  clerk = await of('h-1', '540000');
  colleague = await of('h-2', '540000');
  elsewhere = await of('h-3', '630000');
  hub.agencies.hrss.behaviour = entities(() => ({
    jurisdictions: ['440000'],
    identity: { name: '某人' },
    pension: { monthsPaid: 201, account: { balance: '1.00' } },
  }));
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
});

const ask = (token: string, purpose = HELP): Promise<Answered> =>
  hub.ask(QUERY, { token, headers: { 'yichuang-purpose': purpose }, variables: { id: ref(OWN_NUMBER) } });
const request = (token: string, change: Readonly<Record<string, unknown>> = {}): Promise<Answered> => {
  const input = { citizen: ref(OWN_NUMBER), purpose: HELP, scopes: [NAME, RELATIONS, ACCOUNT], ...change };
  return hub.ask(REQUEST, { token, variables: { input } });
};
const read = async (token: string, query: string, name: string): Promise<unknown> => (await hub.ask(query, { token })).body.data?.[name];

describe('an office without a mandate for a person', () => {
  let requestId: string;
  let consentId: string;

  it('is told that a consent is what it needs, and sees nothing without one', async () => {
    const { body } = await hub.ask('{ viewer { purposes { code rights { scope basis needs } missing { code } } } }', { token: clerk });
    const { purposes } = body.data?.['viewer'] as {
      readonly purposes: readonly { readonly code: string; readonly rights: readonly object[] }[];
    };
    const help = purposes.find(({ code }) => code === HELP);
    expect(help).toMatchObject({ missing: [] });
    expect(help?.rights).toContainEqual({ scope: ACCOUNT, basis: 'CONSENT', needs: ['CONSENT'] });
    for (const purpose of [HELP, 'COUNTER_SERVICE']) expect(new Set(codes(await ask(clerk, purpose)))).toEqual(new Set(['ACCESS_DENIED']));
    expect(released(hub)).toEqual([]);
  });

  it('asks for what the purpose covers, and a colleague follows the request; another office knows of nothing', async () => {
    const asked = field(await request(clerk), 'requestConsent')['request'] as { readonly id: string; readonly recipient: object };
    requestId = asked.id;
    expect(asked).toMatchObject({ state: 'PENDING', recipient: { kind: 'HRSS_OFFICE', code: '540000', zh: '社会保险经办机构' } });
    const mine = '{ myConsentRequests(state: PENDING) { nodes { id purpose { code } consent { id } } } }';
    expect(await read(colleague, mine, 'myConsentRequests')).toEqual({
      nodes: [{ id: requestId, purpose: { code: HELP }, consent: null }],
    });
    expect(await read(elsewhere, mine, 'myConsentRequests')).toEqual({ nodes: [] });
    expect(await read(elsewhere, `{ consentRequest(id: "${requestId}") { id } }`, 'consentRequest')).toBeNull();
  });

  it.each([
    [
      'an office for the purpose of employers',
      (): Promise<Answered> => request(clerk, { purpose: 'HIRING_CHECK', scopes: ['pension.months:assert'] }),
      'RECIPIENT',
    ],
    ['an office for what its mandate lets it see', (): Promise<Answered> => request(clerk, { purpose: 'COUNTER_SERVICE' }), 'PURPOSE'],
    ['an office for the number itself', (): Promise<Answered> => request(clerk, { scopes: ['identity.number:read'] }), 'SCOPES'],
    ['an employer for the purpose of offices', async (): Promise<Answered> => request(await employer(hub)), 'RECIPIENT'],
    [
      'a regulator for the purpose of offices',
      async (): Promise<Answered> => request(await official(hub, { role: 'regulator', party_kind: 'MARKET_REGULATION' })),
      'RECIPIENT',
    ],
  ])('asks in vain: %s', async (_, asking, term) => {
    const { body } = await asking();
    expect(body.errors?.map(({ extensions: { code, term: beyond } }) => [code, beyond])).toEqual([['CONSENT_TERMS', term]]);
  });

  it('is seen by the person with who asks, why, and that its own power does not reach this far; the person ticks a part', async () => {
    const query =
      '{ me { consentRequests(state: PENDING) { nodes { id recipient { kind code zh } notice { zh hash } scopes { scope separate } } } } }';
    const token = await citizen(hub);
    const me = field(await hub.ask(query, { token }), 'me') as {
      readonly consentRequests: {
        readonly nodes: readonly { readonly id: string; readonly notice: { readonly zh: string; readonly hash: string } }[];
      };
    };
    const [shown] = me.consentRequests.nodes;
    expect(shown).toMatchObject({ id: requestId, recipient: { kind: 'HRSS_OFFICE', code: '540000' } });
    expect(shown?.notice.zh).toMatch(/^西藏社会保险经办机构请求您同意/);
    expect(shown?.notice.zh).toContain('依职权看不到您的记录');
    const approve =
      'mutation($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { request { state } consent { id scopes { scope } } } }';
    const input = { id: requestId, noticeHash: shown?.notice.hash, together: [NAME], separately: [ACCOUNT] };
    const approved = field(await hub.ask(approve, { token, variables: { input } }), 'approveConsentRequest');
    expect(approved).toMatchObject({
      request: { state: 'PARTIALLY_APPROVED' },
      consent: { scopes: [{ scope: NAME }, { scope: ACCOUNT }] },
    });
    consentId = (approved['consent'] as { readonly id: string }).id;
  });

  it('sees what was ticked, whoever of the office asks, and nothing else leaves the hub; it may not rest anything else on it', async () => {
    for (const token of [clerk, colleague]) {
      forget(hub);
      const answered = await ask(token);
      expect(answered.body.data).toEqual({
        citizen: { identity: { name: '某人' }, pension: { monthsPaid: null, account: { balance: '1.00' } } },
      });
      expect(refusals(answered)).toEqual([['citizen.pension.monthsPaid', 'CONSENT_REQUIRED']]);
      const [call] = released(hub);
      expect(sent(hub)).toHaveLength(1);
      expect(askedOfWhom(call?.body ?? '').sort()).toEqual([NAME, ACCOUNT].map((scope) => `${ref(OWN_NUMBER)} ${scope}`).sort());
      expect(call?.grant.release).toMatchObject([{ basis: 'CONSENT', ref: consentId }]);
    }
    for (const [token, purpose] of [
      [clerk, 'COUNTER_SERVICE'],
      [elsewhere, HELP],
      [await official(hub, { sub: 'h-4', party: '540000', jurisdiction: '540000', party_kind: 'MEDICAL_OFFICE' }), HELP],
    ] as const)
      expect((await ask(token, purpose)).body.data).toEqual({ citizen: { identity: null, pension: null } });
  });

  it('finds the consent among its own, and nobody else does', async () => {
    const query = '{ myConsents(state: ACTIVE) { nodes { id state uses purpose { code } citizen { id } request { id } receipt } } }';
    expect(await read(colleague, query, 'myConsents')).toEqual({
      nodes: [
        {
          id: consentId,
          state: 'ACTIVE',
          uses: 2,
          purpose: { code: HELP },
          citizen: { id: ref(OWN_NUMBER) },
          request: { id: requestId },
          receipt: expect.stringContaining(consentId),
        },
      ],
    });
    expect(await read(elsewhere, query, 'myConsents')).toEqual({ nodes: [] });
    expect(await read(await citizen(hub), query, 'myConsents')).toBeNull();
    expect(codes(await hub.ask(query))).toEqual(['UNAUTHENTICATED']);
  });

  it('is on the record of the person, from the request to the look; and ends when the person says so', async () => {
    const token = await citizen(hub);
    const query =
      '{ me { accessLog(own: false) { nodes { state basis reference organisation { kind code } purpose { code } change { about act } } } } }';
    const { accessLog } = field(await hub.ask(query, { token }), 'me') as { readonly accessLog: { readonly nodes: readonly object[] } };
    const organisation = { kind: 'HRSS_OFFICE', code: '540000' };
    expect(accessLog.nodes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ basis: 'CONSENT', reference: consentId, organisation, purpose: { code: HELP }, change: null }),
        expect.objectContaining({ state: 'CHANGED', organisation, change: { about: 'CONSENT_REQUEST', act: 'REQUEST' } }),
      ]),
    );
    await act(hub, OWN_NUMBER, 'revoke', consentId);
    forget(hub);
    expect((await ask(clerk)).body.data).toEqual({ citizen: { identity: null, pension: null } });
    expect(sent(hub)).toEqual([]);
  });
});
