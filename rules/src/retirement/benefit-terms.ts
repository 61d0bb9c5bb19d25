import { firstDay } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import { localAdditions } from '../generated/local-additions.js';
import { transitionPensions, type TransitionPensionsValues } from '../generated/transition-pensions.js';
import { monthOf, type Month } from '../month.js';

/** On which wage a transition pension is counted: (C + C x i) / 2, C x i, or C. */
export type TransitionBasis = TransitionPensionsValues['basis'];

/** Rows without an end hold on it: the wording in force now, for a question that names no month. */
const UNTIL_FURTHER_NOTICE = firstDay(monthOf(2199, 1));

/** The terms of a province for somebody who retires in a month; now, when no month is named. */
export function provincialTerms(province: Province, month: Month | undefined) {
  const day = month === undefined ? UNTIL_FURTHER_NOTICE : firstDay(month);
  return { transition: transitionPensions.at(day, province)?.values, addition: localAdditions.at(day, province)?.values.coefficient };
}
