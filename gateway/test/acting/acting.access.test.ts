import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenCheckCharacter } from '@yichuang/schema';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { person } from './setup/acting.js';

const CHILD_NUMBER = `99000020170501001${citizenCheckCharacter('99000020170501001')}`;
const ACR = 'urn:yichuang:acr:step-up';
const [worker, helper] = [ref(OWN_NUMBER), ref(OTHER_NUMBER)];
const dead = person('19500303');
const LATE_NUMBER = `99000019510505001${citizenCheckCharacter('99000019510505001')}`;
const late = ref(LATE_NUMBER);
/** Whom the register has as dead. */
const died = new Set<unknown>([dead]);
const [elsewhere, nobody] = [person('19800101'), person('19800102')];

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub(
    {},
    {
      hrss: entities(({ id }) => ({
        jurisdictions: id === elsewhere ? ['330000'] : id === nobody ? [] : ['440000'],
        identity: died.has(id) ? { alive: false, diedOn: '2026-10-01' } : { alive: true, diedOn: null },
      })),
    },
  );
});
afterAll(() => hub.close());

const steppedUp = (): object => ({ acr: ACR, auth_time: Math.floor(Date.now() / 1000) });
const citizen = (number = OWN_NUMBER, extra: object = {}): Promise<string> =>
  hub.token({ sub: `u-${number.slice(-4)}`, role: 'citizen', citizen_number: number, ...extra });
const official = (sub = 'w-1', party = '440000', extra: object = {}): Promise<string> =>
  hub.token({ sub, role: 'caseworker', party_kind: 'HRSS_OFFICE', party, jurisdiction: party, ...extra });
const codes = ({ body }: Answered): unknown[] =>
  (body.errors ?? []).map(({ extensions: { code, reason, state } }) => reason ?? state ?? code);
const field = ({ body }: Answered, name: string): Record<string, unknown> => {
  const value = body.data?.[name];
  if (typeof value !== 'object' || value === null) throw new Error(`no ${name}: ${JSON.stringify(body)}`);
  return value as Record<string, unknown>;
};

const OFFER = `mutation($helper: ID!, $scopes: [String!]!) {
  offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 30) { id state validTo }
}`;
const LIST = `query($side: DelegationSide) { me { delegations(side: $side) { nodes { id kind state scopes scopesNow person { id } delegate { id } } } } }`;
const OPEN_CASE = `mutation($citizen: ID!, $purpose: String!, $presented: Presented) {
  openCase(citizen: $citizen, purpose: $purpose, presented: $presented) { number state }
}`;
const REGISTER = `mutation($kind: DelegationKind!, $person: ID!, $delegate: ID!) {
  registerDelegation(kind: $kind, person: $person, delegate: $delegate, evidence: "粤民监字第18号") { id state validTo }
}`;
const EMERGENCY = `mutation($citizens: [ID!]!) {
  openEmergencyAccess(reason: MEDICAL_RESCUE, text: "急诊抢救，需核实参保地", citizens: $citizens, minutes: 60) { id state closesAt reviewDue }
}`;

const openCase = (token: string, variables: object): Promise<Answered> => hub.ask(OPEN_CASE, { token, variables: { ...variables } });
const register = (
  token: string,
  caseNumber: string | undefined,
  variables: object,
  purpose = 'DELEGATION_REGISTRATION',
): Promise<Answered> =>
  hub.ask(REGISTER, {
    token,
    headers: { 'yichuang-purpose': purpose, ...(caseNumber === undefined ? {} : { 'yichuang-case': caseNumber }) },
    variables: { ...variables },
  });

