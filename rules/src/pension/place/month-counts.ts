import type { Province } from '../../divisions/division.js';
import type { MonthRange } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';

/** How months count for the receiving place. Owed months are left out before. */
export type PlaceMonths = 'ACTUAL' | 'DEEMED' | 'TEMPORARY';

/** Months in one place that count alike. */
export interface PlaceStretch extends MonthRange {
  readonly province: Province;
  /** The division as it was given, such as a city. */
  readonly area?: string | undefined;
  readonly counts: PlaceMonths;
  /** Path in the input, for refusals. */
  readonly field: string;
}

/** The months of one province, each counted once. The last ones are indexes as Month has them. */
export interface MonthsHere {
  /** Paid months of ordinary accounts, and a soldier's service. */
  readonly actual: number;
  readonly deemed: number;
  /** In a temporary account: shown, never counted. */
  readonly temporary: number;
  readonly lastActual: number | undefined;
  /** The last month that counts, paid or deemed. */
  readonly lastCounted: number | undefined;
  readonly lastTemporary: number | undefined;
}

/**
 * Counts months by province. A month paid twice inside one province is one month (cities of a province are one place); a deemed month that
 * was paid as well counts as paid.
 * @throws RuleRefusal MONTHS_OVERLAP naming the stretch when two provinces claim a month: double relations are cleared before months are counted
 */
export function countMonths(stretches: readonly PlaceStretch[]): ReadonlyMap<Province, MonthsHere> {
  const tallies = new Map<Province, Tally>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { from, to } of stretches) {
    if (from < first) first = from;
    if (to > last) last = to;
  }
  if (stretches.length === 0) return tallies;
  const calendar = { first, months: last - first + 1 };
  const paid = new Uint8Array(calendar.months);
  claim(stretches, 'ACTUAL', calendar, tallies, paid);
  claim(stretches, 'DEEMED', calendar, tallies, new Uint8Array(calendar.months), paid);
  countTemporary(stretches, calendar, tallies);
  return tallies;
}

interface Tally {
  /** From 1 on: who owns a month in the calendar. */
  readonly number: number;
  actual: number;
  deemed: number;
  temporary: number;
  lastActual: number | undefined;
  lastCounted: number | undefined;
  lastTemporary: number | undefined;
}

interface Calendar {
  readonly first: number;
  readonly months: number;
}

/** @param paid months that were paid as well: they are counted already */
function claim(
  stretches: readonly PlaceStretch[],
  counts: 'ACTUAL' | 'DEEMED',
  { first }: Calendar,
  tallies: Map<Province, Tally>,
  owners: Uint8Array,
  paid?: Uint8Array,
): void {
  for (const stretch of stretches) {
    if (stretch.counts !== counts) continue;
    const tally = tallyOf(tallies, stretch.province);
    for (let month: number = stretch.from; month <= stretch.to; month++) {
      const owner = owners[month - first];
      if (owner === tally.number || (paid !== undefined && paid[month - first] !== 0)) continue;
      if (owner !== 0) throw new RuleRefusal('MONTHS_OVERLAP', stretch.field);
      owners[month - first] = tally.number;
      tally[counts === 'ACTUAL' ? 'actual' : 'deemed']++;
      if (counts === 'ACTUAL' && (tally.lastActual === undefined || month > tally.lastActual)) tally.lastActual = month;
      if (tally.lastCounted === undefined || month > tally.lastCounted) tally.lastCounted = month;
    }
  }
}

function countTemporary(stretches: readonly PlaceStretch[], { first, months }: Calendar, tallies: Map<Province, Tally>): void {
  const seen = new Map<Province, Uint8Array>();
  for (const stretch of stretches) {
    if (stretch.counts !== 'TEMPORARY') continue;
    const tally = tallyOf(tallies, stretch.province);
    const here = seen.get(stretch.province) ?? new Uint8Array(months);
    seen.set(stretch.province, here);
    for (let month: number = stretch.from; month <= stretch.to; month++) {
      if (here[month - first] !== 0) continue;
      here[month - first] = 1;
      tally.temporary++;
      if (tally.lastTemporary === undefined || month > tally.lastTemporary) tally.lastTemporary = month;
    }
  }
}

function tallyOf(tallies: Map<Province, Tally>, province: Province): Tally {
  let tally = tallies.get(province);
  if (tally === undefined) {
    tally = {
      number: tallies.size + 1,
      actual: 0,
      deemed: 0,
      temporary: 0,
      lastActual: undefined,
      lastCounted: undefined,
      lastTemporary: undefined,
    };
    tallies.set(province, tally);
  }
  return tally;
}
