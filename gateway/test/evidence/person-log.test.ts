import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { citizenCheckCharacter } from '@yichuang/schema';
import { personLog, PERSON_LOG_PLACES } from '../../src/evidence/person-log.js';
import { pageAsked, pageOf, type Page, type PageAsked, type TimedPlace } from '../../src/pages.js';
import { openStore, type Store } from '../../src/store/store.js';
import { act, ASSERT, citizen, consented, EMPLOYER, employer, field, opened, official } from '../attacks/scene.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { entities } from '../setup/fake-agency.js';
import { NUMBERS, ref, startTestHub, type TestHub } from '../setup/hub.js';

/* What a person reads in one order: who looked, and what changed who may. */

const [WANG = '', LI = '', ZHAO = ''] = NUMBERS;

interface Row {
  readonly at: string;
  readonly state: string;
  readonly own: boolean;
  readonly role: string | null;
  readonly official: string | null;
  readonly words: { readonly zh: string; readonly en: string };
  readonly change: { readonly about: string; readonly id: string; readonly act: string; readonly to: string } | null;
}

const ROW = `at state own role official basis reference agencies code decisionId case words { zh en } organisation { kind code } onBehalf { id kind }
  purpose { code } kinds { scope } change { about id act from to organisation { kind code } }`;

