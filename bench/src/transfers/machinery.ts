import {
  openTransfers,
  openTransferStore,
  type InformationSheet,
  type OfficeOrder,
  type OfficeReceipt,
  type TransferCase,
  type TransferFigures,
  type TransferLaw,
  type Transfers,
  type TransferStore,
} from '@yichuang/kit';
import { citizenSeal, parseCitizenNumber, type CitizenNumber } from '@yichuang/schema';
import { ACCEPTED_AT_ONCE, type Pipeline } from './pipeline.js';

const SOURCE = '510000';
const TARGET = '440000';
const FIGURES: TransferFigures = {
  before1998: 0,
  balance: 4_000_000,
  principal: 0,
  account: 4_000_000,
  pool: 6_000_000,
  total: 10_000_000,
};
const SHEET: InformationSheet = {
  scheme: '110',
  personNumber: '1',
  lastUnit: null,
  firstMonth: '2020-01',
  lastMonth: '2025-12',
  months: 72,
  deemedMonths: 0,
  transferMonth: '2026-01',
  segments: [],
};
const NOT_THERE = { missing: [] };
/** A law that costs nothing: what is measured is the machinery. */
const LAW: TransferLaw<typeof NOT_THERE> = {
  clock: 'PENSION',
  judge: () => ({
    allowed: true,
    scheme: '110',
    accountKind: 'ORDINARY',
    moneyMoves: true,
    seals: false,
    ground: { reason: 'HUKOU_PROVINCE', article: '国办发〔2009〕66号 第三条', version: '2010-01-01' },
    notes: [],
    certificate: {},
  }),
  expect: () => ({
    figures: FIGURES,
    moneyMoves: true,
    article: '国办发〔2009〕66号 第四条',
    version: '2010-01-01',
    steps: [],
    provisional: [],
    notes: [],
  }),
};
const MOST_ACTS = 8;
const LOOK_MS = 50;

/** The transfers of 人社 as kit carries them, between two offices that answer from memory. */
export async function machinery(url: string, concurrency: number): Promise<Pipeline> {
  const store = await openTransferStore({ url, connections: Math.max(concurrency + MOST_ACTS, ACCEPTED_AT_ONCE) });
  const seal = citizenSeal('5a'.repeat(32));
  const office = new Office();
  const transfers = openTransfers({
    store,
    agency: 'hrss',
    laws: { PENSION: LAW },
    officeOf: () => office,
    facts: () => Promise.resolve(NOT_THERE),
    citizenOf: (ref) => seal.open(ref),
  });
  return {
    async accept(index) {
      const citizen = seal.seal(numberOf(index));
      const opened = await transfers.apply({
        citizen,
        kind: 'PENSION',
        source: SOURCE,
        target: TARGET,
        actor: { kind: 'PERSON', ref: citizen },
      });
      if (!opened.ok) throw new Error(`an application was refused: ${opened.refusal.code}`);
    },
    async carryAll(count) {
      const worker = await transfers.startWorker({ concurrency });
      try {
        for (;;) {
          if (await acceptSome(store, transfers)) continue;
          if ((await ended(store)) >= count) break;
          await new Promise((go) => setTimeout(go, LOOK_MS));
        }
      } finally {
        await worker.stop();
      }
    },
    done: async () => {
      const jobs = await store.pool.query<{ readonly last: string }>(
        `select coalesce(last_value, 0) as last from pg_sequences where schemaname = 'transfers_jobs' and sequencename like '%jobs%' order by 1 desc limit 1`,
      );
      const steps = await store.pool.query<{ readonly count: string }>(
        `select count(*) from transfers.transfer_step where actor->>'kind' = 'SYSTEM'`,
      );
      return { jobs: Number(jobs.rows[0]?.last ?? 0), steps: Number(steps.rows[0]?.count ?? 0) };
    },
    close: () => store.close(),
  };
}

async function ended({ pool }: TransferStore): Promise<number> {
  const { rows } = await pool.query<{ readonly state: string; readonly count: number }>(
    `select state, count(*)::int from transfers.transfer_case where ended_at is not null or hold is not null group by state`,
  );
  const wrong = rows.find(({ state }) => state !== 'NOTIFIED');
  if (wrong) throw new Error(`a case stands still or ended as ${wrong.state}`);
  return rows[0]?.count ?? 0;
}

/** Both offices accept what waits for them. @returns whether anything did */
async function acceptSome({ pool }: TransferStore, transfers: Transfers): Promise<boolean> {
  const { rows } = await pool.query<Pick<TransferCase, 'id' | 'state'>>(
    `select id, state from transfers.transfer_case where ended_at is null and
       (state = 'LETTER_SENT' and not orders ? 'FREEZE' or state = 'APPLIED' and not orders ? 'OPEN') limit 500`,
  );
  const waiting = rows.values();
  const act = async (): Promise<void> => {
    for (const { id, state } of waiting) {
      const jurisdiction = state === 'APPLIED' ? TARGET : SOURCE;
      await transfers.accept(id, { actor: { kind: 'OFFICE', ref: 'a-1', party: `AGENCY:${jurisdiction}`, jurisdictions: [jurisdiction] } });
    }
  };
  await Promise.all(Array.from({ length: MOST_ACTS }, act));
  return rows.length > 0;
}

/** Does at once whatever it is told, and knows what it did. */
class Office {
  readonly #done = new Map<string, OfficeReceipt>();

  inquire(_: string, key: string): Promise<OfficeReceipt | undefined> {
    return Promise.resolve(this.#done.get(key));
  }

  act({ key, action }: OfficeOrder): Promise<OfficeReceipt> {
    const known = this.#done.get(key);
    if (known) return Promise.resolve(known);
    const told =
      action === 'EXPORT' ? { figures: FIGURES, sheet: SHEET } : action === 'PAY' || action === 'RECEIVE' ? { figures: FIGURES } : {};
    const receipt: OfficeReceipt = { state: 'DONE', at: new Date().toISOString(), reference: `R${this.#done.size}`, ...told };
    this.#done.set(key, receipt);
    return Promise.resolve(receipt);
  }
}

const CHECKS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'];
const DAYS = 28;
const MONTHS = 12;
const SEQUENCES = 900;

/** No two alike. */
function numberOf(index: number): CitizenNumber {
  const day = Math.floor(index / SEQUENCES);
  const two = (value: number): string => String(value).padStart(2, '0');
  const born = `${1950 + Math.floor(day / (MONTHS * DAYS))}${two(1 + (Math.floor(day / DAYS) % MONTHS))}${two(1 + (day % DAYS))}`;
  const body = `990000${born}${String(100 + (index % SEQUENCES))}`;
  const number = CHECKS.map((check) => parseCitizenNumber(body + check)).find((parsed) => parsed !== undefined);
  if (!number) throw new Error('no check character fits');
  return number;
}