describe('family help', () => {
  it('is offered, accepted, seen from both sides, and taken back', async () => {
    const scopes = ['pension.months:count', 'pension.account:read'];
    const offered = await hub.ask(OFFER, { token: await citizen(OWN_NUMBER, steppedUp()), variables: { helper, scopes } });
    const { id, state } = field(offered, 'offerDelegation');
    expect(state).toBe('OFFERED');
    const held = await hub.ask(LIST, { token: await citizen(OTHER_NUMBER), variables: { side: 'HELD' } });
    expect(field(held, 'me')['delegations']).toMatchObject({ nodes: [{ id, state: 'OFFERED', person: { id: worker }, scopesNow: [] }] });
    const accept = 'mutation($id: ID!) { acceptDelegation(id: $id) { state } }';
    expect(codes(await hub.ask(accept, { token: await citizen(), variables: { id } }))).toEqual(['ACCESS_DENIED']);
    expect(field(await hub.ask(accept, { token: await citizen(OTHER_NUMBER), variables: { id } }), 'acceptDelegation')).toEqual({
      state: 'ACTIVE',
    });
    const given = await hub.ask(LIST, { token: await citizen() });
    expect(field(given, 'me')['delegations']).toMatchObject({
      nodes: [{ id, kind: 'FAMILY_HELP', state: 'ACTIVE', scopes, scopesNow: scopes, delegate: { id: helper } }],
    });
    const end = 'mutation($id: ID!) { endDelegation(id: $id) { state } }';
    expect(field(await hub.ask(end, { token: await citizen(), variables: { id } }), 'endDelegation')).toEqual({ state: 'REVOKED' });
    expect(codes(await hub.ask(end, { token: await citizen(), variables: { id } }))).toEqual(['REVOKED']);
  });

  it.each<[string, () => Promise<string>, object, string]>([
    ['without a token', () => Promise.resolve(''), {}, 'TOKEN_INVALID'],
    ['without a step-up', () => citizen(), {}, 'STEP_UP_REQUIRED'],
    [
      'with a step-up of eleven minutes ago',
      () => citizen(OWN_NUMBER, { acr: ACR, auth_time: Math.floor(Date.now() / 1000) - 660 }),
      {},
      'STEP_UP_REQUIRED',
    ],
    ['by an official', () => official(), {}, 'ACCESS_DENIED'],
    ['to oneself', () => citizen(OWN_NUMBER, steppedUp()), { helper: worker }, 'SELF'],
    ['of the right to delegate', () => citizen(OWN_NUMBER, steppedUp()), { scopes: ['delegation.grants:write'] }, 'SCOPE_NOT_DELEGABLE'],
    [
      'of what only a guardian may have',
      () => citizen(OWN_NUMBER, steppedUp()),
      { scopes: ['identity.number:read'] },
      'SCOPE_NOT_DELEGABLE',
    ],
    ['to a made-up reference', () => citizen(OWN_NUMBER, steppedUp()), { helper: 'c1'.padEnd(48, 'A') }, 'ACCESS_DENIED'],
    ['by a child, alone', () => citizen(CHILD_NUMBER, steppedUp()), {}, 'UNDER_AGE'],
  ])('offered %s is refused', async (_, token, change, code) => {
    const variables = { helper, scopes: ['pension.months:count'], ...change };
    expect(codes(await hub.ask(OFFER, { token: await token(), variables }))).toEqual([code]);
  });

  it('shows nobody else’s delegations', async () => {
    const query = `query($id: ID!) { citizen(id: $id) { delegations { nodes { id } } } }`;
    const asked = await hub.ask(query, { token: await citizen(OTHER_NUMBER), variables: { id: worker } });
    expect([asked.body.data, codes(asked)]).toEqual([{ citizen: { delegations: null } }, ['ACCESS_DENIED']]);
  });
});

describe('a case', () => {
  it('is opened for a person of the jurisdiction, listed, and closed', async () => {
    const token = await official('w-case');
    const { number } = field(await openCase(token, { citizen: worker, purpose: 'BENEFIT_APPLICATION' }), 'openCase');
    expect(number).toMatch(/^[2-9A-Z]{16}$/);
    const mine = '{ myCases { nodes { number state citizen { id } purpose jurisdictions } pageInfo { hasNextPage } } }';
    expect(field(await hub.ask(mine, { token }), 'myCases')).toEqual({
      nodes: [{ number, state: 'OPEN', citizen: { id: worker }, purpose: 'BENEFIT_APPLICATION', jurisdictions: ['440000'] }],
      pageInfo: { hasNextPage: false },
    });
    const close = 'mutation($number: String!) { closeCase(number: $number) { state } }';
    expect(codes(await hub.ask(close, { token: await official('w-9', '330000'), variables: { number } }))).toEqual(['ACCESS_DENIED']);
    expect(field(await hub.ask(close, { token, variables: { number } }), 'closeCase')).toEqual({ state: 'CLOSED' });
    expect(codes(await hub.ask(close, { token, variables: { number } }))).toEqual(['CLOSED']);
  });

  it.each([
    ['about a person of another region', { citizen: elsewhere, purpose: 'BENEFIT_APPLICATION' }, 'REGION'],
    ['about a person nobody insures', { citizen: nobody, purpose: 'BENEFIT_APPLICATION' }, 'REGION'],
    ['for a purpose the caller has no mandate for', { citizen: worker, purpose: 'MEDICAL_SETTLEMENT' }, 'ACCESS_DENIED'],
    ['for a purpose that does not exist', { citizen: worker, purpose: 'CURIOSITY' }, 'ACCESS_DENIED'],
    ['of a transfer of who has not come', { citizen: elsewhere, purpose: 'TRANSFER_IN' }, 'NOT_PRESENTED'],
  ])('%s is not opened', async (_, variables, code) => {
    expect(codes(await openCase(await official(), variables))).toEqual([code]);
  });

  it('is opened by no citizen, and no citizen has a list of them', async () => {
    expect(codes(await openCase(await citizen(), { citizen: worker, purpose: 'BENEFIT_APPLICATION' }))).toEqual(['ACCESS_DENIED']);
    expect(codes(await hub.ask('{ myCases { nodes { number } } }', { token: await citizen() }))).toEqual(['ACCESS_DENIED']);
  });
});

