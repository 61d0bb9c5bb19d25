import { workingDays } from '../generated/working-days.js';
import type { Working } from '../result.js';
import { addDays, weekday, type CivilDate } from './civil-date.js';

/** Which days are worked. */
export interface WorkingCalendar {
  isWorkingDay(day: CivilDate): boolean;
  /** Whether the list that says so has been published for that day's year. */
  isKnown(day: CivilDate): boolean;
}

/** A day found by counting working days. */
export interface WorkingDay {
  readonly day: CivilDate;
  /** Years without an official list that the count ran into: their holidays may still move the day. Empty when it is certain. */
  readonly unpublished: readonly number[];
}

const off = new Set(workingDays.rows.flatMap(({ values }) => values.off));
const worked = new Set(workingDays.rows.flatMap(({ values }) => values.work));
const published = new Set(workingDays.rows.map(({ validFrom }) => yearOfDate(validFrom)));

/** Monday to Friday without the State Council's holidays, with its make-up workdays (国务院办公厅节假日安排). */
export const officialCalendar: WorkingCalendar = {
  isWorkingDay: (day) => worked.has(day) || (!off.has(day) && weekday(day) <= 5),
  isKnown: (day) => published.has(yearOfDate(day)),
};

/** A calendar of given lists, which take the place of the official ones. */
export function givenCalendar(holidays: Iterable<CivilDate>, extraWorkdays: Iterable<CivilDate>): WorkingCalendar {
  const [free, extra] = [new Set(holidays), new Set(extraWorkdays)];
  return { isWorkingDay: (day) => extra.has(day) || (!free.has(day) && weekday(day) <= 5), isKnown: () => true };
}

/**
 * The working day so many working days after a day, or before it when negative; day 1 is the first working day after it (the day of the
 * event does not count). With 0 it is the day itself, worked or not.
 */
export function workingDayAfter(event: CivilDate, count: number, calendar: WorkingCalendar = officialCalendar): WorkingDay {
  const unpublished = new Set<number>();
  let day = event;
  for (let counted = 0; counted < Math.abs(count);) {
    day = addDays(day, Math.sign(count));
    if (!calendar.isKnown(day)) unpublished.add(yearOfDate(day));
    if (calendar.isWorkingDay(day)) counted += 1;
  }
  return { day, unpublished: [...unpublished] };
}

/** How many working days lie after one day up to and with another; 0 when that is not later. */
export function workingDaysUntil(from: CivilDate, until: CivilDate, calendar: WorkingCalendar = officialCalendar): number {
  let count = 0;
  for (let day = from; day < until;) {
    day = addDays(day, 1);
    if (calendar.isWorkingDay(day)) count += 1;
  }
  return count;
}

/** Marks an answer provisional when a day in it was counted through a year without an official list. */
export function noteUnpublished(working: Working, { unpublished }: Pick<WorkingDay, 'unpublished'>): void {
  const [year] = unpublished;
  if (year === undefined) return;
  working.provisional('CALENDAR_NOT_PUBLISHED', {
    zh: `${year}年的节假日安排尚未列入，期限可能顺延`,
    en: `the official holidays of ${year} are not on file yet: the day may move`,
  });
}

function yearOfDate(day: CivilDate): number {
  return Math.floor(day / 10_000);
}
