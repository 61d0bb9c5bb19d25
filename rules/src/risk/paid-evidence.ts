import { calendarMonths, type PaidMonth } from '../record/paid-months.js';
import type { Text } from '../text.js';
import { evidence, type Evidence } from './finding.js';
import { monthsText } from './months-text.js';

/** Adds evidence of months that were paid and should not have been, where there are such months. @param units that declared them */
export function addPaid(
  found: Evidence[],
  months: readonly PaidMonth[],
  reason: (months: Text) => Text,
  units: readonly string[] = [],
): void {
  if (months.length === 0) return;
  const each = calendarMonths(months);
  found.push(
    evidence(reason(monthsText(each)), {
      months: each,
      units,
      schemes: months.map(({ scheme }) => scheme),
      places: months.map(({ jurisdiction }) => jurisdiction),
    }),
  );
}
