import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ChangeChannel } from '../../src/store/change-channel.js';
import type { Consents } from '../../src/consent/consents.js';
import { KnownConsents } from '../../src/consent/facts.js';
import { CONSENT_CHANNEL } from '../../src/consent/journal.js';
import { openStore, type Store } from '../../src/store/store.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { recordsIn, statesIn } from './records.js';
import { ASKED, consentsOn, employer, granted, otherEmployer, person, SCOPES, shown } from './setup.js';

let database: TestDatabase;
let store: Store;
let channel: ChangeChannel;
let facts: KnownConsents;
let consents: Consents;

beforeAll(async () => {
  database = await testDatabase();
  store = await openStore({ url: database.url });
  channel = await ChangeChannel.open(store, CONSENT_CHANNEL);
  facts = new KnownConsents(store.pool, channel);
  consents = consentsOn(store, {}, (topic) => {
    channel.tell(topic);
  });
});
afterAll(async () => {
  channel.close();
  await store.close();
  await database.stop();
});

/** One thing that somebody does; numbers choose among what there is. */
type Step =
  | {
      readonly do: 'REQUEST';
      readonly recipient: number;
      readonly scopes: readonly string[];
      readonly maxUses: number;
      readonly ahead: boolean;
    }
  | { readonly do: 'APPROVE'; readonly which: number; readonly ticked: readonly string[] }
  | { readonly do: 'DENY' | 'WITHDRAW'; readonly which: number }
  | { readonly do: 'PAUSE' | 'RESUME' | 'REVOKE' | 'GIVE_UP' | 'INVALIDATE'; readonly which: number }
  | { readonly do: 'USE'; readonly which: number; readonly question: number };

const which = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('REQUEST' as const),
    recipient: fc.nat(1),
    scopes: fc.subarray(SCOPES, { minLength: 1 }),
    maxUses: fc.integer({ min: 1, max: 5 }),
    ahead: fc.boolean(),
  }),
  fc.record({ do: fc.constant('APPROVE' as const), which, ticked: fc.subarray(SCOPES) }),
  fc.record({ do: fc.constantFrom('DENY' as const, 'WITHDRAW' as const), which }),
  fc.record({
    do: fc.constantFrom('PAUSE' as const, 'RESUME' as const, 'REVOKE' as const, 'GIVE_UP' as const, 'INVALIDATE' as const),
    which,
  }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('USE' as const), which, question: fc.nat(9) }) },
);

let people = 0;

/** Plays rounds of steps with a person of its own; the steps of a round all at once. */
async function play(rounds: readonly (readonly Step[])[]): Promise<void> {
  const somebody = person(people++);
  const requests: { readonly id: string; readonly hash: string; readonly scopes: readonly string[] }[] = [];
  const given: string[] = [];
  const take = async (one: Step): Promise<void> => {
    switch (one.do) {
      case 'REQUEST': {
        const validFrom = one.ahead ? new Date(Date.now() + 86_400_000) : undefined;
        const by = one.recipient === 0 ? employer : otherEmployer;
        const done = await consents.request(by, somebody.ref, { ...ASKED, scopes: one.scopes, maxUses: one.maxUses, validFrom });
        if (done.ok) requests.push({ id: done.value.id, hash: shown(done.value), scopes: done.value.scopes });
        return;
      }
      case 'APPROVE': {
        const request = requests[one.which % (requests.length || 1)];
        if (!request) return;
        const done = await consents.approve(somebody, request.id, { together: [], separately: one.ticked }, request.hash);
        if (done.ok && done.value.consent) given.push(done.value.consent.id);
        return;
      }
      case 'DENY':
      case 'WITHDRAW': {
        const id = requests[one.which % (requests.length || 1)]?.id ?? '';
        await (one.do === 'DENY' ? consents.deny(somebody, id) : consents.withdraw(employer, id));
        return;
      }
      case 'USE':
        await facts.use([given[one.which % (given.length || 1)] ?? ''], `${people} ${one.question}`);
        return;
      case 'GIVE_UP':
        await consents.act(employer, given[one.which % (given.length || 1)] ?? '', 'GIVE_UP');
        return;
      case 'INVALIDATE':
        await consents.act({ kind: 'HUB' }, given[one.which % (given.length || 1)] ?? '', 'INVALIDATE');
        return;
      case 'PAUSE':
      case 'RESUME':
      case 'REVOKE':
        await consents.act(somebody, given[one.which % (given.length || 1)] ?? '', one.do);
    }
  };
  for (const round of rounds) await Promise.all(round.map(take));
}

async function rowsOf<T>(query: ReturnType<typeof sql<T>>): Promise<readonly T[]> {
  return (await query.execute(store.db)).rows;
}

