import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GrantedCall } from '@yichuang/schema';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';

/* A legal aid centre to which one person has opened the year 2021, and another everything. */

const BY_MONTH = ['pension.contributions:read', 'pension.months:count', 'identity.person:read'];
const WITHOUT_MONTHS = 'pension.relations:read';
const PURPOSE = 'RIGHTS_SUPPORT';
const RANGE = { from: '2021-01', to: '2021-12' };

let hub: TestHub;
let lawyer: string;
/** Months of which the agency has contributions. */
let months: readonly string[];
beforeAll(async () => {
  hub = await startTestHub();
  lawyer = await hub.token({ sub: 'lawyer', role: 'integrator', party_kind: 'LEGAL_AID', party: '12440300455800001A' });
});
afterAll(() => hub.close());
beforeEach(async () => {
  // A consent may be used a few times a day only.
  await consentOf(OWN_NUMBER, RANGE);
  await consentOf(OTHER_NUMBER, undefined);
  months = ['2021-06'];
  hub.agencies.hrss.received.length = 0;
  hub.log.length = 0;
  hub.agencies.hrss.behaviour = entities(() => ({
    pension: {
      monthsPaid: 12,
      relations: [{ jurisdiction: '440000' }],
      contributions: {
        totalCount: months.length,
        edges: months.map((month) => ({ cursor: month, node: { jurisdiction: '440000', month, yichuang_month: month, personal: '1.00' } })),
      },
    },
    identity: { name: '某人' },
  }));
});

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Answered> {
  return hub.ask(query, { token: lawyer, headers: { 'yichuang-purpose': PURPOSE }, variables });
}

async function consentOf(number: string, dataRange: object | undefined): Promise<void> {
  const scopes = dataRange ? BY_MONTH : [...BY_MONTH, WITHOUT_MONTHS];
  const asked = await ask('mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }', {
    input: {
      citizen: ref(number),
      purpose: PURPOSE,
      scopes,
      frequency: { count: 5, perDays: 1 },
      ...(dataRange ? { dataRange } : {}),
    },
  });
  const { request } = (asked.body.data?.['requestConsent'] ?? {}) as { request?: { id: string; notice: { hash: string } } };
  if (!request) throw new Error(JSON.stringify(asked.body));
  const token = await hub.token({ sub: number.slice(-4), role: 'citizen', citizen_number: number });
  const approved = await hub.ask(
    'mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { state } } }',
    { token, variables: { input: { id: request.id, noticeHash: request.notice.hash, separately: scopes } } },
  );
  if (approved.body.errors) throw new Error(JSON.stringify(approved.body));
}

const codesOf = ({ body }: Answered): unknown[] => (body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
const grantOf = (at = 0): GrantedCall => {
  const header = String(hub.agencies.hrss.questions[at]?.headers['yichuang-grant']);
  return (JSON.parse(Buffer.from(header.split('~')[1] ?? '', 'base64url').toString()) as [string, GrantedCall])[1];
};
const sent = (): string => hub.agencies.hrss.questions.map(({ query }) => query).join('\n');
const ROWS = 'contributions { totalCount edges { node { personal } } }';
const bounded = `citizen(id: "${ref(OWN_NUMBER)}")`;
const open = `citizen(id: "${ref(OTHER_NUMBER)}")`;

describe('the hub, for a person who bounds the months of the data', () => {
  it('asks for those months only, of which every row says its own, and tells the agency the bound', async () => {
    const answered = await ask(`{ ${bounded} { pension { monthsPaid ${ROWS} } identity { name } } }`);
    expect(answered.body.errors).toBeUndefined();
    expect(answered.body.data).toEqual({
      citizen: {
        pension: { monthsPaid: 12, contributions: { totalCount: 1, edges: [{ node: { personal: '1.00' } }] } },
        identity: { name: '某人' },
      },
    });
    expect(sent()).toContain('contributions(from:"2021-01" to:"2021-12"){totalCount edges{node{yichuang_month:month personal}}}');
    expect(grantOf().release).toEqual([expect.objectContaining({ subjects: [ref(OWN_NUMBER)], dataRange: RANGE })]);
  });

  it.each([
    ['2021-03', '2021-04', 'from:"2021-03" to:"2021-04"'],
    ['2019-01', '2030-01', 'from:"2021-01" to:"2021-12"'],
    ['2019-01', '2020-12', 'from:"2021-01" to:"2020-12"'],
  ])('asks for what of %s to %s lies in the bound, whether it is written out or a variable', async (from, to, narrowed) => {
    months = [];
    await ask(`{ ${bounded} { pension { contributions(from: "${from}", to: "${to}") { totalCount } } } }`);
    await ask(`query ($a: YearMonth, $b: YearMonth) { ${bounded} { pension { contributions(from: $a, to: $b) { totalCount } } } }`, {
      a: from,
      b: to,
    });
    for (const { query } of hub.agencies.hrss.questions) expect(query).toContain(`contributions(${narrowed})`);
    expect(hub.agencies.hrss.questions).toHaveLength(2);
  });

  it('does not ask for what cannot be cut to months', async () => {
    const answered = await ask(`{ ${bounded} { pension { monthsPaid relations { jurisdiction } } } }`);
    expect(answered.body.data).toEqual({ citizen: { pension: { monthsPaid: 12, relations: null } } });
    expect(codesOf(answered)).toEqual([['citizen.pension.relations', 'CONSENT_REQUIRED']]);
    expect(sent()).not.toContain('relations');
  });

  it('asks about one who bounds nothing apart, and without a bound', async () => {
    const answered = await ask(`{ a: ${bounded} { pension { ${ROWS} } } b: ${open} { pension { ${ROWS} relations { jurisdiction } } } }`);
    expect(answered.body.errors).toBeUndefined();
    const [question] = hub.agencies.hrss.questions;
    const lists = Object.values((JSON.parse(question?.body ?? '') as { variables: Record<string, unknown> }).variables).filter(
      Array.isArray,
    );
    expect(hub.agencies.hrss.questions.length === 1 ? lists : hub.agencies.hrss.questions).toHaveLength(2);
    expect(sent().match(/contributions\(from:"2021-01" to:"2021-12"\)/g)).toHaveLength(1);
    expect(sent().match(/contributions\{/g)).toHaveLength(1);
  });

  it.each([['2020-12'], ['2022-01']])('drops the whole field and raises an alarm when a row is of %s', async (beyond) => {
    months = ['2021-06', beyond];
    const answered = await ask(`{ a: ${bounded} { pension { monthsPaid ${ROWS} } } b: ${open} { pension { ${ROWS} } } }`);
    expect(answered.body.data).toMatchObject({
      a: { pension: { monthsPaid: 12, contributions: null } },
      b: { pension: { contributions: { totalCount: 2 } } },
    });
    expect(codesOf(answered)).toEqual([['a.pension.contributions', 'AGENCY_BAD_RESPONSE']]);
    expect(hub.log.filter((line) => line.includes('months that were not granted'))).toHaveLength(1);
    expect(hub.log.join('')).not.toContain(ref(OWN_NUMBER));
  });
});
