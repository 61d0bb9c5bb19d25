import { Type } from 'typebox';
import { DateInput } from '../input.js';
import { dateFrom } from './civil-date.js';
import { givenCalendar, officialCalendar, type WorkingCalendar } from './working-days.js';

/** Fields of an input that counts working days: lists given there take the place of the official calendar. */
export const calendarFields = {
  holidays: Type.Optional(Type.Array(DateInput, { description: '节假日；给出时不再使用官方日历' })),
  extraWorkdays: Type.Optional(Type.Array(DateInput, { description: '调休上班日' })),
};

interface CalendarInput {
  readonly holidays?: readonly (string | number)[];
  readonly extraWorkdays?: readonly (string | number)[];
}

/** @throws RuleRefusal DATE_INVALID naming the day */
export function calendarFrom({ holidays, extraWorkdays }: CalendarInput): WorkingCalendar {
  if (holidays === undefined && extraWorkdays === undefined) return officialCalendar;
  return givenCalendar(
    (holidays ?? []).map((day, index) => dateFrom(day, `holidays[${index}]`)),
    (extraWorkdays ?? []).map((day, index) => dateFrom(day, `extraWorkdays[${index}]`)),
  );
}
