import type { Kysely } from 'kysely';
import { timed, type PageAsked, type TimedPlace } from '../pages.js';
import type { Tables } from '../store/tables.js';
import { actingChanges, consentChanges, type ChangesAsked, type RecordedChange } from './changes.js';
import { entriesAbout, type LogBounds, type RecordedEntry } from './entries.js';

/** A row of a person's log, and where it stands. */
export interface LogRow {
  readonly place: TimedPlace;
  readonly row: RecordedEntry | RecordedChange;
}

/**
 * Where rows come from, by what their ids begin with: looks and refusals are numbered by themselves. At one time those of a later letter
 * stand first: changes of one moment stay together.
 */
const SOURCES = { looks: '', acting: 'a', consent: 'c' } as const;

/** Rows of a person's log, by their time and their id among those of one time. */
export const PERSON_LOG_PLACES = timed(/^[ac]?\d{1,18}$/);

/**
 * The log of one person, newest first, in one order: who looked or was refused, and what changed who may look.
 * @param changes with what changed
 * @returns one row more than asked for where there are more
 */
export async function personLog(
  db: Kysely<Tables>,
  person: string,
  { first, after }: PageAsked<TimedPlace>,
  bounds: LogBounds,
  changes: boolean,
): Promise<readonly LogRow[]> {
  const askedOf = (source: string): ChangesAsked => ({ ...bounds, most: first + 1, after: after && boundOf(source, after) });
  const [looks, acting, consent] = await Promise.all([
    entriesAbout(db, person, { first, after: after && boundOf(SOURCES.looks, after) }, bounds),
    changes ? actingChanges(db, person, askedOf(SOURCES.acting)) : [],
    changes ? consentChanges(db, person, askedOf(SOURCES.consent)) : [],
  ]);
  const rows = [
    ...looks.map((row): LogRow => ({ place: { at: row.recorded_at, id: row.record_id }, row })),
    ...acting.map((row): LogRow => ({ place: { at: row.at, id: `${SOURCES.acting}${row.epoch}` }, row })),
    ...consent.map((row): LogRow => ({ place: { at: row.at, id: `${SOURCES.consent}${row.epoch}` }, row })),
  ];
  return rows.sort((one, other) => newestFirst(one.place, other.place)).slice(0, first + 1);
}

function newestFirst(one: TimedPlace, other: TimedPlace): number {
  const later = other.at.getTime() - one.at.getTime();
  if (later !== 0) return later;
  const [source, number] = partsOf(one.id);
  const [otherSource, otherNumber] = partsOf(other.id);
  if (source !== otherSource) return source < otherSource ? 1 : -1;
  return number < otherNumber ? 1 : -1;
}

/** After which of its own rows a source goes on, for a page that goes on after a row of any. Their numbers begin with 1. */
function boundOf(source: string, { at, id }: TimedPlace): TimedPlace {
  const [own, number] = partsOf(id);
  if (source === own) return { at, id: String(number) };
  return { at: source < own ? new Date(at.getTime() + 1) : at, id: '0' };
}

function partsOf(id: string): readonly [source: string, number: bigint] {
  const source = /^[ac]?/.exec(id)?.[0] ?? '';
  return [source, BigInt(id.slice(source.length))];
}
