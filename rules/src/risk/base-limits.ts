import { firstDay } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import { contributionLimits } from '../generated/contribution-limits.js';
import type { Fen } from '../money.js';
import type { Month } from '../month.js';

/** Published floor and ceiling of the base, fen; either may be missing. */
export interface BaseLimits {
  readonly floor: Fen | undefined;
  readonly ceiling: Fen | undefined;
}

/** Limits in force in a place and month, a city's before its province's. Undefined where none are on file. */
export function baseLimitsAt(place: Province | string, month: Month): BaseLimits | undefined {
  const row = contributionLimits.at(firstDay(month), place);
  return row && { floor: row.values.floor, ceiling: row.values.ceiling };
}
