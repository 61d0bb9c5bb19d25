import type { CitizenRef, TransferEventRow } from '@yichuang/schema';
import type { QueryResult, QueryResultRow } from 'pg';
import type { Store } from '../store/store.js';
import { reaching } from '../store/unavailable.js';
import type { Interest, TransferHappening } from './happening.js';

/** A stretch of the stream, as far as it is of interest. */
export interface Stretch {
  /** Number of the first event that is still kept; of the next one, where none is. */
  readonly first: number;
  /** Of the last that has been given out. */
  readonly last: number;
  /** In their order; as many as were asked for where there may be more. */
  readonly events: readonly TransferHappening[];
}

type Row = Pick<
  TransferEventRow,
  'id' | 'case_id' | 'number' | 'agency' | 'kind' | 'step' | 'state' | 'citizen' | 'source' | 'target' | 'at' | 'deadline'
> & { readonly cursor: string };
type Bounds = { readonly first: string; readonly last: string };

const COLUMNS = 'cursor, id, case_id, number, agency, kind, step, state, citizen, source, target, at, deadline';
/** Bounds and events in one statement: what is deleted meanwhile cannot be missed without being told. */
const STRETCH = `
with bounds as (
  select coalesce((select min(cursor) from transfers.transfer_event), last + 1) as first, last from transfers.transfer_cursor
)
select bounds.first, bounds.last as "end", event.* from bounds left join lateral (
  select ${COLUMNS} from transfers.transfer_event
  where cursor > greatest($1::bigint, bounds.first - 1) and cursor <= $2::bigint
    and ($4::text[] is null or number = any ($4)) and ($5::text[] is null or citizen = any ($5))
    and ($6::text[] is null or source = any ($6) or target = any ($6))
    and ($7::text[] is null or kind = any ($7)) and ($8::text[] is null or step = any ($8))
  order by cursor limit $3
) as event on true order by event.cursor`;

/** Reads the stream from its table. Every method throws StoreUnavailable when the store does not answer. */
export class Readings {
  constructor(readonly store: Pick<Store, 'query'>) {}

  async last(): Promise<number> {
    const { rows } = await this.#query<{ readonly last: string }>('select last from transfers.transfer_cursor', []);
    return Number(rows[0]?.last ?? 0);
  }

  /** Undefined when it is no longer kept. */
  async byId(id: string): Promise<TransferHappening | undefined> {
    const text = `select ${COLUMNS} from transfers.transfer_event where id = $1 and cursor is not null`;
    const { rows } = await this.#query<Row>(text, [id]);
    return rows[0] && happening(rows[0]);
  }

  /** Whatever came after a place. */
  async after(place: number, most: number): Promise<readonly TransferHappening[]> {
    const text = `select ${COLUMNS} from transfers.transfer_event where cursor > $1 order by cursor limit $2`;
    const { rows } = await this.#query<Row>(text, [place, most]);
    return rows.map(happening);
  }

  /** What happened to a person's transfers, newest first, before a place. */
  async ofPerson(ref: string, before: number | undefined, most: number): Promise<readonly TransferHappening[]> {
    const text = `select ${COLUMNS} from transfers.transfer_event
      where citizen = $1 and cursor < coalesce($2::bigint, 9223372036854775807) order by cursor desc limit $3`;
    return (await this.#query<Row>(text, [ref, before ?? null, most])).rows.map(happening);
  }

  /** What is of interest after one place, up to another. */
  async stretch(after: number, upTo: number, most: number, { cases, persons, places, kinds, steps }: Interest): Promise<Stretch> {
    const wanted = [cases, persons, places, kinds, steps].map((some) => some ?? null);
    const { rows } = await this.#query<Partial<Row> & Pick<Bounds, 'first'> & { readonly end: string }>(STRETCH, [
      after,
      upTo,
      most,
      ...wanted,
    ]);
    const [bounds] = rows;
    const events = rows.filter((row): row is typeof row & Row => (row.cursor ?? null) !== null);
    return { first: Number(bounds?.first ?? 1), last: Number(bounds?.end ?? 0), events: events.map(happening) };
  }

  /**
   * Deletes what is older than the retention, from the beginning of the stream: never one that has a kept one before it.
   * @returns how many
   */
  async forget(before: Date, most: number): Promise<number> {
    const text = `delete from transfers.transfer_event where cursor in (
      select cursor from transfers.transfer_event
      where cursor < coalesce((select min(cursor) from transfers.transfer_event where cursor is not null and at >= $1), 9223372036854775807)
      order by cursor limit $2)`;
    return (await this.#query(text, [before, most])).rowCount ?? 0;
  }

  #query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>> {
    return reaching(() => this.store.query<R>(text, values));
  }
}

function happening({ case_id: caseId, cursor, ...row }: Row): TransferHappening {
  const { id, number, agency, kind, step, state, source, target, at, deadline } = row;
  // A row of the stream holds the reference that the hub sealed.
  const citizen = row.citizen as CitizenRef;
  return { cursor: Number(cursor), id, caseId, number, agency, kind, step, state, citizen, source, target, at, deadline };
}
