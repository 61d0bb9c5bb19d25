import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';
import { entities, FakeAgency, type Behaviour } from './setup/fake-agency.js';

const AGENCY_DEADLINE = 700;
let hub: TestHub;
let token: string;
beforeAll(async () => {
  hub = await startTestHub({
    AGENCY_DEADLINE_MS: String(AGENCY_DEADLINE),
    QUESTION_DEADLINE_MS: '3000',
    AGENCY_MAX_REPLY_BYTES: '100000',
    AGENCY_BREAK_AFTER: '1000',
  });
  token = await hub.citizen();
  await ask(); // the first of its kind is planned, which may take longer than an agency
});
afterAll(() => hub.close());
beforeEach(() => {
  for (const agency of Object.values(hub.agencies)) agency.received.length = 0;
  hub.agencies.hrss.behaviour = entities(() => ({ identity: { name: '某人' } }));
  hub.agencies['medical-insurance'].behaviour = entities(() => ({ medical: { account: { balance: '12.50' } } }));
});
const hanging: (() => void)[] = [];
afterEach(() => {
  for (const release of hanging.splice(0)) release();
});

const QUERY = '{ me { identity { name } cover: medical { account { balance } } } }';
const ask = (): Promise<Answered> => hub.ask(QUERY, { token });
const errorsOf = (answered: Answered): unknown =>
  answered.body.errors?.map(({ path, extensions }) => ({ path, code: extensions['code'], agency: extensions['agency'] }));
const raw =
  (body: string, type = 'application/json', status = 200): Behaviour =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
    return undefined;
  };

describe('when an agency', () => {
  it.each<[string, string, Behaviour]>([
    ['hangs', 'AGENCY_TIMEOUT', (_, response) => void hanging.push(() => response.end())],
    [
      'sends headers and then hangs',
      'AGENCY_TIMEOUT',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{');
        hanging.push(() => response.end());
        return undefined;
      },
    ],
    ['drops the connection', 'AGENCY_UNAVAILABLE', (_, response) => void response.destroy()],
    [
      'breaks off in the middle',
      'AGENCY_BAD_RESPONSE',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data":');
        setImmediate(() => response.destroy());
        return undefined;
      },
    ],
    ['answers with garbage', 'AGENCY_BAD_RESPONSE', raw('{"data":')],
    ['answers with a page', 'AGENCY_BAD_RESPONSE', raw('{"data":{"_entities":[null]}}', 'text/html')],
    ['answers with another shape', 'AGENCY_BAD_RESPONSE', raw('[1]')],
    ['answers with no entities', 'AGENCY_BAD_RESPONSE', raw('{"data":{}}')],
    ['answers with too few entities', 'AGENCY_BAD_RESPONSE', raw('{"data":{"_entities":[]}}')],
    ['answers with a number where an object belongs', 'AGENCY_BAD_RESPONSE', entities(() => ({ medical: 7 }))],
    ['leaves the field out', 'AGENCY_BAD_RESPONSE', entities(() => ({}))],
    ['answers far too much', 'AGENCY_BAD_RESPONSE', raw(`{"data":"${'x'.repeat(200_000)}"}`)],
    ['fails', 'AGENCY_UNAVAILABLE', raw('oops', 'text/plain', 503)],
    ['refuses the hub', 'AGENCY_UNAVAILABLE', raw('{}', 'application/json', 401)],
    ['is busy', 'AGENCY_RATE_LIMITED', raw('', 'text/plain', 429)],
    [
      'answers about another person',
      'SUBJECT_MISMATCH',
      ({ representations }) => ({
        data: { _entities: representations.map((r) => ({ ...r, id: ref(OTHER_NUMBER), medical: { account: { balance: '1.00' } } })) },
      }),
    ],
    [
      'answers about another kind of thing',
      'SUBJECT_MISMATCH',
      ({ representations }) => ({
        data: { _entities: representations.map((r) => ({ ...r, __typename: 'Enterprise', medical: { account: { balance: '1.00' } } })) },
      }),
    ],
    [
      'answers without saying about whom',
      'AGENCY_BAD_RESPONSE',
      ({ representations }) => ({
        data: { _entities: representations.map(() => ({ __typename: 'Citizen', medical: { account: { balance: '1.00' } } })) },
      }),
    ],
  ])("%s, its part is null with %s at the client's own path, and the rest is answered", async (_, code, behaviour) => {
    hub.agencies['medical-insurance'].behaviour = behaviour;
    const answered = await ask();
    expect(answered.status).toBe(200);
    expect(answered.body.data).toEqual({ me: { identity: { name: '某人' }, cover: null } });
    expect(errorsOf(answered)).toEqual([{ path: ['me', 'cover'], code, agency: 'medical-insurance' }]);
  });

  it('answers about another person, the operators are told', async () => {
    hub.agencies['medical-insurance'].behaviour = ({ representations }) => ({
      data: { _entities: representations.map((r) => ({ ...r, id: ref(OTHER_NUMBER), medical: null })) },
    });
    await ask();
    expect(hub.log.join('')).toContain('"code":"SUBJECT_MISMATCH"');
  });

  it('reports errors of its own, codes of the catalogue pass and its text does not', async () => {
    hub.agencies['medical-insurance'].behaviour = () => ({
      data: { _entities: [{ __typename: 'Citizen', id: ref(OWN_NUMBER), medical: { account: null } }] },
      errors: [
        {
          message: `no row for ${OWN_NUMBER}`,
          path: ['_entities', 0, 'medical', 'account'],
          extensions: {
            code: 'AGENCY_CLOSED',
            system: 'yb-44',
            jurisdiction: '440000',
            opensAt: '2026-11-22T06:00:00+08:00',
            sql: 'select',
            agency: 'fake',
          },
        },
        {
          message: 'x',
          path: ['_entities', 0, 'medical', 'account', 'balance'],
          extensions: { code: 'ORA-00942', system: `row ${OWN_NUMBER}` },
        },
      ],
    });
    const answered = await ask();
    expect(answered.body.errors?.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual([
      {
        path: ['me', 'cover', 'account'],
        code: 'AGENCY_CLOSED',
        agency: 'medical-insurance',
        system: 'yb-44',
        jurisdiction: '440000',
        opensAt: '2026-11-22T06:00:00+08:00',
      },
      { path: ['me', 'cover', 'account', 'balance'], code: 'AGENCY_BAD_RESPONSE', agency: 'medical-insurance' },
    ]);
    expect(JSON.stringify(answered.body)).not.toMatch(new RegExp(`${OWN_NUMBER}|select|ORA`));
  });

  it('is down, since says when that began, and it is asked again when it is back', async () => {
    const lonely = await startTestHub();
    try {
      const agency = lonely.agencies.postal;
      const own = await lonely.citizen();
      const { port } = agency;
      await agency.stop();
      const query = '{ me { courierWork { filingNumber } } agencies { code state since systems { id } } }';
      const first = await lonely.ask(query, { token: own });
      const second = await lonely.ask(query, { token: own });
      const since = first.body.errors?.[0]?.extensions['since'];
      expect(first.body.errors?.[0]?.extensions).toMatchObject({
        code: 'AGENCY_UNAVAILABLE',
        agency: 'postal',
        since: expect.stringMatching(/^\d{4}-/),
      });
      expect(second.body.errors?.[0]?.extensions['since']).toBe(since);
      expect((second.body.data?.['agencies'] as Record<string, unknown>[]).find(({ code }) => code === 'postal')).toEqual({
        code: 'postal',
        state: 'DOWN',
        since,
        systems: null,
      });
      const back = await new FakeAgency(entities(() => ({ courierWork: [{ filingNumber: 'F1' }] }))).start(port);
      expect((await lonely.ask('{ me { courierWork { filingNumber } } }', { token: own })).body.data).toEqual({
        me: { courierWork: [{ filingNumber: 'F1' }] },
      });
      await back.stop();
    } finally {
      await lonely.close();
    }
  });

  it('tells of its systems, they are shown; when it tells something else, they are null', async () => {
    const system = {
      id: 'sb-44',
      jurisdictions: ['440000'],
      transport: 'soap',
      state: 'UP',
      since: null,
      latencyMs: 12,
      asOf: null,
      closed: false,
    };
    hub.agencies.postal.behaviour = ({ path }) => (path === '/systems' ? [system] : {});
    hub.agencies.hrss.behaviour = () => ({ not: 'a list' });
    const { body } = await hub.ask('{ agencies { code name systems { id jurisdictions transport state latencyMs closed } } }');
    const agencies = body.data?.['agencies'] as Record<string, unknown>[];
    expect(agencies.find(({ code }) => code === 'postal')).toMatchObject({
      name: '邮政管理',
      systems: [{ id: 'sb-44', jurisdictions: ['440000'], transport: 'soap', latencyMs: 12 }],
    });
    expect(agencies.find(({ code }) => code === 'hrss')).toMatchObject({ systems: null });
  });
});