describe('the record of a person', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub(
      {},
      {
        hrss: entities(() => ({
          jurisdictions: ['440000'],
          identity: { alive: true, diedOn: null },
          pension: { hasPaidAtLeast: true, monthsPaid: 120 },
        })),
      },
    );
  });
  afterAll(() => hub.close());

  async function logOf(number: string, args = 'first: 100'): Promise<readonly Row[]> {
    const { body } = await hub.ask(`{ me { accessLog(${args}) { nodes { ${ROW} } } } }`, { token: await citizen(hub, number) });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return (body.data as { me: { accessLog: { nodes: Row[] } } }).me.accessLog.nodes;
  }
  const changes = async (number: string, args?: string): Promise<readonly Row[]> =>
    (await logOf(number, args)).filter(({ state }) => state === 'CHANGED');
  const told = (rows: readonly Row[]): string[] =>
    rows.map(({ change }) => `${change?.about ?? ''} ${change?.act ?? ''} ${change?.to ?? ''}`);

  it('tells of a consent who asked for it, who gave it and who took it back, between the looks it was used for', async () => {
    const token = await employer(hub);
    const id = await consented(hub, token, WANG, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
    await hub.ask('query($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 180) } } }', {
      token,
      headers: { 'yichuang-purpose': 'HIRING_CHECK' },
      variables: { id: ref(WANG) },
    });
    await act(hub, WANG, 'revoke', id);
    const rows = (await logOf(WANG)).filter(({ state, own }) => state === 'CHANGED' || !own);
    const [revoked, look, given, approved, asked] = rows;
    expect(told([revoked, given, approved, asked].filter((row) => row !== undefined))).toEqual([
      'CONSENT REVOKE REVOKED',
      'CONSENT GRANT ACTIVE',
      'CONSENT_REQUEST APPROVE APPROVED',
      'CONSENT_REQUEST REQUEST PENDING',
    ]);
    expect(look).toMatchObject({ change: null, basis: 'CONSENT', reference: id, role: 'EMPLOYER' });
    const party = { kind: 'EMPLOYER', code: EMPLOYER };
    const noDecision = { basis: null, reference: null, agencies: [], code: null, decisionId: null, case: null, onBehalf: null };
    const about = { purpose: { code: 'HIRING_CHECK' }, kinds: [{ scope: ASSERT }] };
    expect(revoked).toEqual({
      ...noDecision,
      ...about,
      at: expect.stringMatching(/Z$/),
      state: 'CHANGED',
      own: true,
      role: 'CITIZEN',
      official: null,
      organisation: null,
      words: {
        zh: expect.stringMatching(/^本人撤回了：给.+（91440300MA5DHDAD1B）用于“.+”的授权（.+）。$/),
        en: expect.stringMatching(/^The person themselves withdrew: the consent to .+ for “.+” \(.+\)\.$/),
      },
      change: { about: 'CONSENT', id, act: 'REVOKE', from: 'ACTIVE', to: 'REVOKED', organisation: party },
    });
    // The same official has the same pseudonym where they ask for a consent and where they use it.
    expect(asked).toMatchObject({ ...noDecision, ...about, own: false, role: 'EMPLOYER', official: look?.official, organisation: party });
    expect(look?.official).toMatch(/^o-/);
  });

  it('tells of a delegation on both sides, who did what, and names neither of the two', async () => {
    const scopes = ['pension.months:count'];
    const offer = await hub.ask(
      'mutation($helper: ID!, $scopes: [String!]!) { offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 30) { id } }',
      { token: await citizen(hub, LI, true), variables: { helper: ref(ZHAO), scopes } },
    );
    const { id } = field(offer, 'offerDelegation');
    await hub.ask('mutation($id: ID!) { acceptDelegation(id: $id) { state } }', { token: await citizen(hub, ZHAO), variables: { id } });
    await hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token: await citizen(hub, LI), variables: { id } });
    const whole = ['DELEGATION REVOKE REVOKED', 'DELEGATION ACCEPT ACTIVE', 'DELEGATION OFFER OFFERED'];
    for (const [number, own] of [
      [LI, [true, false, true]],
      [ZHAO, [false, true, false]],
    ] as const) {
      const rows = await changes(number);
      expect(told(rows)).toEqual(whole);
      expect(rows.map((row) => row.own)).toEqual(own);
      expect(rows).toMatchObject(
        rows.map(() => ({ role: 'CITIZEN', official: null, organisation: null, change: { id, organisation: null } })),
      );
      for (const person of [LI, ZHAO]) expect(JSON.stringify(rows)).not.toContain(ref(person));
    }
    expect((await changes(LI))[0]).toMatchObject({ kinds: [{ scope: scopes[0] }], words: { zh: expect.stringContaining('亲情代办') } });
  });

  it('tells of cases and of emergency accesses, from when they are open, which office, and how they ended', async () => {
    const token = await official(hub);
    const before = (await changes(LI)).length;
    const number = await opened(hub, token, { citizen: ref(LI), purpose: 'TRANSFER_IN', jurisdictions: [] });
    const open = `mutation($citizens: [ID!]!) { openEmergencyAccess(reason: MEDICAL_RESCUE, text: "急诊抢救，需核实参保地", citizens: $citizens, minutes: 60) { id } }`;
    const { id } = field(await hub.ask(open, { token, variables: { citizens: [ref(LI)] } }), 'openEmergencyAccess');
    // Nobody could see anything of theirs yet.
    expect((await changes(LI)).length).toBe(before + 1);
    const colleague = await official(hub, { sub: 'w-2' });
    await hub.ask('mutation($id: ID!) { approveEmergencyAccess(id: $id) { state } }', { token: colleague, variables: { id } });
    const rows = (await changes(LI)).slice(0, 2);
    expect(told(rows)).toEqual(['EMERGENCY OPEN OPEN', 'CASE OPEN OPEN']);
    const office = { kind: 'HRSS_OFFICE', code: '440000' };
    expect(rows).toMatchObject([
      { case: null, organisation: office, role: 'CASEWORKER', change: { id, from: 'REQUESTED', organisation: office } },
      { case: number, organisation: office, purpose: { code: 'TRANSFER_IN' }, change: { id: number, from: null, organisation: office } },
    ]);
    expect(rows[0]?.official).not.toBe(rows[1]?.official);
    expect(rows[1]?.words.zh).toContain(number);
  });

  it('tells that a guardian has answered for a child, and not who the guardian is', async () => {
    const child = `99000020170501001${citizenCheckCharacter('99000020170501001')}`;
    const token = await official(hub);
    const number = await opened(hub, token, { citizen: ref(child), purpose: 'DELEGATION_REGISTRATION', jurisdictions: [] });
    const register = `mutation($person: ID!, $delegate: ID!) {
      registerDelegation(kind: GUARDIAN, person: $person, delegate: $delegate, evidence: "粤民监字第18号") { id }
    }`;
    const registered = await hub.ask(register, {
      token,
      headers: { 'yichuang-purpose': 'DELEGATION_REGISTRATION', 'yichuang-case': number },
      variables: { person: ref(child), delegate: ref(ZHAO) },
    });
    const delegation = field(registered, 'registerDelegation')['id'];
    const request = 'mutation($input: RequestConsentInput!) { requestConsent(input: $input) { request { id } } }';
    const input = { citizen: ref(child), purpose: 'HIRING_CHECK', scopes: [ASSERT] };
    const asked = field(await hub.ask(request, { token: await employer(hub), variables: { input } }), 'requestConsent');
    const { id } = asked['request'] as { id: string };
    const deny = 'mutation($input: DenyConsentRequestInput!) { denyConsentRequest(input: $input) { request { state } } }';
    const denied = { input: { id, onBehalfOf: ref(child) } };
    field(await hub.ask(deny, { token: await citizen(hub, ZHAO), variables: denied }), 'denyConsentRequest');
    const rows = await changes(child);
    expect(told(rows)).toEqual([
      'CONSENT_REQUEST DENY DENIED',
      'CONSENT_REQUEST REQUEST PENDING',
      'DELEGATION REGISTER ACTIVE',
      'CASE OPEN OPEN',
    ]);
    const [answer, , entered] = rows;
    expect(answer).toMatchObject({
      own: false,
      role: 'CITIZEN',
      official: null,
      organisation: null,
      onBehalf: { id: delegation, kind: 'GUARDIAN' },
      words: { zh: expect.stringMatching(/^代办人（监护人）拒绝了：/) },
    });
    expect(entered).toMatchObject({ organisation: { kind: 'HRSS_OFFICE', code: '440000' }, change: { organisation: { code: '440000' } } });
    expect(JSON.stringify(rows)).not.toContain(ref(ZHAO));
  });

  it('can be read without what the person changed themselves, and without changes', async () => {
    const all = await changes(WANG, 'first: 100');
    const others = await changes(WANG, 'first: 100, own: false');
    expect(all.some(({ own }) => own)).toBe(true);
    expect(others).toEqual(all.filter(({ own }) => !own));
    expect(others.length).toBeGreaterThan(0);
    const looks = await logOf(WANG, 'first: 100, changes: false');
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.filter(({ state, change }) => state === 'CHANGED' || change !== null)).toEqual([]);
    const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 10);
    expect(await changes(WANG, `first: 100, from: "${tomorrow}"`)).toEqual([]);
    expect((await changes(WANG, `first: 100, to: "${tomorrow}"`)).length).toBe(all.length);
  });

  it('refuses a cursor of a change where there are none', async () => {
    const cursor = Buffer.from(`${Date.now()}.c7`).toString('base64url');
    const { body } = await hub.ask(`{ myFootprint(after: "${cursor}") { nodes { entry { id } } } }`, { token: await citizen(hub, WANG) });
    expect(body.errors?.[0]?.extensions['code']).toBe('PAGE_INVALID');
  });
});

