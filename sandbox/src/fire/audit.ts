import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import type { Follower } from './followers.js';
import type { LedgerView } from '../ledger/order-desk.js';
import type { JournalEntry } from '../ledger/journal.js';
import type { FireAgency, StandingCase } from './offices.js';

/** What the offices of each agency hold, by their own ledgers. */
export type Ledgers = Readonly<Record<FireAgency, LedgerView>>;
const AGENCIES: readonly FireAgency[] = ['hrss', 'medical-insurance'];

/** What the books must look like when everything is over. Each sentence is a fault. */
export async function auditOf(
  pool: Pool,
  cases: readonly StandingCase[],
  followers: readonly Follower[],
  {
    before,
    after,
    ledgerFiles,
  }: { readonly before: Ledgers; readonly after: Ledgers; readonly ledgerFiles: Readonly<Record<FireAgency, string>> },
): Promise<readonly string[]> {
  return [
    ...casesAudit(cases),
    ...AGENCIES.flatMap((agency) => {
      const own = cases.filter((one) => one.agency === agency);
      return [...moneyAudit(own, before[agency], after[agency]), ...effectsAudit(own, ledgerFiles[agency])];
    }),
    ...(await recordAudit(pool)),
    ...(await eventsAudit(pool, followers)),
  ];
}

function casesAudit(cases: readonly StandingCase[]): readonly string[] {
  return cases
    .filter(({ ended, hold }) => !ended && hold === null)
    .map(({ number, state, orders }) => `case ${number} is neither at its end nor parked: ${state} ${JSON.stringify(orders)}`);
}

function moneyAudit(cases: readonly StandingCase[], before: LedgerView, after: LedgerView): readonly string[] {
  const wrong: string[] = [];
  if (after.national !== before.national) wrong.push(`the national sum was ${before.national} fen and is ${after.national}`);
  // Clearing holds money for cases that stand still and for nothing else.
  if (after.underWay > cases.filter(({ ended }) => !ended).length)
    wrong.push(`clearing holds money for ${after.underWay} cases, of which too few are open`);
  if (cases.every(({ ended }) => ended) && after.clearing !== 0)
    wrong.push(`clearing holds ${after.clearing} fen although every case has ended`);
  return wrong;
}

/** What the offices wrote down that they did, against what the agency believes. */
function effectsAudit(cases: readonly StandingCase[], ledgerFile: string): readonly string[] {
  const entries = readFileSync(ledgerFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as JournalEntry];
      } catch {
        // Cut by a kill: it never was.
        return [];
      }
    });
  const wrong: string[] = [];
  const done = new Map<string, number>();
  for (const { order } of entries) {
    const key = `${order.jurisdiction} ${order.key}`;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  for (const [key, times] of done) if (times > 1) wrong.push(`the order ${key} took effect ${times} times`);
  const known = new Map(cases.map((one) => [one.number, one]));
  const acted = new Set<string>();
  const booked = new Map<string, number>();
  for (const { order, effect } of entries) {
    const [number = '', step = '', round = '1'] = order.key.split(':');
    if (!known.has(number)) wrong.push(`an office acted for ${number}, which is no case`);
    acted.add(`${number}:${step}`);
    for (const { account, fen } of effect.lines) if (account === `clearing ${number}`) booked.set(number, (booked.get(number) ?? 0) + fen);
    const one = known.get(number);
    const taken = one?.orders[step];
    // A sheet that was asked for anew is known, whatever became of the next one.
    if (one?.ended === true && taken?.state !== 'DONE' && (taken?.round ?? 1) <= Number(round))
      wrong.push(`${order.key} took effect, and the case has ended without knowing`);
  }
  const ended = new Map(cases.filter((one) => one.ended).map((one) => [one.number, one]));
  for (const [number, fen] of booked)
    if (fen !== 0 && ended.has(number))
      wrong.push(`clearing holds ${fen} fen for ${number}, which ended as ${ended.get(number)?.state ?? ''}`);
  for (const { number, orders } of ended.values()) {
    for (const [step, order] of Object.entries(orders)) {
      if (order?.state === 'DONE' && !acted.has(`${number}:${step}`))
        wrong.push(`${number}:${step} is on record as done, and no office did it`);
    }
  }
  return wrong;
}

/** State, evidence and events of a case belong together, whatever was killed in between. */
async function recordAudit(pool: Pool): Promise<readonly string[]> {
  const checks: readonly (readonly [string, string])[] = [
    [
      'versions of a case without their evidence',
      `select c.number from transfers.transfer_case c join transfers.transfer_step s on s.case_id = c.id
       group by c.number, c.version having count(*) <> c.version or max(s.version) <> c.version`,
    ],
    [
      'steps of an office on record twice',
      `select case_id || ' ' || step from transfers.transfer_step where detail->>'answer' = 'DONE' and step <> 'EXPORT'
       group by case_id, step having count(*) > 1`,
    ],
    ['events told twice', 'select case_id::text from transfers.transfer_event group by case_id, case_version having count(*) > 1'],
    [
      'events of what did not happen',
      `select e.id::text from transfers.transfer_event e
       left join transfers.transfer_step s on s.case_id = e.case_id and s.version = e.case_version and s.step = e.step where s.step is null`,
    ],
    [
      'changes of state that nobody was told of',
      `select s.case_id || ' ' || s.step from transfers.transfer_step s
       left join transfers.transfer_event e on e.case_id = s.case_id and e.case_version = s.version
       where s.from_state is distinct from s.to_state and e.id is null`,
    ],
    ['events without a place in the stream', 'select id::text from transfers.transfer_event where cursor is null'],
    ['gaps in the stream', 'select count(*)::text from transfers.transfer_event having count(*) <> coalesce(max(cursor), 0)'],
  ];
  const wrong: string[] = [];
  for (const [what, text] of checks) {
    const { rows } = await pool.query<Record<string, string>>(text);
    if (rows.length > 0) wrong.push(`${rows.length} × ${what}, such as ${Object.values(rows[0] ?? {}).join(' ')}`);
  }
  return wrong;
}

/** What each follower got, against the table: every event of its place, once, in the order of the stream. */
async function eventsAudit(pool: Pool, followers: readonly Follower[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { agency, place, transport, received, wrong: noticed } of followers) {
    const due = await dueTo(pool, agency, place);
    const [got, expected] = [new Set(received), new Set(due)];
    const missing = due.filter((id) => !got.has(id)).length;
    const doubled = received.length - got.size;
    const strange = [...got].filter((id) => !expected.has(id)).length;
    const who = `the follower of ${agency} at ${place} over ${transport}`;
    if (missing + doubled + strange > 0)
      wrong.push(`${who} misses ${missing} events, has ${doubled} twice and ${strange} that are not its own`);
    else if (received.some((id, index) => id !== due[index])) wrong.push(`${who} has the events in another order`);
    wrong.push(...[...new Set(noticed)].map((what) => `${who}: ${what}`));
  }
  return wrong;
}

/** Events of an agency's cases that come to a place, in the order of the stream. */
export async function dueTo(pool: Pool, agency: FireAgency, place: string): Promise<readonly string[]> {
  const text = 'select id from transfers.transfer_event where agency = $1 and target = $2 order by cursor';
  return (await pool.query<{ readonly id: string }>(text, [agency, place])).rows.map(({ id }) => id);
}
