import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Pool } from 'pg';
import { openTransferStore } from '@yichuang/kit';
import { newCaseNumber, transferPins } from '@yichuang/schema';
import { Attempts } from '../../src/events/attempts.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { REF_KEY, startTestHub, type Answered, type TestHub } from '../setup/hub.js';

// A database is started, on whatever machine this is.
jest.setTimeout(90_000);

const PROGRESS = `query ($number: String!, $pin: String!) {
  transferProgress(number: $number, pin: $pin) {
    number agency kind state source target appliedAt endedAt awaits deadline provisional overdue held
    steps { step state at } deadlines { step side due projected provisional article }
  }
}`;
const STATISTICS = `{
  to: transferStatistics { kind place cases underWay overdue steps { step cases medianDays } refused { code cases } }
  from: transferStatistics(side: SOURCE) { place cases }
}`;
const pins = transferPins(REF_KEY);

let database: TestDatabase;
let hub: TestHub;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  hub = await startTestHub({ DATABASE_URL: database.url });
  pool = new Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await hub.close();
  await pool.end();
  await database.stop();
});

const ask = (number: string, pin: string): Promise<Answered> => hub.ask(PROGRESS, { variables: { number, pin } });
/** What a client is told, without what differs from question to question. */
const told = ({ status, body }: Answered): unknown => [
  status,
  body.data,
  body.errors?.map(({ message, path, extensions }) => [message, path, extensions]),
];

interface Written {
  readonly number: string;
  readonly days?: readonly number[];
  readonly source?: string;
  readonly refused?: string;
  readonly overdue?: boolean;
  readonly ended?: boolean;
}

