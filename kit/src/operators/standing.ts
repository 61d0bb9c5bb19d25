import type { Pool } from 'pg';
import { parseCaseNumber } from '@yichuang/schema';
import { JOBS_SCHEMA } from '../transfers/migrations.js';

/** Which cases are looked for: those that stand still, those that are late, those whose office is silent; or all that are open. */
export type Need = 'HELD' | 'OVERDUE' | 'SILENT' | 'OPEN';

/** A case as a line of a list. */
export interface ListedCase {
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly state: string;
  readonly source: string;
  readonly target: string;
  readonly awaits: string | null;
  readonly deadline: string | null;
  readonly overdue: string | null;
  /** Code, step and reason of what it stands still for; never words of persons or offices. */
  readonly hold: { readonly code: string; readonly step: string | null; readonly reason: string | null; readonly since: string } | null;
  /** An office that does not answer. */
  readonly fault: { readonly step: string; readonly code: string; readonly since: string } | null;
  readonly changed: string;
}

/** One case with what is under way. Times are ISO 8601. */
export interface InspectedCase extends ListedCase {
  readonly id: string;
  readonly version: number;
  readonly ending: { readonly to: string; readonly code: string } | null;
  /** What became of what offices were told. */
  readonly orders: Readonly<Record<string, string>>;
  readonly jobs: readonly {
    readonly step: string;
    readonly due: string;
    readonly tries: number;
    readonly atWork: boolean;
    readonly failures: number;
  }[];
  readonly steps: readonly {
    readonly version: number;
    readonly at: string;
    readonly step: string;
    /** PERSON, OFFICE with its party, OPERATOR with the account, or SYSTEM. */
    readonly by: string;
    readonly to: string;
    readonly code: string | null;
  }[];
}

const LISTED = `number, agency, kind, state, source, target, awaits, deadline, overdue,
  case when hold is not null then jsonb_build_object('code', hold->'code', 'step', hold->'step', 'reason', hold->'reason', 'since', hold->'since') end as hold,
  fault, changed_at`;

const NEEDS: Readonly<Record<Need, string>> = {
  HELD: 'and hold is not null',
  OVERDUE: 'and overdue is not null',
  SILENT: 'and fault is not null',
  OPEN: '',
};

type Row = Omit<ListedCase, 'changed'> & { readonly changed_at: Date };

/** Cases that have not ended, the nearest deadline first. @param most how many */
export async function listCases(pool: Pool, need: Need, agency: string | undefined, most: number): Promise<readonly ListedCase[]> {
  const { rows } = await pool.query<Row>(
    `select ${LISTED} from transfers.transfer_case
     where ended_at is null and ($1::text is null or agency = $1) ${NEEDS[need]} order by deadline nulls last, number limit $2`,
    [agency ?? null, most],
  );
  return rows.map(listed);
}

function listed({ changed_at, ...row }: Row): ListedCase {
  return { ...row, changed: changed_at.toISOString() };
}

/** One case by its number as people write it; undefined where there is none. */
export async function inspectCase(pool: Pool, written: string): Promise<InspectedCase | undefined> {
  const number = parseCaseNumber(written);
  if (number === undefined) return undefined;
  const { rows } = await pool.query<Row & Pick<InspectedCase, 'id' | 'version' | 'orders' | 'ending'>>(
    `select id, version, ${LISTED},
       case when ending is not null then jsonb_build_object('to', ending->'to', 'code', ending->'code') end as ending,
       (select coalesce(jsonb_object_agg(key, value->>'state'), '{}') from jsonb_each(orders)) as orders
     from transfers.transfer_case where number = $1`,
    [number],
  );
  const [one] = rows;
  if (one === undefined) return undefined;
  const { id, version, orders, ending } = one;
  const jobs = await pool.query<{
    readonly step: string;
    readonly due: Date;
    readonly tries: number;
    readonly at_work: boolean;
    readonly failures: number;
  }>(
    `select payload->>'step' as step, run_at as due, (payload->>'tries')::int as tries, locked_at is not null as at_work, attempts as failures
     from ${JOBS_SCHEMA}._private_jobs where payload->>'case' = $1 order by run_at`,
    [id],
  );
  const steps = await pool.query<{
    readonly version: number;
    readonly at: Date;
    readonly step: string;
    readonly kind: string;
    readonly who: string | null;
    readonly to_state: string;
    readonly code: string | null;
  }>(
    // Reasons of persons and offices are words; those of the system and of offices' systems are codes.
    `select version, at, step, actor->>'kind' as kind, to_state,
       case actor->>'kind' when 'OFFICE' then actor->>'party' when 'OPERATOR' then actor->>'ref' end as who,
       case when actor->>'kind' = 'SYSTEM' then reason end as code
     from transfers.transfer_step where case_id = $1 order by version`,
    [id],
  );
  return {
    ...{ ...listed(one), id, version, orders, ending },
    jobs: jobs.rows.map(({ due, at_work, ...job }) => ({ ...job, due: due.toISOString(), atWork: at_work })),
    steps: steps.rows.map(({ at, kind, who, to_state, ...step }) => ({
      ...step,
      at: at.toISOString(),
      by: who === null ? kind : `${kind} ${who}`,
      to: to_state,
    })),
  };
}
