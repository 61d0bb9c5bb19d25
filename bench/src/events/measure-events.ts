import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuMilliseconds, memoryMegabytes } from '../machine/usage.js';
import { RESULTS } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { quantile, shown, table } from '../statistics.js';
import { Crowd, type Following } from './crowd.js';
import {
  citizenToken,
  CONSENTING,
  officialToken,
  PLATFORMS,
  platformToken,
  populationOf,
  type Person,
  type Population,
} from './population.js';
import { openStage, type Stage } from './stage.js';
import { write, type Committed } from './writing.js';

const USAGE = `npm run bench -- events [options]

How soon subscribers learn of what happens: thousands of live subscriptions on one gateway process. Persons follow their own transfers,
offices have boards, platforms follow those who have consented; then the same beside slow readers and a receiver of webhooks that never
answers.

  --subscribers N    live subscriptions (10000)
  --rate N           events a second (200)
  --seconds N        seconds of each row (180)
  --write            put the table into bench/README.md
`;
const WARM_UP_SECONDS = 5;
const SLOW_READERS = 20;
const PATIENCE_MS = 20_000;
/** Consents given at once before anything is measured. */
const ALLOWED_AT_ONCE = 8;
const SCOPE = 'transfer.events:subscribe';
const REQUEST = 'mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }';
const APPROVE = 'mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { id } } }';
const REGISTER = 'mutation ($url: String!) { registerWebhook(url: $url) { webhook { id } } }';

/** What a row of the table is made of. */
interface Row {
  readonly title: string;
  readonly events: number;
  readonly latencies: readonly number[];
  readonly missing: number;
  readonly doubled: number;
  /** Of the gateway, share of a processor while events were written. */
  readonly cpu: number;
  /** Of the gateway, ms of processor time until the last message had come. */
  readonly cpuMilliseconds: number;
  readonly megabytes: number;
  readonly transactions: number;
  readonly commits: readonly number[];
}

