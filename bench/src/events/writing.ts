import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { PLACES, STEPS, type Person, type Population } from './population.js';

const APPEND = {
  name: 'append',
  text: `insert into transfers.transfer_event
    (id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version)
    values ($1, $2, $3, 'hrss', 'PENSION', $4, $4, $5, $6, $7, clock_timestamp(), null, $8)`,
};
/** Of events, one in so many is about a person whom nobody but offices follows. */
const OTHERS_EVERY = 5;

/** An event that was committed. */
export interface Committed {
  readonly person: Person;
  /** When the transaction was sent: reading of `performance.now()`. The commit is later. */
  readonly sent: number;
  /** How long the commit took, ms. */
  readonly took: number;
}

/** Commits so many events a second, each in a transaction of its own, as the machinery does. */
export async function write(
  pool: Pool,
  { persons, others }: Population,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<ReadonlyMap<string, Committed>> {
  const committed = new Map<string, Committed>();
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  const total = Math.round(perSecond * seconds);
  const one = async (turn: number): Promise<void> => {
    const id = randomUUID();
    const at = Math.floor(Math.random() * PLACES.length);
    const list = turn % OTHERS_EVERY === 0 ? others : persons;
    const person = list[Math.floor(Math.random() * list.length)];
    if (!person) return;
    const caseId = randomUUID();
    const places = [PLACES[at], PLACES[(at + 1 + (turn % (PLACES.length - 1))) % PLACES.length]];
    const sent = performance.now();
    await pool.query({ ...APPEND, values: [id, caseId, `T${caseId.slice(0, 8)}`, STEPS[turn % STEPS.length], person.ref, ...places, 1] });
    committed.set(id, { person, sent, took: performance.now() - sent });
  };
  for (let turn = 0; turn < total;) {
    for (const due = ((performance.now() - begun) / 1_000) * perSecond; turn < Math.min(due, total); turn++) {
      const writing: Promise<void> = one(turn).finally(() => underWay.delete(writing));
      underWay.add(writing);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(underWay);
  return committed;
}
