import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DelegationKind } from '../../src/access/facts.js';
import type { Caller } from '../../src/access/principal.js';
import type { AccessRecorder, DenialEntry } from '../../src/evidence/record.js';
import { LOG_SCOPE } from '../../src/evidence/reading.js';
import { openStore, type Store } from '../../src/store/store.js';
import { ownServer, testDatabase, type TestDatabase } from '../setup/database.js';
import { NUMBERS, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { asks, CASEWORKER, citizen, intentAbout, LI, ownReading, PERSONS, recorderOver, RECORDING, WANG } from './setup/record.js';

let database: TestDatabase;
let store: Store;
let hub: TestHub;
let recorder: AccessRecorder;
let wang: string;
let li: string;
let caseworker: string;

beforeAll(async () => {
  database = await testDatabase();
  hub = await startTestHub({ DATABASE_URL: database.url });
  store = await openStore({ url: database.url });
  ({ recorder } = recorderOver(store, { lingerMs: 1 }));
  wang = await hub.citizen(NUMBERS[0]);
  li = await hub.citizen(NUMBERS[1]);
  caseworker = await hub.caseworker();
});
afterAll(async () => {
  await recorder.close();
  await store.close();
  await hub.close();
  await database.stop();
});

const ROW = `id at state own official role case basis reference law article code decisionId agencies
  words { zh en } organisation { kind code title { zh } } onBehalf { id kind } purpose { code notice { en } } kinds { scope title { zh en } }`;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly own: boolean;
  readonly role: string;
  readonly decisionId: string;
  readonly code: string | null;
  readonly kinds: readonly { readonly scope: string }[];
  readonly words: { readonly zh: string; readonly en: string };
}
interface Connection {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function logOf(token: string, args = 'own: false, first: 100'): Promise<Connection> {
  const { body } = await hub.ask(`{ me { accessLog(${args}) { nodes { ${ROW} } pageInfo { hasNextPage endCursor } } } }`, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return (body.data as { me: { accessLog: Connection } }).me.accessLog;
}

async function explained(
  id: string,
  token: string,
): Promise<readonly { readonly entry: Row; readonly citizen: { readonly id: string } | null }[] | null> {
  const { body } = await hub.ask(`query($id: ID!) { explainDecision(id: $id) { nodes { entry { ${ROW} } citizen { id } } } }`, {
    token,
    variables: { id },
  });
  expect(body.errors).toBeUndefined();
  return (body.data as { explainDecision: { nodes: [] } | null }).explainDecision?.nodes ?? null;
}

const denial = (subjects: readonly string[], entry: Partial<DenialEntry> = {}): DenialEntry => ({
  decisionId: 'denied',
  subjectKind: 'PERSON',
  subjects,
  scopes: ['pension.account:read'],
  code: 'CASE_REQUIRED',
  told: 'ACCESS_DENIED',
  ...entry,
});

describe("a person's record of access", () => {
  it('says who looked, why in plain words, on which law and article, and at which kinds of data', async () => {
    const question = asks({ ...CASEWORKER, caseNumber: 'ZJ2026-000123' });
    await recorder.intent(question, [intentAbout([WANG], { decisionId: 'told' })]);
    expect((await logOf(wang)).nodes[0]).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/Z$/),
      state: 'INTENT',
      own: false,
      official: RECORDING.actorOf(CASEWORKER.principal),
      role: 'CASEWORKER',
      case: 'ZJ2026-000123',
      basis: 'MANDATE',
      reference: 'counter-service',
      law: expect.stringContaining('社会保险'),
      article: expect.stringMatching(/^第.+条$/),
      code: null,
      decisionId: 'told',
      agencies: ['hrss'],
      words: {
        zh: expect.stringMatching(/^广东.+的工作人员为“.+”（业务编号 ZJ2026-000123）查询：.+。依据：.*社会保险.*第.+条。结果尚未记录。$/),
        en: expect.stringContaining('How it ended is not recorded yet.'),
      },
      organisation: { kind: 'HRSS_OFFICE', code: '440000', title: { zh: expect.any(String) } },
      onBehalf: null,
      purpose: { code: 'COUNTER_SERVICE', notice: { en: expect.any(String) } },
      kinds: [{ scope: 'pension.relations:read', title: { zh: expect.any(String), en: expect.any(String) } }],
    });
    recorder.outcome(question, 'ANSWERED');
    await until(async () => (await logOf(wang)).nodes[0]?.state === 'ANSWERED');
  });

  it('says what was refused, and the person learns why', async () => {
    recorder.denied(asks(), [denial([WANG])]);
    await until(async () => (await logOf(wang)).nodes[0]?.state === 'DENIED');
    expect((await logOf(wang)).nodes[0]).toMatchObject({
      code: 'CASE_REQUIRED',
      basis: null,
      agencies: [],
      words: { zh: expect.stringContaining('未予提供：须提供业务编号') },
    });
  });