/** `npm run bench -- events`: from the commit of an event to the sockets of those who follow. */
export async function measureEvents(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      subscribers: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '180' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = join(RESULTS, `events-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  // Database and subscribers share what the gateway does not use.
  if (availableParallelism() > 1) execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
  const taken = new Set<string>();
  const stage = await openStage(folder, (id) => taken.add(id));
  const told = new Told();
  const crowd = new Crowd(stage.url, (id, who) => {
    told.add(id, who);
  });
  try {
    const population = await populationOf(Number(values.subscribers), stage.issuer, stage.keys.CITIZEN_REF_KEY);
    await allowed(stage, population);
    const before = memoryMegabytes(stage.gateway.pid).now;
    const begun = performance.now();
    await crowd.join(population.following);
    const subscriptions = crowd.begun;
    process.stderr.write(`${subscriptions} subscriptions in ${shown((performance.now() - begun) / 1_000, 0)} s\n`);
    const joined = memoryMegabytes(stage.gateway.pid).now;
    const load = { perSecond: Number(values.rate), seconds: Number(values.seconds) };
    const measured = (title: string): Promise<Row> => measure(title, stage, population, told, load);
    await write(stage.pool, population, { ...load, seconds: WARM_UP_SECONDS });
    const rows = [await measured('subscribers alone')];
    await crowd.joinSlowly(Array.from({ length: SLOW_READERS }, (_, i) => slow(population, i)));
    const caseworker = await officialToken(stage.issuer, '440000', 'hooks');
    for (const url of [stage.deadReceiver, stage.liveReceiver]) await stage.ask(caseworker, 'TRANSFER_OUT', REGISTER, { url });
    rows.push(await measured(`beside ${SLOW_READERS} slow readers and a dead webhook`));
    const text = report(rows, {
      subscriptions,
      perSubscription: ((joined - before) * 1_024) / subscriptions,
      connections: population.following.length,
      rate: load.perSecond,
      lost: crowd.lost,
      taken: taken.size,
    });
    process.stdout.write(`${text}\n`);
    if (values.write) writeSection('Events to those who follow', `${circumstances()}. ${text}`);
  } finally {
    crowd.leave();
    await stage.close();
  }
}

/** What reached which socket when. */
class Told {
  readonly arrivals = new Map<string, { readonly at: number; readonly who: Following }[]>();

  add(id: string, who: Following): void {
    const at = performance.now();
    const known = this.arrivals.get(id);
    if (known) known.push({ at, who });
    else this.arrivals.set(id, [{ at, who }]);
  }
}

async function measure(
  title: string,
  stage: Stage,
  population: Population,
  told: Told,
  load: { readonly perSecond: number; readonly seconds: number },
): Promise<Row> {
  const { pid } = stage.gateway;
  const cpuBefore = cpuMilliseconds(pid);
  const begun = performance.now();
  const transactionsBefore = await transactions(stage);
  const committed = await write(stage.pool, population, load);
  const expected = expectedOf(committed, population);
  const arrived = (): number => [...committed.keys()].reduce((sum, id) => sum + inTime(told, id).length, 0);
  const cpu = (cpuMilliseconds(pid) - cpuBefore) / (performance.now() - begun);
  const transactionsDone = (await transactions(stage)) - transactionsBefore;
  for (const giveUp = performance.now() + PATIENCE_MS; arrived() < expected && performance.now() < giveUp;)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const cpuUntilTold = cpuMilliseconds(pid) - cpuBefore;
  const latencies: number[] = [];
  let doubled = 0;
  for (const [id, { sent }] of committed) {
    const arrivals = inTime(told, id);
    for (const { at } of arrivals) latencies.push(at - sent);
    doubled += arrivals.length - new Set(arrivals.map(({ who }) => who)).size;
    told.arrivals.delete(id);
  }
  return {
    title,
    events: committed.size,
    latencies,
    missing: Math.max(0, expected - latencies.length),
    doubled,
    cpu,
    cpuMilliseconds: cpuUntilTold,
    megabytes: memoryMegabytes(pid).now,
    transactions: (transactionsDone - committed.size) / committed.size,
    commits: [...committed.values()].map(({ took }) => took),
  };
}

/** Arrivals at those who take what comes as it comes. */
function inTime(told: Told, id: string): readonly { readonly at: number; readonly who: Following }[] {
  return (told.arrivals.get(id) ?? []).filter(({ who }) => !SLOW.has(who));
}

const SLOW = new Set<Following>();

/** One who follows what comes to a place and takes it slowly. */
function slow({ following }: Population, index: number): Following {
  const office = following[index];
  if (!office) throw new Error('there are no offices');
  const one = { ...office };
  SLOW.add(one);
  return one;
}

/** How many messages a set of events must lead to: to the person if they follow, every official of both offices, platforms that may. */
function expectedOf(committed: ReadonlyMap<string, Committed>, { following, persons }: Population): number {
  const known = new Map(persons.map(({ ref }, i) => [ref, i]));
  const officials = following.filter(({ purpose }) => purpose === 'TRANSFER_OUT').length / 31;
  const services = following.filter(({ purpose }) => purpose === 'TRANSFER_TRACKING').length / PLATFORMS;
  let expected = 0;
  for (const { person } of committed.values()) {
    const index = known.get(person.ref);
    expected += 2 * officials + (index === undefined ? 0 : 1 + (index < PLATFORMS * CONSENTING ? services : 0));
  }
  return expected;
}

/** Persons let a platform follow their transfers. */
async function allowed(stage: Stage, { persons }: Population): Promise<void> {
  const allow = async ({ number, ref }: Person, i: number): Promise<void> => {
    const platform = await platformToken(stage.issuer, i % PLATFORMS, 'asks');
    const asked = { citizen: ref, purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] };
    const { request } = await stage.ask<{ request: { id: string; notice: { hash: string } } }>(platform, undefined, REQUEST, {
      input: asked,
    });
    const approval = { id: request.id, noticeHash: request.notice.hash, separately: [SCOPE] };
    await stage.ask(await citizenToken(stage.issuer, number), undefined, APPROVE, { input: approval });
  };
  const all = persons.slice(0, PLATFORMS * CONSENTING);
  for (let at = 0; at < all.length; at += ALLOWED_AT_ONCE)
    await Promise.all(all.slice(at, at + ALLOWED_AT_ONCE).map((person, i) => allow(person, at + i)));
}

async function transactions({ pool }: Stage): Promise<number> {
  const { rows } = await pool.query<{ readonly count: string }>('select sum(xact_commit) as count from pg_stat_database');
  return Number(rows[0]?.count ?? 0);
}

function report(
  rows: readonly Row[],
  of: { subscriptions: number; perSubscription: number; connections: number; rate: number; lost: number; taken: number },
): string {
  const head = [
    '',
    'events',
    'told',
    'p50 ms',
    'p99 ms',
    'worst ms',
    'missing',
    'twice',
    'gateway CPU',
    'µs per message',
    'MB',
    'transactions per event',
  ];
  const body = rows.map(({ title, events, latencies, missing, doubled, cpu, cpuMilliseconds: used, megabytes, transactions: each }) => [
    title,
    String(events),
    String(latencies.length),
    shown(quantile(latencies, 0.5), 1),
    shown(quantile(latencies, 0.99), 1),
    shown(quantile(latencies, 1), 1),
    String(missing),
    String(doubled),
    `${shown(cpu * 100, 0)} %`,
    shown((used * 1_000) / latencies.length, 0),
    shown(megabytes, 0),
    shown(each, 2),
  ]);
  const commits = rows.flatMap((row) => row.commits);
  return `${of.subscriptions} subscriptions on ${of.connections} connections of one process, ${of.rate} events a second, each committed by itself; times from when the transaction is sent (it takes ${shown(quantile(commits, 0.5), 1)} ms, p99 ${shown(quantile(commits, 0.99), 1)} ms) to when the message is read from the socket.

${table(head, body)}

A subscription takes ${shown(of.perSubscription, 1)} KB of the gateway's memory. Connections lost: ${of.lost}. Taken by the living webhook beside the dead one: ${of.taken}.`;
}
