import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entities } from '../setup/fake-agency.js';
import { OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';

let hub: TestHub;
/** Calls that the postal administration has not answered yet. */
let held: ServerResponse[];

beforeAll(async () => {
  hub = await startTestHub({}, { hrss: entities(() => ({ jurisdictions: ['440000'], socialCard: null })) });
});
afterAll(() => hub.close());
beforeEach(() => {
  held = [];
  hub.agencies.hrss.received.length = 0;
  hub.agencies.postal.received.length = 0;
  hub.agencies.postal.behaviour = (_received, response) => {
    held.push(response);
    return undefined;
  };
});

/** The postal administration is back, and answers what was held with an error. */
function release(): void {
  hub.agencies.postal.behaviour = entities(() => ({}));
  for (const response of held) response.setHeader('content-type', 'application/json').end('{"errors":[{"message":"no"}],"data":null}');
}

/** Calls of the client's own question for where the person is insured: the record is asked for with much else. */
const askedBeside = (): boolean => hub.agencies.hrss.questions.some(({ query }) => !query.includes('contributions'));
const heldUp = (): boolean => held.length > 0;

describe('what is asked beside something that the hub has to ask all agencies for', () => {
  it.each([
    ['findings', '{ me { findings { examined } jurisdictions } }'],
    ['the archive', '{ me { archive { sha256 } jurisdictions } }'],
    ['both', '{ me { archive { sha256 } findings { examined } jurisdictions } }'],
  ])('does not wait for %s: it is asked while an agency has not answered for them', async (_, query) => {
    let answered: Answered | undefined;
    const asking = hub.ask(query, { token: await hub.citizen() }).then((answer) => (answered = answer));
    await until(() => heldUp() && askedBeside());
    expect(answered).toBeUndefined();
    release();
    const { body } = await asking;
    expect(body.data).toMatchObject({ me: { jurisdictions: ['440000'] } });
  });

  it('arrives first where they are deferred', async () => {
    const response = await fetch(`${hub.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed;deferSpec=20220824',
        authorization: `Bearer ${await hub.citizen()}`,
      },
      body: JSON.stringify({ query: '{ me { jurisdictions ... @defer(label: "hints") { findings { missing { agency } } } } }' }),
    });
    const parts = partsOf(response);
    expect(await parts.next()).toMatchObject({ value: { data: { me: { jurisdictions: ['440000'] } }, hasNext: true } });
    await until(heldUp);
    release();
    const later = await parts.next();
    expect(later.value).toMatchObject({
      incremental: [{ label: 'hints', path: ['me'], data: { findings: { missing: expect.arrayContaining([{ agency: 'postal' }]) } } }],
    });
  });

  it('is not held up by the comparison of a unit either', async () => {
    hub.agencies['market-regulation'].behaviour = entities(() => ({ name: '某快递有限公司', state: 'ACTIVE' }));
    const token = await hub.token({
      sub: 'r-1',
      role: 'regulator',
      party_kind: 'MARKET_REGULATION',
      party: '350000',
      jurisdiction: '350000',
    });
    const query = '{ enterprise(creditCode: "91350100M000100Y43") { name compliance { insured } } }';
    const asking = hub.ask(query, { token, headers: { 'yichuang-purpose': 'HIRING_SUPERVISION' } });
    const ofItsOwn = (): boolean =>
      hub.agencies['market-regulation'].questions.some(({ query: text }) => !text.includes('platformHeadcounts'));
    await until(() => heldUp() && ofItsOwn());
    release();
    expect((await asking).body.data).toMatchObject({ enterprise: { name: '某快递有限公司', compliance: { insured: null } } });
  });
});

describe('what the hub would have to ask all agencies for', () => {
  it('is not even begun for who may not see it', async () => {
    const token = await hub.caseworker();
    const { body } = await hub.ask('query ($id: ID!) { citizen(id: $id) { archive { sha256 } } }', {
      token,
      headers: { 'yichuang-purpose': 'COUNTER_SERVICE' },
      variables: { id: ref(OWN_NUMBER) },
    });
    expect(body.data).toEqual({ citizen: { archive: null } });
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['CASE_REQUIRED']);
    expect(hub.agencies.postal.questions).toEqual([]);
  });
});

describe('the counts of a new unit that the person joined shortly before retirement', () => {
  const UNIT = '91440300MA5DXKLQ2C';
  const booking = {
    scheme: 'EMPLOYEE_PENSION',
    month: '2026-08',
    base: '5000.00',
    personal: '400.00',
    employer: '800.00',
    jurisdiction: '440000',
    enterprise: { __typename: 'Enterprise', creditCode: UNIT },
  };
  const page = { pageInfo: { hasNextPage: false, endCursor: null }, edges: [{ node: booking }] };
  const none = { pageInfo: { hasNextPage: false, endCursor: null }, edges: [] };
  const person = {
    jurisdictions: ['440000'],
    identity: { sex: 'MALE', birthDate: '1967-03-05', hukou: '440000', alive: true },
    pension: { relations: [], contributions: page, benefits: [] },
    unemployment: { relations: [], contributions: none, benefits: [] },
    occupationalInjury: { relations: [], contributions: none, benefits: [], platformCover: [] },
  };
  const screened = async (token: string, near: number | null): Promise<unknown> => {
    hub.agencies.hrss.behaviour = entities(({ __typename }) =>
      __typename === 'Enterprise' ? { insuredHeadcount: 6, insuredNearRetirement: near } : person,
    );
    hub.agencies['market-regulation'].behaviour = entities(({ __typename }) =>
      __typename === 'Enterprise' ? { name: '某科技有限公司', state: 'ACTIVE', established: '2026-01-15' } : { platformWork: [] },
    );
    hub.agencies.postal.behaviour = entities(({ __typename }) =>
      __typename === 'Enterprise' ? { expressLicence: null } : { courierWork: [] },
    );
    const { body } = await hub.ask(
      'query ($id: ID!) { citizen(id: $id) { findings { examined undecided findings { code reason { en } enterprises { creditCode } } } } }',
      { token, headers: { 'yichuang-purpose': 'COUNTER_SERVICE' }, variables: { id: ref(OWN_NUMBER) } },
    );
    return (body.data as { citizen: { findings: unknown } }).citizen.findings;
  };

  it('come from the register of the unit, for an official who may see them: many joined late, and the finding says how many (R09)', async () => {
    expect(await screened(await hub.caseworker(), 4)).toMatchObject({
      examined: expect.arrayContaining(['R09']),
      findings: expect.arrayContaining([
        { code: 'R09', reason: { en: expect.stringContaining('4 of 6 insured') }, enterprises: [{ creditCode: UNIT }] },
      ]),
    });
    expect(await screened(await hub.caseworker(), 2)).toMatchObject({ examined: expect.arrayContaining(['R09']) });
  });

  it('leave R09 undecided where the register does not count', async () => {
    expect(await screened(await hub.caseworker(), null)).toMatchObject({ undecided: expect.arrayContaining(['R09']) });
  });
});

/** The parts of a multipart answer, as they come. */
async function* partsOf(response: Response): AsyncGenerator<Record<string, unknown>, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const lines = text.split('\r\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) yield JSON.parse(line) as Record<string, unknown>;
  }
}
