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
  const sums = new Map<string, Sum>();
  for (const booking of bookings) {
    if (schemes && !schemes.has(booking.scheme)) continue;
    const key = `${booking.scheme} ${booking.jurisdiction} ${booking.month}`;
    const sum = sums.get(key);
    if (sum) sum.add(booking);
    else sums.set(key, new Sum(booking));
  }
  return [...sums.values()]
    .filter((sum) => sum.counts)
    .map((sum) => sum.month)
    .sort((a, b) => compare(a.scheme, b.scheme) || compare(a.jurisdiction, b.jurisdiction) || a.month - b.month);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The calendar months among some, each once, in order. */
export function calendarMonths(months: Iterable<{ readonly month: Month }>): Month[] {
  return [...new Set([...months].map(({ month }) => month))].sort((a, b) => a - b);
}

class Sum {
  #base: number | undefined = 0;
  #personal: number | undefined;
  #employer: number | undefined;
  #actual = false;
  #deemed = false;
  #paidOn: CivilDate | undefined;
  readonly #units = new Set<string>();

  constructor(readonly first: Booking) {
    this.add(first);
  }

  add({ base, personal, employer, actual, unit, paidOn }: Booking): void {
    this.#base = this.#base === undefined || base === undefined ? undefined : this.#base + base;
    this.#personal = plus(this.#personal, personal);
    this.#employer = plus(this.#employer, employer);
    if (actual) this.#actual = true;
    else this.#deemed = true;
    if (unit !== undefined) this.#units.add(unit);
    if (paidOn !== undefined && (this.#paidOn === undefined || paidOn > this.#paidOn)) this.#paidOn = paidOn;
  }

  get #paid(): number | undefined {
    return this.#personal === undefined && this.#employer === undefined ? undefined : (this.#personal ?? 0) + (this.#employer ?? 0);
  }

  get counts(): boolean {
    return this.#deemed || (this.#paid ?? this.#base ?? 1) > 0;
  }

  get month(): PaidMonth {
    const { scheme, jurisdiction, month, accountKind = 'ORDINARY' } = this.first;
    return {
      scheme,
      jurisdiction,
      month,
      actual: this.#actual,
      base: this.#actual ? this.#base : undefined,
      paid: this.#paid,
      personal: this.#personal,
      employer: this.#employer,
      accountKind,
      units: this.#units,
      paidOn: this.#paidOn,
    };
  }
}

function plus(sum: number | undefined, amount: Fen | undefined): number | undefined {
  return amount === undefined ? sum : (sum ?? 0) + amount;
}