  it('is read by nobody else, who is told so; the person sees that another one tried', async () => {
    for (const token of [li, caseworker]) {
      const { body } = await hub.ask(`{ citizen(id: "${WANG}") { accessLog { nodes { id } } } }`, {
        token,
        headers: { 'yichuang-purpose': token === li ? '' : 'COUNTER_SERVICE' },
      });
      expect(body.data).toEqual({ citizen: { accessLog: null } });
      expect(body.errors?.map(({ extensions }) => extensions['code'])).toHaveLength(1);
    }
    const triedToRead = ({ state, kinds }: Row): boolean => state === 'DENIED' && kinds.some(({ scope }) => scope === LOG_SCOPE);
    const tried = async (): Promise<readonly Row[]> => (await logOf(wang)).nodes.filter(triedToRead);
    await until(async () => (await tried()).length === 2);
    expect(await tried()).toMatchObject([
      { code: 'PURPOSE_NOT_ALLOWED', role: 'CASEWORKER', own: false, agencies: [] },
      { code: 'ACCESS_DENIED', role: 'CITIZEN', own: false, agencies: [] },
    ]);
  });

  it('holds the readings of the record itself, which can be left out', async () => {
    await logOf(wang, 'first: 1');
    const [latest] = (await logOf(wang, 'first: 1')).nodes;
    expect(latest).toMatchObject({
      own: true,
      state: 'INTENT',
      kinds: [{ scope: 'accesslog.entries:read' }],
      words: { zh: expect.stringMatching(/^本人/) },
    });
    expect((await logOf(wang, 'first: 100, own: false')).nodes.some(({ own }) => own)).toBe(false);
  });

  it('says on whose behalf somebody acted, and who a private person is to nobody', async () => {
    const daughter = citizen(1);
    await recorder.intent(asks(daughter), [
      { ...ownReading(WANG), decisionId: 'helped', delegation: { kind: 'FAMILY_HELP', id: 'del-7' } },
    ]);
    expect((await logOf(wang)).nodes[0]).toMatchObject({
      own: false,
      official: null,
      organisation: null,
      role: 'CITIZEN',
      onBehalf: { id: 'del-7', kind: 'FAMILY_HELP' },
      words: { zh: expect.stringContaining('亲情代办') },
    });
    const decisionId = 'not-delegated';
    recorder.denied(asks(daughter), [denial([WANG], { decisionId, code: 'SCOPE_NOT_DELEGABLE', told: 'SCOPE_NOT_DELEGABLE' })]);
    await until(async () => (await logOf(wang)).nodes[0]?.decisionId === decisionId);
    const [refused] = (await logOf(wang)).nodes;
    expect(refused?.words.en).toMatch(/^Somebody who acts for the person asked .*Refused: this cannot be delegated\.$/);
    expect((await explained(decisionId, li))?.[0]?.entry.words).toMatchObject({
      zh: expect.stringMatching(/^您为/),
      en: expect.stringMatching(/^You asked /),
    });
  });

  it('does not show what is deferred before its time, and everybody can see how much there is', async () => {
    const later = new Date(Date.now() + 1_500);
    await recorder.intent(asks(), [intentAbout([WANG], { decisionId: 'secret', deferred: { until: later, reason: 'inspection 7' } })]);
    const all = async (): Promise<readonly string[]> => (await logOf(wang)).nodes.map(({ decisionId }) => decisionId);
    expect(await all()).not.toContain('secret');
    expect(await explained('secret', wang)).toBeNull();
    expect(await explained('secret', caseworker)).toHaveLength(1);
    const { body } = await hub.ask('{ deferredNotices { count last } }');
    expect(body.data).toEqual({ deferredNotices: { count: 1, last: later.toISOString() } });
    await until(async () => (await all()).includes('secret'));
    expect((await hub.ask('{ deferredNotices { count last } }')).body.data).toEqual({ deferredNotices: { count: 0, last: null } });
  });

  it('is bounded by days in Asia/Shanghai', async () => {
    await recorder.intent(asks(), [intentAbout([WANG])]);
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    expect((await logOf(wang, `own: false, from: "${today}", to: "${today}"`)).nodes.length).toBeGreaterThan(0);
    expect((await logOf(wang, 'own: false, to: "2020-01-01"')).nodes).toEqual([]);
    expect((await logOf(wang, 'own: false, from: "2999-01-01"')).nodes).toEqual([]);
  });