/** A case as an agency writes it, with steps after so many days each. */
async function written({ number, days = [], source = '440000', refused, overdue = false, ended = false }: Written): Promise<void> {
  const id = randomUUID();
  const began = Date.now() - 30 * 86_400_000;
  const row = {
    id,
    number,
    agency: 'hrss',
    kind: 'PENSION',
    citizen: `c1-${id}`,
    scheme: '110',
    target_scheme: '110',
    account_kind: 'ORDINARY',
    source,
    target: '330000',
    statements: '{}',
    ground: '{}',
    state: refused === undefined ? 'LETTER_SENT' : 'REJECTED',
    money: true,
    seals: false,
    orders: '{}',
    clock: '{}',
    figures: JSON.stringify({ paid: { total: 123_456_78 } }),
    notes: '[]',
    deadlines: JSON.stringify([
      { step: 'LETTER', side: 'target', from: '2026-11-02', due: '2026-11-23', projected: false, provisional: false, article: '第六条' },
    ]),
    due_step: 'LETTER',
    deadline: '2026-11-23',
    deadline_provisional: false,
    overdue: overdue ? 'LETTER' : null,
    awaits: ended ? null : 'SOURCE',
    refused: refused ?? null,
    version: days.length + 1,
    applied_at: new Date(began),
    changed_at: new Date(began),
    ended_at: ended ? new Date() : null,
  };
  const columns = Object.keys(row);
  await pool.query(
    `insert into transfers.transfer_case (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
  let at = began;
  for (const [version, [step, after]] of [
    ['APPLY', 0] as const,
    ...days.map((day, i) => [['ACCEPT', 'PAY', 'JOIN'][i] ?? 'MORE', day] as const),
  ].entries()) {
    at += after * 86_400_000;
    await pool.query(
      `insert into transfers.transfer_step (case_id, version, step, at, actor, to_state, detail) values ($1, $2, $3, $4, '{}', 'LETTER_SENT', '{}')`,
      [id, version + 1, step, new Date(at)],
    );
  }
}

describe('the progress of a transfer', () => {
  it('is nobody’s before there are any transfers', async () => {
    const number = newCaseNumber();
    expect((await ask(number, pins.pinOf(number))).body).toMatchObject({
      data: { transferProgress: null },
      errors: [{ extensions: { code: 'TRANSFER_NOT_FOUND' } }],
    });
    expect((await hub.ask(STATISTICS)).body.data).toEqual({ to: [], from: [] });
    await (await openTransferStore({ url: database.url })).close();
  });

  it('is told, without a token, to who holds its number and PIN, however they are typed, and names nobody', async () => {
    const number = newCaseNumber();
    await written({ number, days: [3] });
    const pin = pins.pinOf(number);
    for (const [typed, code] of [
      [number, pin],
      [` ${number.toLowerCase().replace(/(.{4})/g, '$1-')}`, `${pin.slice(0, 4)} ${pin.slice(4).toLowerCase()}`],
    ] as const) {
      const { body } = await ask(typed, code);
      expect(body.errors).toBeUndefined();
      expect(body.data?.['transferProgress']).toMatchObject({
        number,
        kind: 'PENSION',
        state: 'LETTER_SENT',
        source: '440000',
        target: '330000',
        awaits: 'SOURCE',
        deadline: '2026-11-23',
        overdue: false,
        held: null,
        steps: [{ step: 'APPLY' }, { step: 'ACCEPT' }],
        deadlines: [{ step: 'LETTER', due: '2026-11-23', article: '第六条' }],
      });
      expect(JSON.stringify(body.data)).not.toMatch(/c1-|12345678/);
    }
  });

  it('answers a wrong PIN and a number that is none alike, guess after guess, and then nothing for a while, also to the right PIN', async () => {
    const there = newCaseNumber();
    await written({ number: there });
    const none = newCaseNumber();
    const answers: [unknown, unknown][] = [];
    for (let guess = 0; guess < 8; guess++) {
      const pin = `AAAA${String(2222 + guess)}`;
      answers.push([told(await ask(there, pin)), told(await ask(none, pin))]);
    }
    const seconds = (text: unknown): string => JSON.stringify(text).replace(/"retryAfterSeconds":\d+/, '"retryAfterSeconds":0');
    for (const [known, unknown] of answers) expect(seconds(known)).toBe(seconds(unknown));
    expect(answers.map(([known]) => /"code":"(\w+)"/.exec(JSON.stringify(known))?.[1])).toEqual([
      ...Array.from({ length: 5 }, () => 'TRANSFER_NOT_FOUND'),
      ...Array.from({ length: 3 }, () => 'TOO_MANY_ATTEMPTS'),
    ]);
    expect((await ask(there, pins.pinOf(there))).body.errors?.[0]?.extensions).toMatchObject({
      code: 'TOO_MANY_ATTEMPTS',
      retryAfterSeconds: expect.any(Number),
    });
    // Many guesses in one question are as many guesses.
    const other = newCaseNumber();
    await written({ number: other });
    const many = `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: transferProgress(number: "${other}", pin: "AAAA222${i % 10}") { state }`).join(' ')} }`;
    const { body } = await hub.ask(many);
    expect(body.errors?.filter(({ extensions }) => extensions['code'] === 'TRANSFER_NOT_FOUND').length).toBe(5);
    expect(hub.log.join('')).not.toContain(there);
  });

  it('lets nobody guess more than five times in a window, and everybody again after it', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ number: fc.constantFrom('A', 'B'), after: fc.nat(400_000) }), { maxLength: 80 }), (guesses) => {
        let now = 0;
        const attempts = new Attempts(() => now);
        const answered: Record<string, number[]> = { A: [], B: [] };
        for (const { number, after } of guesses) {
          now += after;
          if (attempts.blockedFor(number) !== undefined) continue;
          attempts.wrong(number);
          answered[number]?.push(now);
        }
        for (const times of Object.values(answered))
          // A window begins with a guess: two of them meet in any stretch of its length.
          times.forEach((at, i) => {
            expect((times[i + 10] ?? Infinity) - at).toBeGreaterThan(900_000);
          });
        now += 900_001;
        expect(attempts.blockedFor('A')).toBeUndefined();
      }),
    );
  });
});

describe('statistics of transfers', () => {
  it('count by kind and place what took how long, what is overdue and what was refused, of at least five cases', async () => {
    for (const days of [[1, 2], [2, 2], [3, 8], [4, 2], [10]]) await written({ number: newCaseNumber(), days, source: '510000' });
    for (let i = 0; i < 6; i++) await written({ number: newCaseNumber(), refused: 'FIFTY_ALREADY', ended: true, source: '510000' });
    await written({ number: newCaseNumber(), refused: 'RARE', ended: true, source: '510000', overdue: true });
    await written({ number: newCaseNumber(), source: '510000', overdue: true });
    await written({ number: newCaseNumber(), source: '620000' });
    const again = await startTestHub({ DATABASE_URL: database.url });
    const { body } = await again.ask(STATISTICS);
    const to = body.data?.['to'] as readonly Readonly<Record<string, unknown>>[];
    expect(to).toMatchObject([{ kind: 'PENSION', place: '330000', refused: [{ code: 'FIFTY_ALREADY', cases: 6 }] }]);
    expect(to[0]?.['steps']).toContainEqual({ step: 'ACCEPT', cases: 6, medianDays: 3 });
    // One case alone is overdue: that is nobody's to know.
    expect(to[0]).toMatchObject({ underWay: expect.any(Number), overdue: null });
    expect(body.data?.['from']).toEqual([{ place: '510000', cases: 13 }]);
    await again.close();
  });
});
