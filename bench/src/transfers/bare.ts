import { Logger, run, runMigrations } from 'graphile-worker';
import { Pool } from 'pg';
import { ACCEPTED_AT_ONCE, type Pipeline } from './pipeline.js';

/** What one case does beside nothing at all. */
export interface Work {
  /** On average: where it is no whole number, some cases have one more than others. */
  readonly jobs: number;
  /** Transactions of a case besides those by which a job is fetched, its case is read and changed, and the job is ended; on average. */
  readonly looks: number;
}

const SCHEMA = 'bare_jobs';
const QUIET = new Logger(() => () => undefined);
const POLL_MS = 1_000;
const LOOK_MS = 50;
const TABLE = `create table bare_case (id bigint primary key, step int not null, ended boolean not null default false)`;
const ADD_JOB = `${SCHEMA}.add_job('step', json_build_object('case', one.id), job_key := one.id || ':' || one.step)`;
const OPEN = { name: 'bare-open', text: `with one as (insert into bare_case values ($1, 0) returning *) select ${ADD_JOB} from one` };
const READ = { name: 'bare-read', text: 'select step from bare_case where id = $1' };
const CHANGE = {
  name: 'bare-change',
  text: `with one as (update bare_case set step = step + 1, ended = step + 1 = $2 where id = $1 returning *)
    select ${ADD_JOB} from one where not ended`,
};

/** The least there is: one row for a case, one job for a step, and as many transactions as the machinery has. */
export async function bare(url: string, concurrency: number, { jobs, looks }: Work): Promise<Pipeline> {
  const pool = new Pool({ connectionString: url, max: Math.max(concurrency * 2, ACCEPTED_AT_ONCE) + 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await runMigrations({ pgPool: pool, schema: SCHEMA, logger: QUIET });
  await pool.query(TABLE);
  let made = 0;
  return {
    async accept(index) {
      await pool.query({ ...OPEN, values: [index] });
      made++;
    },
    async carryAll(count) {
      const runner = await run({
        pgPool: pool,
        schema: SCHEMA,
        concurrency,
        pollInterval: POLL_MS,
        noHandleSignals: true,
        logger: QUIET,
        taskList: {
          step: async (payload) => {
            const { case: id } = payload as { readonly case: number };
            const { rows } = await pool.query<{ readonly step: number }>({ ...READ, values: [id] });
            const step = rows[0]?.step ?? 0;
            // The others of this step's share of the case's transactions.
            const [all, others] = [shareOf(jobs, id), shareOf(looks, id)];
            const share = Math.floor(((step + 1) * others) / all) - Math.floor((step * others) / all);
            for (let i = 0; i < share; i++) await pool.query({ ...READ, values: [id] });
            await pool.query({ ...CHANGE, values: [id, all] });
            if (step + 1 < all) made++;
          },
        },
      });
      const left = async (): Promise<number> =>
        count - ((await pool.query<{ readonly count: number }>('select count(*)::int from bare_case where ended')).rows[0]?.count ?? 0);
      while ((await left()) > 0) await new Promise((go) => setTimeout(go, LOOK_MS));
      await runner.stop();
    },
    done: () => Promise.resolve({ jobs: made, steps: made }),
    close: () => pool.end(),
  };
}

/** What one case has of an average, so that all of them together have it. */
function shareOf(average: number, index: number): number {
  return Math.floor((index + 1) * average) - Math.floor(index * average);
}
