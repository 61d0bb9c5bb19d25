import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { TransferEventRow } from '@yichuang/schema';

/** Appends one event as an agency does, in a transaction of its own or the given one. @returns its id */
export async function append(
  at: Pool | PoolClient,
  event: Partial<Omit<TransferEventRow, 'seq' | 'cursor'>> & { readonly case_id: string },
): Promise<string> {
  const row = {
    id: randomUUID(),
    number: `T${event.case_id.slice(0, 8)}`,
    agency: 'hrss',
    kind: 'PENSION',
    step: 'APPLIED',
    state: 'APPLIED',
    citizen: 'c1nobody',
    source: '440000',
    target: '330000',
    deadline: null,
    case_version: 1,
    ...event,
  };
  const columns = Object.keys(row);
  await at.query(
    `insert into transfers.transfer_event (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
  return row.id;
}
