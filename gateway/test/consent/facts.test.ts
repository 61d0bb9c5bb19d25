import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsentState } from '../../src/access/facts.js';
import { ChangeChannel } from '../../src/store/change-channel.js';
import type { Consents } from '../../src/consent/consents.js';
import { KnownConsents, type Queries } from '../../src/consent/facts.js';
import { CONSENT_CHANNEL } from '../../src/consent/journal.js';
import { openStore, type Store } from '../../src/store/store.js';
import { StoreUnavailable } from '../../src/store/unavailable.js';
import { ownServer, testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';
import { ASKED, consentsOn, EMPLOYER, employer, granted, otherEmployer, person, SCOPES, shown, value } from './setup.js';

const LEASE_MS = 1_500;

/** What a gateway process has of consents, on connections of its own. */
interface Process {
  readonly store: Store;
  readonly channel: ChangeChannel;
  readonly facts: KnownConsents;
  readonly consents: Consents;
  readonly seen: {
    /** Look-ups sent to the store. */
    asked: number;
    /** Notifications do not come through, though nobody says that the connection is lost. */
    deaf: boolean;
  };
  close(): Promise<void>;
}

async function startProcess(url: string): Promise<Process> {
  const store = await openStore({ url });
  const seen: Process['seen'] = { asked: 0, deaf: false };
  const hearing: Pick<Store, 'pool' | 'listen'> = {
    pool: store.pool,
    listen: (channelName, heard) =>
      store.listen(channelName, {
        ...heard,
        notified: (payload) => {
          if (!seen.deaf) heard.notified(payload);
        },
      }),
  };
  const channel = await ChangeChannel.open(hearing, CONSENT_CHANNEL, { heartbeatMs: 50, leaseMs: LEASE_MS });
  const facts = new KnownConsents(
    {
      query: (text, values) => {
        seen.asked++;
        return store.pool.query(text, values);
      },
    },
    channel,
  );
  await until(() => channel.trusted);
  return {
    store,
    channel,
    facts,
    consents: consentsOn(store, {}, (topic) => {
      channel.tell(topic);
    }),
    seen,
    close: async () => {
      facts.close();
      channel.close();
      await store.close();
    },
  };
}

/** What is known where every change is sure to be heard of, and none is. */
function trusting(store: Store): Pick<Process, 'facts' | 'seen'> {
  const seen = { asked: 0, deaf: true };
  const query: Queries['query'] = (text, values) => {
    seen.asked++;
    return store.pool.query(text, values);
  };
  return { seen, facts: new KnownConsents({ query }, { trusted: true, hear: () => () => undefined, tell: () => undefined }) };
}

let database: TestDatabase;
let here: Process;
let there: Process;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  const url = await database.another();
  here = await startProcess(url);
  there = await startProcess(url);
});
afterEach(async () => {
  await Promise.all([here.close(), there.close()]);
});
afterAll(() => database.stop());

const stateIn = async ({ facts }: Pick<Process, 'facts'>, who = person()): Promise<ConsentState | undefined> =>
  (await facts.of([who.ref], EMPLOYER, 'HIRING_CHECK')).get(who.ref)?.consents[0]?.state;

/** It is in memory: the store is not asked. */
async function isKnown(one: Process, who = person()): Promise<boolean> {
  const before = one.seen.asked;
  await stateIn(one, who);
  return one.seen.asked === before;
}

describe('what is known of consents', () => {
  it('is told for each person, newest first, with what is still asked for', async () => {
    await granted(here.consents, { scopes: [SCOPES[0] ?? ''] });
    const latest = await granted(here.consents, { scopes: [SCOPES[1] ?? ''], dataRange: { from: '2020-01', to: undefined } });
    value(await here.consents.request(employer, person().ref, { ...ASKED, scopes: [SCOPES[2] ?? ''] }));
    value(await here.consents.request(otherEmployer, person().ref, { ...ASKED, scopes: [SCOPES[3] ?? ''] }));
    const known = await there.facts.of([person().ref, person(1).ref], EMPLOYER, 'HIRING_CHECK');
    expect(known.get(person().ref)?.consents.map(({ scopes }) => [...scopes])).toEqual([[SCOPES[1]], [SCOPES[0]]]);
    expect(known.get(person().ref)?.consents[0]).toMatchObject({
      consentId: latest.consentId,
      state: 'ACTIVE',
      dataRange: { from: '2020-01', to: undefined },
    });
    expect([...(known.get(person().ref)?.pending ?? [])]).toEqual([SCOPES[2]]);
    expect(known.get(person(1).ref)).toEqual({ consents: [], pending: new Set() });
  });

  it('is asked of the store for all persons of a turn in one statement, and then no more', async () => {
    const refs = Array.from({ length: 50 }, (_, i) => person(i).ref);
    const own = trusting(there.store);
    await Promise.all([own.facts.of(refs, EMPLOYER, 'HIRING_CHECK'), own.facts.of(refs, EMPLOYER, 'OTHER_CHECK')]);
    await own.facts.of(refs, EMPLOYER, 'HIRING_CHECK');
    expect(own.seen.asked).toBe(1);
  });

  it('ends at its moment without anybody having said so, and without being asked for again', async () => {
    const { consentId } = await granted(here.consents);
    await sql`alter table consents disable trigger consents_stay`.execute(here.store.db);
    await sql`update consents set valid_to = clock_timestamp() + interval '2 s' where id = ${consentId}`.execute(here.store.db);
    const own = trusting(there.store);
    expect(await stateIn(own)).toBe('ACTIVE');
    await until(async () => (await stateIn(own)) === 'EXPIRED');
    expect(own.seen.asked).toBe(1);
    // Never later than in the store, so the store may be a moment behind.
    await until(async () => (await there.facts.use([consentId], randomUUID())).get(consentId) === 'REFUSED');
  });
});

