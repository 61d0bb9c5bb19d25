import { fenOf } from '@yichuang/kit';
import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';
import type { PaymentRecord } from './records.js';

/** Months as integers, so that following on is plus one. */
type MonthIndex = number;

/** A payment is for at most a year; a longer period in a register is a slip and counts as its first month only. */
const LONGEST_PERIOD = 12;

/**
 * Months paid without a break up to the last paid month, in all schemes and places together. A month counts once, and only when what
 * was booked for it sums to more than nothing: correction bookings have negative rows. A resident's payment covers its whole year, of
 * which months that have not begun when the register answered do not count yet. Months that may not be seen do not count.
 */
export function continuousMonths(payments: readonly PaymentRecord[], isSeen: (month: string) => boolean = () => true): number {
  const booked = new Map<MonthIndex, bigint>();
  for (const payment of payments) {
    const period = periodOf(payment);
    if (!period) continue;
    const amount = fen(payment.personal) + fen(payment.employer);
    for (let month = period.first; month <= period.last; month++) booked.set(month, (booked.get(month) ?? 0n) + amount);
  }
  const paid = new Set([...booked].filter(([month, amount]) => amount > 0n && isSeen(textOf(month))).map(([month]) => month));
  let month = Math.max(-1, ...paid);
  let count = 0;
  while (paid.has(month--)) count++;
  return count;
}

function periodOf({ month, lastMonth, provenance }: PaymentRecord): { readonly first: MonthIndex; readonly last: MonthIndex } | undefined {
  if (month === null) return undefined;
  const first = monthIndex(month);
  const named = lastMonth === null ? first : monthIndex(lastMonth);
  const last = named >= first && named < first + LONGEST_PERIOD ? named : first;
  const local = new Date(Date.parse(provenance.asOf) + SHANGHAI_OFFSET_MS);
  return { first, last: Math.min(last, local.getUTCFullYear() * 12 + local.getUTCMonth()) };
}

const monthIndex = (month: string): MonthIndex => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
const textOf = (month: MonthIndex): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
const fen = (yuan: string | null): bigint => (yuan === null ? 0n : fenOf(yuan));
