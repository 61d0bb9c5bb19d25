import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHrssTransfers } from '@yichuang/hrss/transfers';
import {
  loadAgency,
  officesOf,
  openTransferStore,
  type Actor,
  type Agency,
  type Transfers,
  type TransferStore,
  type TransferWorker,
} from '@yichuang/kit';
import { citizenSeal, parseCitizenNumber } from '@yichuang/schema';
import { testDatabase, type TestDatabase } from '../store/shared.js';
import { startSandbox, type Sandbox } from '../../src/sandbox.js';

/** Of each of these so many cases: offices that answer at once, and offices that work at night at either end. */
const WANTED = { 'at once': 3, 'from a night': 2, 'to a night': 2 };
type Way = keyof typeof WANTED;

let sandbox: Sandbox;
let database: TestDatabase;
let agency: Agency;
let store: TransferStore;
let transfers: Transfers;
let worker: TransferWorker;

beforeAll(async () => {
  sandbox = await startSandbox({ people: 1500, seed: 7, groups: ['hrss-ministry', 'hrss-rest', 'hrss-soap', 'hrss-sql', 'hrss-batch'] });
  database = await testDatabase();
  agency = loadAgency(new URL('../../../subgraphs/hrss/agency.yaml', import.meta.url), {
    ...sandbox.env,
    LEGACY_DEADLINE_MS: '20000',
    // The daily files are read once: every night that passes writes ten megabytes of them.
    HRSS_SFTP_POLL_MS: '3600000',
  });
  store = await openTransferStore({ url: database.url });
  transfers = openHrssTransfers(agency, store, citizenSeal(sandbox.secrets.citizenRefKey), officesOf(agency), {
    timing: { pendingMs: 50, firstRetryMs: 50, greatestRetryMs: 1000 },
  });
  worker = await transfers.startWorker({ concurrency: 2 });
}, 120_000);
afterAll(async () => {
  await worker.stop();
  await store.close();
  await agency.close();
  await database.stop();
  await sandbox.close();
});

interface Ledger {
  readonly national: number;
  readonly clearing: number;
}
const ledger = async (): Promise<Ledger> => (await (await fetch(`${sandbox.controlUrl}/ledger`)).json()) as Ledger;
const office = (jurisdiction: string): Actor => ({ kind: 'OFFICE', ref: 'a', party: 'AGENCY:1', jurisdictions: [jurisdiction] });

describe('relations that move between provinces of different dialects', () => {
  it('arrive with figures that the rules and the source’s own books agree on, and no fen is lost', async () => {
    const seal = citizenSeal(sandbox.secrets.citizenRefKey);
    const before = await ledger();
    const atNight = (jurisdiction: string) => agency.systemOf(jurisdiction)?.id.startsWith('hrss-batch-') === true;
    const left: Record<Way, number> = { ...WANTED };
    const ids: string[] = [];
    const refused: Record<string, number> = {};
    const dirty = new Set(sandbox.manifest().map(({ lifeIndex }) => lifeIndex));
    for (const [index, life] of sandbox.world.lives.entries()) {
      const places = life.relations.filter(({ scheme, accountKind }) => scheme === '110' && accountKind === 'ORDINARY');
      const [from, to] = places;
      const number = parseCitizenNumber(life.number);
      if (from === undefined || to === undefined || from.jurisdiction === to.jurisdiction || number === undefined) continue;
      if (dirty.has(index) || index < sandbox.world.personas.length) continue;
      const way: Way = atNight(from.jurisdiction) ? 'from a night' : atNight(to.jurisdiction) ? 'to a night' : 'at once';
      if (left[way] === 0) continue;
      const citizen = seal.seal(number);
      const answer = await transfers.apply({
        ...{ citizen, kind: 'PENSION', source: from.jurisdiction, target: to.jurisdiction, actor: { kind: 'PERSON', ref: citizen } },
      });
      if (answer.ok) {
        ids.push(answer.value.id);
        left[way]--;
      } else refused[answer.refusal.code] = (refused[answer.refusal.code] ?? 0) + 1;
    }
    expect([refused, left]).toEqual([refused, { 'at once': 0, 'from a night': 0, 'to a night': 0 }]);
    for (;;) {
      const cases = await transfers.byIds(ids);
      const lies = cases.some((one) => Object.values(one?.orders ?? {}).some(({ state }) => state === 'PENDING'));
      if (lies) await fetch(`${sandbox.controlUrl}/nights`, { method: 'POST' });
      for (const one of cases) {
        if (one?.state === 'APPLIED' && one.orders.OPEN === undefined) await transfers.accept(one.id, { actor: office(one.target) });
        // Months that both places were paid for: whose are kept is for the person to say.
        if (one?.hold?.code === 'OVERLAP_CLEARING')
          await transfers.choose(one.id, { actor: { kind: 'PERSON', ref: one.citizen }, keep: 'TARGET' });
        if (one?.state === 'LETTER_SENT' && one.orders.FREEZE === undefined) await transfers.accept(one.id, { actor: office(one.source) });
      }
      if (cases.every((one) => one?.endedAt !== null || (one.hold !== null && one.hold.code !== 'OVERLAP_CLEARING'))) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const ended = await transfers.byIds(ids);
    expect(ended.map((one) => [one?.state, one?.hold, one?.refused, one?.figures.differences])).toEqual(
      ids.map(() => ['NOTIFIED', null, null, []]),
    );
    expect(ended.every((one) => (one?.figures.received?.total ?? 0) > 0)).toBe(true);
    expect(await ledger()).toMatchObject({ national: before.national, clearing: 0 });
  }, 240_000);
});
