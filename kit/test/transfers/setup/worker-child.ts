// A worker in a process of its own, for tests that kill it. Before every statement it asks the test, which may kill it there.
import pg from 'pg';
import type { LifeRecord } from '@yichuang/rules';
import { AgencyFault, openTransferStore, openTransfers, type OfficeReceipt, type TransferLaw } from '@yichuang/kit';
import { citizenSeal } from '@yichuang/schema';

const [, , database = '', test = ''] = process.argv;

type Query = (this: pg.Client, ...values: unknown[]) => unknown;
const query = pg.Client.prototype.query as Query;
pg.Client.prototype.query = function (this: pg.Client, ...values: unknown[]): unknown {
  const asked = fetch(`${test}/statement`, { method: 'POST' }).then(() => query.apply(this, values));
  return typeof values.at(-1) === 'function' ? undefined : asked;
} as never;

async function told(path: string, body: unknown): Promise<OfficeReceipt | undefined> {
  const answer = await fetch(`${test}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new AgencyFault('AGENCY_UNAVAILABLE', 'the office failed');
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as OfficeReceipt);
}

const law: TransferLaw = {
  clock: 'PENSION',
  judge: () => {
    throw new Error('a worker judges nothing');
  },
  expect: ({ moneyMoves, statements }) => {
    const [account, pool] = [Number(statements['account']), Number(statements['pool'])];
    return {
      figures: { before1998: 0, balance: account, principal: 0, account, pool, total: account + pool },
      moneyMoves,
      article: '国办发〔2009〕66号 第四条',
      version: '2010-01-01',
      steps: [],
      provisional: [],
      notes: [],
    };
  },
};

const store = await openTransferStore({ url: database });
const transfers = openTransfers({
  store,
  agency: 'hrss',
  laws: { PENSION: law },
  officeOf: () => ({
    inquire: (jurisdiction, key) => told('/inquire', { jurisdiction, key }),
    act: async (order) => {
      const receipt = await told('/act', order);
      if (receipt === undefined) throw new AgencyFault('AGENCY_UNAVAILABLE', 'the office said nothing');
      return receipt;
    },
  }),
  facts: () => Promise.resolve({ missing: [] } as unknown as LifeRecord),
  citizenOf: (ref) => citizenSeal('0123456789abcdef'.repeat(8)).open(ref),
  timing: { callMs: 10_000, pendingMs: 5, firstRetryMs: 5, greatestRetryMs: 50 },
});
await transfers.startWorker({ concurrency: 3, watchMs: 200 });
