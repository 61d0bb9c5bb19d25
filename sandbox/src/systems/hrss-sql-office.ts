import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { citizenNumberForms, parseCitizenNumber } from '@yichuang/schema';
import { MOVING_TABLES, type Books } from '../ledger/books.js';
import { OfficeCounter } from '../ledger/counter.js';
import type { Desk } from '../ledger/desk.js';
import { paperOf, type Paper } from '../ledger/papers.js';
import { TABLE_COLUMNS } from './hrss-columns.js';
import type { Fault } from './stand-in.js';

/**
 * Statements for the office of a database: orders are handed in by a stored function, lie in a table (中间表) until the core takes them,
 * and are told of by another. An order that was refused may be handed in again.
 */
export const openOffice = (account: string): string => `
  CREATE SCHEMA office;
  CREATE TABLE office.transfer_order (
    jurisdiction CHAR(6) NOT NULL, key VARCHAR(120) NOT NULL, paper TEXT NOT NULL, came TIMESTAMPTZ NOT NULL DEFAULT now(), receipt TEXT,
    PRIMARY KEY (jurisdiction, key));
  CREATE INDEX ON office.transfer_order (came) WHERE receipt IS NULL;
  CREATE FUNCTION office.receipt(jurisdiction TEXT, key TEXT) RETURNS TEXT LANGUAGE sql STABLE SECURITY DEFINER SET search_path = office AS $$
    SELECT coalesce(
      (SELECT coalesce(o.receipt, json_build_object('head', json_build_object('AAZ341', o.key, 'SAA101', '2', 'AAE036', o.came), 'rows', '[]'::json)::text)
         FROM office.transfer_order o WHERE o.jurisdiction = $1 AND o.key = $2),
      json_build_object('head', json_build_object('AAZ341', $2, 'SAA101', '0'), 'rows', '[]'::json)::text) $$;
  CREATE FUNCTION office.submit(paper TEXT) RETURNS TEXT LANGUAGE plpgsql SECURITY DEFINER SET search_path = office AS $$
    DECLARE head JSON := ($1::json)->'head';
    BEGIN
      INSERT INTO office.transfer_order AS o (jurisdiction, key, paper) VALUES (head->>'AAB299', head->>'AAZ341', $1)
        ON CONFLICT ON CONSTRAINT transfer_order_pkey DO UPDATE SET paper = $1, came = now(), receipt = NULL
        WHERE (o.receipt::json)->'head'->>'SAA101' = '3';
      NOTIFY office_order;
      RETURN office.receipt(head->>'AAB299', head->>'AAZ341');
    END $$;
  REVOKE ALL ON FUNCTION office.submit, office.receipt FROM PUBLIC;
  GRANT USAGE ON SCHEMA office TO ${account};
  GRANT EXECUTE ON FUNCTION office.submit, office.receipt TO ${account};`;

interface CoreOptions {
  /** Of the database, under the account that owns it. */
  readonly url: string;
  readonly codes: readonly string[];
  readonly desk: Desk;
  /** The fault that the next order meets at the office itself. */
  readonly fault: () => Fault | undefined;
}

interface Core {
  close(): Promise<void>;
}

const AGAIN_MS = 100;

/** The core that takes the orders out of the table, one after the other, and writes what they change. It outlives restarts of the database. */
export function startCore(options: CoreOptions): Core {
  const closing = new AbortController();
  const running = work(options, new OfficeCounter(options.desk, closing.signal), closing.signal);
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function work(options: CoreOptions, counter: OfficeCounter, closing: AbortSignal): Promise<void> {
  // Asked anew each time: what is awaited in between may end it.
  const over = (): boolean => closing.aborted;
  while (!over()) {
    const client = new pg.Client({ connectionString: options.url });
    let wake = (): void => undefined;
    // A database that restarts is met again at the next look.
    client.on('error', () => {
      wake();
    });
    client.on('notification', () => {
      wake();
    });
    const onClosing = (): void => {
      wake();
    };
    closing.addEventListener('abort', onClosing);
    try {
      await client.connect();
      await client.query('LISTEN office_order');
      for (;;) {
        const called = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const lying = await takeOrders(client, options, counter);
        if (over()) break;
        await (lying ? Promise.race([called, delay(AGAIN_MS)]) : called);
        if (over()) break;
      }
    } catch {
      await delay(AGAIN_MS);
    } finally {
      closing.removeEventListener('abort', onClosing);
      await client.end().catch(() => undefined);
    }
  }
}

/** Takes what lies in the table; true when something is left for later. */
async function takeOrders(client: pg.Client, { codes, desk, fault }: CoreOptions, counter: OfficeCounter): Promise<boolean> {
  const { rows } = await client.query<{ jurisdiction: string; key: string; paper: string }>(
    'SELECT jurisdiction, key, paper FROM office.transfer_order WHERE receipt IS NULL ORDER BY came, key',
  );
  let lying = false;
  for (const { jurisdiction, key, paper } of rows) {
    const receipt = receiptOf(paper, key, (order) => counter.order(order, codes, fault()));
    if (receipt.head['SAA101'] === '2') {
      lying = true;
      continue;
    }
    const number = citizenOf(paper);
    await client.query('BEGIN');
    if (receipt.head['SAA101'] === '1' && number !== undefined) await writePerson(client, desk.books, jurisdiction, number);
    await client.query('UPDATE office.transfer_order SET receipt = $3 WHERE jurisdiction = $1 AND key = $2', [
      jurisdiction,
      key,
      JSON.stringify(receipt),
    ]);
    await client.query('COMMIT');
  }
  return lying;
}

function receiptOf(text: string, key: string, order: (paper: Paper) => Paper | undefined): Paper {
  const parsed = JSON.parse(text) as { readonly head?: unknown; readonly rows?: unknown };
  const paper = paperOf(parsed.head, parsed.rows);
  return (paper && order(paper)) ?? { head: { AAZ341: key, SAA101: '3', SAA102: 'BAD_ORDER', AAE013: '业务参数错误' }, rows: [] };
}

function citizenOf(text: string): string | undefined {
  const { head } = JSON.parse(text) as { readonly head?: { readonly AAC002?: string } };
  return parseCitizenNumber(head?.AAC002 ?? '');
}

/** Writes what a register now holds of a person in place of what it held. */
async function writePerson(client: pg.Client, books: Books, jurisdiction: string, number: string): Promise<void> {
  const person = books.changed(jurisdiction).get(number);
  const parsed = parseCitizenNumber(number);
  if (!person || !parsed) return;
  for (const table of MOVING_TABLES) {
    await client.query(`DELETE FROM core.${table} WHERE AAC002 = ANY($1::text[]::bpchar[]) AND AAB299 = $2`, [
      citizenNumberForms(parsed),
      jurisdiction,
    ]);
    const columns: readonly string[] = TABLE_COLUMNS[table];
    const rows: readonly Readonly<Record<string, string>>[] = person[table];
    for (const row of rows) {
      const values = [...columns.map((column) => row[column] ?? ''), jurisdiction].map((text) => (text === '' ? null : text));
      const places = values.map((_, at) => `$${at + 1}`).join(', ');
      await client.query(`INSERT INTO core.${table} (${columns.join(', ')}, AAB299) VALUES (${places})`, values);
    }
  }
}
