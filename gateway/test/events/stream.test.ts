import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import type { Followed, Follower } from '../../src/events/follower.js';
import type { Interest } from '../../src/events/happening.js';
import { Numbering } from '../../src/events/numbering.js';
import { EventStream } from '../../src/events/stream.js';
import { openStore, type Store } from '../../src/store/store.js';
import { databasePath } from '../setup/database-path.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';
import { append } from './setup/appended.js';

// A database is started, on whatever machine this is.
jest.setTimeout(90_000);

/** One hub process, as far as events are concerned. */
interface Hub {
  readonly store: Store;
  readonly stream: EventStream;
  readonly numbering: Numbering;
  close(): Promise<void>;
}

async function hub(url: string, quietMs?: number): Promise<Hub> {
  const store = await openStore({ url });
  const failed = (): void => undefined;
  const stream = await EventStream.open(store, failed, quietMs === undefined ? {} : { quietMs });
  const numbering = await Numbering.open(store, failed);
  return {
    store,
    stream,
    numbering,
    close: async () => {
      stream.close();
      await numbering.close();
      await store.close();
    },
  };
}

async function take(follower: Follower, count: number): Promise<Followed[]> {
  const taken: Followed[] = [];
  while (taken.length < count) {
    const next = await follower.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
const steps = (followed: readonly Followed[]): string[] => followed.map((one) => (one.kind === 'EVENT' ? one.event.step : one.kind));

describe('the stream of events', () => {
  let database: TestDatabase;
  let url: string;
  let one: Hub;
  let other: Hub;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.stop());
  beforeEach(async () => {
    url = await database.another();
    one = await hub(url);
    other = await hub(url);
    pool = one.store.pool;
  });
  afterEach(async () => {
    await one.close();
    await other.close();
  });

  /** Goes on from a place. */
  const follow = (from: Hub, after: number | undefined, interest: Interest = {}): Follower => from.stream.follow(interest, after);
  /** From now on. */
  async function followNow(from: Hub, interest: Interest = {}): Promise<Follower> {
    const follower = follow(from, undefined, interest);
    expect(await take(follower, 1)).toMatchObject([{ kind: 'POSITION' }]);
    return follower;
  }
  const numbered = (count: number): Promise<void> => until(async () => (await one.stream.readings.last()) === count);

  it('begins with its place, and then brings what happens', async () => {
    const case_id = randomUUID();
    await append(pool, { case_id, step: 'APPLIED' });
    await numbered(1);
    const follower = await followNow(one);
    await append(pool, { case_id, step: 'LETTER_SENT' });
    await append(pool, { case_id, step: 'SOURCE_ACCEPTED' });
    expect(await take(follower, 2)).toMatchObject([
      { kind: 'EVENT', event: { cursor: 2, caseId: case_id, step: 'LETTER_SENT', source: '440000', target: '330000' } },
      { kind: 'EVENT', event: { cursor: 3, step: 'SOURCE_ACCEPTED' } },
    ]);
    await follower.return();
    expect(await follower.next()).toEqual({ done: true, value: undefined });
    expect(one.stream.followers).toBe(0);
  });

  it('goes on from any place, at any process, with all that came since and nothing twice', async () => {
    const case_id = randomUUID();
    for (const step of ['A', 'B', 'C', 'D']) await append(pool, { case_id, step });
    await numbered(4);
    expect(steps(await take(follow(one, 0), 4))).toEqual(['A', 'B', 'C', 'D']);
    const later = follow(other, 2);
    expect(steps(await take(later, 2))).toEqual(['C', 'D']);
    await append(pool, { case_id, step: 'E' });
    expect(steps(await take(later, 1))).toEqual(['E']);
  });

  it('shows what was committed late after what its readers have seen', async () => {
    const follower = await followNow(other);
    const late = await pool.connect();
    await late.query('begin');
    await append(late, { case_id: randomUUID(), step: 'LATE' });
    await append(pool, { case_id: randomUUID(), step: 'EARLY' });
    const [early] = await take(follower, 1);
    expect(early).toMatchObject({ kind: 'EVENT', event: { step: 'EARLY' } });
    await late.query('commit');
    late.release();
    expect(steps(await take(follower, 1))).toEqual(['LATE']);
    expect(steps(await take(follow(one, early?.kind === 'EVENT' ? early.event.cursor : 0), 1))).toEqual(['LATE']);
  });

  it('brings of cases, persons, places, kinds and steps what was asked for', async () => {
    const interests: Readonly<Record<string, Interest>> = {
      case: { cases: ['T-1'] },
      person: { persons: ['c1a', 'c1b'] },
      place: { places: ['310000', '320000'] },
      kind: { kinds: ['MEDICAL'] },
      both: { persons: ['c1a'], kinds: ['MEDICAL'], steps: ['MERGED'] },
    };
    const live = await Promise.all(
      Object.entries(interests).map(async ([name, interest]) => [name, await followNow(one, interest)] as const),
    );
    const events = [
      { number: 'T-1', step: '1' },
      { citizen: 'c1a', step: '2' },
      { citizen: 'c1b', kind: 'MEDICAL', step: '3' },
      // Of both places, and told once.
      { source: '310000', target: '320000', step: '4' },
      { target: '310000', step: '5' },
      { citizen: 'c1a', kind: 'MEDICAL', step: 'MERGED' },
      { number: 'T-1', step: 'last', citizen: 'c1a', target: '320000', kind: 'MEDICAL' },
      { citizen: 'c1a', kind: 'MEDICAL', step: 'MERGED' },
    ];
    for (const event of events) await append(pool, { case_id: randomUUID(), ...event });
    const expected: Readonly<Record<string, string[]>> = {
      case: ['1', 'last'],
      person: ['2', '3', 'MERGED', 'last', 'MERGED'],
      place: ['4', '5', 'last'],
      kind: ['3', 'MERGED', 'last', 'MERGED'],
      both: ['MERGED', 'MERGED'],
    };
    for (const [name, follower] of live) {
      const wanted = expected[name] ?? [];
      expect([name, steps(await take(follower, wanted.length))]).toEqual([name, wanted]);
      expect([name, steps(await take(follow(other, 0, interests[name]), wanted.length))]).toEqual([name, wanted]);
    }
  });

  it('keeps nothing for who is slow but a few hundred events, and loses none', async () => {
    const follower = await followNow(one, { kinds: ['SLOW'] });
    const case_id = randomUUID();
    const insert = `insert into transfers.transfer_event (case_id, number, agency, kind, step, state, citizen, source, target, case_version)
      select $1, 'T', 'hrss', case when i % 2 = 0 then 'SLOW' else 'OTHER' end, i::text, 'S', 'c1', '1', '2', i from generate_series($2::int, $3::int) i`;
    await pool.query(insert, [case_id, 1, 3_000]);
    // What another takes has been offered to the slow one as well.
    const quick = follow(one, 0, { steps: ['3000'] });
    expect(steps(await take(quick, 1))).toEqual(['3000']);
    await pool.query(insert, [case_id, 3_001, 3_010]);
    const all = Array.from({ length: 1_505 }, (_, i) => String(2 * i + 2));
    expect(steps(await take(follower, all.length))).toEqual(all);
  });

  it('finds the little that is of interest in a long stretch', async () => {
    for (let from = 1; from < 30_000; from += 5_000)
      await pool.query(
        `insert into transfers.transfer_event (case_id, number, agency, kind, step, state, citizen, source, target, case_version, cursor)
         select gen_random_uuid(), 'T', 'hrss', 'PENSION', case when i in (1, 29000) then i::text else 'OTHER' end, 'S', 'c1', '1', '2', 1, i
         from generate_series($1::int, $1 + 4999) i`,
        [from],
      );
    await pool.query('update transfers.transfer_cursor set last = 30000');
    const found = follow(one, 0, { steps: ['1', '29000'] });
    expect(steps(await take(found, 2))).toEqual(['1', '29000']);
  });

  it('says where it goes on when what came before is no longer kept, and only then', async () => {
    const case_id = randomUUID();
    const old = new Date(Date.now() - 86_400_000);
    for (const [step, at] of [
      ['A', old],
      ['B', old],
      ['C', new Date()],
      // Kept for the sake of the one before it.
      ['D', old],
      ['E', new Date()],
    ] as const)
      await append(pool, { case_id, step, at });
    await numbered(5);
    expect(await one.stream.readings.forget(new Date(Date.now() - 3_600_000), 100)).toBe(2);
    expect(await take(follow(one, 0), 4)).toMatchObject([
      { kind: 'GAP', place: 2 },
      { kind: 'EVENT', event: { step: 'C' } },
      { kind: 'EVENT', event: { step: 'D' } },
      { kind: 'EVENT', event: { step: 'E' } },
    ]);
    expect(await take(follow(one, 1), 1)).toMatchObject([{ kind: 'GAP', place: 2 }]);
    expect(await take(follow(one, 2), 1)).toMatchObject([{ kind: 'EVENT', event: { cursor: 3 } }]);
    expect(await one.stream.readings.forget(new Date(Date.now() + 3_600_000), 100)).toBe(3);
    expect(await take(follow(one, 3), 1)).toMatchObject([{ kind: 'GAP', place: 5 }]);
    const end = follow(one, 5);
    await append(pool, { case_id, step: 'F' });
    expect(await take(end, 1)).toMatchObject([{ kind: 'EVENT', event: { cursor: 6, step: 'F' } }]);
  });

  it('takes a place that the store has not reached, after a restore, for a gap', async () => {
    await append(pool, { case_id: randomUUID() });
    await numbered(1);
    expect(await take(follow(one, 7), 1)).toMatchObject([{ kind: 'GAP', place: 1 }]);
  });

  it('tells those for whom nothing came how far it is', async () => {
    const quick = await hub(url, 20);
    const follower = await followNow(quick, { persons: ['c1nobody-else'] });
    await append(pool, { case_id: randomUUID() });
    expect(await take(follower, 1)).toEqual([{ kind: 'POSITION', place: 1 }]);
    await quick.close();
  });

  it('goes on when the database comes back, without a gap', async () => {
    const path = await databasePath(url);
    const behind = await hub(path.url);
    const follower = await followNow(behind);
    await path.cut();
    const case_id = randomUUID();
    for (const step of ['A', 'B']) await append(pool, { case_id, step });
    await path.mend();
    expect(steps(await take(follower, 2))).toEqual(['A', 'B']);
    await behind.close();
    await path.stop();
  });

  it('has no gap, nothing twice and every case in its order, whatever the order of commits, the process and the breaks', async () => {
    /** What one case does: steps in transactions of its own, each with a time it stays open. */
    const plan = fc.array(
      fc.array(fc.record({ events: fc.integer({ min: 1, max: 3 }), open: fc.integer({ min: 0, max: 8 }), lost: fc.boolean() }), {
        minLength: 1,
        maxLength: 5,
      }),
      {
        minLength: 2,
        maxLength: 6,
      },
    );
    const breaks = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(plan, breaks, async (cases, after) => {
        const begun = await one.stream.readings.last();
        const expected: string[][] = [];
        const writing = cases.map(async (transactions, number) => {
          const case_id = randomUUID();
          const kept: string[] = (expected[number] = []);
          let step = 0;
          for (const { events, open, lost } of transactions) {
            const client: PoolClient = await (number % 2 === 0 ? one : other).store.pool.connect();
            await client.query('begin');
            const own: string[] = [];
            for (let i = 0; i < events; i++) {
              own.push(`${number}.${++step}`);
              await append(client, { case_id, step: own.at(-1) ?? '', case_version: step });
            }
            await client.query('select pg_sleep($1)', [open / 1_000]);
            await client.query(lost ? 'rollback' : 'commit');
            client.release();
            if (!lost) kept.push(...own);
          }
        });
        const total = cases.flat().reduce((sum, { events, lost }) => sum + (lost ? 0 : events), 0);
        const seen: string[] = [];
        let place = begun;
        for (let round = 0; seen.length < total; round++) {
          const follower = follow(round % 2 === 0 ? one : other, place);
          const most = Math.min(after[round % after.length] ?? 1, total - seen.length);
          for (const followed of await take(follower, most)) {
            if (followed.kind !== 'EVENT') throw new Error(`not an event: ${JSON.stringify(followed)}`);
            place = followed.event.cursor;
            seen.push(followed.event.step);
          }
          await follower.return();
        }
        await Promise.all(writing);
        expect([...seen].sort()).toEqual(expected.flat().sort());
        expected.forEach((own, number) => {
          expect(seen.filter((step) => step.startsWith(`${number}.`))).toEqual(own);
        });
        expect(place).toBe(begun + total);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});
