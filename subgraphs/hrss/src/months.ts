import { fenOf } from '@yichuang/kit';
import type { ContributionRecord } from './records.js';

/**
 * Calendar months with a positive sum of employees' pension contributions (110, 120), each month once however often and wherever it
 * was paid. Correction bookings are summed within the register that made them before a month counts, so a reversal in one province
 * cannot take away a month paid in another. A row whose month or amounts cannot be read decides nothing.
 */
export function monthsPaid(contributions: readonly ContributionRecord[]): number {
  const sums = new Map<string, bigint>();
  for (const { scheme, month, personal, employer, provenance } of contributions) {
    if (month === null || (scheme !== 'EMPLOYEE_PENSION' && scheme !== 'PUBLIC_INSTITUTION_PENSION')) continue;
    const booking = `${month} ${provenance.system} ${provenance.jurisdiction ?? ''} ${scheme}`;
    sums.set(booking, (sums.get(booking) ?? 0n) + (personal === null ? 0n : fenOf(personal)) + (employer === null ? 0n : fenOf(employer)));
  }
  return new Set([...sums].filter(([, sum]) => sum > 0n).map(([booking]) => booking.slice(0, 7))).size;
}