async function checkInvariants(): Promise<void> {
  // Replaying the records, which refuses what does not follow (a final state that ends, an act by the wrong hand), gives the tables.
  const { held, replayed } = await statesIn(store);
  expect(replayed).toEqual(held);
  // Every state is that of exactly one record, the latest.
  expect(
    await rowsOf(
      sql`select c.id from consents c join consent_records r on r.epoch = c.epoch where r.consent_id <> c.id or r.to_state <> c.state`,
    ),
  ).toEqual([]);
  // Uses are counted, and never more than allowed.
  expect(
    await rowsOf(
      sql`select id from consents c where uses > max_uses or uses <> (select count(*) from consent_uses u where u.consent_id = c.id)`,
    ),
  ).toEqual([]);
  // What counts holds its scopes, each held once; what does not holds none.
  expect(
    await rowsOf(sql`
      select c.id from consents c
      where (state in ('SCHEDULED', 'ACTIVE', 'PAUSED')) <> exists (select from consent_holdings h where h.consent_id = c.id)
        or (select coalesce(array_agg(scope order by scope), '{}') from consent_holdings h where h.consent_id = c.id)
          <> (case when state in ('SCHEDULED', 'ACTIVE', 'PAUSED') then (select array_agg(s order by s) from unnest(scopes) s) else '{}' end)`),
  ).toEqual([]);
  // Effective ⊆ requested ⊆ the purpose's.
  expect(
    await rowsOf(
      sql`select c.id from consents c join consent_requests r on r.id = c.request_id where not c.scopes <@ r.scopes or not r.scopes <@ ${SCOPES}::text[]`,
    ),
  ).toEqual([]);
  // Nothing is used once it was paused or ended, until it is resumed.
  expect(
    await rowsOf(sql`
      select u.consent_id from consent_uses u
      where (
        select r.to_state from consent_records r where r.consent_id = u.consent_id and r.at < u.used_at order by r.epoch desc limit 1
      ) <> 'ACTIVE'`),
  ).toEqual([]);
  // Epochs and the times of what happened to one thing go the same way.
  const records = await recordsIn(store);
  const latest = new Map<string, Date>();
  for (const record of records) {
    const id = record.entity === 'CONSENT' ? record.consentId : record.requestId;
    expect(record.at.getTime()).toBeGreaterThanOrEqual(latest.get(id)?.getTime() ?? 0);
    latest.set(id, record.at);
  }
}

describe('whatever happens, and however much of it at once', () => {
  it('holds what is always true of consents', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 3, maxLength: 8 }), async (rounds) => {
        await play([
          [{ do: 'REQUEST', recipient: 0, scopes: SCOPES, maxUses: 3, ahead: false }],
          [{ do: 'APPROVE', which: 0, ticked: SCOPES }],
          ...rounds,
        ]);
        await checkInvariants();
      }),
      { numRuns: 15 },
    );
  });

  it('counts exactly three of a hundred uses at once, from two processes, where three are allowed', async () => {
    const { consentId } = await granted(consents, { maxUses: 3 }, { by: person(900) });
    const store2 = await openStore({ url: database.url });
    const channel2 = await ChangeChannel.open(store2, CONSENT_CHANNEL);
    const facts2 = new KnownConsents(store2.pool, channel2);
    const uses = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        // Statements of their own: each in a turn of its own.
        for (let turn = 0; turn < i % 7; turn++) await new Promise((resolve) => setImmediate(resolve));
        return (i % 2 ? facts : facts2).use([consentId], `q-${i}`);
      }),
    );
    expect(uses.filter((use) => use.get(consentId) === 'USED')).toHaveLength(3);
    channel2.close();
    await store2.close();
    await checkInvariants();
  });

  it('counts a question once, however often it asks', async () => {
    const { consentId } = await granted(consents, { maxUses: 2 }, { by: person(901) });
    const uses = await Promise.all(Array.from({ length: 10 }, () => facts.use([consentId, consentId], 'the-same')));
    expect(uses.every((use) => use.get(consentId) === 'USED')).toBe(true);
    expect((await facts.use([consentId], 'another')).get(consentId)).toBe('USED');
    expect((await facts.use([consentId], 'the-same')).get(consentId)).toBe('USED');
    expect((await facts.use([consentId], 'a-third')).get(consentId)).toBe('REFUSED');
  });

  it('counts no more in a period than the frequency says, at once or one after the other', async () => {
    const { consentId } = await granted(consents, { maxUses: 5, frequency: { count: 2, perDays: 7 } }, { by: person(902) });
    const uses = await Promise.all(Array.from({ length: 6 }, (_, i) => facts.use([consentId], `f-${i}`)));
    expect(uses.filter((use) => use.get(consentId) === 'USED')).toHaveLength(2);
    await sql`update consent_uses set used_at = used_at - interval '7 days' where consent_id = ${consentId}`.execute(store.db);
    expect((await facts.use([consentId], 'later')).get(consentId)).toBe('USED');
  });

  it('counts many consents of many questions in one statement', async () => {
    const ids = await Promise.all([910, 911, 912].map(async (i) => (await granted(consents, {}, { by: person(i) })).consentId));
    let statements = 0;
    const counting = {
      query: (text: string, values: unknown[]) => {
        statements++;
        return store.pool.query(text, values);
      },
    };
    const counted = new KnownConsents(counting, channel);
    const uses = await Promise.all(ids.flatMap((id) => [counted.use([id], 'one'), counted.use([id, ids[0] ?? ''], 'two')]));
    expect(uses.every((use) => [...use.values()].every((used) => used === 'USED'))).toBe(true);
    expect(statements).toBe(1);
  });
});
