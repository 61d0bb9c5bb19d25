import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { act, citizen, consented, field, forget, legalAid, official, opened } from './scene.js';

/* What a release rests on may end between the question to an agency and its reply: what comes then is nobody's to have any more. */

const QUERY = 'query($id: ID!) { citizen(id: $id) { identity { name } } }';
const PARTS = `query($id: ID!) { citizen(id: $id) { id ... @defer { identity { name } } } }`;
const NAME = '王小明';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
});

/** Lets the agency take its time over whatever is released. @returns whether it has been asked, and has it answer */
function late(): { readonly asked: () => boolean; readonly answer: () => void } {
  const made = entities(() => ({ identity: { name: NAME }, jurisdictions: ['440000'] }));
  const held: (() => void)[] = [];
  hub.agencies.hrss.behaviour = (request, response) => {
    if (!request.query.includes('name')) return made(request, response);
    held.push(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(made(request, response))));
    return undefined;
  };
  return {
    asked: () => held.length > 0,
    answer: () => {
      for (const answer of held.splice(0)) answer();
    },
  };
}

interface Asking {
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends what the release rests on. */
  readonly end: () => Promise<unknown>;
  /** Makes room for another one. */
  readonly clear?: () => Promise<unknown>;
}

async function ask({ token, headers }: Asking, query: string): Promise<string> {
  const response = await fetch(`${hub.gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: query === PARTS ? 'multipart/mixed; deferSpec=20220824' : 'application/graphql-response+json',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ query, variables: { id: ref(OWN_NUMBER) } }),
  });
  return response.text();
}

const change = async (name: string, id: string, token: string): Promise<unknown> =>
  field(await hub.ask(`mutation($id: ID!) { ${name}(id: $id) { state } }`, { token, variables: { id } }), name);

async function onConsent(): Promise<Asking> {
  const token = await legalAid(hub, `aid-${Math.random()}`);
  const id = await consented(hub, token, OWN_NUMBER, { purpose: 'RIGHTS_SUPPORT', scopes: ['identity.person:read'] });
  return { token, headers: { 'yichuang-purpose': 'RIGHTS_SUPPORT' }, end: () => act(hub, OWN_NUMBER, 'revoke', id) };
}

async function byDelegation(ended: 'endDelegation' | 'suspendDelegation'): Promise<Asking> {
  const [person, token] = [await citizen(hub, OWN_NUMBER, true), await citizen(hub, OTHER_NUMBER)];
  const offer = `mutation($helper: ID!) { offerDelegation(helper: $helper, scopes: ["identity.person:read"], relationship: CHILD, days: 30) { id } }`;
  const offered = field(await hub.ask(offer, { token: person, variables: { helper: ref(OTHER_NUMBER) } }), 'offerDelegation');
  const id = String(offered['id']);
  await change('acceptDelegation', id, token);
  const clear = (): Promise<unknown> =>
    hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token: person, variables: { id } });
  return { token, headers: { 'yichuang-purpose': 'FAMILY_HELP' }, end: () => change(ended, id, person), clear };
}

async function inCase(): Promise<Asking> {
  const token = await official(hub);
  const number = await opened(hub, token, { citizen: ref(OWN_NUMBER), purpose: 'TRANSFER_OUT', jurisdictions: [] });
  const close = 'mutation($number: String!) { closeCase(number: $number) { state } }';
  return {
    token,
    headers: { 'yichuang-purpose': 'TRANSFER_OUT', 'yichuang-case': number },
    end: async () => field(await hub.ask(close, { token, variables: { number } }), 'closeCase'),
  };
}

async function inEmergency(): Promise<Asking> {
  const anew = { acr: 'urn:yichuang:acr:step-up', auth_time: Math.floor(Date.now() / 1000) };
  const token = await official(hub, { sub: `e-${Math.random()}`, ...anew });
  const open = `mutation($citizens: [ID!]!) { openEmergencyAccess(reason: MEDICAL_RESCUE, text: "急诊抢救，需核实参保地", citizens: $citizens, minutes: 60) { id } }`;
  const { id } = field(await hub.ask(open, { token, variables: { citizens: [ref(OWN_NUMBER)] } }), 'openEmergencyAccess');
  return { token, headers: { 'yichuang-purpose': 'EMERGENCY' }, end: () => change('closeEmergencyAccess', String(id), token) };
}

const BASES: readonly (readonly [string, () => Promise<Asking>])[] = [
  ['a consent that is revoked', onConsent],
  ['a delegation that the person takes back', () => byDelegation('endDelegation')],
  ['a delegation that the person lets rest', () => byDelegation('suspendDelegation')],
  ['a case that is closed', inCase],
  ['an emergency that is closed', inEmergency],
];

describe.each(BASES)('%s while the agency is asked', (_, begin) => {
  let asking: Asking;
  beforeEach(async () => {
    late().answer();
    asking = await begin();
    forget(hub);
  });
  afterEach(() => asking.clear?.());
  const askedLate = async (query: string, between: () => Promise<unknown>): Promise<string> => {
    const agency = late();
    const answer = ask(asking, query);
    await until(agency.asked);
    await between();
    agency.answer();
    return answer;
  };

  it.each([
    ['the answer', QUERY],
    ['a deferred part', PARTS],
  ])('takes %s with it', async (__, query) => {
    const answer = await askedLate(query, asking.end);
    expect(answer).toContain('ACCESS_DENIED');
    expect(answer).not.toContain(NAME);
  });

  it.each([
    ['the answer', QUERY],
    ['a deferred part', PARTS],
  ])('would have let %s out had it stood', async (__, query) => {
    const answer = await askedLate(query, () => Promise.resolve());
    expect(answer).toContain(NAME);
    expect(answer).not.toContain('ACCESS_DENIED');
  });

  it('leaves a denial on record that its decision can be explained by', async () => {
    const answer = await askedLate(QUERY, asking.end);
    const { decisionId } = (JSON.parse(answer) as { errors: { extensions: { decisionId: string } }[] }).errors[0]?.extensions ?? {};
    const query = 'query($id: ID!) { explainDecision(id: $id) { nodes { entry { code onBehalf { kind } } } } }';
    const { body } = await hub.ask(query, { token: asking.token, headers: asking.headers, variables: { id: decisionId } });
    const onBehalf = asking.headers['yichuang-purpose'] === 'FAMILY_HELP' ? { kind: 'FAMILY_HELP' } : null;
    const nodes = [{ entry: { code: 'ACCESS_DENIED', onBehalf } }, { entry: { code: null, onBehalf } }];
    expect(body.data).toEqual({ explainDecision: { nodes } });
  });
});