describe('pages of a record of looks and changes', () => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await testDatabase();
    store = await openStore({ url: database.url });
  });
  afterAll(async () => {
    await store.close();
    await database.stop();
  });

  /** Writes a row of one source at a moment. */
  const write = {
    look: (subject: string, at: Date) =>
      store.db
        .insertInto('access_entry')
        .values({
          recorded_at: at,
          kind: 'INTENT',
          answer_id: randomUUID(),
          question_id: 'q',
          decision_id: 'q',
          subject_kind: 'PERSON',
          subject,
          actor: 'o-1',
          role: 'CASEWORKER',
          basis: 'MANDATE',
          scopes: [],
          agencies: [],
        })
        .execute(),
    // The store tells microseconds of these; a cursor holds milliseconds.
    acting: (subject: string, at: Date) =>
      store.pool.query(
        `insert into acting_event (at, about, id, version, act, to_state, actor, actor_party, detail, tells)
         values ($1::timestamptz + interval '345 microseconds', 'CASE', $2, 1, 'OPEN', 'OPEN', 'w-1', 'HRSS_OFFICE:440000', '{}', $3)`,
        [at, randomUUID(), [`person:${subject}`]],
      ),
    consent: (subject: string, at: Date) =>
      store.pool.query(
        `insert into consent_records (at, entity, request_id, topic, subject, recipient_kind, recipient_code, purpose, act, to_state, by_kind, told)
         values ($1, 'REQUEST', $2, 't', $3, 'EMPLOYER', 'x', 'HIRING_CHECK', 'REQUEST', 'PENDING', 'RECIPIENT', '{PERSON,RECIPIENT}')`,
        [at, randomUUID(), subject],
      ),
    /** What the person is not told of. */
    hidden: (subject: string, at: Date) =>
      store.pool.query(
        `insert into consent_records (at, entity, request_id, topic, subject, recipient_kind, recipient_code, purpose, act, to_state, by_kind, told)
         values ($1, 'REQUEST', $2, 't', $3, 'EMPLOYER', 'x', 'HIRING_CHECK', 'REQUEST', 'PENDING', 'RECIPIENT', '{RECIPIENT}')`,
        [at, randomUUID(), subject],
      ),
  };

  it('hold every row once, newest first, however many share a moment and however the pages are cut', async () => {
    const rows = fc.array(
      fc.record({ source: fc.constantFrom('look', 'acting', 'consent', 'hidden'), ms: fc.integer({ min: 0, max: 3 }) }),
      {
        maxLength: 25,
      },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), async (written, sizes) => {
        const person = `c1${randomUUID()}`;
        for (const { source, ms } of written) await write[source](person, new Date(1_750_000_000_000 + ms));
        const seen: { id: string; at: number }[] = [];
        for (let after: string | null = null, more = true; more;) {
          const asked: PageAsked<TimedPlace> = pageAsked({ first: sizes.next().value, after }, PERSON_LOG_PLACES);
          const page: Page<TimedPlace> = pageOf(
            await personLog(store.db, person, asked, {}, true),
            asked,
            PERSON_LOG_PLACES,
            ({ place }) => place,
            ({ place }) => place,
          );
          seen.push(...page.nodes.map(({ id, at }) => ({ id, at: at.getTime() })));
          after = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
        }
        const shown = written.filter(({ source }) => source !== 'hidden');
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        expect(seen.map(({ at }) => at)).toEqual(shown.map(({ ms }) => 1_750_000_000_000 + ms).sort((one, other) => other - one));
        const letters = { look: /^\d/, acting: /^a/, consent: /^c/ };
        for (const [source, begins] of Object.entries(letters))
          expect(seen.filter(({ id }) => begins.test(id))).toHaveLength(shown.filter((row) => row.source === source).length);
        const whole = await personLog(store.db, person, { first: 100, after: undefined }, {}, true);
        expect(seen.map(({ id }) => id)).toEqual(whole.map(({ place }) => place.id));
      }),
      { numRuns: 40 },
    );
  });
});