  it('refuses pages that are none', async () => {
    for (const args of ['first: 101', 'first: -1', 'after: "nonsense"']) {
      const { body } = await hub.ask(`{ me { accessLog(${args}) { nodes { id } } } }`, { token: wang });
      expect(body.errors?.[0]?.extensions['code']).toBe('PAGE_INVALID');
    }
  });

  it('is read page by page without a gap or a double while rows are added', async () => {
    const written = Array.from({ length: 23 }, (_, i) => `page-${i}`);
    for (const decisionId of written) await recorder.intent(asks(), [intentAbout([LI], { decisionId })]);
    const seen: string[] = [];
    let after = '';
    for (let more = true; more;) {
      const { nodes, pageInfo } = await logOf(li, `own: false, first: 5${after}`);
      seen.push(...nodes.map(({ decisionId }) => decisionId));
      more = pageInfo.hasNextPage;
      after = `, after: "${pageInfo.endCursor ?? ''}"`;
      await recorder.intent(asks(), [intentAbout([LI, WANG], { decisionId: 'meanwhile' })]);
    }
    expect(seen.filter((id) => id.startsWith('page-'))).toEqual(written.reverse());
    expect(seen).not.toContain('meanwhile');
  });
});

interface Step {
  readonly entry: Row;
  readonly citizen: { readonly id: string } | null;
  readonly enterprise: { readonly creditCode: string } | null;
}

async function footprintOf(token: string): Promise<readonly Step[]> {
  const { body } = await hub.ask(`{ myFootprint { nodes { entry { ${ROW} } citizen { id } enterprise { creditCode } } } }`, { token });
  expect(body.errors).toBeUndefined();
  return (body.data as { myFootprint: { nodes: readonly Step[] } }).myFootprint.nodes;
}