describe('a revocation', () => {
  it('binds the process that took it at once, and others when they hear of it', async () => {
    const { consentId } = await granted(here.consents);
    expect([await stateIn(here), await stateIn(there)]).toEqual(['ACTIVE', 'ACTIVE']);
    await until(async () => (await isKnown(here)) && (await isKnown(there)));
    value(await here.consents.act(person(), consentId, 'REVOKE'));
    expect(await stateIn(here)).toBe('REVOKED');
    await until(async () => (await stateIn(there)) === 'REVOKED');
    expect((await there.facts.use([consentId], 'q')).get(consentId)).toBe('REFUSED');
  });

  it('is heard of elsewhere well within the lease, time and again', async () => {
    const waited: number[] = [];
    for (let i = 0; i < 30; i++) {
      const who = person(i);
      const { consentId } = await granted(here.consents, {}, { by: who });
      await until(async () => (await stateIn(there, who)) === 'ACTIVE');
      value(await here.consents.act(who, consentId, 'REVOKE'));
      const since = performance.now();
      await until(async () => (await stateIn(there, who)) === 'REVOKED');
      waited.push(performance.now() - since);
    }
    expect(Math.max(...waited)).toBeLessThan(5_000);
  });

  it('counts in a process that hears nothing any more, once its lease is over: it asks the store', async () => {
    const { consentId } = await granted(here.consents);
    await until(() => isKnown(there));
    there.seen.deaf = true;
    value(await here.consents.act(person(), consentId, 'REVOKE'));
    await until(async () => (await stateIn(there)) === 'REVOKED');
    expect(there.channel.trusted).toBe(false);
    expect(await isKnown(there)).toBe(false);
    there.seen.deaf = false;
    await until(() => isKnown(there));
  });

  it('is not overlooked where a look-up was under way when it happened', async () => {
    const { consentId } = await granted(here.consents);
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    // The reply is read before the revocation, and comes after it.
    const late = new KnownConsents(
      {
        query: async (text, values) => {
          const reply = await there.store.pool.query(text, values);
          await held;
          return reply;
        },
      },
      there.channel,
    );
    const early = late.of([person().ref], EMPLOYER, 'HIRING_CHECK');
    await until(async () => (await stateIn(there)) === 'ACTIVE');
    value(await here.consents.act(person(), consentId, 'REVOKE'));
    await until(async () => (await stateIn(there)) === 'REVOKED');
    go();
    await early;
    expect((await late.of([person().ref], EMPLOYER, 'HIRING_CHECK')).get(person().ref)?.consents[0]?.state).toBe('REVOKED');
    late.close();
  });

  it('counts after a connection was lost and made anew', async () => {
    const { consentId } = await granted(here.consents);
    await stateIn(there);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database() and pid <> pg_backend_pid()`.execute(
      here.store.db,
    );
    value(await here.consents.act(person(), consentId, 'REVOKE'));
    await until(async () => (await stateIn(there)) === 'REVOKED');
    await until(() => there.channel.trusted);
    expect(await stateIn(there)).toBe('REVOKED');
  });
});

describe('a store that is down', () => {
  it('lets nothing rest on consent, and says that it is no denial', async () => {
    const own = await ownServer();
    const alone = await startProcess(own.url);
    const { consentId } = await granted(alone.consents);
    const request = value(await alone.consents.request(employer, person(1).ref, ASKED));
    await until(() => isKnown(alone));
    await own.server.stop();
    await until(() => !alone.channel.trusted);
    await expect(stateIn(alone)).rejects.toThrow(StoreUnavailable);
    await expect(alone.facts.use([consentId], 'q')).rejects.toThrow(StoreUnavailable);
    const ticks = { together: request.scopes, separately: [] };
    await expect(alone.consents.approve(person(1), request.id, ticks, shown(request))).rejects.toThrow(StoreUnavailable);
    await expect(alone.consents.act(person(), consentId, 'REVOKE')).rejects.toThrow(StoreUnavailable);
    await alone.close();
  });
});
