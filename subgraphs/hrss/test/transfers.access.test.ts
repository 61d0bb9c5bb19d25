import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { citizenSeal, transferPins } from '@yichuang/schema';
import {
  grantPolicy,
  startSubgraph,
  type Agency,
  type AgencySystem,
  type Expectation,
  type RunningSubgraph,
  type SubgraphSettings,
  type Transfers,
  type TransferStore,
} from '@yichuang/kit';
import { testDatabase } from '../../../gateway/test/setup/database.js';
import { GRANT_KEY } from '../../../gateway/test/setup/grants.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../../../gateway/test/setup/hub.js';
import { until } from '../../../gateway/test/setup/until.js';
import { granted, grantFor, hubKey, policyOf } from '../../../kit/test/grants/forge.js';
import { Provinces } from '../../../kit/test/transfers/setup/provinces.js';
import { openTransferStore, plainLaw, settle, SOURCE, TARGET, transfersOver } from '../../../kit/test/transfers/setup/world.js';
import { RegisterDirectory } from '../src/registers.js';
import { resolvers } from '../src/resolvers/index.js';

/* Transfers through the hub: persons and offices on real HTTP, with real grants, over a real store. Offices are ledgers in memory. */

const REF_KEY = '5a'.repeat(32);
const seal = citizenSeal(REF_KEY);
/** No register is asked about cases of transfer. */
const index = { id: 'index', jurisdictions: [], holds: () => true } as unknown as AgencySystem;
const agency: Agency = {
  code: 'hrss',
  systems: [index],
  systemOf: () => undefined,
  officeEntry: () => undefined,
  open: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** What everybody here has at the source. Fen. */
const [ACCOUNT, POOL] = [100_000, 200_000];
const EXPECTED: Expectation = {
  figures: { before1998: 0, balance: ACCOUNT, principal: 0, account: ACCOUNT, pool: POOL, total: ACCOUNT + POOL },
  ...{ moneyMoves: true, article: '国办发〔2009〕66号 第四条', version: '2010-01-01', steps: [], provisional: [], notes: [] },
};

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: TransferStore;
let provinces: Provinces;
let transfers: Transfers;
let subgraph: RunningSubgraph;
let hub: TestHub;

/** A process of the agency. */
const serving = (grants: SubgraphSettings['grants']): Promise<RunningSubgraph> =>
  startSubgraph({
    name: 'hrss',
    agency,
    resolvers: resolvers(new RegisterDirectory(agency), { transfers, pinOf: (number) => transferPins(REF_KEY).pinOf(number) }),
    needs: {},
    grants,
    citizenRefKey: REF_KEY,
    port: 0,
    logTo: { write: () => undefined },
  });

beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
  provinces = new Provinces();
  transfers = transfersOver(store, provinces, {
    citizenOf: (one) => seal.open(one),
    laws: { PENSION: plainLaw(() => provinces, { expect: (move) => ({ ...EXPECTED, moneyMoves: move.moneyMoves }) }) },
  });
  subgraph = await serving(grantPolicy('intl', JSON.stringify({ keys: [GRANT_KEY.publicKey] })));
  hub = await startTestHub({ DATABASE_URL: database.url, AGENCY_HRSS_URL: subgraph.url });
});
afterAll(async () => {
  await hub.close();
  await subgraph.close();
  await store.close();
  await database.stop();
});
beforeEach(async () => {
  await store.pool.query(`update transfers.transfer_case set ended_at = clock_timestamp() where ended_at is null`);
  for (const number of NUMBERS) provinces.insure(SOURCE, number, ACCOUNT, POOL);
});

interface Payload {
  readonly number: string | null;
  readonly pin?: string | null;
  readonly state?: string;
  readonly refusal: { readonly code: string } | null;
  readonly transfer?: Readonly<Record<string, unknown>> | null;
}

const payloadOf = ({ body }: Answered, name: string): Payload => {
  const payload = body.data?.[name];
  if (typeof payload !== 'object' || payload === null) throw new Error(JSON.stringify(body));
  return payload as Payload;
};
const codesOf = ({ body }: Answered): unknown[] => (body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions['code']]);

