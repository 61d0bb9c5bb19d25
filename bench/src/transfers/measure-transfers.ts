import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '@yichuang/sandbox/postgres';
import { ROOT } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { shown, table } from '../statistics.js';
import { bare } from './bare.js';
import { machinery } from './machinery.js';
import { ACCEPTED_AT_ONCE, type Pipeline } from './pipeline.js';

const USAGE = `npm run bench -- transfers [options]

Cases of transfer accepted and carried through per second: the machinery with offices that answer from memory, beside a bare pipeline of
PostgreSQL and graphile-worker that does the same number of transactions and jobs.

  --cases N          cases (2000)
  --concurrency N    steps at a time (8)
  --write            put the table into bench/README.md
`;
/** Transfers of pension relations in a year (人社). */
const A_YEAR = 2_470_000;
/** By which a job is fetched, its case is read and changed, and it is ended. */
const OF_A_JOB = 4;
/** Counts of transactions are told by the server so much later, ms. */
const COUNTED_AFTER_MS = 1_500;

interface Measured {
  readonly acceptSeconds: number;
  readonly carrySeconds: number;
  readonly transactions: number;
  readonly jobs: number;
}

/** `npm run bench -- transfers`: what the machinery costs beside the least there is. */
export async function measureTransfers(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      cases: { type: 'string', default: '2000' },
      concurrency: { type: 'string', default: '8' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [cases, concurrency] = [Number(values.cases), Number(values.concurrency)];
  const server = await startPostgres({ folder: join(ROOT, '.data', 'store'), durable: true });
  try {
    const url = await server.emptyDatabase();
    const ours = await measure(await machinery(url, concurrency), url, cases);
    const perCase = { jobs: Math.round(ours.jobs / cases), transactions: ours.transactions / cases };
    const looks = Math.max(0, Math.round(perCase.transactions - 1 - perCase.jobs * OF_A_JOB));
    const other = await server.emptyDatabase();
    const least = await measure(await bare(other, concurrency, { jobs: perCase.jobs, looks }), other, cases);
    const text = report(ours, least, cases, concurrency);
    process.stdout.write(`${text}\n`);
    if (values.write) writeSection('Transfers carried through', `${circumstances()}. ${text}`);
  } finally {
    await server.stop();
  }
}

async function measure(pipeline: Pipeline, url: string, cases: number): Promise<Measured> {
  try {
    const before = await transactionsIn(url);
    const jobsBefore = await pipeline.jobs();
    const begun = performance.now();
    const indexes = Array.from({ length: cases }, (_, index) => index).values();
    const accept = async (): Promise<void> => {
      for (const index of indexes) await pipeline.accept(index);
    };
    await Promise.all(Array.from({ length: ACCEPTED_AT_ONCE }, accept));
    const accepted = performance.now();
    await pipeline.carryAll(cases);
    const carried = performance.now();
    const jobs = (await pipeline.jobs()) - jobsBefore;
    return {
      acceptSeconds: (accepted - begun) / 1_000,
      carrySeconds: (carried - accepted) / 1_000,
      transactions: (await transactionsIn(url)) - before,
      jobs,
    };
  } finally {
    await pipeline.close();
  }
}

async function transactionsIn(url: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, COUNTED_AFTER_MS));
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ readonly count: string }>(
    'select xact_commit as count from pg_stat_database where datname = current_database()',
  );
  await client.end();
  return Number(rows[0]?.count ?? 0);
}

function report(ours: Measured, least: Measured, cases: number, concurrency: number): string {
  const row = (title: string, { acceptSeconds, carrySeconds, transactions, jobs }: Measured): string[] => [
    title,
    shown(cases / acceptSeconds, 0),
    shown(cases / carrySeconds, 1),
    shown(acceptSeconds + carrySeconds, 1),
    shown(transactions / cases, 1),
    shown(jobs / cases, 1),
  ];
  const ratio = (ours.acceptSeconds + ours.carrySeconds) / (least.acceptSeconds + least.carrySeconds);
  const minutes = (ours.acceptSeconds / cases) * (A_YEAR / 60);
  const hours = (ours.carrySeconds / cases) * (A_YEAR / 3_600);
  const rows = [row('the machinery, offices that answer from memory', ours), row('PostgreSQL and graphile-worker, bare', least)];
  return `${cases} cases, ${ACCEPTED_AT_ONCE} applications and ${concurrency} steps at a time, everything durable.

${table(['', 'accepted/s', 'carried through/s', 'seconds', 'transactions per case', 'jobs per case'], rows)}

The machinery takes ${shown(ratio, 2)} times as long as the bare pipeline (goal: 1.5). At this rate 2.47 million cases are accepted in ${shown(minutes, 0)} minutes (goal: 60) and carried through in ${shown(hours, 1)} hours of this machine, if the rate stays as it is with more rows.`;
}
