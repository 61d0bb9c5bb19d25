import { citizenSeal, parseCitizenNumber, type CitizenNumber, type CitizenRef } from '@yichuang/schema';
import {
  openTransfers,
  openTransferStore,
  type Actor,
  type Decision,
  type JobStep,
  type TransferCase,
  type TransferLaw,
  type Transfers,
  type TransferStore,
  type TransfersOptions,
} from '@yichuang/kit';
import type { Provinces } from './provinces.js';

export const SOURCE = '510000';
export const TARGET = '440000';
const seal = citizenSeal('0123456789abcdef'.repeat(8));

/** Valid numbers, one for each position. */
export function citizen(position: number): CitizenNumber {
  const body = `11010519${String(500101 + (position % 28)).padStart(6, '0')}${String(position % 1000).padStart(3, '0')}`;
  for (const check of '0123456789X') {
    const number = parseCitizenNumber(body + check);
    if (number !== undefined) return number;
  }
  throw new Error('no number');
}

export const refOf = (number: CitizenNumber): CitizenRef => seal.seal(number);
export const personOf = (number: CitizenNumber): Actor => ({ kind: 'PERSON', ref: refOf(number) });
export const officeOf = (jurisdiction: string): Actor => ({
  kind: 'OFFICE',
  ref: 'a-1',
  party: `AGENCY:${jurisdiction}`,
  jurisdictions: [jurisdiction],
});

/** A law that lets everything move and expects what the ledger holds. */
export function plainLaw(provinces: () => Provinces, more: Partial<TransferLaw> = {}): TransferLaw {
  return {
    clock: 'PENSION',
    judge: ({ source, target }) => ({
      allowed: true,
      scheme: '110',
      accountKind: 'ORDINARY',
      moneyMoves: source !== target,
      seals: false,
      ground: { reason: 'HUKOU_PROVINCE', article: '国办发〔2009〕66号 第三条', version: '2010-01-01' },
      notes: [],
      certificate: {},
    }),
    expect: ({ moneyMoves, statements }) => ({
      figures: provinces().figuresOf(String(statements['of']), 0),
      moneyMoves,
      article: '国办发〔2009〕66号 第四条',
      version: '2010-01-01',
      steps: [],
      provisional: [],
      notes: [],
    }),
    ...more,
  };
}

const QUICK = { callMs: 5_000, pendingMs: 5, firstRetryMs: 5, greatestRetryMs: 20, patienceMs: 60_000 };

export function transfersOver(store: TransferStore, provinces: Provinces, more: Partial<TransfersOptions> = {}): Transfers {
  return openTransfers({
    store,
    agency: 'hrss',
    laws: { PENSION: plainLaw(() => provinces) },
    officeOf: provinces.officeOf,
    facts: provinces.facts,
    citizenOf: (ref) => seal.open(ref),
    timing: QUICK,
    ...more,
  });
}

/** What a decision came to. @throws when it was refused */
export function granted<T>(decision: Decision<T>): T {
  if (!decision.ok) throw new Error(`refused: ${decision.refusal.code}`);
  return decision.value;
}

export function applyFor(transfers: Transfers, number: CitizenNumber, more: Partial<Parameters<Transfers['apply']>[0]> = {}) {
  const source = more.source ?? SOURCE;
  return transfers.apply({
    citizen: refOf(number),
    kind: 'PENSION',
    source,
    target: TARGET,
    actor: personOf(number),
    statements: { of: `${source} ${number}` },
    ...more,
  });
}

/** Does what is due, step by step, without a worker, until nothing is left to do by itself. */
export async function settle(transfers: Transfers, store: TransferStore, id: string): Promise<TransferCase> {
  for (let turn = 0; turn < 100; turn++) {
    const { rows } = await store.pool.query<{ readonly step: JobStep }>(
      `delete from transfers_jobs._private_jobs where payload->>'case' = $1 returning payload->>'step' as step`,
      [id],
    );
    if (rows.length === 0) break;
    for (const { step } of rows) await transfers.carry(id, step);
  }
  const [one] = await transfers.byIds([id]);
  if (one === undefined) throw new Error('no such case');
  return one;
}

/** Accepts for whichever office has to, until the case ends or stands still. */
export async function through(transfers: Transfers, store: TransferStore, id: string): Promise<TransferCase> {
  let one = await settle(transfers, store, id);
  if (one.state === 'APPLIED') {
    granted(await transfers.accept(id, { actor: officeOf(one.target) }));
    one = await settle(transfers, store, id);
  }
  if (one.state === 'LETTER_SENT') {
    granted(await transfers.accept(id, { actor: officeOf(one.source) }));
    one = await settle(transfers, store, id);
  }
  return one;
}

export { openTransferStore };