const APPLY = `mutation($input: ApplyForTransferInput!) { applyForTransfer(input: $input) {
  number pin refusal { code article } transfer { number state awaits } } }`;

async function applied(number = OWN_NUMBER, more: object = {}): Promise<Payload> {
  const input = { citizen: ref(number), kind: 'PENSION', from: SOURCE, to: TARGET, ...more };
  return payloadOf(await hub.ask(APPLY, { token: await hub.citizen(number), variables: { input } }), 'applyForTransfer');
}

const opened = async (number = OWN_NUMBER): Promise<string> => String((await applied(number)).number);

async function office(jurisdiction: string, purpose: string, name: string, input: object, caseNumber?: string): Promise<Answered> {
  const type = 'reason' in input ? 'TransferReasonInput' : 'TransferActInput';
  return hub.ask(`mutation($input: ${type}!) { ${name}(input: $input) { number state refusal { code } transfer { state } } }`, {
    token: await hub.caseworker(jurisdiction),
    headers: { 'yichuang-purpose': purpose, ...(caseNumber === undefined ? {} : { 'yichuang-case': caseNumber }) },
    variables: { input },
  });
}

async function accepted(number: string, citizen = OWN_NUMBER): Promise<void> {
  const input = { citizen: ref(citizen), number };
  for (const [place, purpose] of [
    [TARGET, 'TRANSFER_IN'],
    [SOURCE, 'TRANSFER_OUT'],
  ] as const) {
    expect(payloadOf(await office(place, purpose, 'acceptTransfer', input, number), 'acceptTransfer').refusal).toBeNull();
    const one = await transfers.byNumber(number);
    await settle(transfers, store, one?.id ?? '');
  }
}

/** An office decides, and everything that follows is done. */
async function decided(place: string, purpose: string, act: string, number: string, more: object = {}): Promise<void> {
  const answered = await office(place, purpose, act, { citizen: ref(OWN_NUMBER), number, ...more }, number);
  expect(payloadOf(answered, act).refusal).toBeNull();
  await settle(transfers, store, (await transfers.byNumber(number))?.id ?? '');
}

const own = async (selection: string, number = OWN_NUMBER): Promise<Record<string, unknown>> => {
  const answered = await hub.ask(`{ me { ${selection} } }`, { token: await hub.citizen(number) });
  if (answered.body.errors) throw new Error(JSON.stringify(answered.body.errors));
  return answered.body.data?.['me'] as Record<string, unknown>;
};