describe('a footprint', () => {
  it('shows officials what they did, with the person they looked at and the code they were told', async () => {
    const zhao: Caller = {
      ...CASEWORKER,
      principal: { kind: 'CASEWORKER', user: 'w-9', party: { kind: 'HRSS_OFFICE', code: '440000' }, jurisdiction: undefined },
    };
    const token = await hub.token({ sub: 'w-9', role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000', jurisdiction: '440000' });
    await recorder.intent(asks(zhao), [intentAbout([WANG, LI])]);
    recorder.denied(asks(zhao), [denial([WANG])]);
    const read = async (): Promise<readonly Step[]> => (await footprintOf(token)).filter(({ citizen: about }) => about !== null);
    await until(async () => (await read()).length === 3);
    expect(await read()).toMatchObject([
      { entry: { state: 'DENIED', code: 'ACCESS_DENIED' }, citizen: { id: WANG }, enterprise: null },
      { entry: { state: 'INTENT', code: null }, citizen: { id: LI }, enterprise: null },
      { entry: { state: 'INTENT', code: null }, citizen: { id: WANG }, enterprise: null },
    ]);
  });

  it('holds the readings of itself and of decisions: an official’s are about nobody, a citizen’s stand on their own record', async () => {
    const token = await hub.token({ sub: 'w-10', role: 'regulator', party_kind: 'STATISTICS', party: '440000', jurisdiction: '440000' });
    await explained('no-such', token);
    await footprintOf(token);
    const reading = {
      citizen: null,
      enterprise: null,
      entry: { state: 'INTENT', code: null, own: false, basis: 'SELF', role: 'REGULATOR', kinds: [{ scope: LOG_SCOPE }] },
    };
    const steps = await footprintOf(token);
    expect(steps.slice(1)).toMatchObject([reading, reading].map((one) => ({ ...one, entry: { ...one.entry, state: 'ANSWERED' } })));
    expect(steps[0]).toMatchObject(reading);
    expect(steps[0]?.entry.words.en).toMatch(/^You asked for: .*On the basis of what they did themselves\./);
    const before = (await logOf(li, 'first: 1')).nodes[0]?.id;
    await footprintOf(li);
    const log = (await logOf(li, 'first: 3')).nodes;
    expect(log[2]?.id).toBe(before);
    expect(log[1]).toMatchObject({ own: true, basis: 'SELF', kinds: [{ scope: LOG_SCOPE }] });
  });

  it('is not for callers without a token', async () => {
    const { body } = await hub.ask('{ myFootprint { nodes { entry { id } } } }');
    expect(body.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});

describe('a decision', () => {
  it('is explained to the one who was refused as soon as they have been told', async () => {
    const query = `{ citizen(id: "${WANG}") { pension { monthsPaid } accessLog { nodes { id } } } }`;
    for (const [token, purpose] of [
      [caseworker, 'COUNTER_SERVICE'],
      [li, 'OWN_RECORD'],
      [li, 'FAMILY_HELP'],
    ] as const) {
      const { body } = await hub.ask(query, { token, headers: { 'yichuang-purpose': purpose } });
      const refused = body.errors?.find(({ path }) => path?.at(-1) === 'accessLog')?.extensions;
      const entries = await explained(String(refused?.['decisionId']), token);
      expect(entries?.map(({ entry }) => entry.code)).toContain(refused?.['code']);
    }
  });

  it('is explained to the person concerned and to the one who asked, and to nobody else', async () => {
    const decisionId = 'shared-decision';
    const question = asks();
    await recorder.intent(question, [intentAbout([WANG, LI], { decisionId })]);
    recorder.denied(question, [denial([WANG], { decisionId })]);
    await until(async () => (await explained(decisionId, caseworker))?.length === 3);
    expect((await explained(decisionId, caseworker))?.map(({ entry, citizen: about }) => [about?.id, entry.code])).toEqual(
      expect.arrayContaining([
        [WANG, null],
        [LI, null],
        [WANG, 'ACCESS_DENIED'],
      ]),
    );
    expect((await explained(decisionId, wang))?.map(({ entry, citizen: about }) => [about?.id, entry.code])).toEqual([
      [WANG, 'CASE_REQUIRED'],
      [WANG, null],
    ]);
    const stranger = await hub.citizen(NUMBERS[2]);
    const [none, others] = await Promise.all([
      hub.ask('{ explainDecision(id: "no-such") { nodes { entry { id } } } }', { token: stranger }),
      hub.ask(`{ explainDecision(id: "${decisionId}") { nodes { entry { id } } } }`, { token: stranger }),
    ]);
    expect([others.status, others.body.data, others.body.errors]).toEqual([none.status, { explainDecision: null }, none.body.errors]);
    expect((await hub.ask(`{ explainDecision(id: "${decisionId}") { nodes { entry { id } } } }`)).body.data).toEqual({
      explainDecision: null,
    });
  });
});

describe('whoever else a question was about, whoever acted', () => {
  it('a row about one person shows no other person', async () => {
    const other = PERSONS.slice(1);
    const callers: Caller[] = [CASEWORKER, citizen(0), citizen(1), citizen(2)];
    const kinds: DelegationKind[] = ['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN'];
    const people = fc.uniqueArray(fc.constantFrom(...PERSONS), { minLength: 1 });
    const entry = fc.record({
      subjects: people,
      basis: fc.constantFrom('SELF' as const, 'MANDATE' as const, 'CONSENT' as const, 'EMERGENCY' as const),
      kind: fc.option(fc.constantFrom(...kinds)),
      refused: fc.boolean(),
    });
    let decisions = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...callers),
        fc.option(fc.constantFrom(...NUMBERS)),
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        async (caller, caseNumber, entries) => {
          const question = asks({ ...caller, caseNumber: caseNumber ?? undefined });
          const decisionId = `safe-${decisions++}`;
          for (const { subjects, basis, kind, refused } of entries) {
            const delegation = kind === null ? undefined : { kind, id: `del-${kind}` };
            if (refused) recorder.denied(question, [denial(subjects, { decisionId, delegation })]);
            else await recorder.intent(question, [intentAbout(subjects, { decisionId, basis, ref: 'r-1', delegation })]);
          }
          const expected = entries.filter(({ subjects }) => subjects.includes(WANG)).length;
          if (expected > 0)
            await until(async () => ((await explained(decisionId, wang)) ?? []).some(({ citizen: about }) => about?.id === WANG));
          const seen = JSON.stringify([
            ...(await logOf(wang, 'first: 20')).nodes,
            ...((await explained(decisionId, wang)) ?? []).filter(({ citizen: about }) => about?.id === WANG),
          ]);
          const hidden = [
            ...other,
            ...NUMBERS,
            'u-1',
            'u-2',
            'w-1',
            ...callers.slice(2).map(({ principal }) => RECORDING.actorOf(principal)),
          ];
          for (const person of hidden) if (seen.includes(person)) throw new Error('a row shows another person');
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('while the store is away', () => {
  it('the record is not available, and who asks is told so', async () => {
    const away = await ownServer();
    const cut = await startTestHub({ DATABASE_URL: away.url });
    const token = await cut.citizen();
    await away.server.stop();
    const { body } = await cut.ask('{ me { id accessLog { nodes { id } } } myFootprint { nodes { entry { id } } } }', { token });
    expect(body.data).toEqual({ me: { id: WANG, accessLog: null }, myFootprint: null });
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);
    await until(() => cut.log.some((line) => line.includes('third parties are refused')));
    const figures = await (await fetch(`${cut.gateway.url}/metrics`)).text();
    expect(figures).toMatch(/^yichuang_record_gap 1$/m);
    expect(figures).toMatch(/^yichuang_record_gaps_total 1$/m);
    await cut.close();
  });
});
