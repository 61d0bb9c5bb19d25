import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Window } from './window.js';

/* The walk-through of docs/walkthrough-consent.md, on the whole hub over its sandbox: every step of the page is one here. */

const COURIER = 'courier-four-provinces';
const EMPLOYER = 'employer-1';
const PURPOSE = 'HIRING_CHECK';
const PREDICATE = 'query ($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 24) monthsPaid } } }';

let window: Window;
let id: string;
beforeAll(async () => {
  window = await Window.open({ people: 120 });
  id = (await window.ask('{ me { id } }', { as: COURIER })).data.me.id as string;
}, 60_000);
afterAll(() => window.close());

const read = () => window.ask(PREDICATE, { as: EMPLOYER, purpose: PURPOSE, variables: { id } });
const codesOf = ({ errors }: Awaited<ReturnType<typeof read>>): unknown[] =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);

describe('an employer, a courier, and one predicate', () => {
  let requestId: string;
  let noticeHash: string;
  let consentId: string;

  it('the employer is told what the purpose could give and what it takes', async () => {
    const { data } = await window.ask('{ viewer { role purposes { code rights { scope basis needs } } } }', { as: EMPLOYER });
    expect(data.viewer.role).toBe('EMPLOYER');
    expect(data.viewer.purposes.find(({ code }: { code: string }) => code === PURPOSE)).toEqual({
      code: PURPOSE,
      rights: ['pension.months:count', 'pension.months:assert'].map((scope) => ({ scope, basis: 'CONSENT', needs: ['CONSENT'] })),
    });
  });

  it('without consent learns nothing, not even that there is somebody, and no agency is asked', async () => {
    window.resetCalls();
    const answer = await read();
    expect(answer.data).toEqual({ citizen: { pension: null } });
    expect(codesOf(answer)).toEqual([['citizen.pension', 'ACCESS_DENIED']]);
    expect(window.calls()).toEqual({});
  });

  it('asks for two kinds of data', async () => {
    const { data, errors } = await window.ask(
      'mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id state } } }',
      {
        as: EMPLOYER,
        variables: { input: { citizen: id, purpose: PURPOSE, scopes: ['pension.months:assert', 'pension.months:count'] } },
      },
    );
    expect(errors).toEqual([]);
    expect(data.requestConsent.request.state).toBe('PENDING');
    requestId = data.requestConsent.request.id as string;
  });

  it('the courier sees who asks for what, in plain words', async () => {
    const { data, errors } = await window.ask(
      `{ me { consentRequests(state: PENDING) { nodes {
        id recipient { kind code enterprise { name } } purpose { code } scopes { scope separate } notice { zh hash }
      } } } }`,
      { as: COURIER },
    );
    expect(errors).toEqual([]);
    const [request] = data.me.consentRequests.nodes;
    expect(request).toMatchObject({ id: requestId, purpose: { code: PURPOSE }, recipient: { kind: 'EMPLOYER' } });
    expect(request.recipient.enterprise.name).toMatch(/\p{Script=Han}/u);
    expect(request.notice.zh).toContain('您可以全部同意、部分同意或者不同意');
    noticeHash = request.notice.hash as string;
  });

  it('ticks one of the two, and keeps a receipt that names no number', async () => {
    const { data, errors } = await window.ask(
      `mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) {
        request { state } consent { id state scopes { scope } receipt }
      } }`,
      { as: COURIER, variables: { input: { id: requestId, together: ['pension.months:assert'], noticeHash } } },
    );
    expect(errors).toEqual([]);
    const { request, consent } = data.approveConsentRequest;
    expect([request.state, consent.state]).toEqual(['PARTIALLY_APPROVED', 'ACTIVE']);
    expect(consent.scopes).toEqual([{ scope: 'pension.months:assert' }]);
    expect(JSON.parse(consent.receipt as string)).toMatchObject({ artefact: { consentId: consent.id, notice: { hash: noticeHash } } });
    expect(consent.receipt).not.toContain(window.lifeOf(COURIER).number);
    expect(consent.receipt).not.toContain(id);
    consentId = consent.id as string;
  });

  it('the employer reads the one predicate; the other is not asked for', async () => {
    const answer = await read();
    expect(answer.data).toEqual({ citizen: { pension: { hasPaidAtLeast: true, monthsPaid: null } } });
    expect(codesOf(answer)).toEqual([['citizen.pension.monthsPaid', 'CONSENT_REQUIRED']]);
    expect(answer.errors[0]?.extensions).toMatchObject({ scope: 'pension.months:count', remedy: { type: 'REQUEST_CONSENT' } });
  });

  it('and no more than once a day, as the purpose says', async () => {
    window.resetCalls();
    const answer = await read();
    expect(answer.data).toEqual({ citizen: { pension: null } });
    expect(window.calls()).toEqual({});
  });

  it('the courier reads who looked, for what, on what basis, and who was refused', async () => {
    const { data } = await window.ask(
      '{ me { accessLog(own: false) { nodes { state words { zh } organisation { kind } basis reference kinds { scope } agencies code } } } }',
      { as: COURIER },
    );
    const rows = data.me.accessLog.nodes as { state: string; basis: string | null; kinds: { scope: string }[]; words: { zh: string } }[];
    expect(rows.filter(({ basis }) => basis !== null)).toMatchObject([
      { state: 'PARTIAL', basis: 'CONSENT', reference: consentId, kinds: [{ scope: 'pension.months:assert' }], agencies: ['hrss'] },
    ]);
    expect(rows.filter(({ state }) => state === 'DENIED').length).toBeGreaterThan(1);
    expect(rows.every(({ words }) => words.zh.includes('招用核验'))).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(createHash('sha256').update(window.lifeOf(COURIER).number).digest('hex'));
  });

  it('withdraws in one step, and the employer is refused as if there had never been anything', async () => {
    const { data } = await window.ask('mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { consent { state } } }', {
      as: COURIER,
      variables: { input: { id: consentId } },
    });
    expect(data).toEqual({ revokeConsent: { consent: { state: 'REVOKED' } } });
    window.resetCalls();
    const answer = await read();
    expect(answer.data).toEqual({ citizen: { pension: null } });
    expect(codesOf(answer)).toEqual([['citizen.pension', 'ACCESS_DENIED']]);
    expect(window.calls()).toEqual({});
  });
});
