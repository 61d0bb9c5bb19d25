import {
  openTransfers,
  openTransferStore,
  type InformationSheet,
  type OfficeOrder,
  type OfficeReceipt,
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
/** Events of transactions that are committed beside each other. */
const OUT_OF_TURN = 200;
const STILL_MS = 30_000;

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
  const opened: string[] = [];
  return {
    async accept(index) {
      const citizen = seal.seal(numberOf(index));
      const one = await transfers.apply({
        citizen,
        kind: 'PENSION',
        source: SOURCE,
        target: TARGET,
        actor: { kind: 'PERSON', ref: citizen },
      });
      if (!one.ok) throw new Error(`an application was refused: ${one.refusal.code}`);
      opened.push(one.value.id);
    },
    async carryAll(count) {
      const worker = await transfers.startWorker({ concurrency });
      try {
        await acceptAll(transfers, opened.splice(0), TARGET);
        const follower = new Follower(store);
        while (follower.ended < count) {
          const arrived = await follower.look();
          if (arrived.length > 0) await acceptAll(transfers, arrived, SOURCE);
          else await new Promise((go) => setTimeout(go, LOOK_MS));
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

/** An office accepts what waits for it. */
async function acceptAll(transfers: Transfers, ids: readonly string[], jurisdiction: string): Promise<void> {
  const waiting = ids.values();
  const actor = { kind: 'OFFICE', ref: 'a-1', party: `AGENCY:${jurisdiction}`, jurisdictions: [jurisdiction] } as const;
  const act = async (): Promise<void> => {
    for (const id of waiting) await transfers.accept(id, { actor });
  };
  await Promise.all(Array.from({ length: MOST_ACTS }, act));
}

/** Follows the cases by their events: to look through all of them again and again is work of its own. */
class Follower {
  readonly #arrived = new Set<string>();
  readonly #ended = new Set<string>();
  #last = 0;
  #moved = performance.now();

  constructor(private readonly store: TransferStore) {}

  /** Cases that came to their end. */
  get ended(): number {
    return this.#ended.size;
  }

  /**
   * What is committed out of turn is found by the looks after.
   * @returns the cases whose letter has come since
   */
  async look(): Promise<readonly string[]> {
    const { rows } = await this.store.pool.query<{ readonly id: string; readonly seq: string; readonly state: string }>({
      name: 'follow',
      text: `select case_id as id, seq, state from transfers.transfer_event where cursor is null and seq > $1 order by seq`,
      values: [this.#last - OUT_OF_TURN],
    });
    const last = Number(rows.at(-1)?.seq ?? 0);
    if (last > this.#last) this.#moved = performance.now();
    else if (performance.now() - this.#moved > STILL_MS) throw new Error('cases stand still, or ended otherwise than by a notice');
    this.#last = Math.max(this.#last, last);
    const arrived: string[] = [];
    for (const { id, state } of rows) {
      if (state === 'NOTIFIED') this.#ended.add(id);
      if (state !== 'LETTER_SENT' || this.#arrived.has(id)) continue;
      this.#arrived.add(id);
      arrived.push(id);
    }
    return arrived;
  }
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
