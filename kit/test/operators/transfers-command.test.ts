import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Transfers, TransferStore } from '@yichuang/kit';
import { newCaseNumber } from '@yichuang/schema';
import { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';
import { transfersCommand } from '../../src/operators/transfers-command.js';
import { Provinces } from '../transfers/setup/provinces.js';
import {
  applyFor,
  citizen,
  granted,
  officeOf,
  openTransferStore,
  refOf,
  settle,
  SOURCE,
  TARGET,
  transfersOver,
} from '../transfers/setup/world.js';

const WHO = citizen(700);

let database: TestDatabase;
let store: TransferStore;
let transfers: Transfers;
let provinces: Provinces;
let number: string;
let id: string;
beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
  provinces = new Provinces();
  provinces.insure(SOURCE, WHO, 1_234_567, 7_654_321);
  transfers = transfersOver(store, provinces);
  ({ number, id } = granted(await applyFor(transfers, WHO)));
});
afterAll(async () => {
  await store.close();
  await database.stop();
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const printed: string[] = [];
async function run(args: readonly string[], databaseUrl = database.url): Promise<Told> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await transfersCommand(args, { databaseUrl, out: (line) => out.push(line), err: (line) => err.push(line) });
  printed.push(...out, ...err);
  return { code, out: out.join(''), err: err.join('') };
}

it('an operator finds a case whose office is silent, stops it, and lets it go on; who did what is on record', async () => {
  granted(await transfers.accept(id, { actor: officeOf(TARGET) }));
  provinces.silent = () => true;
  await transfers.carry(id, 'OPEN');
  const silent = await run(['list', '--silent']);
  expect(silent.out).toMatch(new RegExp(`^${number}  hrss PENSION ${SOURCE} → ${TARGET} APPLIED; no answer: OPEN AGENCY_TIMEOUT since `));

  const parked = await run(['park', number, '--reason', '核查', '--as', 'wang']);
  expect([parked.code, parked.out]).toEqual([0, expect.stringContaining('stands still: PARKED OPERATOR since ')]);
  // No step of a parked case is begun, whoever tries.
  provinces.silent = () => false;
  expect((await settle(transfers, store, id)).state).toBe('APPLIED');
  expect((await run(['list', '--held'])).out).toContain(number);
  expect(await run(['retry', number, '--as', 'wang'])).toMatchObject({ code: 1, err: expect.stringMatching(/^ON_HOLD: /) });

  expect((await run(['resume', number, '--as', 'li'])).code).toBe(0);
  expect((await settle(transfers, store, id)).state).toBe('LETTER_SENT');
  const shown = JSON.parse((await run(['show', number, '--json'])).out) as { readonly steps: readonly { step: string; by: string }[] };
  expect(shown.steps.map(({ step, by }) => `${step} ${by}`)).toEqual([
    'APPLIED PERSON',
    `ACCEPTED OFFICE AGENCY:${TARGET}`,
    'PARKED OPERATOR wang',
    'RESUMED OPERATOR li',
    'OPEN SYSTEM',
  ]);
  // The days of the case are what they were, although the operator's program knows no law.
  const [one] = await transfers.byIds([id]);
  expect(one?.deadlines.length).toBeGreaterThan(0);
}, 60_000);

it('what waits for its turn is done at once', async () => {
  granted(await transfers.accept(id, { actor: officeOf(SOURCE) }));
  await store.pool.query(`update transfers_jobs._private_jobs set run_at = now() + interval '1 hour'`);
  expect((await run(['retry', number, '--as', 'wang'])).code).toBe(0);
  const { rows } = await store.pool.query<{ readonly due: boolean }>('select run_at <= now() as due from transfers_jobs._private_jobs');
  expect(rows).toEqual([{ due: true }]);
}, 60_000);

it('is refused by code, and told what cannot be tried', async () => {
  expect(await run(['show', newCaseNumber()])).toMatchObject({ code: 1, err: expect.stringMatching(/^CASE_UNKNOWN: /) });
  expect(await run(['show', 'AAAA'])).toMatchObject({ code: 2, err: expect.stringContaining('which case?') });
  expect(await run(['resume', number])).toMatchObject({ code: 1, err: expect.stringMatching(/^NOT_NOW: /) });
  expect(await run(['park', number])).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
  expect(await run(['burn', number])).toMatchObject({ code: 2, err: expect.stringContaining('there is no command burn') });
  expect(await run(['list'], 'postgres://nobody@127.0.0.1:1/none')).toMatchObject({
    code: 2,
    err: expect.stringContaining('ECONNREFUSED'),
  });
}, 60_000);

it('nothing of the person is ever printed', () => {
  for (const secret of [WHO, refOf(WHO), '1234567', '12345.67']) expect(printed.join('')).not.toContain(secret);
});
