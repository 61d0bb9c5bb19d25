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
import { monthIndex } from '../../src/people/calendar.js';
import { jurisdictionOfDivision } from '../../src/people/divisions.js';
import type { Life } from '../../src/people/model.js';
import { statutoryMonth } from '../../src/people/retirement.js';
import { startSandbox, type Sandbox } from '../../src/sandbox.js';

/** Of each of these so many cases: offices that answer at once, offices that work at night at either end, temporary accounts that are gathered. */
const WANTED = { 'at once': 3, 'from a night': 2, 'to a night': 2, gathered: 3 };
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

/** Provinces in which somebody has an account of the employees' pension that is not ended. */
const placesOf = ({ relations }: Life, kind: 'ORDINARY' | 'TEMPORARY'): readonly string[] =>
  relations.flatMap(({ scheme, accountKind, state, jurisdiction }) =>
    scheme === '110' && accountKind === kind && state !== 'ENDED' ? [jurisdiction] : [],
  );

/** From a temporary account back to where the relation is, or else to the hukou, for who has reached the age and draws no pension. */
function gathering(life: Life, today: string): readonly [from: string, to: string] | undefined {
  const [from] = placesOf(life, 'TEMPORARY');
  const isOldEnough = statutoryMonth(life.sex === 'M' ? 'M60' : 'F50', monthIndex(life.birthDate)) <= monthIndex(today);
  if (from === undefined || !isOldEnough || life.diedOn !== undefined || life.benefits.length > 0) return undefined;
  return [from, placesOf(life, 'ORDINARY')[0] ?? jurisdictionOfDivision(life.hukou)];
}

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
      const number = parseCitizenNumber(life.number);
      const gathers = gathering(life, sandbox.world.month);
      const [from, to] = gathers ?? placesOf(life, 'ORDINARY');
      if (from === undefined || to === undefined || from === to || number === undefined) continue;
      if (dirty.has(index) || index < sandbox.world.personas.length) continue;
      const way: Way = gathers ? 'gathered' : atNight(from) ? 'from a night' : atNight(to) ? 'to a night' : 'at once';
      if (left[way] === 0) continue;
      const citizen = seal.seal(number);
      const kind = gathers ? 'PENSION_TEMPORARY' : 'PENSION';
      const answer = await transfers.apply({ citizen, kind, source: from, target: to, actor: { kind: 'PERSON', ref: citizen } });
      if (answer.ok) {
        ids.push(answer.value.id);
        left[way]--;
      } else refused[answer.refusal.code] = (refused[answer.refusal.code] ?? 0) + 1;
    }
    expect([refused, left]).toEqual([refused, { 'at once': 0, 'from a night': 0, 'to a night': 0, gathered: 0 }]);
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
    // Of a temporary account all that was paid arrives, and no share of the pool (国办发〔2009〕66号 第五条).
    for (const one of ended) expect(one?.figures.received?.pool === 0).toBe(one?.kind === 'PENSION_TEMPORARY');
    expect(await ledger()).toMatchObject({ national: before.national, clearing: 0 });
  }, 240_000);
});