describe('a delegation an office enters', () => {
  const child = person('20190909');
  const presented = { purpose: 'DELEGATION_REGISTRATION', presented: 'IN_PERSON' };
  const numberOf = async (citizenRef: string, token?: string): Promise<string> =>
    String(field(await openCase(token ?? (await official()), { ...presented, citizen: citizenRef }), 'openCase')['number']);

  it('takes an open case about that person, for that purpose, of that region', async () => {
    const variables = { kind: 'GUARDIAN', person: child, delegate: worker };
    const token = await official();
    expect(codes(await register(token, undefined, variables))).toEqual(['CASE_REQUIRED']);
    const aboutAnother = await numberOf(worker);
    const ofAnotherPurpose = String(
      field(await openCase(token, { citizen: worker, purpose: 'BENEFIT_APPLICATION' }), 'openCase')['number'],
    );
    const ofAnotherRegion = await numberOf(child, await official('w-9', '330000'));
    const closed = await numberOf(child);
    await hub.ask('mutation($number: String!) { closeCase(number: $number) { state } }', { token, variables: { number: closed } });
    for (const number of [aboutAnother, ofAnotherPurpose, ofAnotherRegion, closed, '2222222222222222', 'ZJ-2026-1'])
      expect([number, codes(await register(token, number, variables))]).toEqual([number, ['ACCESS_DENIED']]);
    const right = await numberOf(child);
    expect(codes(await register(token, right, variables, 'COUNTER_SERVICE'))).toEqual(['ACCESS_DENIED']);
    expect(codes(await register(await citizen(), right, variables))).toEqual(['ACCESS_DENIED']);
    const entered = await register(token, right, variables);
    expect(field(entered, 'registerDelegation')).toMatchObject({ state: 'ACTIVE', validTo: '2037-09-08T16:00:00.000Z' });
    expect(codes(await register(token, right, variables))).toEqual(['EXISTS']);
  });

  it('for next of kin ends what the dead had consented to', async () => {
    const [employer, person] = [
      await hub.token({ sub: 'clerk', role: 'employer', party_kind: 'EMPLOYER', party: '91440300MA5DHDAD1B' }),
      await citizen(LATE_NUMBER),
    ];
    const scope = 'pension.months:assert';
    const request = `mutation($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }`;
    const requested = await hub.ask(request, {
      token: employer,
      variables: { input: { citizen: late, purpose: 'HIRING_CHECK', scopes: [scope] } },
    });
    const { id, notice } = field(requested, 'requestConsent')['request'] as { id: string; notice: { hash: string } };
    const approve = 'mutation($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { state } } }';
    const input = { id, noticeHash: notice.hash, separately: [scope] };
    const approved = await hub.ask(approve, { token: person, variables: { input } });
    expect(field(approved, 'approveConsentRequest')).toEqual({ consent: { state: 'ACTIVE' } });
    died.add(late);
    const entered = await register(await official(), await numberOf(late), { kind: 'NEXT_OF_KIN', person: late, delegate: helper });
    expect(field(entered, 'registerDelegation')).toMatchObject({ state: 'ACTIVE' });
    const seen = await hub.ask('query($id: ID!) { consentRequest(id: $id) { consent { state } } }', { token: employer, variables: { id } });
    expect(field(seen, 'consentRequest')).toEqual({ consent: { state: 'INVALIDATED' } });
  });

  it('for next of kin is made after a death the register knows of, and not before', async () => {
    const token = await official();
    const living = { kind: 'NEXT_OF_KIN', person: worker, delegate: helper };
    expect(codes(await register(token, await numberOf(worker), living))).toEqual(['ALIVE']);
    const kin = { ...living, person: dead };
    expect(field(await register(token, await numberOf(dead), kin), 'registerDelegation')).toMatchObject({ state: 'ACTIVE', validTo: null });
    expect(codes(await register(token, await numberOf(dead), { ...kin, kind: 'COURT_APPOINTED' }))).toEqual(['DEAD']);
  });
});

