import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';

const EMPLOYER = '91440300MA5DHDAD1B';
const MONTHS = 'pension.months:assert';

let hub: TestHub;
let employer: string;
let otherEmployer: string;
let citizen: string;
let other: string;

beforeAll(async () => {
  hub = await startTestHub();
  const of = (party: string): Promise<string> => hub.token({ sub: `clerk of ${party}`, role: 'employer', party_kind: 'EMPLOYER', party });
  employer = await of(EMPLOYER);
  otherEmployer = await of('91440300MA5DHDAD2A');
  citizen = await hub.citizen(OWN_NUMBER);
  other = await hub.token({ sub: 'u-2', role: 'citizen', citizen_number: OTHER_NUMBER });
});
afterAll(() => hub.close());

/** What a field answered, with the code where it was refused. */
async function ask(
  token: string | undefined,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<{ readonly value: Values; readonly code: unknown; readonly body: Answered['body'] }> {
  const { body } = await hub.ask(query, { ...(token === undefined ? {} : { token }), variables });
  return { value: (Object.values(body.data ?? {})[0] ?? null) as Values, code: body.errors?.[0]?.extensions['code'], body };
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked at as clients do
type Values = any;

const REQUEST = `mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id state notice { zh en hash } scopes { scope zh separate } } } }`;
const APPROVE = `mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { request { state } consent { id state scopes { scope } receipt } } }`;
const REVOKE = `mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { consent { id state } } }`;

interface Asked {
  readonly id: string;
  readonly hash: string;
}

async function requested(number = OWN_NUMBER, by = employer, scopes = [MONTHS]): Promise<Asked> {
  const { value, body } = await ask(by, REQUEST, { input: { citizen: ref(number), purpose: 'HIRING_CHECK', scopes } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return { id: value.request.id, hash: value.request.notice.hash };
}

async function granted(number = OWN_NUMBER, by = employer, token = citizen): Promise<string> {
  const { id, hash } = await requested(number, by);
  const { value, body } = await ask(token, APPROVE, { input: { id, noticeHash: hash, separately: [MONTHS] } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return value.consent.id;
}

describe('consent over the graph', () => {
  it('goes from the request to what the person allowed, and ends in one step', async () => {
    const { value: person } = await ask(employer, `query ($n: CitizenNumber!) { citizenByNumber(number: $n) { id } }`, { n: OWN_NUMBER });
    const asked = await ask(employer, REQUEST, {
      input: { citizen: person.id, purpose: 'HIRING_CHECK', scopes: [MONTHS], dataRange: { from: '2020-01' }, maxUses: 2 },
    });
    expect(asked.body.errors).toBeUndefined();
    const { request } = asked.value;
    expect(request).toMatchObject({ state: 'PENDING', scopes: [{ scope: MONTHS }] });

    const seen = await ask(
      citizen,
      `{ me { consentRequests(state: PENDING) { nodes { id recipient { kind zh code enterprise { creditCode } } purpose { code zh } notice { zh hash } maxUses dataRange { from to } citizen { id } } } } }`,
    );
    expect(seen.body.errors).toBeUndefined();
    const [shown] = seen.value.consentRequests.nodes;
    expect(shown).toMatchObject({
      id: request.id,
      recipient: { kind: 'EMPLOYER', code: EMPLOYER },
      purpose: { code: 'HIRING_CHECK' },
      maxUses: 2,
      dataRange: { from: '2020-01', to: null },
      citizen: { id: ref(OWN_NUMBER) },
    });
    expect(shown.notice.zh).toContain('随时可以撤回');

    const approved = await ask(citizen, APPROVE, { input: { id: request.id, noticeHash: shown.notice.hash, separately: [MONTHS] } });
    expect(approved.body.errors).toBeUndefined();
    const { consent } = approved.value;
    expect(consent).toMatchObject({ state: 'ACTIVE', scopes: [{ scope: MONTHS }] });
    const receipt = JSON.parse(consent.receipt) as { artefact: { consentId: string }; kid: string; jws: string };
    expect(receipt.artefact.consentId).toBe(consent.id);
    expect(consent.receipt).not.toContain(ref(OWN_NUMBER));
    expect(consent.receipt).not.toContain(OWN_NUMBER);

    const theirs = await ask(employer, `query ($id: ID!) { consentRequest(id: $id) { state consent { id state uses validTo } } }`, {
      id: request.id,
    });
    expect(theirs.value).toMatchObject({ state: 'APPROVED', consent: { id: consent.id, state: 'ACTIVE', uses: 0 } });

    for (let time = 0; time < 2; time++)
      expect((await ask(citizen, REVOKE, { input: { id: consent.id } })).value).toEqual({ consent: { id: consent.id, state: 'REVOKED' } });
    const mine = await ask(citizen, `{ me { consents(first: 1) { nodes { id state request { id } } pageInfo { hasNextPage } } } }`);
    expect(mine.value.consents.nodes).toEqual([{ id: consent.id, state: 'REVOKED', request: { id: request.id } }]);
  });

  it('pauses and resumes for the person, and is given up by the recipient', async () => {
    const id = await granted();
    const act = async (token: string, name: string, input: string): Promise<unknown> =>
      (await ask(token, `mutation ($input: ${input}!) { ${name}(input: $input) { consent { state } } }`, { input: { id } })).value;
    expect(await act(citizen, 'pauseConsent', 'PauseConsentInput')).toEqual({ consent: { state: 'PAUSED' } });
    expect(await act(citizen, 'resumeConsent', 'ResumeConsentInput')).toEqual({ consent: { state: 'ACTIVE' } });
    expect(await act(otherEmployer, 'giveUpConsent', 'GiveUpConsentInput')).toBeNull();
    expect(await act(employer, 'giveUpConsent', 'GiveUpConsentInput')).toEqual({ consent: { state: 'REVOKED' } });
  });

  it('shows a person by pages that stay right while the list grows', async () => {
    const number = NUMBERS[2] ?? '';
    const third = await hub.token({ sub: 'u-3', role: 'citizen', citizen_number: number });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await requested(number)).id);
    const page = async (after: string | null): Promise<Values> =>
      (
        await ask(
          third,
          `query ($after: String) { me { consentRequests(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
          {
            after,
          },
        )
      ).value.consentRequests;
    const first = await page(null);
    expect(first.nodes.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    await requested(number, otherEmployer);
    const second = await page(first.pageInfo.endCursor);
    expect(second).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } });
  });
});

describe('who is not the person or the recipient', () => {
  it('learns no more of a request that is there than of one that is not', async () => {
    const { id, hash } = await requested();
    const consentId = await granted();
    const asks = [
      [`query ($id: ID!) { consentRequest(id: $id) { id } }`, { id }],
      [`mutation ($id: ID!) { withdrawConsentRequest(input: { id: $id }) { request { id } } }`, { id }],
      [`mutation ($id: ID!) { denyConsentRequest(input: { id: $id }) { request { id } } }`, { id }],
      [
        `mutation ($id: ID!, $hash: String!) { approveConsentRequest(input: { id: $id, noticeHash: $hash, separately: ["${MONTHS}"] }) { request { id } } }`,
        { id, hash },
      ],
      [`mutation ($id: ID!) { revokeConsent(input: { id: $id }) { consent { id } } }`, { id: consentId }],
      [`mutation ($id: ID!) { giveUpConsent(input: { id: $id }) { consent { id } } }`, { id: consentId }],
    ] as const;
    for (const token of [other, otherEmployer, undefined]) {
      for (const [query, variables] of asks) {
        const there = await ask(token, query, variables);
        const not = await ask(token, query, { ...variables, id: 'crq_00000000000000000000000000000000' });
        expect([there.value, there.body.errors]).toEqual([not.value, not.body.errors]);
        expect(there.value).toBeNull();
      }
    }
  });

  it('cannot read what another person has been asked or has allowed', async () => {
    const query = `query ($id: ID!) { citizen(id: $id) { consents { nodes { id } } consentRequests { nodes { id } } } }`;
    for (const token of [other, employer, undefined]) {
      const { value, body } = await ask(token, query, { id: ref(OWN_NUMBER) });
      expect(value).toEqual({ consents: null, consentRequests: null });
      expect(body.errors).toHaveLength(2);
    }
  });
});

describe('what is refused', () => {
  it('says what went beyond the purpose, in a word', async () => {
    const { code, body } = await ask(employer, REQUEST, {
      input: { citizen: ref(OTHER_NUMBER), purpose: 'HIRING_CHECK', scopes: ['pension.account:read'] },
    });
    expect(code).toBe('CONSENT_TERMS');
    expect(body.errors?.[0]?.extensions['term']).toBe('SCOPES');
    expect((await ask(employer, REQUEST, { input: { citizen: ref(OTHER_NUMBER), purpose: 'OWN_RECORD', scopes: [MONTHS] } })).code).toBe(
      'CONSENT_TERMS',
    );
  });

  it('names what cannot be cut to months where a request bounds them: who asks does so apart, and the person is never shown it', async () => {
    const aid = await hub.token({ sub: 'lawyer', role: 'integrator', party_kind: 'LEGAL_AID', party: 'aid-1' });
    const input = { citizen: ref(OTHER_NUMBER), purpose: 'RIGHTS_SUPPORT', dataRange: { from: '2020-01' } };
    const scopes = ['pension.contributions:read', 'pension.relations:read', 'identity.person:read', 'employment.courier:read'];
    const { code, body } = await ask(aid, REQUEST, { input: { ...input, scopes } });
    expect(code).toBe('CONSENT_TERMS');
    expect(body.errors?.[0]?.extensions).toMatchObject({
      term: 'SCOPES_WITHOUT_MONTHS',
      scopes: ['pension.relations:read', 'employment.courier:read'],
    });
    const apart = [
      { ...input, scopes: ['pension.contributions:read', 'identity.person:read'] },
      { ...input, dataRange: null, scopes: ['pension.relations:read'] },
    ];
    for (const one of apart) expect((await ask(aid, REQUEST, { input: one })).code).toBeUndefined();
  });

  it('says from when on it may be asked again', async () => {
    const { id } = await requested(OTHER_NUMBER);
    expect(
      (await ask(other, `mutation ($id: ID!) { denyConsentRequest(input: { id: $id }) { request { state } } }`, { id })).value,
    ).toEqual({
      request: { state: 'DENIED' },
    });
    const again = await ask(employer, REQUEST, { input: { citizen: ref(OTHER_NUMBER), purpose: 'HIRING_CHECK', scopes: [MONTHS] } });
    expect(again.code).toBe('CONSENT_COOLING_DOWN');
    expect(again.body.errors?.[0]?.extensions['retryAfterSeconds']).toBeGreaterThan(29 * 86_400);
  });

  it('is what only a recipient, or only a person, may do', async () => {
    const input = { citizen: ref(OTHER_NUMBER), purpose: 'HIRING_CHECK', scopes: [MONTHS] };
    expect((await ask(citizen, REQUEST, { input })).code).toBe('ACCESS_DENIED');
    expect((await ask(undefined, REQUEST, { input })).code).toBe('UNAUTHENTICATED');
    expect((await ask(employer, REVOKE, { input: { id: 'cns_1' } })).code).toBe('ACCESS_DENIED');
    expect((await ask(employer, REQUEST, { input: { ...input, citizen: 'c1nonsense' } })).code).toBe('BAD_REQUEST');
    expect((await ask(citizen, REVOKE, { input: { id: 'cns_1', onBehalfOf: ref(OTHER_NUMBER) } })).code).toBe('CONSENT_NOT_FOUND');
  });

  it('leaves no number and no name in the log', () => {
    for (const number of NUMBERS) expect(hub.log.join('')).not.toContain(number);
  });
});