describe('a person', () => {
  it('applies, is given number and PIN, and sees the case', async () => {
    const payload = await applied();
    expect(payload).toMatchObject({ refusal: null, transfer: { number: payload.number, state: 'APPLIED', awaits: 'TARGET' } });
    expect(transferPins(REF_KEY).matches(String(payload.number), String(payload.pin))).toBe(true);
    expect(
      await own('transfers(open: true) { number kind scheme source target steps { step by } papers { kind } ground { article } }'),
    ).toEqual({
      transfers: [
        {
          number: payload.number,
          ...{ kind: 'PENSION', scheme: 'EMPLOYEE_PENSION', source: SOURCE, target: TARGET },
          steps: [{ step: 'APPLIED', by: 'PERSON' }],
          papers: [{ kind: 'APPLICATION' }, { kind: 'CERTIFICATE' }],
          ground: { article: '国办发〔2009〕66号 第三条' },
        },
      ],
    });
  });

  it('who asks again with the same key gets the same case, and without one is told that it is under way', async () => {
    const key = { requestKey: 'once-and-only-once' };
    const first = await applied(OWN_NUMBER, key);
    expect(await applied(OWN_NUMBER, key)).toMatchObject({ number: first.number, pin: first.pin });
    expect((await applied()).refusal?.code).toBe('TRANSFER_UNDER_WAY');
    // The key of one person is nothing to another.
    expect((await applied(OTHER_NUMBER, key)).number).not.toBe(first.number);
  });

  it('is told before applying what would move and why, and that the relation is moving already; nothing is opened for that', async () => {
    const prospect = `transferProspect(kind: PENSION, from: "${SOURCE}", to: "${TARGET}") {
      refusal { code } ground { article } moneyMoves amounts { account pool total } }`;
    expect(await own(prospect)).toEqual({
      transferProspect: {
        refusal: null,
        ground: { article: '国办发〔2009〕66号 第三条' },
        moneyMoves: true,
        amounts: { account: '1000.00', pool: '2000.00', total: '3000.00' },
      },
    });
    expect(await own('transfers(open: true) { number }')).toEqual({ transfers: [] });
    await opened();
    expect(await own(prospect)).toMatchObject({ transferProspect: { refusal: { code: 'TRANSFER_UNDER_WAY' }, ground: null } });
  });

  it('withdraws, and not the case of somebody else: that is no case', async () => {
    const [mine, theirs] = [await opened(), await opened(OTHER_NUMBER)];
    const withdraw = async (number: string): Promise<Payload> =>
      payloadOf(
        await hub.ask('mutation($input: TransferActInput!) { withdrawTransfer(input: $input) { number state refusal { code } } }', {
          token: await hub.citizen(),
          variables: { input: { citizen: ref(OWN_NUMBER), number } },
        }),
        'withdrawTransfer',
      );
    expect(await withdraw(theirs)).toEqual({ number: null, state: null, refusal: { code: 'CASE_UNKNOWN' } });
    expect(await withdraw('ABCDEFGHJKLMNPQR')).toEqual({ number: null, state: null, refusal: { code: 'CASE_UNKNOWN' } });
    expect(await withdraw(mine)).toEqual({ number: mine, state: 'CANCELLED', refusal: null });
    expect(await own(`transfer(number: "${theirs}") { state }`)).toEqual({ transfer: null });
  });

  it('does not handle a case, nor act on that of somebody else: nothing reaches the agency', async () => {
    const number = await opened(OTHER_NUMBER);
    const act = async (name: string, citizen: string): Promise<unknown> =>
      codesOf(
        await hub.ask(`mutation($input: TransferActInput!) { ${name}(input: $input) { number } }`, {
          token: await hub.citizen(),
          variables: { input: { citizen: ref(citizen), number } },
        }),
      );
    expect(await act('acceptTransfer', OWN_NUMBER)).toEqual([['acceptTransfer', 'ACCESS_DENIED']]);
    expect(await act('withdrawTransfer', OTHER_NUMBER)).toEqual([['withdrawTransfer', 'ACCESS_DENIED']]);
    expect((await transfers.byNumber(number))?.state).toBe('APPLIED');
  });

  it('finds the case behind what happened to it', async () => {
    const number = await opened();
    const told = async (): Promise<object | undefined> => {
      const { transferEvents } = (await own('transferEvents { nodes { number transfer { number state figures { moneyMoves } } } }')) as {
        transferEvents: { nodes: { number: string }[] };
      };
      return transferEvents.nodes.find((one) => one.number === number);
    };
    // An event can be read once it has its place in the stream, which it is given after the case is written.
    await until(async () => (await told()) !== undefined);
    expect(await told()).toEqual({ number, transfer: { number, state: 'APPLIED', figures: { moneyMoves: true } } });
  });
});

