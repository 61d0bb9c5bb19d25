/*
 * The program that `npm run bench -- transfers` runs.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '@yichuang/sandbox/postgres';
import { ROOT } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { shown, table } from '../statistics.js';
import { bare, type Work } from './bare.js';
import { machinery } from './machinery.js';
import { ACCEPTED_AT_ONCE, type Pipeline } from './pipeline.js';

const USAGE = `npm run bench -- transfers [options]

Cases of transfer accepted and carried through per second: the machinery with offices that answer from memory, beside bare pipelines of
PostgreSQL and graphile-worker: one that does the same number of transactions, as many of them writing, and one with a job for every step.
They are measured in turn, round after round, since one round differs from the next by a tenth.

  --cases N          cases of a round (1000)
  --rounds N         rounds (6)
  --concurrency N    steps at a time (8)
  --write            put the table into bench/README.md
`;
/** Transfers of pension relations in a year (人社). */
const A_YEAR = 2_470_000;
/** By which a job is fetched, its case is changed, and it is ended; by which it is read besides. */
const WRITING_OF_A_JOB = 3;
const OF_A_JOB = 4;
/** Counts of transactions are told by the server so much later, ms. */
const COUNTED_AFTER_MS = 1_500;

interface Measured {
  readonly acceptSeconds: number;
  readonly carrySeconds: number;
  readonly transactions: number;
  readonly writing: number;
  readonly jobs: number;
  readonly steps: number;
}

try {
  await measure(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** What the machinery costs beside the least there is. */
async function measure(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      cases: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '6' },
      concurrency: { type: 'string', default: '8' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [cases, rounds, concurrency] = [Number(values.cases), Number(values.rounds), Number(values.concurrency)];
  const server = await startPostgres({ folder: join(ROOT, '.data', 'store'), durable: true });
  try {
    const measured: { readonly ours: Measured; readonly same: Measured; readonly stepwise: Measured }[] = [];
    for (let round = 0; round < rounds; round++) {
      const url = await server.emptyDatabase();
      const ours = await roundOf(await machinery(url, concurrency), url, cases);
      const least = async (work: Work): Promise<Measured> => {
        const other = await server.emptyDatabase();
        return roundOf(await bare(other, concurrency, work), other, cases);
      };
      const jobs = (ours.writing / cases - 1) / WRITING_OF_A_JOB;
      const same = await least({ jobs, looks: Math.max(0, ours.transactions / cases - 1 - jobs * OF_A_JOB) });
      const stepwise = await least({ jobs: Math.round(ours.steps / cases), looks: 0 });
      measured.push({ ours, same, stepwise });
      process.stderr.write(`round ${round + 1}: ${shown(secondsOf(ours) / secondsOf(same), 2)} times as long\n`);
    }
    const all = {
      ours: sumOf(measured.map(({ ours }) => ours)),
      same: sumOf(measured.map(({ same }) => same)),
      stepwise: sumOf(measured.map(({ stepwise }) => stepwise)),
    };
    const text = report(all, { cases, rounds, concurrency });
    process.stdout.write(`${text}\n`);
    if (values.write) writeSection('Transfers carried through', `${circumstances()}. ${text}`);
  } finally {
    await server.stop();
  }
}

async function roundOf(pipeline: Pipeline, url: string, cases: number): Promise<Measured> {
  try {
    const before = await transactionsIn(url);
    const doneBefore = await pipeline.done();
    const begun = performance.now();
    const indexes = Array.from({ length: cases }, (_, index) => index).values();
    const accept = async (): Promise<void> => {
      for (const index of indexes) await pipeline.accept(index);
    };
    await Promise.all(Array.from({ length: ACCEPTED_AT_ONCE }, accept));
    const accepted = performance.now();
    await pipeline.carryAll(cases);
    const carried = performance.now();
    const done = await pipeline.done();
    const after = await transactionsIn(url);
    return {
      acceptSeconds: (accepted - begun) / 1_000,
      carrySeconds: (carried - accepted) / 1_000,
      transactions: after.all - before.all,
      writing: after.writing - before.writing,
      jobs: done.jobs - doneBefore.jobs,
      steps: done.steps - doneBefore.steps,
    };
  } finally {
    await pipeline.close();
  }
}

/** Only what writes is given a number. */
async function transactionsIn(url: string): Promise<{ readonly all: number; readonly writing: number }> {
  await new Promise((resolve) => setTimeout(resolve, COUNTED_AFTER_MS));
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ readonly all: string; readonly writing: string }>(
    'select xact_commit as all, pg_snapshot_xmax(pg_current_snapshot())::text as writing from pg_stat_database where datname = current_database()',
  );
  await client.end();
  return { all: Number(rows[0]?.all ?? 0), writing: Number(rows[0]?.writing ?? 0) };
}

function sumOf(all: readonly Measured[]): Measured {
  const sum = (name: keyof Measured): number => all.reduce((before, one) => before + one[name], 0);
  return {
    ...{ acceptSeconds: sum('acceptSeconds'), carrySeconds: sum('carrySeconds'), transactions: sum('transactions') },
    ...{ writing: sum('writing'), jobs: sum('jobs'), steps: sum('steps') },
  };
}

function secondsOf({ acceptSeconds, carrySeconds }: Measured): number {
  return acceptSeconds + carrySeconds;
}

function report(
  { ours, same, stepwise }: { readonly ours: Measured; readonly same: Measured; readonly stepwise: Measured },
  { cases: aRound, rounds, concurrency }: { readonly cases: number; readonly rounds: number; readonly concurrency: number },
): string {
  const cases = aRound * rounds;
  const row = (title: string, one: Measured): string[] => [
    title,
    shown(cases / one.acceptSeconds, 0),
    shown(cases / one.carrySeconds, 1),
    shown(secondsOf(one), 1),
    shown(one.transactions / cases, 1),
    shown(one.writing / cases, 1),
    shown(one.jobs / cases, 1),
  ];
  const ratioTo = (other: Measured): string => shown(secondsOf(ours) / secondsOf(other), 2);
  const minutes = (ours.acceptSeconds / cases) * (A_YEAR / 60);
  const hours = (ours.carrySeconds / cases) * (A_YEAR / 3_600);
  const rows = [
    row('the machinery, offices that answer from memory', ours),
    row('PostgreSQL and graphile-worker, bare: as many transactions', same),
    row('PostgreSQL and graphile-worker, bare: a job for every step', stepwise),
  ];
  const columns = ['', 'accepted/s', 'carried through/s', 'seconds', 'transactions per case', 'of them writing', 'jobs per case'];
  return `${rounds} rounds of ${aRound} cases of ${shown(ours.steps / cases, 0)} steps, ${ACCEPTED_AT_ONCE} applications and ${concurrency} steps at a time, everything durable.

${table(columns, rows)}

The machinery takes ${ratioTo(same)} times as long as the bare pipeline that does as many transactions (goal: 1.5), and ${ratioTo(stepwise)} times as long as the bare one with a job for every step. At this rate 2.47 million cases are accepted in ${shown(minutes, 0)} minutes (goal: 60) and carried through in ${shown(hours, 1)} hours of this machine, if the rate stays as it is with more rows.`;
}