describe('emergency access', () => {
  const approve = 'mutation($id: ID!) { approveEmergencyAccess(id: $id) { state closesAt } }';
  const close = 'mutation($id: ID!) { closeEmergencyAccess(id: $id) { state } }';
  const review = 'mutation($id: ID!) { reviewEmergencyAccess(id: $id, finding: OK, note: "属实") { state } }';

  it('takes a second official, tells the person, and is reviewed by a third', async () => {
    const token = await official('e-1');
    const { id, state } = field(await hub.ask(EMERGENCY, { token, variables: { citizens: [worker, elsewhere] } }), 'openEmergencyAccess');
    expect(state).toBe('REQUESTED');
    const told = '{ me { emergencyAccesses { nodes { id state organisation reason text escalated } } } }';
    expect(field(await hub.ask(told, { token: await citizen() }), 'me')).toEqual({ emergencyAccesses: { nodes: [] } });
    expect(codes(await hub.ask(approve, { token, variables: { id } }))).toEqual(['SELF']);
    expect(codes(await hub.ask(approve, { token: await official('e-2', '330000'), variables: { id } }))).toEqual(['ACCESS_DENIED']);
    const second = await official('e-2');
    expect(field(await hub.ask(approve, { token: second, variables: { id } }), 'approveEmergencyAccess')).toMatchObject({ state: 'OPEN' });
    const notice = await hub.ask(told, { token: await citizen() });
    expect(field(notice, 'me')).toEqual({
      emergencyAccesses: {
        nodes: [
          {
            id,
            state: 'OPEN',
            organisation: 'HRSS_OFFICE:440000',
            reason: 'MEDICAL_RESCUE',
            text: '急诊抢救，需核实参保地',
            escalated: false,
          },
        ],
      },
    });
    expect(JSON.stringify(notice.body)).not.toContain(elsewhere);
    expect(field(await hub.ask(close, { token, variables: { id } }), 'closeEmergencyAccess')).toEqual({ state: 'CLOSED' });
    expect(codes(await hub.ask(review, { token: second, variables: { id } }))).toEqual(['SELF']);
    expect(field(await hub.ask(review, { token: await official('e-3'), variables: { id } }), 'reviewEmergencyAccess')).toEqual({
      state: 'REVIEWED_OK',
    });
    const { body } = await hub.ask('{ emergencyStatistics { organisation opened reviewedOk reviewedMisuse escalated } }');
    expect(body.data).toEqual({
      emergencyStatistics: [{ organisation: 'HRSS_OFFICE:440000', opened: 1, reviewedOk: 1, reviewedMisuse: 0, escalated: 0 }],
    });
  });

  it('is open at once after a step-up, three times a day, and a storm is told to the operators without naming anybody', async () => {
    const token = await official('e-storm', '440000', steppedUp());
    for (let i = 0; i < 3; i++) {
      const { id, state } = field(await hub.ask(EMERGENCY, { token, variables: { citizens: [worker] } }), 'openEmergencyAccess');
      expect(state).toBe('OPEN');
      expect(codes(await hub.ask(EMERGENCY, { token, variables: { citizens: [worker] } }))).toEqual(['EXISTS']);
      await hub.ask(close, { token, variables: { id } });
    }
    expect(codes(await hub.ask(EMERGENCY, { token, variables: { citizens: [worker] } }))).toEqual(['EMERGENCY_QUOTA']);
    const line = hub.log.find((logged) => logged.includes('EMERGENCY_QUOTA'));
    expect(line).toContain('HRSS_OFFICE:440000');
    expect(line).not.toContain('e-storm');
  });

  it('shows colleagues what waits for them', async () => {
    const query = '{ myEmergencyAccesses(colleagues: true, first: 1) { nodes { state own subjects } pageInfo { hasNextPage endCursor } } }';
    const answer = field(await hub.ask(query, { token: await official('e-4') }), 'myEmergencyAccesses');
    expect(answer).toMatchObject({ nodes: [{ own: false, subjects: [worker] }], pageInfo: { hasNextPage: true } });
    expect(
      field(await hub.ask('{ myEmergencyAccesses { nodes { id } } }', { token: await official('e-4') }), 'myEmergencyAccesses'),
    ).toEqual({ nodes: [] });
    expect(codes(await hub.ask('{ myEmergencyAccesses(after: "x") { nodes { id } } }', { token: await official('e-4') }))).toEqual([
      'PAGE_INVALID',
    ]);
  });

  it.each<[string, () => Promise<string>, string[], string]>([
    [
      'an employer',
      () => hub.token({ sub: 'm', role: 'employer', party_kind: 'EMPLOYER', party: '91330100MA000000', ...steppedUp() }),
      [worker],
      'ACCESS_DENIED',
    ],
    ['a citizen', () => citizen(OWN_NUMBER, steppedUp()), [helper], 'ACCESS_DENIED'],
    ['who names nobody', () => official('e-5', '440000', steppedUp()), [], 'SUBJECTS'],
    ['who names a made-up reference', () => official('e-5', '440000', steppedUp()), ['c1'.padEnd(48, 'A')], 'SUBJECTS'],
  ])('is not given to %s', async (_, token, citizens, code) => {
    expect(codes(await hub.ask(EMERGENCY, { token: await token(), variables: { citizens } }))).toEqual([code]);
  });
});
