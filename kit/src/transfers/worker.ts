import { EventEmitter, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { Logger, run, type Runner } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import { shanghaiDay } from '@yichuang/schema';
import { carry, type Carrier, type Task } from './carry.js';
import { JOBS_SCHEMA } from './migrations.js';
import type { TransferStore } from './store.js';

/** How a worker works. */
export interface WorkerSettings {
  /** Steps at a time. @default 4 */
  readonly concurrency?: number;
  /** How often one looks for workers that died, and for cases that are late, ms. @default 2000 */
  readonly watchMs?: number;
  /** Told of what went wrong with a step that is no fault of an office; the step is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** A running worker. */
export interface TransferWorker {
  /** Ends the steps under way and lets go. */
  stop(): Promise<void>;
}

/** A runner, and that it has ended, whether it says so or not. */
interface Running {
  readonly runner: Runner;
  readonly ended: Promise<void>;
}

const POLL_MS = 1_000;
/** Jobs whose worker nobody has heard of are left alone so long: it may not have signed on yet. */
const UNKNOWN_FOR = '15 seconds';
const AGAIN_MS = 500;
/** A step that failed is tried again after so long at most. */
const FAILED_FOR = '30 seconds';
/** Looks after which one looks for steps that failed; the first is one of them. */
const LOOKS = 8;
/**
 * Fetches of jobs that fail one after the other before a runner is begun anew, for each step at a time: graphile-worker keeps what it has
 * learnt of its tasks, also that it could not learn it, and such a runner would fetch nothing any more.
 */
const FAILED_FETCHES = 3;
/**
 * Jobs that are done or have failed are let go of beside the next: otherwise graphile-worker does it without waiting, and a connection it
 * does not get then ends the process. This way it ends the runner, which is begun anew.
 */
const LETS_GO = { completeJobBatchDelay: 0, failJobBatchDelay: 0 } as const;
/** A runner that could not let go of a job waits for ever when other steps ended meanwhile: once none is under way it is given so long. */
const ENDS_MS = 1_000;
/** Tells a runner to end, or lets it end if it does already. */
const end = (runner: Runner): Promise<void> => runner.stop().catch(() => undefined);
const QUIET = new Logger(() => () => undefined);

/**
 * Carries the cases of one agency: any number of these may run, in any number of processes. What a process that was killed had begun is
 * taken up by the others, or by itself when it is started again, as soon as its connection is gone.
 */
export async function startWorker(
  carrier: Carrier,
  store: TransferStore,
  agency: string,
  { concurrency = 4, watchMs = 2_000, onError = () => undefined }: WorkerSettings = {},
): Promise<TransferWorker> {
  const pool = store.more(concurrency + 3);
  const presence = new Presence(pool, onError);
  let stopped = false;
  const start = async (): Promise<Running> => {
    await presence.beginAnew();
    const events = new EventEmitter();
    const underWay = new Set<Promise<void>>();
    const next = await run({
      pgPool: pool,
      schema: JOBS_SCHEMA,
      concurrency,
      pollInterval: POLL_MS,
      preset: { worker: LETS_GO },
      noHandleSignals: true,
      logger: QUIET,
      events: presence.follow(events),
      taskList: {
        [`${agency}:step`]: async (payload) => {
          const step = carry(carrier, payload as Task, () => !isStopped());
          underWay.add(step);
          try {
            await step;
          } catch (error) {
            onError(error);
            throw error;
          } finally {
            underWay.delete(step);
          }
        },
      },
    });
    let failed = 0;
    events.on('worker:getJob:empty', () => (failed = 0));
    events.on('job:start', () => (failed = 0));
    events.on('worker:getJob:error', () => {
      failed++;
      if (failed === FAILED_FETCHES * concurrency) void end(next);
    });
    const broken = once(events, 'pool:fatalError').then(async () => {
      do {
        await Promise.allSettled(underWay);
        await new Promise((resolve) => setTimeout(resolve, ENDS_MS));
      } while (underWay.size > 0);
      void end(next);
    });
    return { runner: next, ended: Promise.race([next.promise.catch(onError), broken]) };
  };
  let running = await start();
  const keepRunning = (async () => {
    for (;;) {
      await running.ended;
      // The database was away for longer than a runner waits.
      for (let up = false; !up;) {
        if (isStopped()) return;
        up = await start().then(
          (next) => {
            running = next;
            if (isStopped()) void end(next.runner);
            return true;
          },
          () => new Promise<boolean>((resolve) => setTimeout(resolve, AGAIN_MS, false)),
        );
      }
    }
  })();
  function isStopped(): boolean {
    return stopped;
  }
  const watch = (async () => {
    for (let look = 0; !isStopped(); look++) {
      await presence.releaseTheDead().catch(onError);
      if (look % LOOKS === 0) await retryTheFailed(pool, agency).catch(onError);
      await markOverdue(carrier, agency).catch(onError);
      await presence.wait(watchMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      presence.wake();
      void end(running.runner);
      await Promise.all([keepRunning, watch]);
      await presence.signOff();
      await pool.end();
    },
  };
}

/**
 * That this process is alive is known by a lock that goes with its connection; graphile-worker by itself would leave the jobs of a killed
 * process alone for hours.
 */
class Presence {
  readonly #process = randomUUID();
  readonly #workers = new Set<string>();
  #line: PoolClient | undefined;
  /** How often what has to be on record of this process has changed, and at which of these changes it was last put there. */
  #changed = 0;
  #written = 0;
  #connecting: Promise<void> | undefined;
  #wake: () => void = () => undefined;

  constructor(
    private readonly pool: Pool,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Jobs are locked in the name of the pool of workers that fetched them. @returns the same events, of a runner that is to begin */
  follow(events: EventEmitter): EventEmitter {
    return events.on('pool:create', ({ workerPool }: { readonly workerPool: { readonly id: string } }) => {
      this.#workers.add(workerPool.id);
      this.#changed++;
      this.#write().catch(this.onError);
    });
  }

  /** A runner that has ended holds no jobs any more: what it could not let go of is freed as that of nobody. */
  async beginAnew(): Promise<void> {
    this.#workers.clear();
    this.#changed++;
    await this.signOn();
  }

  async signOn(): Promise<void> {
    // Two that connect would wait for each other's lock.
    if (this.#line === undefined) await (this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined)));
    if (this.#written !== this.#changed) await this.#write();
  }

  async #connect(): Promise<void> {
    const line = await this.pool.connect();
    let gone = false;
    const leave = (): void => {
      if (gone) return;
      gone = true;
      if (this.#line === line) this.#line = undefined;
      line.release(true);
    };
    line.once('error', leave);
    try {
      await line.query(`select pg_advisory_lock(hashtextextended('transfers.worker:' || $1, 0))`, [this.#process]);
    } catch (error) {
      leave();
      throw error;
    }
    this.#line = line;
    // While the lock was gone, others may have taken this process for dead.
    this.#changed++;
  }

  async signOff(): Promise<void> {
    await this.pool.query('delete from transfers.transfer_worker where process = $1', [this.#process]).catch(this.onError);
    this.#line?.release(true);
    this.#line = undefined;
  }

  /** Frees the jobs of processes whose lock is gone, and of workers that no process has signed on. */
  async releaseTheDead(): Promise<void> {
    await this.signOn();
    await this.pool.query(
      `with dead as (
         delete from transfers.transfer_worker
         where process <> $1 and pg_try_advisory_xact_lock(hashtextextended('transfers.worker:' || process, 0))
         returning workers
       ), unknown as (
         select distinct locked_by from ${JOBS_SCHEMA}.jobs j
         where locked_at < now() - interval '${UNKNOWN_FOR}'
           and not exists (select from transfers.transfer_worker w where j.locked_by = any (w.workers))
       )
       select ${JOBS_SCHEMA}.force_unlock_workers(
         array(select unnest(workers) from dead union select locked_by from unknown)
       ) where exists (select from dead) or exists (select from unknown)`,
      [this.#process],
    );
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake(): void {
    this.#wake();
  }

  async #write(): Promise<void> {
    const change = this.#changed;
    await this.pool.query(
      `insert into transfers.transfer_worker (process, workers) values ($1, $2)
       on conflict (process) do update set workers = excluded.workers`,
      [this.#process, [...this.#workers]],
    );
    this.#written = change;
  }
}

/**
 * A step that failed for a reason of ours, such as a database that was away, graphile-worker tries again after longer and longer, up to
 * hours, and in the end no more: nobody would hear of its case again.
 */
async function retryTheFailed(pool: Pool, agency: string): Promise<void> {
  await pool.query(
    `with failed as (
       select array_agg(id) as ids from ${JOBS_SCHEMA}.jobs
       where task_identifier = $1 and locked_at is null and attempts > 0
         and (attempts >= max_attempts or run_at > now() + interval '${FAILED_FOR}')
     )
     select ${JOBS_SCHEMA}.reschedule_jobs(ids, run_at => now(), attempts => 1) from failed where ids is not null`,
    [`${agency}:step`],
  );
}

/**
 * Marks the cases whose last day is over: once for each step, with an event, so that those who watch learn of it.
 * @returns how many
 */
export async function markOverdue({ pool, now, tell }: Pick<Carrier, 'pool' | 'now' | 'tell'>, agency: string): Promise<number> {
  const at = now();
  const { rows } = await pool.query<{ readonly late: number }>(
    `with late as (
       update transfers.transfer_case set overdue = due_step, version = version + 1, changed_at = $2
       where id in (
         select id from transfers.transfer_case
         where agency = $1 and ended_at is null and overdue is null and deadline < $3
         order by deadline limit 1000 for update skip locked
       )
       returning *
     ), stepped as (
       insert into transfers.transfer_step (case_id, version, step, at, actor, from_state, to_state, detail)
       select id, version, 'OVERDUE', $2, '{"kind":"SYSTEM"}', state, state, jsonb_build_object('step', due_step, 'due', deadline, 'awaits', awaits)
       from late
     ), told as (
       insert into transfers.transfer_event
         (case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version)
       select id, number, agency, kind, 'OVERDUE', state, citizen, source, target, $2,
         (deadline || 'T23:59:59.999+08:00')::timestamptz, version from late
     )
     select count(*)::int as late from late`,
    [agency, at, shanghaiDay(at)],
  );
  const late = rows[0]?.late ?? 0;
  if (late > 0) tell();
  return late;
}
