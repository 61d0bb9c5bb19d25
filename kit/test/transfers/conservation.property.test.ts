import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TransferCase, Transfers, TransferStore } from '@yichuang/kit';
import { Provinces, type Trouble } from './setup/provinces.js';
import { applyFor, citizen, granted, officeOf, openTransferStore, SOURCE, TARGET, through, transfersOver } from './setup/world.js';
import { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';

let database: TestDatabase;
let store: TransferStore;
let position = 1000;

beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
});
afterAll(async () => {
  await store.close();
  await database.stop();
});

const troubles = fc.array(
  fc.constantFrom<Trouble | undefined>(undefined, 'NOT_HEARD', 'ANSWER_LOST', 'PENDING', 'REFUSED', 'REFUSED_LATER', 'TWICE'),
  {
    maxLength: 30,
  },
);
/** What somebody does to the case between two steps. */
const deeds = fc.array(fc.constantFrom('WITHDRAW', 'RETURN', 'DISPUTE', 'RECONCILE', 'OVERRIDE', 'RESUME', 'PARK', 'STEP_TWICE'), {
  maxLength: 8,
});

describe('whatever goes wrong', () => {
  it('no fen is lost or made, nothing is done twice, and every case ends or says what it waits for', async () => {
    await fc.assert(
      fc.asyncProperty(
        troubles,
        deeds,
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.integer({ min: 0, max: 9_999_999 }),
        async (planned, done, account, pool) => {
          const provinces = new Provinces();
          const number = citizen(++position);
          provinces.insure(SOURCE, number, account, pool);
          const sum = provinces.sum;
          const left = [...planned];
          provinces.trouble = () => left.shift();
          const transfers = transfersOver(store, provinces);
          const { id } = granted(await applyFor(transfers, number, { requestKey: `conservation-${position}` }));
          let one = await through(transfers, store, id);
          for (const deed of done) {
            await does(transfers, one, deed);
            one = await through(transfers, store, id);
            expect(provinces.sum).toBe(sum);
          }
          // What goes wrong is over, and the offices see to what is left.
          left.length = 0;
          provinces.trouble = () => undefined;
          for (let turn = 0; turn < 4 && one.endedAt === null; turn++) {
            await does(transfers, one, one.hold?.code === 'DISPUTED' ? 'OVERRIDE' : 'RESUME');
            one = await through(transfers, store, id);
          }
          expect([one.state, one.hold]).toEqual([one.state, null]);
          expect(one.endedAt).not.toBeNull();
          expect(provinces.sum).toBe(sum);
          expect([...provinces.effects.values()].every((times) => times === 1)).toBe(true);
          expect(provinces.clearing.size).toBe(0);
          const arrived = one.state === 'NOTIFIED';
          expect(provinces.accounts.get(`${SOURCE} ${number}`)).toBe(arrived ? 0 : account);
          expect(provinces.accounts.get(`${TARGET} ${number}`) ?? 0).toBe(arrived ? account : 0);
          const [steps] = await transfers.histories([id]);
          expect(steps?.map(({ version }) => version)).toEqual(Array.from({ length: one.version }, (_, index) => index + 1));
        },
      ),
      { numRuns: Number(process.env['TRANSFER_RUNS'] ?? 40) },
    );
  }, 240_000);
});

async function does(transfers: Transfers, { id, citizen: ref, source, target, orders }: TransferCase, deed: string): Promise<void> {
  const person = { kind: 'PERSON', ref } as const;
  switch (deed) {
    case 'WITHDRAW':
      await transfers.withdraw(id, { actor: person });
      return;
    case 'RETURN':
      await transfers.returnCase(id, { actor: officeOf(source), reason: '材料不全' });
      return;
    case 'DISPUTE':
      await transfers.dispute(id, { actor: person, reason: '月数不对' });
      return;
    case 'RECONCILE':
      await transfers.reconcile(id, { actor: officeOf(source) });
      return;
    case 'OVERRIDE':
      await transfers.override(id, { actor: officeOf(target), reason: '已核实' });
      return;
    case 'PARK':
      await transfers.park(id, { actor: { kind: 'OPERATOR', ref: 'ops' }, reason: '核查' });
      return;
    case 'STEP_TWICE':
      // A job that was done and is done again, as after a worker that was killed before it could say so.
      for (const step of Object.keys(orders)) await Promise.all([transfers.carry(id, step as 'PAY'), transfers.carry(id, step as 'PAY')]);
      return;
    default:
      await transfers.resume(id, { actor: officeOf(target) });
  }
}
