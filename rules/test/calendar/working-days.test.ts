import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonthsToDate, dateFrom, dateText, daysBetween, firstDay, lastDay, weekday } from '../../src/calendar/civil-date.js';
import { givenCalendar, officialCalendar, workingDayAfter, workingDaysUntil } from '../../src/calendar/working-days.js';
import { monthFrom } from '../../src/month.js';

const day = (text: string) => dateFrom(text, 'day');
const anyDay = fc
  .date({ min: new Date('2010-01-01T00:00Z'), max: new Date('2025-06-30T00:00Z'), noInvalidDate: true })
  .map((date) => day(date.toISOString().slice(0, 10)));

describe('a day', () => {
  it.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-04-31', '00000000', '2025-4-1', '2025-0401', ''])('is not %p', (text) => {
    expect(() => dateFrom(text, 'acceptedOn')).toThrow(expect.objectContaining({ code: 'DATE_INVALID', field: 'acceptedOn' }));
  });

  it('is read with and without hyphens, and as a number', () => {
    expect([day('20250303'), dateFrom(20250303, 'day')]).toEqual([day('2025-03-03'), day('2025-03-03')]);
  });

  it('moved there and back is itself, and lies so many days away', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -4000, max: 4000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
        expect(addDays(addDays(from, days), -days)).toBe(from);
        expect(weekday(addDays(from, 7))).toBe(weekday(from));
      }),
    );
  });

  it('knows its weekday, the ends of its month, and the months around it', () => {
    expect([weekday(day('2026-11-22')), weekday(day('1970-01-01'))]).toEqual([7, 4]);
    expect(dateText(firstDay(monthFrom('202402', 'm')))).toBe('2024-02-01');
    expect(dateText(lastDay(monthFrom('202402', 'm')))).toBe('2024-02-29');
    expect(dateText(addMonthsToDate(day('2025-05-31'), -3))).toBe('2025-02-28');
    expect(dateText(addMonthsToDate(day('2025-05-15'), -3))).toBe('2025-02-15');
  });
});

describe('working days', () => {
  it.each([
    ['2025-10-01', false],
    ['2025-10-08', false],
    ['2025-10-09', true],
    ['2025-10-11', true],
    ['2025-10-12', false],
    ['2024-02-18', true],
    ['2024-02-09', true],
    ['2026-01-04', true],
    ['2026-02-23', false],
    ['2026-09-20', true],
  ])('of the official calendar: %s is worked: %p', (text, expected) => {
    expect(officialCalendar.isWorkingDay(day(text))).toBe(expected);
  });

  it('are counted from the day after the event, over holidays and make-up workdays', () => {
    expect(workingDayAfter(day('2025-01-20'), 15)).toEqual({ day: day('2025-02-14'), unpublished: [] });
    expect(workingDayAfter(day('2025-03-03'), 10)).toEqual({ day: day('2025-03-17'), unpublished: [] });
  });

  it('that run into a year without an official list say which', () => {
    const { unpublished } = workingDayAfter(day('2026-12-25'), 15);
    expect(unpublished).toEqual([2027]);
  });

  it('lie on working days, later for more, and count back to what was added', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 60 }), (event, count) => {
        const { day: due } = workingDayAfter(event, count);
        expect(officialCalendar.isWorkingDay(due)).toBe(true);
        expect(workingDaysUntil(event, due)).toBe(count);
        expect(workingDayAfter(event, count + 1).day).toBeGreaterThan(due);
      }),
    );
  });

  it('of given lists ignore the official ones', () => {
    const calendar = givenCalendar([day('2025-03-04')], [day('2025-03-08')]);
    expect(dateText(workingDayAfter(day('2025-03-03'), 4, calendar).day)).toBe('2025-03-08');
    expect(dateText(workingDayAfter(day('2025-09-30'), 1, givenCalendar([], [])).day)).toBe('2025-10-01');
  });
});