describe('who helps a person', () => {
  const ACT = 'mutation($input: TransferActInput!) { withdrawTransfer(input: $input) { number state refusal { code } } }';
  const citizen = ref(OWN_NUMBER);
  const helping = async (query: string, input: object): Promise<Answered> =>
    hub.ask(query, { token: await hub.citizen(OTHER_NUMBER), headers: { 'yichuang-purpose': 'FAMILY_HELP' }, variables: { input } });

  it('applies and withdraws for them while the help lasts, and neither before nor afterwards', async () => {
    const input = { citizen, kind: 'PENSION', from: SOURCE, to: TARGET };
    expect(codesOf(await helping(APPLY, input))).toEqual([['applyForTransfer', 'ACCESS_DENIED']]);
    const steppedUp = { acr: 'urn:yichuang:acr:step-up', auth_time: Math.floor(Date.now() / 1000) };
    const offered = await hub.ask(
      'mutation($of: ID!, $scopes: [String!]!) { offerDelegation(helper: $of, scopes: $scopes, relationship: CHILD, days: 30) { id } }',
      {
        token: await hub.token({ sub: 'u-1', role: 'citizen', citizen_number: OWN_NUMBER, ...steppedUp }),
        variables: { of: ref(OTHER_NUMBER), scopes: ['transfer.cases:write', 'transfer.progress:read'] },
      },
    );
    const { id } = offered.body.data?.['offerDelegation'] as { readonly id: string };
    await hub.ask('mutation($id: ID!) { acceptDelegation(id: $id) { state } }', {
      token: await hub.citizen(OTHER_NUMBER),
      variables: { id },
    });
    const payload = payloadOf(await helping(APPLY, input), 'applyForTransfer');
    expect(payload).toMatchObject({ refusal: null, transfer: { state: 'APPLIED' } });
    const number = String(payload.number);
    expect(await own('transfers(open: true) { number }')).toEqual({ transfers: [{ number }] });
    // Whom the help is for, and nobody else; and nothing that is an office's.
    expect(codesOf(await helping(ACT.replace('withdraw', 'accept'), { citizen, number }))).toEqual([
      ['acceptTransfer', 'PURPOSE_NOT_ALLOWED'],
    ]);
    expect(payloadOf(await helping(ACT, { citizen, number }), 'withdrawTransfer')).toEqual({ number, state: 'CANCELLED', refusal: null });
    // That somebody else did it for them can be seen.
    expect(await own(`transfer(number: "${number}") { steps { step by } }`)).toEqual({
      transfer: {
        steps: [
          { step: 'APPLIED', by: 'DELEGATE' },
          { step: 'WITHDRAWN', by: 'DELEGATE' },
        ],
      },
    });
    const again = String(payloadOf(await helping(APPLY, input), 'applyForTransfer').number);
    await hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token: await hub.citizen(), variables: { id } });
    expect(codesOf(await helping(ACT, { citizen, number: again }))).toEqual([['withdrawTransfer', 'ACCESS_DENIED']]);
    expect((await transfers.byNumber(again))?.state).toBe('APPLIED');
  });
});

