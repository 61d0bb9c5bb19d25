import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { Type, type Static } from 'typebox';
import { filledIn, type OfficePaper, type OrderCounter } from '../offices/papers.js';
import { AgencyFault, type RawRow } from '../systems/system.js';
import { aborted } from './aborted.js';
import { brokenConnection, queryFault } from './sql-faults.js';
import { connected, openPool, refuseWriter, using, type SessionLimits } from './sql-session.js';

const Routine = Type.String({ pattern: '^[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*$' });

/**
 * Orders of transfers by two stored functions of the province and nothing else: `submit(paper)` hands an order in, `receipt(jurisdiction,
 * key)` tells what became of it; both take and give JSON text `{"head": {…}, "rows": […]}`. The account may call them and change nothing
 * by itself.
 */
export const SqlOrders = Type.Object(
  {
    url: Type.String({ pattern: '^postgres(ql)?://' }),
    submit: Routine,
    receipt: Routine,
    /** Milliseconds that an order is waited for before it counts as pending: many cores take orders from a table a moment later. */
    waitMs: Type.Integer({ minimum: 0, default: 1000 }),
  },
  { additionalProperties: false },
);

const CONNECTIONS = 2;
const BETWEEN_LOOKS_MS = 20;
/** A receipt of an order that lies there. */
const PENDING = '2';

interface SqlOrderCounter {
  readonly counter: OrderCounter;
  close(): Promise<void>;
}

/** The counter of a database. */
export function sqlOrderCounter(orders: Static<typeof SqlOrders>, limits: Omit<SessionLimits, 'url'>, id: string): SqlOrderCounter {
  const pool = openPool({ ...limits, url: orders.url, connections: CONNECTIONS }, id, false);
  let checked = false;

  async function call(routine: string, values: readonly string[], signal: AbortSignal): Promise<OfficePaper> {
    let text: string | null | undefined;
    const client = await connected(pool, id, signal);
    await using(client, signal, async () => {
      if (!checked) await refuseWriter(client, id);
      checked = true;
      text = await textOf(client, `SELECT ${routine}(${values.map((_, at) => `$${at + 1}::text`).join(', ')}) AS paper`, values, id);
    });
    return paperOf(text, id);
  }

  return {
    counter: {
      async order(paper, signal) {
        const until = performance.now() + orders.waitMs;
        const { AAB299: jurisdiction = '', AAZ341: key = '' } = paper.head;
        let receipt = await call(orders.submit, [JSON.stringify(paper)], signal);
        while (receipt.head['SAA101'] === PENDING && performance.now() < until) {
          await delay(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => {
            throw aborted();
          });
          receipt = await call(orders.receipt, [jurisdiction, key], signal);
        }
        return receipt;
      },
      inquire: (jurisdiction, paper, signal) => call(orders.receipt, [jurisdiction, paper.head['AAZ341'] ?? ''], signal),
    },
    close: () => pool.end(),
  };
}

async function textOf(client: pg.PoolClient, statement: string, values: readonly string[], id: string): Promise<string | null | undefined> {
  try {
    const { rows } = await client.query<{ paper: string | null }>(statement, [...values]);
    return rows[0]?.paper;
  } catch (error) {
    throw queryFault(error, id) ?? brokenConnection(error, id, false);
  }
}

function paperOf(text: string | null | undefined, id: string): OfficePaper {
  try {
    const paper: unknown = JSON.parse(text ?? '');
    if (
      typeof paper === 'object' &&
      paper !== null &&
      'head' in paper &&
      'rows' in paper &&
      isRow(paper.head) &&
      Array.isArray(paper.rows)
    ) {
      const rows: unknown[] = paper.rows;
      if (rows.every(isRow)) return { head: filledIn(paper.head), rows: rows.map(filledIn) };
    }
  } catch {
    // The parser's message would quote the receipt.
  }
  throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: what the function gave is no receipt`);
}

function isRow(value: unknown): value is RawRow {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => text === null || typeof text === 'string');
}
