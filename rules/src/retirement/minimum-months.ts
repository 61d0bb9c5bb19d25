import { firstDay } from '../calendar/civil-date.js';
import { minimumMonths, type MinimumMonthsValues } from '../generated/minimum-months.js';
import { yearOf, type Month } from '../month.js';
import type { Row } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';

const byYear = new Map<number, Row<MinimumMonthsValues>>();

/**
 * Months of contributions that a pension drawn from this month needs (办法第二条).
 * @throws RuleRefusal NO_PARAMETER for a month before 1950
 */
export function minimumMonthsIn(month: Month): number {
  return minimumMonthsRow(month).values.months;
}

/** As minimumMonthsIn, with the row that says so. */
export function minimumMonthsRow(month: Month): Row<MinimumMonthsValues> {
  const known = byYear.get(yearOf(month));
  if (known !== undefined) return known;
  const row = minimumMonths.at(firstDay(month));
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'drawingMonth');
  byYear.set(yearOf(month), row);
  return row;
}
