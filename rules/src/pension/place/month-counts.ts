import type { Province } from '../../divisions/division.js';
import { eachMonth, type Month, type MonthRange } from '../../month.js';
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

/** The months of one province, each counted once. */
export interface MonthsHere {
  /** Paid months of ordinary accounts, and a soldier's service. */
  readonly actual: number;
  readonly deemed: number;
  /** In a temporary account: shown, never counted. */
  readonly temporary: number;
  readonly lastActual: Month | undefined;
  /** The last month that counts, paid or deemed. */
  readonly lastCounted: Month | undefined;
  readonly lastTemporary: Month | undefined;
}

type Tally = { -readonly [Name in keyof MonthsHere]: MonthsHere[Name] };

/**
 * Counts months by province. A month paid twice inside one province is one month (cities of a province are one place); a deemed month that
 * was paid as well counts as paid.
 * @throws RuleRefusal MONTHS_OVERLAP naming the stretch when two provinces claim a month: double relations are cleared before months are counted
 */
export function countMonths(stretches: readonly PlaceStretch[]): ReadonlyMap<Province, MonthsHere> {
  const tallies = new Map<Province, Tally>();
  const first = stretches.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const paid = new Owners(first);
  for (const stretch of stretches) if (stretch.counts === 'ACTUAL') claim(stretch, paid, tallyOf(tallies, stretch.province));
  const deemed = new Owners(first);
  for (const stretch of stretches) if (stretch.counts === 'DEEMED') claim(stretch, deemed, tallyOf(tallies, stretch.province), paid);
  const temporary = new Map<Province, Owners>();
  for (const stretch of stretches) {
    if (stretch.counts !== 'TEMPORARY') continue;
    const here = temporary.get(stretch.province) ?? new Owners(first);
    temporary.set(stretch.province, here);
    claim(stretch, here, tallyOf(tallies, stretch.province));
  }
  return tallies;
}

/** Which province has a month. */
class Owners {
  readonly #provinces: (Province | undefined)[] = [];

  constructor(private readonly first: number) {}

  of(month: Month): Province | undefined {
    return this.#provinces[month - this.first];
  }

  /** Filled from the front, so that the list stays dense. */
  set(month: Month, province: Province): void {
    const index = month - this.first;
    while (this.#provinces.length < index) this.#provinces.push(undefined);
    this.#provinces[index] = province;
  }
}

/** @param paid months that were paid as well: they are counted already */
function claim(stretch: PlaceStretch, owners: Owners, tally: Tally, paid?: Owners): void {
  for (const month of eachMonth(stretch)) {
    const owner = owners.of(month);
    if (owner === stretch.province || paid?.of(month) !== undefined) continue;
    if (owner !== undefined) throw new RuleRefusal('MONTHS_OVERLAP', stretch.field);
    owners.set(month, stretch.province);
    count(month, stretch.counts, tally);
  }
}

function count(month: Month, counts: PlaceMonths, tally: Tally): void {
  if (counts === 'TEMPORARY') {
    tally.temporary++;
    tally.lastTemporary = later(tally.lastTemporary, month);
    return;
  }
  if (counts === 'ACTUAL') {
    tally.actual++;
    tally.lastActual = later(tally.lastActual, month);
  } else {
    tally.deemed++;
  }
  tally.lastCounted = later(tally.lastCounted, month);
}

function later(last: Month | undefined, month: Month): Month {
  return last === undefined || month > last ? month : last;
}

function tallyOf(tallies: Map<Province, Tally>, province: Province): Tally {
  let tally = tallies.get(province);
  if (tally === undefined) {
    tally = { actual: 0, deemed: 0, temporary: 0, lastActual: undefined, lastCounted: undefined, lastTemporary: undefined };
    tallies.set(province, tally);
  }
  return tally;
}
