import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { citizenCheckCharacter } from '@yichuang/schema';
import { entities } from '../setup/fake-agency.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { ASSERT, citizen, codes, employer, field, forget, official, opened, refusals, released, sent } from './scene.js';

const [, , THIRD_NUMBER = ''] = NUMBERS;
const CHILD_NUMBER = `99000020190909001${citizenCheckCharacter('99000020190909001')}`;

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
  hub.agencies.hrss.behaviour = entities(({ id }) => ({
    jurisdictions: id === ref(OTHER_NUMBER) ? ['110000'] : ['440000'],
    identity: { name: '某人', number: 'x', alive: true, diedOn: null },
    pension: { monthsPaid: 201, account: { balance: '1.00' } },
  }));
  hub.agencies['medical-insurance'].behaviour = entities(() => ({ medical: { account: { balance: '9.99' } } }));
});

describe('a case', () => {
  const QUERY = 'query($id: ID!) { citizen(id: $id) { identity { name } medical { account { balance } } } }';
  const asked = (token: string, number: string | undefined, purpose = 'TRANSFER_OUT', whom = OWN_NUMBER): Promise<Answered> =>
    hub.ask(QUERY, {
      token,
      headers: { 'yichuang-purpose': purpose, ...(number === undefined ? {} : { 'yichuang-case': number }) },
      variables: { id: ref(whom) },
    });
  const medical = (sub = 'm-1'): Promise<string> => official(hub, { sub, party_kind: 'MEDICAL_OFFICE' });
  const elsewhere = (): Promise<string> => official(hub, { sub: 'w-9', party: '330000', jurisdiction: '330000' });
  const transfer = (token: string, whom = OWN_NUMBER, purpose = 'TRANSFER_OUT', jurisdictions: string[] = []): Promise<string> =>
    opened(hub, token, { citizen: ref(whom), purpose, jurisdictions });

  it('that is open, about this person, for this purpose, of this region lets what the mandate covers be seen', async () => {
    const token = await official(hub);
    const { body } = await asked(token, await transfer(token));
    expect(body.data).toEqual({ citizen: { identity: { name: '某人' }, medical: null } });
    expect(released(hub).flatMap(({ grant }) => grant.release)).toMatchObject([{ basis: 'MANDATE', ref: 'transfer-out' }]);
  });

  it('is needed where the mandate says so', async () => {
    expect(refusals(await asked(await official(hub), undefined))[0]).toEqual(['citizen.identity', 'CASE_REQUIRED']);
    expect(sent(hub)).toEqual([]);
  });

  it.each<[string, (token: string) => Promise<string>]>([
    ['about another person', (token) => transfer(token, THIRD_NUMBER)],
    ['for another purpose', (token) => transfer(token, OWN_NUMBER, 'TRANSFER_IN')],
    ['of another region', async () => transfer(await elsewhere())],
    [
      'that is closed',
      async (token) => {
        const number = await transfer(token);
        await hub.ask('mutation($number: String!) { closeCase(number: $number) { state } }', { token, variables: { number } });
        return number;
      },
    ],
    ['that is not there', () => Promise.resolve('2222222222222222')],
    ['that is no number', () => Promise.resolve('ZJ-2026-1')],
  ])('%s gives nothing, and nobody is asked', async (_, number) => {
    const token = await official(hub);
    const stated = await number(token);
    forget(hub);
    const answered = await asked(token, stated);
    expect(answered.body.data).toEqual({ citizen: { identity: null, medical: null } });
    expect(codes(answered)).toEqual(['ACCESS_DENIED']);
    expect(sent(hub)).toEqual([]);
  });

  it('of another kind of office gives nothing: what one handles is no reason for the other to look', async () => {
    const number = await transfer(await official(hub));
    forget(hub);
    const answered = await asked(await medical(), number);
    expect(answered.body.data).toEqual({ citizen: { identity: null, medical: null } });
    expect(sent(hub)).toEqual([]);
    const own = await asked(await medical(), await transfer(await medical()));
    expect(own.body.data).toEqual({ citizen: { identity: { name: '某人' }, medical: { account: { balance: '9.99' } } } });
  });

  it('in which another region takes part serves the offices of that region, and no third', async () => {
    const number = await transfer(await official(hub), OWN_NUMBER, 'TRANSFER_OUT', ['330000']);
    expect((await asked(await elsewhere(), number)).body.data).toMatchObject({ citizen: { identity: { name: '某人' } } });
    const third = await official(hub, { sub: 'w-8', party: '110000', jurisdiction: '110000' });
    expect(codes(await asked(third, number))).toEqual(['ACCESS_DENIED']);
  });
});

