import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AgencyFault,
  openTransferStore,
  type Actor,
  type Agency,
  type OfficeOrder,
  type TransferFigures,
  type Transfers,
  type TransferStore,
} from '@yichuang/kit';
import { testDatabase, type TestDatabase } from '../../../../sandbox/test/store/shared.js';
import { citizenSeal, parseCitizenNumber } from '@yichuang/schema';
import { openHrssTransfers } from '../../src/transfers/open.js';

const [SICHUAN, GUANGDONG] = ['510000', '440000'];
const seal = citizenSeal('0123456789abcdef'.repeat(8));
const number = parseCitizenNumber('11010519491231002X');
if (number === undefined) throw new Error('no number');
const citizen = seal.seal(number);

const provenance = (jurisdiction?: string) => ({ agency: 'hrss', system: 's', jurisdiction, asOf: new Date(), quality: [] });

/** Registers of a woman with 73 months in Sichuan and two in Guangdong, where her hukou is. */
function agency(silent: ReadonlySet<string> = new Set()): Agency {
  const months = (place: string, from: number, count: number, base: string) =>
    Array.from({ length: count }, (_, index) => {
      const at = from + index;
      const month = `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
      const money = { base, employer: '800.00', personal: '400.00', credited: '400.00', paidOn: `${month}-15` };
      return { scheme: 'EMPLOYEE_PENSION', month, ...money, creditCode: null, unitName: null, provenance: provenance(place) };
    });
  const register = (place: string, rows: readonly object[], years: readonly object[]) => ({
    person: [{ personNumber: '1', name: '张三', provenance: provenance(place) }],
    relation: [
      {
        ...{ personNumber: '1', scheme: 'EMPLOYEE_PENSION', state: 'PAYING', accountKind: 'ORDINARY', insuredAs: 'EMPLOYEE' },
        ...{ firstMonth: null, lastMonth: null, monthsActual: null, monthsDeemed: null, poolingArea: null, agencyOffice: null },
        provenance: provenance(place),
      },
    ],
    contribution: rows,
    accountYear: years,
    benefit: [],
  });
  const year = (of: number, balance: string | null) => ({
    ...{ personNumber: '1', scheme: 'EMPLOYEE_PENSION', year: of, months: 12, credited: '400.00', interest: null, balance },
    provenance: provenance(SICHUAN),
  });
  const held: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>> = {
    ministry: {
      relationIndex: [SICHUAN, GUANGDONG].map((jurisdiction) => ({ scheme: '110', jurisdiction, provenance: provenance() })),
      cardHolder: [
        { name: '张三', sex: 'FEMALE', birthDate: '1992-06-01', hukou: '440300', alive: 'ALIVE', diedOn: null, provenance: provenance() },
      ],
    },
    [SICHUAN]: register(SICHUAN, months(SICHUAN, 2020 * 12, 73, '5000.00'), [year(2025, '32600.00'), year(2026, null)]),
    [GUANGDONG]: register(GUANGDONG, months(GUANGDONG, 2026 * 12 + 1, 2, '6000.00'), []),
  };
  const system = (id: string) => ({
    id,
    jurisdictions: id === 'ministry' ? [] : [id],
    holds: (records: readonly string[]) => records.some((record) => held[id]?.[record] !== undefined),
    ask: () => (silent.has(id) ? Promise.reject(silence) : Promise.resolve(new Map([[number, new Map(Object.entries(held[id] ?? {}))]]))),
  });
  const systems = ['ministry', SICHUAN, GUANGDONG].map(system);
  return {
    code: 'hrss',
    systems,
    systemOf: (id: string) => systems.find((one) => one.id === id),
    officeEntry: () => undefined,
  } as unknown as Agency;
}
const silence = new AgencyFault('AGENCY_TIMEOUT', 'silent');

const RIGHT: TransferFigures = {
  before1998: 0,
  balance: 3_260_000,
  principal: 40_000,
  account: 3_300_000,
  pool: 4_380_000,
  total: 7_680_000,
};

let database: TestDatabase;
let store: TransferStore;
let said: TransferFigures;
let now: Date;
let orders: OfficeOrder[];

beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
});
afterAll(async () => {
  await store.close();
  await database.stop();
});
beforeEach(() => {
  said = RIGHT;
  now = new Date('2026-03-10T09:00:00+08:00');
  orders = [];
});

const sheet = {
  scheme: '110',
  personNumber: '1',
  lastUnit: null,
  firstMonth: '2020-01',
  lastMonth: '2026-01',
  months: 73,
  deemedMonths: 0,
  transferMonth: '2026-03',
  segments: [],
};

function open(silent?: ReadonlySet<string>, clock = (): Date => now): Transfers {
  const done = new Map<string, OfficeOrder>();
  return openHrssTransfers(
    agency(silent),
    store,
    seal,
    () => ({
      inquire: (_, key) =>
        Promise.resolve(done.has(key) ? { state: 'DONE', at: now.toISOString(), reference: key, figures: said, sheet } : undefined),
      act: (order) => {
        done.set(order.key, order);
        orders.push(order);
        return Promise.resolve({ state: 'DONE', at: now.toISOString(), reference: order.key, figures: said, sheet });
      },
    }),
    { now: clock, timing: { firstRetryMs: 5, pendingMs: 5 } },
  );
}

const person: Actor = { kind: 'PERSON', ref: citizen };
const officeOf = (jurisdiction: string): Actor => ({ kind: 'OFFICE', ref: 'a', party: 'AGENCY:1', jurisdictions: [jurisdiction] });
const application = { citizen, kind: 'PENSION' as const, source: SICHUAN, target: GUANGDONG, actor: person };

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function applied(transfers: Transfers): Promise<string> {
  const answer = await transfers.apply(application);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.id;
}

describe('a pension relation that 人社 moves by the law', () => {
  it('is carried by a worker from the application to the notice; our figures are the source’s, each with its article', async () => {
    const transfers = open();
    const id = await applied(transfers);
    const worker = await transfers.startWorker({ watchMs: 50 });
    await transfers.accept(id, { actor: officeOf(GUANGDONG) });
    await until(async () => (await transfers.byIds([id]))[0]?.state === 'LETTER_SENT');
    now = new Date('2026-03-16T09:00:00+08:00');
    await transfers.accept(id, { actor: officeOf(SICHUAN) });
    await until(async () => (await transfers.byIds([id]))[0]?.endedAt !== null);
    await worker.stop();
    const [one] = await transfers.byIds([id]);
    expect(one).toMatchObject({ state: 'NOTIFIED', ground: { reason: 'HUKOU_PROVINCE' } });
    expect(one?.figures).toMatchObject({
      month: '2026-03',
      ours: { figures: RIGHT, article: expect.stringContaining('第四条') },
      source: RIGHT,
      differences: [],
    });
    expect(one?.figures.ours?.steps.length).toBeGreaterThan(0);
    expect(orders.find(({ action }) => action === 'RECEIVE')?.figures).toEqual(RIGHT);
    // What is kept of the person is the sealed reference alone.
    const { rows } = await store.pool.query<{ readonly all: string }>(
      `select coalesce(string_agg(t, ' '), '') as all from (
         select c::text as t from transfers.transfer_case c union all select s::text from transfers.transfer_step s
         union all select p::text from transfers.transfer_paper p union all select e::text from transfers.transfer_event e
         union all select payload::text from transfers_jobs._private_jobs) x`,
    );
    expect(rows[0]?.all).not.toMatch(/11010519491231002X|张三/);
  });

  it('has its days by the official calendar; one that runs into a year without a list is provisional', async () => {
    const transfers = open();
    const id = await applied(transfers);
    const [one] = await transfers.byIds([id]);
    expect(one).toMatchObject({ dueStep: 'LETTER', deadline: '2026-03-31', deadlineProvisional: false });
    expect(one?.deadlines.map(({ step, due, projected }) => [step, due, projected])).toEqual([
      ['LETTER', '2026-03-31', false],
      ['SHEET_AND_FUND', '2026-04-22', true],
      ['FINISH', '2026-05-15', true],
    ]);
    await transfers.withdraw(id, { actor: person });
    now = new Date('2026-12-20T09:00:00+08:00');
    const [late] = await transfers.byIds([await applied(transfers)]);
    expect(late).toMatchObject({ deadlineProvisional: true });
    await transfers.withdraw(late?.id ?? '', { actor: person });
  });

  it('is late from the day after its last one on, once for each step, and those who follow it are told whom it waits for', async () => {
    let looks = 0;
    const transfers = open(undefined, () => {
      looks++;
      return now;
    });
    const id = await applied(transfers);
    const worker = await transfers.startWorker({ watchMs: 10 });
    const one = async () => (await transfers.byIds([id]))[0];
    /** A day in Shanghai goes by: everything late is looked for, once at least. */
    const day = async (text: string): Promise<unknown> => {
      now = new Date(`${text}+08:00`);
      const before = looks;
      await until(() => Promise.resolve(looks > before + 1));
      return (await one())?.overdue;
    };
    // 15 working days from the tenth of March; nights and week-ends change nothing.
    for (const text of ['2026-03-20T09:00:00', '2026-03-29T12:00:00', '2026-03-31T23:59:59'])
      expect([text, await day(text)]).toEqual([text, null]);
    expect(await day('2026-04-01T00:00:01')).toBe('LETTER');
    expect(await day('2026-04-02T09:00:00')).toBe('LETTER');
    // Who acts late is late no more; the next clock is somebody else's, over the days of the Qingming holiday.
    await transfers.accept(id, { actor: officeOf(GUANGDONG) });
    await until(async () => (await one())?.state === 'LETTER_SENT');
    expect(await one()).toMatchObject({ overdue: null, dueStep: 'SHEET_AND_FUND', awaits: 'SOURCE' });
    const due = (await one())?.deadline ?? '';
    expect(due > '2026-04-23').toBe(true);
    expect(await day(`${due}T23:59:59`)).toBeNull();
    const after = new Date(Date.parse(`${due}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    expect(await day(`${after}T00:00:01`)).toBe('SHEET_AND_FUND');
    await worker.stop();
    const { rows } = await store.pool.query(
      `select e.state, s.detail->>'step' as step, s.detail->>'awaits' as awaits, s.detail->>'due' as due
       from transfers.transfer_event e join transfers.transfer_step s on s.case_id = e.case_id and s.version = e.case_version
       where e.case_id = $1 and e.step = 'OVERDUE' order by e.case_version`,
      [id],
    );
    expect(rows).toEqual([
      { state: 'APPLIED', step: 'LETTER', awaits: 'TARGET', due: '2026-03-31' },
      { state: 'LETTER_SENT', step: 'SHEET_AND_FUND', awaits: 'SOURCE', due },
    ]);
    await transfers.withdraw(id, { actor: person });
  });

  it('goes on soon after a step failed again and again for a reason that is no office’s', async () => {
    const transfers = open();
    const id = await applied(transfers);
    await transfers.accept(id, { actor: officeOf(GUANGDONG) });
    // As graphile-worker leaves a job that failed 25 times: hours away, and never begun again.
    const { rowCount } = await store.pool.query(
      `update transfers_jobs._private_jobs set attempts = max_attempts, run_at = now() + interval '6 hours' where payload->>'case' = $1`,
      [id],
    );
    expect(rowCount).toBe(1);
    const worker = await transfers.startWorker({ watchMs: 10 });
    await until(async () => (await transfers.byIds([id]))[0]?.state === 'LETTER_SENT');
    await worker.stop();
    await transfers.withdraw(id, { actor: person });
  });

  it('stops on a planted difference of one fen, which a reason settles as long as the money is what the sheet says', async () => {
    said = { ...RIGHT, pool: RIGHT.pool + 1, total: RIGHT.total + 1 };
    const transfers = open();
    const id = await applied(transfers);
    const worker = await transfers.startWorker({ watchMs: 50 });
    await transfers.accept(id, { actor: officeOf(GUANGDONG) });
    await until(async () => (await transfers.byIds([id]))[0]?.state === 'LETTER_SENT');
    await transfers.accept(id, { actor: officeOf(SICHUAN) });
    await until(async () => (await transfers.byIds([id]))[0]?.hold?.code === 'AMOUNT_MISMATCH');
    expect((await transfers.byIds([id]))[0]?.figures.differences).toEqual([
      { field: 'pool', ours: 4_380_000, source: 4_380_001, paid: 4_380_001 },
      { field: 'total', ours: 7_680_000, source: 7_680_001, paid: 7_680_001 },
    ]);
    await transfers.override(id, { actor: officeOf(GUANGDONG), reason: '以转出地核定为准' });
    await until(async () => (await transfers.byIds([id]))[0]?.endedAt !== null);
    await worker.stop();
    expect((await transfers.byIds([id]))[0]?.state).toBe('NOTIFIED');
  });

  it('is neither opened nor refused while a register that decides it does not answer', async () => {
    expect(await open(new Set([SICHUAN])).apply(application)).toMatchObject({ ok: false, refusal: { code: 'REGISTER_SILENT' } });
    await expect(open(new Set(['ministry'])).apply(application)).rejects.toThrow('silent');
  });
});
