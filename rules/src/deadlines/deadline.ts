import { addDays, addMonthsToDate, dateText, type CivilDate } from '../calendar/civil-date.js';
import { noteUnpublished, officialCalendar, workingDayAfter, type WorkingCalendar } from '../calendar/working-days.js';
import { deadlines } from '../generated/deadlines.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import type { Text } from '../text.js';

/** How much time there is. */
export interface TimeLimit {
  readonly amount: number;
  readonly unit: 'WORKING_DAYS' | 'CALENDAR_DAYS' | 'MONTHS';
  /** BEFORE: something must have been done so long before the event. */
  readonly direction: 'AFTER' | 'BEFORE';
  readonly title: Text;
  readonly article: string;
  readonly version: string;
}

interface Deadline {
  /** The last day in time. */
  readonly due: CivilDate;
  readonly limit: TimeLimit;
}

/**
 * A statutory time limit as it stood on a day.
 * @param code of rules/parameters/deadlines.yaml, such as PENSION_TRANSFER_LETTER
 * @throws RuleRefusal DEADLINE_UNKNOWN, or NO_PARAMETER when the limit did not exist yet on that day
 */
export function timeLimit(code: string, on: CivilDate, field = 'deadline'): TimeLimit {
  const row = deadlines.at(on, undefined, (values) => values.code === code);
  if (row === undefined) {
    const known = deadlines.rows.some(({ values }) => values.code === code);
    throw new RuleRefusal(known ? 'NO_PARAMETER' : 'DEADLINE_UNKNOWN', field);
  }
  const { amount, unit, direction, zh, en } = row.values;
  const article = `${row.source.number ?? row.source.document} ${row.source.reference}`;
  return { amount, unit, direction, title: { zh, en }, article, version: versionOf(deadlines, row) };
}

/** The last day of a time limit that an event starts; day 1 is the day after it. Working days follow the calendar. */
export function deadlineAfter(
  event: CivilDate,
  limit: TimeLimit,
  calendar: WorkingCalendar = officialCalendar,
  options: RuleOptions = {},
): Ruled<Deadline> {
  const working = new Working(options);
  const due = dueDay(event, limit, calendar, working);
  working.step(() => ({
    text: {
      zh: `${limit.title.zh}：自${dateText(event)}起${limit.direction === 'AFTER' ? '' : '之前'}${limit.amount}${UNITS[limit.unit].zh}`,
      en: `${limit.title.en}: ${limit.amount} ${UNITS[limit.unit].en} ${limit.direction === 'AFTER' ? 'after' : 'before'} ${dateText(event)}`,
    },
    article: limit.article,
    amount: dateText(due),
  }));
  return working.ruled({ due, limit }, { rule: limit.title.en, article: limit.article, version: limit.version });
}

const UNITS: Readonly<Record<TimeLimit['unit'], Text>> = {
  WORKING_DAYS: { zh: '个工作日', en: 'working days' },
  CALENDAR_DAYS: { zh: '日', en: 'days' },
  MONTHS: { zh: '个月', en: 'months' },
};

function dueDay(event: CivilDate, { amount, unit, direction }: TimeLimit, calendar: WorkingCalendar, working: Working): CivilDate {
  const signed = direction === 'AFTER' ? amount : -amount;
  if (unit === 'MONTHS') return addMonthsToDate(event, signed);
  if (unit === 'CALENDAR_DAYS') return addDays(event, signed);
  const found = workingDayAfter(event, signed, calendar);
  noteUnpublished(working, found);
  return found.day;
}
