import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OfficeOrder, TransferStore } from '@yichuang/kit';
import { Provinces } from './setup/provinces.js';
import { applyFor, citizen, granted, officeOf, openTransferStore, plainLaw, SOURCE, TARGET, transfersOver } from './setup/world.js';
import { buildPrograms } from '../../../sandbox/src/start/build.js';
import { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CHILD = 'kit/test/transfers/setup/worker-child.ts';
const KILLS = Number(process.env['TRANSFER_KILLS'] ?? 4);
const CASES = 6;

let database: TestDatabase;
let store: TransferStore;
let url: string;
let provinces: Provinces;
let server: Server;
let program: string;
let child: ChildProcess;
/** Statements and calls of offices that the process is still allowed. */
let allowed = Infinity;

/** Kills the process here, which then gets no answer. */
function survives(): boolean {
  allowed--;
  if (allowed > 0) return true;
  child.kill('SIGKILL');
  return false;
}

beforeAll(async () => {
  program = (await buildPrograms(ROOT, [CHILD])).get(CHILD)?.file ?? '';
  database = await testDatabase();
  url = database.url;
  store = await openTransferStore({ url });
  provinces = new Provinces();
  server = createServer((request, response) => {
    void text(request).then((body) => {
      if (!survives()) return;
      if (request.url === '/statement') return response.end();
      const order = JSON.parse(body) as OfficeOrder;
      const receipt = request.url === '/inquire' ? provinces.answer(order.key) : provinces.act(order);
      // Between the effect and its acknowledgement.
      if (survives()) response.end(receipt === undefined ? '' : JSON.stringify(receipt));
      return undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  child.kill('SIGKILL');
  server.closeAllConnections();
  server.close();
  await store.close();
  await database.stop();
});

function startChild(): void {
  const office = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // What Jest's own process is started with is not for this one.
  const env = { ...process.env, NODE_OPTIONS: '' };
  child = spawn(process.execPath, [program, url, office], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** A small generator of numbers, so that a run can be repeated. */
function chance(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

describe('a worker that is killed between any two statements', () => {
  it('leaves nothing half done: those who come after it carry every case to its end, and every office did everything once', async () => {
    const transfers = transfersOver(store, provinces, { laws: { PENSION: plainLaw(() => provinces) } });
    const ids: string[] = [];
    for (let one = 0; one < CASES; one++) {
      const [account, pool] = [1_000_000 + one * 7, 3_000_000 + one * 13];
      provinces.insure(SOURCE, citizen(one), account, pool);
      const statements = { account: String(account), pool: String(pool) };
      ids.push(granted(await applyFor(transfers, citizen(one), { statements })).id);
    }
    const sum = provinces.sum;
    const next = chance(Number(process.env['TRANSFER_SEED'] ?? 20_261_122));
    let kills = 0;
    for (;;) {
      const cases = await transfers.byIds(ids);
      for (const one of cases) {
        if (one?.state === 'APPLIED' && one.orders.OPEN === undefined) await transfers.accept(one.id, { actor: officeOf(TARGET) });
        if (one?.state === 'LETTER_SENT' && one.orders.FREEZE === undefined) await transfers.accept(one.id, { actor: officeOf(SOURCE) });
      }
      if (cases.every((one) => one?.endedAt !== null)) break;
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- there is none before the first
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
        // Signing on takes about thirty statements.
        allowed = kills < KILLS ? 30 + next(90) : Infinity;
        kills++;
        startChild();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(kills).toBeGreaterThan(1);
    expect((await transfers.byIds(ids)).map((one) => one?.state)).toEqual(ids.map(() => 'NOTIFIED'));
    expect(provinces.sum).toBe(sum);
    expect([...provinces.effects.values()].every((times) => times === 1)).toBe(true);
    expect(provinces.effects.size).toBe(CASES * 8);
    const histories = await transfers.histories(ids);
    for (const steps of histories) {
      expect(steps.map(({ version }) => version)).toEqual(steps.map((_, index) => index + 1));
      expect(steps.filter(({ step }) => step === 'PAY')).toHaveLength(1);
    }
    const { rows } = await store.pool.query('select case_id, case_version from transfers.transfer_event group by 1, 2 having count(*) > 1');
    expect(rows).toEqual([]);
  }, 300_000);
});