describe('an office', () => {
  it('accepts for its side under its purpose, in the case of the transfer, and the case goes to its end with both figures', async () => {
    const number = await opened();
    await accepted(number);
    const { transfer } = await own(`transfer(number: "${number}") {
      state endedAt figures { ours { total } source { total pool } received { total } differences { field } } papers { kind } steps { step by office } }`);
    expect(transfer).toMatchObject({
      state: 'NOTIFIED',
      figures: { source: { total: '3000.00', pool: '2000.00' }, received: { total: '3000.00' }, differences: [] },
    });
    expect((transfer as { papers: { kind: string }[] }).papers.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['CONTACT_LETTER', 'INFORMATION_SHEET']),
    );
    expect((transfer as { steps: object[] }).steps).toContainEqual({ step: 'ACCEPTED', by: 'OFFICE', office: 'HRSS_OFFICE:440000' });
    // The case has ended, and with it what the office could see of the person.
    const again = await office(TARGET, 'TRANSFER_IN', 'acceptTransfer', { citizen: ref(OWN_NUMBER), number }, number);
    expect(codesOf(again)).toEqual([['acceptTransfer', 'ACCESS_DENIED']]);
  });

  it.each([
    ['of the other side under the wrong purpose', SOURCE, 'TRANSFER_IN', true, 'ACCESS_DENIED'],
    ['of a place that has no part in it', '330000', 'TRANSFER_IN', true, 'ACCESS_DENIED'],
    ['that states no case', TARGET, 'TRANSFER_IN', false, 'CASE_REQUIRED'],
    ['for a purpose that handles nothing', TARGET, 'COUNTER_SERVICE', true, 'PURPOSE_NOT_ALLOWED'],
  ])('%s changes nothing', async (_, place, purpose, states, code) => {
    const number = await opened();
    const answered = await office(place, purpose, 'acceptTransfer', { citizen: ref(OWN_NUMBER), number }, states ? number : undefined);
    expect(codesOf(answered)).toEqual([['acceptTransfer', code]]);
    expect((await transfers.byNumber(number))?.state).toBe('APPLIED');
  });

  it('in the case of one person does nothing in that of another', async () => {
    const [mine, theirs] = [await opened(), await opened(OTHER_NUMBER)];
    const crossed = await office(TARGET, 'TRANSFER_IN', 'acceptTransfer', { citizen: ref(OTHER_NUMBER), number: theirs }, mine);
    expect(codesOf(crossed)).toEqual([['acceptTransfer', 'ACCESS_DENIED']]);
    const named = await office(TARGET, 'TRANSFER_IN', 'acceptTransfer', { citizen: ref(OWN_NUMBER), number: theirs }, mine);
    expect(payloadOf(named, 'acceptTransfer').refusal?.code).toBe('CASE_UNKNOWN');
    expect((await transfers.byNumber(theirs))?.state).toBe('APPLIED');
  });

  it('goes on with a reason after a difference, and not without one', async () => {
    provinces.misstated = 1;
    const number = await opened();
    await accepted(number);
    provinces.misstated = 0;
    expect(await own(`transfer(number: "${number}") { hold { code } figures { differences { field } } }`)).toMatchObject({
      transfer: { hold: { code: 'AMOUNT_MISMATCH' } },
    });
    const input = { citizen: ref(OWN_NUMBER), number };
    const override = async (place: string, purpose: string, reason: string): Promise<string | undefined> =>
      payloadOf(await office(place, purpose, 'overrideTransfer', { ...input, reason }, number), 'overrideTransfer').refusal?.code;
    expect(await override(SOURCE, 'TRANSFER_OUT', '已核实')).toBe('NOT_YOURS');
    expect(await override(TARGET, 'TRANSFER_IN', ' ')).toBe('REASON_MISSING');
    // Money that is not on its sheet is passed by nobody; the sheet is asked for anew, and now says what was paid.
    expect(await override(TARGET, 'TRANSFER_IN', '已核实')).toBe('MONEY_DIFFERS');
    await decided(SOURCE, 'TRANSFER_OUT', 'reconcileTransfer', number);
    expect(await own(`transfer(number: "${number}") { state hold { code } figures { source { total } differences { field } } }`)).toEqual({
      transfer: { state: 'NOTIFIED', hold: null, figures: { source: { total: '3000.00' }, differences: [] } },
    });
  });

  it('of the destination accepts what the origin’s sheet and money say against our figures, and the reason is on record', async () => {
    // Of whom nothing has moved before.
    const [, , number = ''] = NUMBERS;
    provinces.insure(SOURCE, number, ACCOUNT + 100, POOL);
    const one = await opened(number);
    await accepted(one, number);
    expect(await own(`transfer(number: "${one}") { hold { code } }`, number)).toEqual({ transfer: { hold: { code: 'AMOUNT_MISMATCH' } } });
    await decided(TARGET, 'TRANSFER_IN', 'overrideTransfer', one, { citizen: ref(number), reason: '已核实，以转出地账册为准' });
    const shown = `transfer(number: "${one}") { state figures { ours { total } received { total } } steps { step by reason } }`;
    const { transfer } = (await own(shown, number)) as { readonly transfer: { readonly steps: object[] } };
    expect(transfer).toMatchObject({ state: 'NOTIFIED', figures: { ours: { total: '3000.00' }, received: { total: '3001.00' } } });
    expect(transfer.steps).toContainEqual({ step: 'OVERRIDDEN', by: 'OFFICE', reason: '已核实，以转出地账册为准' });
  });

  it.each([
    ['the origin’s', 'PAY', SOURCE, 'TRANSFER_OUT'],
    ['the destination’s', 'IMPORT', TARGET, 'TRANSFER_IN'],
  ])('tries again what %s system refused, and the case goes to its end', async (_, action, place, purpose) => {
    provinces.trouble = (order) => (order.action === action ? 'REFUSED' : undefined);
    const number = await opened();
    await accepted(number);
    provinces.trouble = () => undefined;
    expect(await own(`transfer(number: "${number}") { hold { code step reason } }`)).toEqual({
      transfer: { hold: { code: 'OFFICE_REFUSED', step: action, reason: 'E4711' } },
    });
    await decided(place, purpose, 'resumeTransfer', number);
    expect(await own(`transfer(number: "${number}") { state hold { code } }`)).toEqual({ transfer: { state: 'NOTIFIED', hold: null } });
  });

  it('of either side sees the same list of what differs, and so does the person', async () => {
    provinces.misstated = 1;
    const number = await opened();
    await accepted(number);
    provinces.misstated = 0;
    const shown = 'transfer(number: $number) { hold { code } figures { differences { field ours source paid } } }';
    const asOffice = async (place: string, purpose: string): Promise<unknown> => {
      const query = `query($number: String!, $citizen: CitizenNumber!) { citizenByNumber(number: $citizen) { ${shown} } }`;
      const answered = await hub.ask(query, {
        token: await hub.caseworker(place),
        headers: { 'yichuang-purpose': purpose, 'yichuang-case': number },
        variables: { number, citizen: OWN_NUMBER },
      });
      expect(answered.body.errors).toBeUndefined();
      return answered.body.data?.['citizenByNumber'];
    };
    const atSource = await asOffice(SOURCE, 'TRANSFER_OUT');
    expect(atSource).toMatchObject({ transfer: { hold: { code: 'AMOUNT_MISMATCH' } } });
    const { transfer } = atSource as { readonly transfer: { readonly figures: { readonly differences: readonly { field: string }[] } } };
    expect(transfer.figures.differences.map(({ field }) => field)).toEqual(['balance', 'account', 'total']);
    expect(await asOffice(TARGET, 'TRANSFER_IN')).toEqual(atSource);
    expect(await own(shown.replace('$number', `"${number}"`))).toEqual(atSource);
  });

  it('sees amounts and papers of what its place has a part in, and of no other move of the person, by no way', async () => {
    const elsewhere = '330000';
    provinces.insure(elsewhere, OWN_NUMBER, ACCOUNT, POOL);
    const ours = await opened();
    const theirs = String((await applied(OWN_NUMBER, { from: elsewhere })).number);
    const seen = async (place: string, purpose: string): Promise<Answered> =>
      hub.ask(
        `query($id: ID!) { citizen(id: $id) {
          transfers(open: true) { number figures { moneyMoves } overlap { article } papers { kind } }
          transferProspect(kind: PENSION, from: "${elsewhere}", to: "120000") { amounts { total } refusal { code } }
          transferPaper(case: "${theirs}", paper: "${theirs}-AAE127") { number } } }`,
        {
          token: await hub.caseworker(place),
          headers: { 'yichuang-purpose': purpose, 'yichuang-case': ours },
          variables: { id: ref(OWN_NUMBER) },
        },
      );
    const withheld = { figures: null, overlap: null, papers: null };
    const shown = { figures: { moneyMoves: true }, overlap: null, papers: [{ kind: 'APPLICATION' }, { kind: 'CERTIFICATE' }] };
    const origin = await seen(SOURCE, 'TRANSFER_OUT');
    expect(origin.body.data?.['citizen']).toEqual({
      transfers: [
        { number: theirs, ...withheld },
        { number: ours, ...shown },
      ],
      ...{ transferProspect: null, transferPaper: null },
    });
    expect(new Set(origin.body.errors?.map(({ extensions }) => extensions['code']))).toEqual(new Set(['ACCESS_DENIED']));
    // It is the destination of both.
    const destination = await seen(TARGET, 'TRANSFER_IN');
    expect(destination.body.data?.['citizen']).toMatchObject({
      transfers: [
        { number: theirs, ...shown },
        { number: ours, ...shown },
      ],
      ...{ transferProspect: null, transferPaper: { number: `${theirs}-AAE127` } },
    });
    expect(codesOf(destination)).toEqual([['citizen.transferProspect', 'ACCESS_DENIED']]);
  });

  it('sees what waits for it, each case on the person’s record; others and persons see no list', async () => {
    const number = await opened();
    const list = async (token: string, purpose: string, filter = ''): Promise<Answered> =>
      hub.ask(
        `{ transferWorklist(filter: { ${filter} }) { nodes { number state awaits target citizen { id } } pageInfo { hasNextPage } } }`,
        {
          token,
          headers: { 'yichuang-purpose': purpose },
        },
      );
    const listed = await list(await hub.caseworker(TARGET), 'TRANSFER_IN', 'awaitsUs: true, states: [APPLIED]');
    expect(listed.body).toMatchObject({
      data: {
        transferWorklist: {
          nodes: [{ number, state: 'APPLIED', awaits: 'TARGET', target: TARGET, citizen: { id: ref(OWN_NUMBER) } }],
          pageInfo: { hasNextPage: false },
        },
      },
    });
    expect((await list(await hub.caseworker(SOURCE), 'TRANSFER_OUT', 'awaitsUs: true')).body.data).toMatchObject({
      transferWorklist: { nodes: [] },
    });
    expect((await list(await hub.caseworker(SOURCE), 'TRANSFER_OUT')).body.data).toMatchObject({
      transferWorklist: { nodes: [{ number }] },
    });
    const written = `number: "${number.toLowerCase().slice(0, 4)}-${number.slice(4)}"`;
    expect((await list(await hub.caseworker(TARGET), 'TRANSFER_IN', written)).body.data).toMatchObject({
      transferWorklist: { nodes: [{ number }] },
    });
    expect((await list(await hub.caseworker(TARGET), 'TRANSFER_IN', 'number: "none"')).body.data).toMatchObject({
      transferWorklist: { nodes: [] },
    });
    expect((await list(await hub.caseworker('330000'), 'TRANSFER_IN')).body.data).toMatchObject({ transferWorklist: { nodes: [] } });
    expect(codesOf(await list(await hub.caseworker(TARGET), 'COUNTER_SERVICE'))).toEqual([['transferWorklist', 'ACCESS_DENIED']]);
    expect(codesOf(await list(await hub.citizen(), 'OWN_RECORD'))).toEqual([['transferWorklist', 'ACCESS_DENIED']]);
    const { accessLog } = (await own('accessLog(own: false) { nodes { case purpose { code } kinds { scope } } }')) as {
      accessLog: { nodes: object[] };
    };
    expect(accessLog.nodes).toContainEqual({
      case: number,
      purpose: { code: 'TRANSFER_IN' },
      kinds: [{ scope: 'transfer.progress:read' }],
    });
  });
});