describe('when an agency has failed so often that it is left alone', () => {
  it('its part is null at once with the time since when, it is not asked, and the rest is answered', async () => {
    const patient = await startTestHub({ AGENCY_BREAK_AFTER: '2', AGENCY_BREAK_FOR_MS: '600000' });
    try {
      const own = await patient.citizen();
      const { hrss, 'medical-insurance': medical } = patient.agencies;
      hrss.behaviour = entities(() => ({ identity: { name: '某人' } }));
      medical.behaviour = raw('oops', 'text/plain', 503);
      const first = await patient.ask(QUERY, { token: own });
      const since = first.body.errors?.[0]?.extensions['since'];
      const asked = medical.questions.length;
      const later = await patient.ask(QUERY, { token: own });
      expect(later.body.data).toEqual({ me: { identity: { name: '某人' }, cover: null } });
      expect(later.body.errors?.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual([
        { path: ['me', 'cover'], code: 'AGENCY_UNAVAILABLE', agency: 'medical-insurance', since, sent: false },
      ]);
      expect(since).toMatch(/^\d{4}-/);
      expect(asked).toBe(2);
      expect(medical.questions).toHaveLength(asked);
    } finally {
      await patient.close();
    }
  });
});

describe('when every agency hangs', () => {
  it('the question is answered at the deadline with everything named', async () => {
    const slow = await startTestHub({ QUESTION_DEADLINE_MS: '700' });
    const release: (() => void)[] = [];
    const own = await slow.citizen();
    const question = '{ me { id identity { name } medical { account { balance } } courierWork { from } platformWork { from } } }';
    await slow.ask(question, { token: own }); // planned ahead
    for (const agency of Object.values(slow.agencies)) agency.behaviour = (_, response) => void release.push(() => response.end());
    const answered = await slow.ask(question, { token: own });
    expect(answered.body.data).toEqual({
      me: { id: ref(OWN_NUMBER), identity: null, medical: null, courierWork: null, platformWork: null },
    });
    expect(new Set(answered.body.errors?.map(({ extensions }) => `${String(extensions['agency'])} ${String(extensions['code'])}`))).toEqual(
      new Set(['hrss AGENCY_TIMEOUT', 'medical-insurance AGENCY_TIMEOUT', 'postal AGENCY_TIMEOUT', 'market-regulation AGENCY_TIMEOUT']),
    );
    for (const end of release) end();
    await slow.close();
  });
});