describe('a helper', () => {
  const QUERY = `query($id: ID!) { citizen(id: $id) {
    identity { name number } pension { monthsPaid account { balance } } medical { account { balance } } consentRequests { nodes { id } } } }`;
  let id: string;
  let helper: string;
  const asked = (purpose: string, whom = OWN_NUMBER): Promise<Answered> =>
    hub.ask(QUERY, { token: helper, headers: { 'yichuang-purpose': purpose }, variables: { id: ref(whom) } });
  beforeAll(async () => {
    helper = await citizen(hub, OTHER_NUMBER);
    const query = `mutation($helper: ID!, $scopes: [String!]!) { offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 30) { id } }`;
    const variables = { helper: ref(OTHER_NUMBER), scopes: ['pension.months:count', 'medical.account:read'] };
    const offered = await hub.ask(query, { token: await citizen(hub, OWN_NUMBER, true), variables });
    id = String(field(offered, 'offerDelegation')['id']);
    await hub.ask('mutation($id: ID!) { acceptDelegation(id: $id) { state } }', { token: helper, variables: { id } });
  });

  it('sees what was given, and of the rest nothing, with the reason', async () => {
    const answered = await asked('FAMILY_HELP');
    expect(answered.body.data).toEqual({
      citizen: {
        identity: null,
        pension: { monthsPaid: 201, account: null },
        medical: { account: { balance: '9.99' } },
        consentRequests: null,
      },
    });
    expect(refusals(answered)).toEqual(
      expect.arrayContaining([
        ['citizen.identity', 'SCOPE_NOT_DELEGABLE'],
        ['citizen.pension.account', 'SCOPE_NOT_DELEGABLE'],
        ['citizen.consentRequests', 'PURPOSE_NOT_ALLOWED'],
      ]),
    );
    expect(
      sent(hub)
        .map(({ query }) => query)
        .join('\n'),
    ).not.toMatch(/identity|pension *\{[^}]*account/);
  });

  it('leaves every refusal on the record of who is helped, with the delegation under which it was asked', async () => {
    const answered = await asked('FAMILY_HELP');
    const log = '{ me { accessLog(own: false, changes: false) { nodes { state code onBehalf { id kind } decisionId } } } }';
    const me = field(await hub.ask(log, { token: await citizen(hub) }), 'me') as {
      readonly accessLog: { readonly nodes: readonly Readonly<Record<string, unknown>>[] };
    };
    const denied = me.accessLog.nodes.filter(
      ({ state, decisionId }) => state === 'DENIED' && decisionId === answered.body.errors?.[0]?.extensions['decisionId'],
    );
    const onBehalf = { id, kind: 'FAMILY_HELP' };
    const decisionId = expect.any(String);
    expect(denied).toHaveLength(2);
    expect(denied).toEqual(
      expect.arrayContaining([
        { state: 'DENIED', code: 'SCOPE_NOT_DELEGABLE', onBehalf, decisionId },
        { state: 'DENIED', code: 'PURPOSE_NOT_ALLOWED', onBehalf, decisionId },
      ]),
    );
  });

  it.each([
    ['for the purpose of another kind of delegation', 'OWN_RECORD', OWN_NUMBER],
    ['of somebody who gave nothing', 'FAMILY_HELP', THIRD_NUMBER],
    ['of themselves, as if they were helped', 'FAMILY_HELP', OTHER_NUMBER],
  ])('sees nothing %s', async (_, purpose, whom) => {
    const answered = await asked(purpose, whom);
    expect(Object.values(field(answered, 'citizen'))).toEqual([null, null, null, null]);
    expect(sent(hub)).toEqual([]);
  });

  it('does not give consent in the name of who is helped, or pass the help on', async () => {
    const request = `mutation($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }`;
    const input = { citizen: ref(OWN_NUMBER), purpose: 'HIRING_CHECK', scopes: [ASSERT] };
    const made = field(await hub.ask(request, { token: await employer(hub), variables: { input } }), 'requestConsent')['request'] as {
      readonly id: string;
      readonly notice: { readonly hash: string };
    };
    const approve = `mutation($id: ID!, $hash: String!) { approveConsentRequest(input: { id: $id, noticeHash: $hash, together: ["${ASSERT}"] }) { consent { id } } }`;
    const approved = await hub.ask(approve, {
      token: helper,
      headers: { 'yichuang-purpose': 'FAMILY_HELP' },
      variables: { id: made.id, hash: made.notice.hash },
    });
    expect(approved.body.data).toEqual({ approveConsentRequest: null });
    const third = await hub.ask(QUERY, {
      token: await citizen(hub, THIRD_NUMBER),
      headers: { 'yichuang-purpose': 'FAMILY_HELP' },
      variables: { id: ref(OWN_NUMBER) },
    });
    expect(Object.values(field(third, 'citizen'))).toEqual([null, null, null, null]);
  });

  it('sees nothing from the moment the help is taken back', async () => {
    expect((await asked('FAMILY_HELP')).body.data).toMatchObject({ citizen: { pension: { monthsPaid: 201 } } });
    await hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token: await citizen(hub), variables: { id } });
    forget(hub);
    expect(codes(await asked('FAMILY_HELP')).filter((code) => code !== 'PURPOSE_NOT_ALLOWED')).toEqual(['ACCESS_DENIED']);
    expect(sent(hub)).toEqual([]);
  });
});