describe('a call that was caught and is sent again', () => {
  it('to another process of the agency does nothing a second time', async () => {
    const key = hubKey();
    const siblings = await Promise.all([serving(policyOf(key)), serving(policyOf(key))]);
    const send = async (query: string, input: object, scope: string): Promise<unknown[]> => {
      const body = JSON.stringify({ query, variables: { input } });
      const call = { aud: 'hrss', act: { role: 'CITIZEN', user: 'u-1' } };
      const grant = await grantFor(key, body, [{ subjects: [ref(OWN_NUMBER)], scopes: [scope], basis: 'SELF' }], { call });
      return Promise.all(siblings.map(async ({ url }) => (await fetch(url, { method: 'POST', headers: granted(grant), body })).json()));
    };
    const apply = { citizen: ref(OWN_NUMBER), kind: 'PENSION', from: SOURCE, to: TARGET };
    const applied = await send(
      'mutation($input: ApplyForTransferInput!) { applyForTransfer(input: $input) { number refusal { code } } }',
      apply,
      'transfer.cases:write',
    );
    const [one] = await transfers.ofCitizens([ref(OWN_NUMBER)]);
    const number = one?.find(({ endedAt }) => endedAt === null)?.number ?? '';
    expect(applied).toEqual([0, 1].map(() => ({ data: { applyForTransfer: { number, refusal: null } } })));
    const disputed = await send(
      'mutation($input: TransferReasonInput!) { disputeTransfer(input: $input) { number refusal { code } } }',
      { citizen: ref(OWN_NUMBER), number, reason: '月数不符' },
      'transfer.cases:write',
    );
    expect(disputed).toEqual([0, 1].map(() => ({ data: { disputeTransfer: { number, refusal: null } } })));
    const [steps] = await transfers.histories([one?.find((open) => open.number === number)?.id ?? '']);
    expect(steps?.map(({ step }) => step)).toEqual(['APPLIED', 'DISPUTED']);
    await Promise.all(siblings.map((sibling) => sibling.close()));
  });
});
