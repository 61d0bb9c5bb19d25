import type { CivilDate } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import type { Fen } from '../money.js';
import type { Month } from '../month.js';
import type { AccountKind, Booking, LifeRecord, Scheme } from './record.js';

/** A month of one scheme in one place, all its bookings taken together. */
export interface PaidMonth {
  readonly scheme: Scheme;
  readonly jurisdiction: Province;
  readonly month: Month;
  /** False where it is only deemed to be paid. */
  readonly actual: boolean;
  /** Sum of the bases; undefined where one of them is not known. */
  readonly base: number | undefined;
  /** Sum of what the person and the employer paid, fen; undefined for a deemed month, and where no amount is known. */
  readonly paid: number | undefined;
  readonly personal: number | undefined;
  readonly employer: number | undefined;
  readonly accountKind: AccountKind;
  /** Units that paid. */
  readonly units: ReadonlySet<string>;
  /** Last day on which money for it came in. */
  readonly paidOn: CivilDate | undefined;
}

/**
 * The months of a record that count, each scheme, place and month once, in the order of scheme, place and month. Corrections are summed
 * within the place that booked them before a month counts, so a reversal in one province cannot take away a month paid in another; a
 * month whose sum is not above zero does not count. A booking without any amount counts by itself: what is not known takes nothing away.
 */
export function paidMonths({ bookings }: Pick<LifeRecord, 'bookings'>, schemes?: ReadonlySet<Scheme>): PaidMonth[] {
  const relations = new Map<Scheme, Map<Province, Map<Month, Draft>>>();
  const deemed = new Set<Draft>();
  for (const booking of bookings) {
    if (schemes && !schemes.has(booking.scheme)) continue;
    const months = entry(entry(relations, booking.scheme, newMap<Province, Map<Month, Draft>>), booking.jurisdiction, newMap<Month, Draft>);
    let draft = months.get(booking.month);
    if (draft) add(draft, booking);
    else months.set(booking.month, (draft = begin(booking)));
    if (!booking.actual) deemed.add(draft);
  }
  const inOrder = (a: readonly [string, unknown], b: readonly [string, unknown]) => compare(a[0], b[0]);
  const counting: PaidMonth[] = [];
  for (const [, places] of [...relations].sort(inOrder)) {
    for (const [, months] of [...places].sort(inOrder)) {
      for (const draft of [...months.values()].sort((a, b) => a.month - b.month)) {
        if (draft.personal !== undefined || draft.employer !== undefined) draft.paid = (draft.personal ?? 0) + (draft.employer ?? 0);
        if (!deemed.has(draft) && (draft.paid ?? draft.base ?? 1) <= 0) continue;
        if (!draft.actual) draft.base = undefined;
        counting.push(draft);
      }
    }
  }
  return counting;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let held = map.get(key);
  if (held === undefined) map.set(key, (held = make()));
  return held;
}

const newMap = <K, V>(): Map<K, V> => new Map<K, V>();

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The calendar months among some, each once, in order. */
export function calendarMonths(months: Iterable<{ readonly month: Month }>): Month[] {
  return [...new Set([...months].map(({ month }) => month))].sort((a, b) => a - b);
}

/** A month while its bookings are taken together: a life has hundreds of them, so the object that is handed over is the one that is summed. */
type Draft = { -readonly [Name in keyof PaidMonth]: PaidMonth[Name] };

const NO_UNIT: ReadonlySet<string> = new Set();

function begin({ scheme, jurisdiction, month, actual, base, personal, employer, accountKind = 'ORDINARY', unit, paidOn }: Booking): Draft {
  const units = unit === undefined ? NO_UNIT : new Set([unit]);
  return { scheme, jurisdiction, month, actual, base, paid: undefined, personal, employer, accountKind, units, paidOn };
}

function add(draft: Draft, { base, personal, employer, actual, unit, paidOn }: Booking): void {
  draft.base = draft.base === undefined || base === undefined ? undefined : draft.base + base;
  draft.personal = plus(draft.personal, personal);
  draft.employer = plus(draft.employer, employer);
  if (actual) draft.actual = true;
  if (unit !== undefined && !draft.units.has(unit)) draft.units = new Set([...draft.units, unit]);
  if (paidOn !== undefined && (draft.paidOn === undefined || paidOn > draft.paidOn)) draft.paidOn = paidOn;
}

function plus(sum: number | undefined, amount: Fen | undefined): number | undefined {
  return amount === undefined ? sum : (sum ?? 0) + amount;
}