it('a child under fourteen does not give consent alone', async () => {
  const token = await employer(hub);
  const request = `mutation($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }`;
  const input = { citizen: ref(CHILD_NUMBER), purpose: 'HIRING_CHECK', scopes: [ASSERT] };
  const made = field(await hub.ask(request, { token, variables: { input } }), 'requestConsent')['request'] as {
    readonly id: string;
    readonly notice: { readonly hash: string };
  };
  const approve = `mutation($id: ID!, $hash: String!) { approveConsentRequest(input: { id: $id, noticeHash: $hash, together: ["${ASSERT}"] }) { consent { id } } }`;
  const approved = await hub.ask(approve, { token: await citizen(hub, CHILD_NUMBER), variables: { id: made.id, hash: made.notice.hash } });
  expect(approved.body.data).toEqual({ approveConsentRequest: null });
  const check = 'query($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 1) } } }';
  const answered = await hub.ask(check, { token, headers: { 'yichuang-purpose': 'HIRING_CHECK' }, variables: { id: ref(CHILD_NUMBER) } });
  expect(codes(answered)).toEqual(['ACCESS_DENIED']);
});

describe('emergency access', () => {
  const QUERY = 'query($id: ID!) { citizen(id: $id) { identity { name } pension { monthsPaid } } }';
  const asked = (token: string, whom: string): Promise<Answered> =>
    hub.ask(QUERY, { token, headers: { 'yichuang-purpose': 'EMERGENCY' }, variables: { id: ref(whom) } });

  it('is for the persons it names, the official who opened it, what the purpose covers, and until it is closed', async () => {
    const anew = { acr: 'urn:yichuang:acr:step-up', auth_time: Math.floor(Date.now() / 1000) };
    const [opener, colleague] = [await official(hub, { sub: 'e-1', ...anew }), await official(hub, { sub: 'e-2', ...anew })];
    expect(codes(await asked(opener, OTHER_NUMBER))).toContain('ACCESS_DENIED');
    expect(sent(hub)).toEqual([]);
    const open = `mutation($citizens: [ID!]!) { openEmergencyAccess(reason: MEDICAL_RESCUE, text: "急诊抢救，需核实参保地", citizens: $citizens, minutes: 60) { id state } }`;
    const { id } = field(await hub.ask(open, { token: opener, variables: { citizens: [ref(OTHER_NUMBER)] } }), 'openEmergencyAccess');
    expect((await asked(opener, OTHER_NUMBER)).body.data).toEqual({ citizen: { identity: { name: '某人' }, pension: null } });
    for (const [token, whom] of [
      [opener, OWN_NUMBER],
      [colleague, OTHER_NUMBER],
    ] as const)
      expect((await asked(token, whom)).body.data).toEqual({ citizen: { identity: null, pension: null } });
    await hub.ask('mutation($id: ID!) { closeEmergencyAccess(id: $id) { state } }', { token: opener, variables: { id } });
    expect((await asked(opener, OTHER_NUMBER)).body.data).toEqual({ citizen: { identity: null, pension: null } });
    expect(released(hub)).toHaveLength(1);
  });
});
