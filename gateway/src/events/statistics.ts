import { DatabaseError, type PoolClient, type QueryResultRow } from 'pg';
import type { Store } from '../store/store.js';
import { reachingOr } from '../store/unavailable.js';

/** Which place of a transfer is counted for. */
export type CountedSide = 'SOURCE' | 'TARGET';

/** How transfers of one kind went at one place in the last twelve months, as `TransferStatistics` of the graph shows it. */
export interface PlaceStatistics {
  readonly kind: string;
  readonly place: string;
  readonly cases: number;
  readonly underWay: number | null;
  readonly overdue: number | null;
  readonly steps: readonly { readonly step: string; readonly cases: number; readonly medianDays: number }[];
  readonly refused: readonly { readonly code: string; readonly cases: number }[];
}

interface Place extends QueryResultRow {
  readonly kind: string;
  readonly place: string;
}

/** Cells of fewer cases are left out: what is counted in them could be somebody's. */
const FEWEST = 5;
const KEPT_MS = 600_000;
/** All transfers of a year are looked at. */
const PATIENCE_MS = 120_000;
const UNDEFINED_TABLE = '42P01';

const COLUMNS = { SOURCE: 'source', TARGET: 'target' } as const;
const YEAR = `applied_at > now() - interval '12 months'`;
const casesAt = (side: CountedSide): string => `
  select kind, ${COLUMNS[side]} as place, count(*)::int as cases, count(*) filter (where ended_at is null)::int as "underWay",
    count(*) filter (where ended_at is null and overdue is not null)::int as overdue
  from transfers.transfer_case where ${YEAR} group by 1, 2 having count(*) >= ${FEWEST} order by 1, 2`;
const stepsAt = (side: CountedSide): string => `
  select kind, place, step, count(*)::int as cases, round(percentile_cont(0.5) within group (order by days)::numeric, 1)::float as "medianDays"
  from (
    select c.kind, c.${COLUMNS[side]} as place, s.step,
      extract(epoch from s.at - lag(s.at) over (partition by s.case_id order by s.version)) / 86400 as days
    from transfers.transfer_step s join transfers.transfer_case c on c.id = s.case_id where c.${YEAR}
  ) as taken where days is not null group by 1, 2, 3 having count(*) >= ${FEWEST} order by 1, 2, 3`;
const refusedAt = (side: CountedSide): string => `
  select kind, ${COLUMNS[side]} as place, refused as code, count(*)::int as cases from transfers.transfer_case
  where ${YEAR} and refused is not null group by 1, 2, 3 having count(*) >= ${FEWEST} order by 1, 2, 4 desc, 3`;

/** Counts how transfers go. What was counted is kept for ten minutes, and counted once for all who ask. */
export class TransferCounts {
  readonly #kept = new Map<CountedSide, { readonly until: number; readonly counts: Promise<readonly PlaceStatistics[]> }>();

  constructor(readonly store: Pick<Store, 'pool'>) {}

  /** @throws GraphQLError EVENTS_UNAVAILABLE */
  at(side: CountedSide): Promise<readonly PlaceStatistics[]> {
    const kept = this.#kept.get(side);
    if (kept && performance.now() < kept.until) return kept.counts;
    const counts = reachingOr('EVENTS_UNAVAILABLE', () => this.#count(side));
    this.#kept.set(side, { until: performance.now() + KEPT_MS, counts });
    counts.catch(() => this.#kept.delete(side));
    return counts;
  }

  async #count(side: CountedSide): Promise<readonly PlaceStatistics[]> {
    const client = await this.store.pool.connect();
    try {
      await client.query('begin transaction isolation level repeatable read read only');
      await client.query(`set local statement_timeout = ${PATIENCE_MS}`);
      const cases = await rowsOf<Place & Record<'cases' | 'underWay' | 'overdue', number>>(client, casesAt(side));
      const steps = await rowsOf<Place & PlaceStatistics['steps'][number]>(client, stepsAt(side));
      const refused = await rowsOf<Place & PlaceStatistics['refused'][number]>(client, refusedAt(side));
      await client.query('commit');
      client.release();
      const at = <R extends Place>(rows: readonly R[], { kind, place }: Place): R[] =>
        rows.filter((row) => row.kind === kind && row.place === place);
      return cases.map(({ underWay, overdue, ...one }) => ({
        ...one,
        underWay: unlessFew(underWay, one.cases),
        overdue: unlessFew(overdue, underWay),
        steps: at(steps, one),
        refused: at(refused, one),
      }));
    } catch (error) {
      client.release(true);
      // No agency has any transfers yet.
      if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return [];
      throw error;
    }
  }
}

/** A part of a whole; null where either it or the rest is of a few cases. */
function unlessFew(part: number, whole: number): number | null {
  return [part, whole - part].some((count) => count > 0 && count < FEWEST) ? null : part;
}

async function rowsOf<R extends QueryResultRow>(client: PoolClient, text: string): Promise<R[]> {
  // What the type leaves out: pg takes a patience for one statement.
  const statement = { text, query_timeout: PATIENCE_MS };
  return (await client.query<R>(statement)).rows;
}
