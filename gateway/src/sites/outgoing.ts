import type { Pool } from 'pg';
import type { TransferEventRow } from '@yichuang/schema';
import type { SiteEvent } from './message.js';

/** Told in one transaction. */
const AT_ONCE = 200;

const BEGIN = `insert into yichuang.site_told (place) select last from transfers.transfer_cursor on conflict do nothing`;
/** One process at a time; the others find nothing to do. */
const TAKE_TURN = 'select place from yichuang.site_told for update skip locked';
/** What came from another site is not told again. */
const NEXT = `
  select id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, cursor, case_version,
    exists (select from yichuang.site_heard where event = id) as heard
  from transfers.transfer_event where cursor > $1 order by cursor limit ${AT_ONCE}`;

type Row = Omit<TransferEventRow, 'seq' | 'cursor'> & { readonly cursor: string; readonly heard: boolean };

/** The stream is told from now on, if it is told for the first time. */
export async function beginTelling(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query(BEGIN);
}

/**
 * Tells what came after the last that was told. The place moves when all of it has been taken: who dies in between has it told again, under
 * the same ids.
 * @param tell resolves when the bus has kept it
 * @returns whether there may be more
 */
export async function tellSome(pool: Pool, tell: (event: SiteEvent) => Promise<void>): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const [turn] = (await client.query<{ readonly place: string }>(TAKE_TURN)).rows;
    const { rows } = turn ? await client.query<Row>(NEXT, [turn.place]) : { rows: [] };
    const cases = new Map<string, Row[]>();
    for (const row of rows) if (!row.heard) cases.set(row.case_id, [...(cases.get(row.case_id) ?? []), row]);
    await Promise.all([...cases.values()].map((own) => tellInOrder(own, tell)));
    const last = rows.at(-1)?.cursor;
    if (last !== undefined) await client.query('update yichuang.site_told set place = $1', [last]);
    await client.query('commit');
    return rows.length === AT_ONCE;
  } catch (error) {
    // What the connection still holds ends with it.
    broken = error instanceof Error ? error : new Error('the transaction failed');
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Of one case nothing is told before what came before it has been kept. */
async function tellInOrder(rows: readonly Row[], tell: (event: SiteEvent) => Promise<void>): Promise<void> {
  for (const row of rows) await tell(eventOf(row));
}

function eventOf({ at, deadline, id, case_id, number, agency, kind, step, state, citizen, source, target, case_version }: Row): SiteEvent {
  const texts = { id, case_id, number, agency, kind, step, state, citizen, source, target, case_version };
  return { ...texts, at: at.toISOString(), deadline: deadline?.toISOString() ?? null };
}
