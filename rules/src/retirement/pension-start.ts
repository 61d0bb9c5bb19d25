import { firstDay } from '../calendar/civil-date.js';
import { pensionStart } from '../generated/pension-start.js';
import { addMonths, type Month } from '../month.js';
import type { Provisional } from '../result.js';

/** The first month for which a pension is paid to who retires in a month: the one after it. Remembered only, see PAID_FROM_UNCONFIRMED. */
export function pensionPaidFrom(retirement: Month): Month {
  const row = pensionStart.at(firstDay(retirement)) ?? pensionStart.rows[0];
  return addMonths(retirement, row?.values.monthsAfterAge ?? 0);
}

export const PAID_FROM_UNCONFIRMED: Provisional = {
  reason: 'PAID_FROM_UNCONFIRMED',
  text: {
    zh: '自达到年龄的次月起发放，条文未经核对',
    en: 'that the pension is paid from the month after the age is reached was not read in a text',
  },
};
