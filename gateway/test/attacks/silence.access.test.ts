import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { citizenCheckCharacter } from '@yichuang/schema';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { ASSERT, citizen, codes, consented, employer, forget, legalAid, official, sent } from './scene.js';

/*
 * What the hub keeps to itself. Whether a person exists could show in how long an answer takes. Clocks are not compared here: on a busy
 * machine such a test is either blind or wrong. What takes time is counted instead: calls to agencies, by operation, and statements to the
 * store, by text. Where these are the same, and the answers are, byte by byte, the same work was done, and nothing is left to measure.
 */

const [KNOWN, UNKNOWN] = [OTHER_NUMBER, `99000019700101009${citizenCheckCharacter('99000019700101009')}`];
const NAME = '欧阳某某';

let hub: TestHub;
let statements: string[];
beforeAll(async () => {
  hub = await startTestHub({ LOG_LEVEL: 'trace' });
});
afterAll(() => hub.close());
beforeEach(() => {
  forget(hub);
  statements = [];
  // An agency knows one person and has never heard of the other.
  const known =
    (fields: Record<string, unknown>) =>
    ({ id }: Record<string, unknown>): Record<string, unknown> | null =>
      id === ref(KNOWN) || id === ref(OWN_NUMBER) ? fields : null;
  hub.agencies.hrss.behaviour = entities(
    known({ jurisdictions: ['110000'], identity: { name: NAME }, pension: { monthsPaid: 201, hasPaidAtLeast: true }, employments: [] }),
  );
  hub.agencies['medical-insurance'].behaviour = entities(known({ medical: { account: { balance: '1.00' } } }));
  const query = Client.prototype.query as (this: Client, ...args: unknown[]) => unknown;
  jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...args: unknown[]) {
    const [what] = args;
    statements.push(typeof what === 'string' ? what : ((what as { text?: string } | undefined)?.text ?? ''));
    return query.apply(this, args) as never;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const WINDOW = `query($id: ID!) { citizen(id: $id) {
  id identity { name } pension { monthsPaid hasPaidAtLeast(months: 180) } medical { account { balance } } courierWork { from }
  consents { nodes { id } } consentRequests { nodes { id } } delegations { nodes { id } } accessLog { nodes { id } } } }`;

/** An answer without what is another one in every answer. */
function plain({ status, headers, body }: Answered, whom: string): unknown {
  const text = JSON.stringify(body)
    .replaceAll(ref(whom), 'REF')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');
  const said = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status, said: said.map(([name, value]) => [name, value.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')]), text };
}

/** What a hub nobody asks says to its store by itself: beats of the heart and of the clock, events numbered, webhooks looked for, the record swept. */
const BEATS =
  /^(begin|commit|select)$|listen|notify|heartbeat|<= clock_timestamp\(\)|webhook|transfer_(event|cursor)|access_(sweep|outcome)/i;
/** What was refused is put on record when the answer is given. */
const LATER = /insert into access_entry/i;

/** What the question waits for. */
const work = (): string[] => statements.filter((text) => !BEATS.test(text) && !LATER.test(text)).sort();

/** What an answer says, and the work it took. */
async function asked(token: string | undefined, headers: Record<string, string>, whom: string): Promise<unknown> {
  forget(hub);
  statements = [];
  const answer = await hub.ask(WINDOW, {
    ...(token === undefined ? {} : { token }),
    headers,
    variables: { id: ref(whom) },
    extensions: { access: true }, // what was decided must not say it either
  });
  const calls = sent(hub).map(({ agency, query, representations, grant }) => [agency, query, representations.length, grant.release.length]);
  return { answer: plain(answer, whom), calls, work: work() };
}

describe('a person who is there and one who is not', () => {
  it.each<[who: string, caller: () => Promise<[string | undefined, string]>]>([
    ['another citizen', async () => [await citizen(hub), '']],
    ['an employer without consent', async () => [await employer(hub), 'HIRING_CHECK']],
    ['a present employer, which is not theirs', async () => [await employer(hub), 'EMPLOYER_DUTIES']],
    ['a caseworker of another region', async () => [await official(hub), 'COUNTER_SERVICE']],
    ['an official with no case', async () => [await official(hub), 'TRANSFER_OUT']],
    ['an official with no emergency', async () => [await official(hub), 'EMERGENCY']],
    ['a legal aid centre', async () => [await legalAid(hub), 'RIGHTS_SUPPORT']],
    ['nobody', () => Promise.resolve([undefined, ''])],
  ])('are the same to %s: in the answer, in the calls and in the statements', async (_, caller) => {
    const [token, purpose] = await caller();
    const headers = purpose === '' ? {} : { 'yichuang-purpose': purpose };
    const ask = (whom: string): Promise<unknown> => asked(token, headers, whom);
    await ask(OWN_NUMBER); // the plan is made once, for whoever asks first
    const there = await ask(KNOWN);
    const not = await ask(UNKNOWN);
    expect(not).toEqual(there);
    expect(JSON.stringify(there)).toContain('\\"decisions\\":[{');
    expect(JSON.stringify(there)).not.toContain(NAME);
  });

  it('are the same to a recipient whose consent from one of them has ended', async () => {
    const token = await employer(hub, '91440300MA5DHDAD9Z');
    const id = await consented(hub, token, KNOWN, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
    const query = 'mutation($id: ID!) { revokeConsent(input: { id: $id }) { consent { state } } }';
    await hub.ask(query, { token: await citizen(hub, KNOWN), variables: { id } });
    const headers = { 'yichuang-purpose': 'HIRING_CHECK' };
    await asked(token, headers, OWN_NUMBER);
    expect(await asked(token, headers, KNOWN)).toEqual(await asked(token, headers, UNKNOWN));
  });

  it('are the same to who asks by number, also where the number cannot be anybody’s', async () => {
    const query = 'query($n: CitizenNumber!) { citizenByNumber(number: $n) { id identity { name } } }';
    const by = async (number: string): Promise<unknown> =>
      plain(await hub.ask(query, { token: await citizen(hub), variables: { n: number } }), number);
    expect(await by(KNOWN)).toEqual(await by(UNKNOWN));
    expect(sent(hub)).toEqual([]);
  });
});

describe('headers from outside', () => {
  const FORGED = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-user': 'admin',
    'x-real-ip': '10.0.0.1',
    forwarded: 'for=127.0.0.1;by=hub',
    'x-remote-user': 'w-1',
    'x-user-role': 'caseworker',
    'x-ssl-client-verify': 'SUCCESS',
    'x-client-cert': 'CN=hrss',
    'yichuang-role': 'CASEWORKER',
    'yichuang-party': 'HRSS_OFFICE:440000',
    'yichuang-grant': 'eyJhbGciOiJub25lIn0.e30.~W10~',
    'yichuang-question': '00000000-0000-0000-0000-000000000000',
    'yichuang-purpose': 'COUNTER_SERVICE',
  };

  it('make nobody anybody', async () => {
    const answered = await hub.ask(WINDOW, { headers: FORGED, variables: { id: ref(KNOWN) } });
    expect(codes(answered)).toEqual(['UNAUTHENTICATED']);
    expect(sent(hub)).toEqual([]);
  });

  it('do not reach the agencies, and the question keeps the name the hub gave it', async () => {
    await hub.ask('{ me { identity { name } } }', { token: await citizen(hub), headers: { ...FORGED, 'yichuang-purpose': 'OWN_RECORD' } });
    const [call] = sent(hub);
    const own = new Set(['yichuang-grant', 'yichuang-question']);
    for (const [name, value] of Object.entries(FORGED)) {
      if (own.has(name)) expect(call?.headers[name]).not.toBe(value);
      else expect(call?.headers[name]).toBeUndefined();
    }
    expect(call?.grant).toMatchObject({ act: { role: 'CITIZEN' }, purpose: 'OWN_RECORD' });
  });
});

it('what the hub wrote holds no citizen number, no name and no token', async () => {
  const tokens = [await citizen(hub), await official(hub), await employer(hub)];
  for (const token of tokens) {
    await hub.ask(WINDOW, { token, headers: { 'yichuang-purpose': 'COUNTER_SERVICE' }, variables: { id: ref(KNOWN) } });
    await hub.ask(`{ citizen(id: "${KNOWN}") { id } }`, { token });
    await hub.ask(`{ citizenByNumber(number: "${KNOWN}") { nonsense } }`, { token });
    await hub.ask('query($n: CitizenNumber!) { citizenByNumber(number: $n) { id } }', { token, variables: { n: `${KNOWN}${NAME}` } });
    await hub.ask('{ me { id } }', { token: `${token}x` });
    await hub.ask('{ me { id } }', { token, headers: { 'yichuang-purpose': KNOWN, 'yichuang-case': KNOWN } });
  }
  hub.agencies.hrss.behaviour = () => ({
    data: null,
    errors: [{ message: `${NAME} ${KNOWN}`, extensions: { code: NAME, system: KNOWN } }],
  });
  const answers = [await hub.ask('{ me { identity { name } } }', { token: tokens[0] ?? '' })];
  answers.push(await hub.ask(`{ citizen(id: "${KNOWN}") { id } }`), await hub.ask(`{ citizenByNumber(number: "${KNOWN}0") { id } }`));
  const url = new URL(hub.gateway.url);
  const written = {
    log: hub.log.join(''),
    errors: JSON.stringify(answers.map(({ body }) => body.errors)),
    metrics: await (await fetch(new URL('/metrics', url))).text(),
    urls: Object.values(hub.agencies)
      .flatMap(({ received }) => received.map(({ path }) => path))
      .join('\n'),
    calls: sent(hub)
      .map(({ headers, body, grant }) => JSON.stringify([headers, body, grant]))
      .join('\n'),
  };
  expect(written.log.length).toBeGreaterThan(1_000);
  expect(written.metrics).toContain('yichuang_');
  for (const [where, text] of Object.entries(written))
    for (const canary of [OWN_NUMBER, KNOWN, KNOWN.slice(0, 17), NAME, ...tokens])
      expect([where, text.includes(canary)]).toEqual([where, false]);
});
