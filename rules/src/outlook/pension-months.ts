import type { Province } from '../divisions/division.js';
import { fen, type Fen } from '../money.js';
import { addMonths, type Month, type MonthRange } from '../month.js';
import type { PlaceStretch } from '../pension/place/month-counts.js';
import { paidMonths, type PaidMonth } from '../record/paid-months.js';
import { EMPLOYEE_PENSIONS, type LifeRecord, type Relation } from '../record/record.js';

/** One calendar month as it counts for the pension, whoever else was paid for it. */
export interface PensionMonth {
  readonly month: Month;
  readonly province: Province;
  readonly counts: PlaceStretch['counts'];
  /** Undefined for a deemed month, and where no source says it. */
  readonly base: Fen | undefined;
}

/** Neighbouring months of one place on one base. */
export interface PaidRun extends MonthRange {
  readonly province: Province;
  readonly base: Fen;
}

/** The months of the employees' pension in a record, each calendar month once. */
export interface PensionMonths {
  readonly months: readonly PensionMonth[];
  /** Those with a base, by stretches. */
  readonly runs: readonly PaidRun[];
  /** Paid, temporary accounts with them: they are gathered when the pension begins. */
  readonly actual: number;
  readonly deemed: number;
  /** Calendar months that two places claim; the person and the agency still have to choose. */
  readonly doubled: number;
  /** The same months as stretches, with deemed months that no month is named for. */
  readonly stretches: readonly PlaceStretch[];
  /** Where the ordinary relation is by the registers; undefined when they do not say. */
  readonly relation: Province | undefined;
}

/**
 * The months up to a record's own. A month paid in two places counts once: as an ordinary one before a temporary one, where the relation is
 * before elsewhere, on the higher base.
 */
export function pensionMonths(record: LifeRecord): PensionMonths {
  const paid = paidMonths(record, EMPLOYEE_PENSIONS);
  const relation = relationOf(record, paid);
  const { chosen, doubled } = onePerMonth(paid, record.asOf, relation);
  const months: PensionMonth[] = [];
  const stretches: Growing<PlaceStretch>[] = [];
  const runs: Growing<PaidRun>[] = [];
  let named = 0;
  for (const one of chosen) {
    if (one === undefined) continue;
    const { month, jurisdiction: province, accountKind, actual } = one;
    const counts = !actual ? 'DEEMED' : accountKind === 'TEMPORARY' ? 'TEMPORARY' : 'ACTUAL';
    const base = one.base === undefined || one.base <= 0 ? undefined : fen(one.base);
    if (counts === 'DEEMED') named++;
    months.push({ month, province, counts, base });
    const stretch = stretches.at(-1);
    if (stretch?.to === month - 1 && stretch.province === province && stretch.counts === counts) stretch.to = month;
    else stretches.push({ from: month, to: month, province, counts, field: 'record' });
    if (base === undefined) continue;
    const run = runs.at(-1);
    if (run?.to === month - 1 && run.province === province && run.base === base) run.to = month;
    else runs.push({ from: month, to: month, province, base });
  }
  const unnamed = deemedWithoutMonths(record, months);
  return {
    months,
    runs,
    actual: months.length - named,
    deemed: named + unnamed.reduce((sum, { months: count }) => sum + count, 0),
    doubled,
    stretches: [...placed(unnamed, months[0]?.month ?? record.asOf), ...stretches],
    relation,
  };
}

/** A range while months are added to its end. */
type Growing<R extends MonthRange> = R & { to: Month };

function relationOf({ relations }: LifeRecord, paid: readonly PaidMonth[]): Province | undefined {
  const ordinary = relations.filter((one) => EMPLOYEE_PENSIONS.has(one.scheme) && one.accountKind === 'ORDINARY' && one.state !== 'ENDED');
  const paying = ordinary.filter(({ state }) => state === 'PAYING');
  const candidates = paying.length > 0 ? paying : ordinary;
  if (candidates.length <= 1) return candidates[0]?.jurisdiction;
  return candidates.reduce((latest, one) => (lastPaid(one, paid) > lastPaid(latest, paid) ? one : latest)).jurisdiction;
}

function lastPaid({ jurisdiction, lastMonth }: Relation, paid: readonly PaidMonth[]): number {
  return paid.reduce((last, one) => (one.jurisdiction === jurisdiction && one.month > last ? one.month : last), lastMonth ?? 0);
}

/** In the order of the months; months nobody paid are holes. */
function onePerMonth(paid: readonly PaidMonth[], last: Month, relation: Province | undefined) {
  const first = paid.reduce((earliest, { month }) => Math.min(earliest, month), last + 1);
  const chosen: (PaidMonth | undefined)[] = [];
  for (let month = first; month <= last; month++) chosen.push(undefined);
  const doubled = new Set<Month>();
  for (const one of paid) {
    if (one.month > last) continue;
    const held = chosen[one.month - first];
    if (held !== undefined && held.jurisdiction !== one.jurisdiction) doubled.add(one.month);
    if (held === undefined || better(one, held, relation)) chosen[one.month - first] = one;
  }
  return { chosen, doubled: doubled.size };
}

function better(one: PaidMonth, held: PaidMonth, relation: Province | undefined): boolean {
  if (one.actual !== held.actual) return one.actual;
  if (one.accountKind !== held.accountKind) return one.accountKind === 'ORDINARY';
  if ((one.jurisdiction === relation) !== (held.jurisdiction === relation)) return one.jurisdiction === relation;
  return (one.base ?? 0) > (held.base ?? 0);
}

interface Unnamed {
  readonly province: Province;
  readonly months: number;
}

/** Deemed months that a relation only counts. */
function deemedWithoutMonths({ relations }: LifeRecord, months: readonly PensionMonth[]): readonly Unnamed[] {
  return relations.flatMap(({ scheme, jurisdiction, monthsDeemed = 0 }) => {
    if (!EMPLOYEE_PENSIONS.has(scheme) || monthsDeemed === 0) return [];
    const named = months.reduce((sum, { province, counts }) => sum + (province === jurisdiction && counts === 'DEEMED' ? 1 : 0), 0);
    return monthsDeemed > named ? [{ province: jurisdiction, months: monthsDeemed - named }] : [];
  });
}

/** Deemed years lie before the first payment; among themselves their order decides nothing but which place is the latest. */
function placed(unnamed: readonly Unnamed[], first: Month): readonly PlaceStretch[] {
  let to = first - 1;
  return unnamed.map(({ province, months }) => {
    const stretch: PlaceStretch = {
      from: addMonths(first, to - months + 1 - first),
      to: addMonths(first, to - first),
      province,
      counts: 'DEEMED',
      field: 'record',
    };
    to -= months;
    return stretch;
  });
}
