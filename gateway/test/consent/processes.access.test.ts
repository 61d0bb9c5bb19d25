import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { databasePath, type DatabasePath } from '../setup/database-path.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { entities } from '../setup/fake-agency.js';
import { NUMBERS, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';

/* Two whole gateways over one database: what is taken back at one, and what the other answers. */

const PURPOSE = { 'yichuang-purpose': 'RIGHTS_SUPPORT' };
const MONTHS = 'pension.months:assert';
/** Stays allowed: to who holds a consent of a person the hub says why another does not count. */
const STANDING = 'pension.months:count';
const LEASE_MS = 5_000;
/** How long a question may take. */
const DEADLINE_MS = 8_000;

const REQUEST = 'mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }';
const APPROVE = 'mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { id } } }';
const REVOKE = 'mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { consent { state } } }';
const READ = 'query ($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 24) } } }';

let database: TestDatabase;
let path: DatabasePath;
let here: TestHub;
/** Reaches the database by a way of its own. */
let there: TestHub;

beforeAll(async () => {
  database = await testDatabase();
  path = await databasePath(database.url);
  const answers = { hrss: entities(() => ({ pension: { hasPaidAtLeast: true, monthsPaid: 120 }, jurisdictions: ['440000'] })) };
  here = await startTestHub({ DATABASE_URL: database.url }, answers);
  there = await startTestHub({ DATABASE_URL: path.url }, answers);
  await liftLimits();
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await path.stop();
  await database.stop();
});
beforeEach(() => {
  there.agencies.hrss.received.length = 0;
});
afterEach(() => {
  path.letNotifications();
});

/** Answers are waited for by asking again and again: how often a purpose may be used must not be what refuses them. */
async function liftLimits(): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    set search_path = yichuang;
    create function unlimited() returns trigger language plpgsql as $$
      begin new.max_uses := 1000000; new.frequency_count := null; return new; end $$;
    create trigger unlimited before insert on consents for each row execute function unlimited()`);
  await client.end();
}

const centre = (hub: TestHub): Promise<string> =>
  hub.token({ sub: 'adviser', role: 'integrator', party_kind: 'LEGAL_AID', party: 'centre-1' });

async function done(hub: TestHub, token: string, query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { body } = await hub.ask(query, { token, variables });
  if (!body.data || body.errors) throw new Error(JSON.stringify(body));
  return Object.values(body.data)[0] as Record<string, unknown>;
}

/** A consent for one scope, asked for and given at the gateway that is here. */
async function granted(number: string, scope: string): Promise<string> {
  const { request } = await done(here, await centre(here), REQUEST, {
    input: { citizen: ref(number), purpose: 'RIGHTS_SUPPORT', scopes: [scope] },
  });
  const { id, notice } = request as { id: string; notice: { hash: string } };
  const approval = { id, noticeHash: notice.hash, together: [], separately: [scope] };
  const { consent } = await done(here, await here.citizen(number), APPROVE, { input: approval });
  return (consent as { id: string }).id;
}

async function revoked(number: string, id: string): Promise<void> {
  expect(await done(here, await here.citizen(number), REVOKE, { input: { id } })).toEqual({ consent: { state: 'REVOKED' } });
}

/** What the centre is told about the person: the answer, or the code of why there is none. */
async function read(hub: TestHub, number: string): Promise<unknown> {
  const { body } = await hub.ask(READ, { token: await centre(hub), headers: PURPOSE, variables: { id: ref(number) } });
  const { citizen } = body.data as { citizen: { pension: { hasPaidAtLeast: boolean | null } | null } };
  const code = body.errors?.[0]?.extensions['code'];
  const told = citizen.pension?.hasPaidAtLeast ?? null;
  return told === null ? code : { told, code };
}

async function readOwn(hub: TestHub, number: string): Promise<unknown> {
  const { body } = await hub.ask('{ me { pension { monthsPaid } } }', { token: await hub.citizen(number) });
  return body.errors ?? body.data;
}

/** What an office is told, which needs no consent. */
async function readAtCounter(hub: TestHub, number: string): Promise<unknown> {
  const asked = { token: await hub.caseworker(), headers: { 'yichuang-purpose': 'COUNTER_SERVICE' }, variables: { id: ref(number) } };
  const { body } = await hub.ask('query ($id: ID!) { citizen(id: $id) { pension { monthsPaid } } }', asked);
  return body.errors?.[0]?.extensions['code'] ?? body.data;
}

const ALLOWED = { told: true, code: undefined };
const AT_COUNTER = { citizen: { pension: { monthsPaid: 120 } } };
const OWN = { me: { pension: { monthsPaid: 120 } } };
const [FIRST = '', SECOND = '', THIRD = ''] = NUMBERS;

describe('of two gateways', () => {
  it('the one that took a revocation refuses from the next question on, the other as soon as it hears of it', async () => {
    await granted(FIRST, STANDING);
    const id = await granted(FIRST, MONTHS);
    expect(await read(here, FIRST)).toEqual(ALLOWED);
    await until(async () => (await read(there, FIRST)) !== 'CONSENT_REQUIRED');
    there.agencies.hrss.received.length = 0;
    await revoked(FIRST, id);
    const since = performance.now();
    expect(await read(here, FIRST)).toBe('CONSENT_REVOKED');
    const answers = new Set<unknown>();
    await until(async () => {
      const answer = await read(there, FIRST);
      answers.add(answer);
      return answer === 'CONSENT_REVOKED';
    });
    expect(performance.now() - since).toBeLessThan(LEASE_MS);
    expect([...answers].filter((answer) => typeof answer !== 'string')).toEqual([]);
    expect(there.agencies.hrss.questions).toEqual([]);
  });

  it('one that hears nothing any more releases nothing all the same, and learns of it from the store when its lease is over', async () => {
    await granted(SECOND, STANDING);
    const id = await granted(SECOND, MONTHS);
    await until(async () => (await read(there, SECOND)) !== 'CONSENT_REQUIRED');
    there.agencies.hrss.received.length = 0;
    path.holdNotifications();
    await revoked(SECOND, id);
    // It still takes the consent for active; the store counts no use of it.
    expect(await read(there, SECOND)).toBe('CONSENT_EXHAUSTED');
    await until(async () => {
      const answer = await read(there, SECOND);
      expect(typeof answer).toBe('string');
      return answer === 'CONSENT_REVOKED';
    });
    expect(there.agencies.hrss.questions).toEqual([]);
  });

  it('one whose store is away refuses what rests on consent and answers everybody about themselves, and needs no restart', async () => {
    await granted(FIRST, MONTHS);
    const taken = await granted(THIRD, MONTHS);
    await granted(THIRD, STANDING);
    for (const number of [FIRST, THIRD]) await until(async () => typeof (await read(there, number)) !== 'string');
    there.agencies.hrss.received.length = 0;
    await path.cut();
    for (const number of [FIRST, THIRD]) expect(await read(there, number)).toBe('CONSENT_UNAVAILABLE');
    expect(there.agencies.hrss.questions).toEqual([]);
    expect(await readOwn(there, THIRD)).toEqual(OWN);
    expect(await read(here, FIRST)).toEqual(ALLOWED);
    await revoked(THIRD, taken);
    await path.mend();
    await until(async () => {
      expect(await read(there, THIRD)).not.toEqual(ALLOWED);
      return typeof (await read(there, FIRST)) !== 'string';
    });
    await until(async () => (await read(there, THIRD)) === 'CONSENT_REVOKED');
    expect(await readOwn(there, THIRD)).toEqual(OWN);
  });

  it('one whose store takes connections and never answers refuses others within the time of a question, and needs no restart', async () => {
    const [taken] = [await granted(FIRST, MONTHS), await granted(SECOND, MONTHS), await granted(SECOND, STANDING)];
    await granted(FIRST, STANDING);
    for (const number of [FIRST, SECOND]) await until(async () => typeof (await read(there, number)) !== 'string');
    expect(await readAtCounter(there, THIRD)).toEqual(AT_COUNTER);
    there.agencies.hrss.received.length = 0;
    path.silence();
    const timed = async (reading: Promise<unknown>): Promise<unknown> => {
      const since = performance.now();
      const told = await reading;
      expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
      return told;
    };
    const all = (): Promise<unknown[]> =>
      Promise.all([read(there, FIRST), read(there, SECOND), readAtCounter(there, THIRD), readOwn(there, THIRD)].map(timed));
    const refused = ['CONSENT_UNAVAILABLE', 'CONSENT_UNAVAILABLE', 'AUDIT_UNAVAILABLE', OWN];
    expect(await all()).toEqual(refused);
    // Also when what was known of consents may no longer be relied on.
    expect(await all()).toEqual(refused);
    // Who waited in vain waited for the others, too; all are told when it is worth asking again.
    const { body } = await there.ask(READ, { token: await centre(there), headers: PURPOSE, variables: { id: ref(FIRST) } });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'CONSENT_UNAVAILABLE', retryAfterSeconds: 1 });
    const about = there.agencies.hrss.questions.filter(({ query }) => query.includes('pension')).flatMap((asked) => asked.representations);
    expect(new Set(about.map(({ id }) => id))).toEqual(new Set([ref(THIRD)]));
    expect(about).toHaveLength(2);
    await revoked(FIRST, taken);
    path.answer();
    await until(async () => {
      expect(await read(there, FIRST)).not.toEqual(ALLOWED);
      return typeof (await read(there, SECOND)) !== 'string';
    });
    await until(async () => (await read(there, FIRST)) === 'CONSENT_REVOKED');
    await until(async () => (await readAtCounter(there, THIRD)) !== 'AUDIT_UNAVAILABLE');
    expect(await readAtCounter(there, THIRD)).toEqual(AT_COUNTER);
    expect(await readOwn(there, THIRD)).toEqual(OWN);
  });
});
