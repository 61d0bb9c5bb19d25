import { addMonths, monthOf, type Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';

declare const civilDateBrand: unique symbol;
/** A day of the calendar in Asia/Shanghai as the number YYYYMMDD: comparable, and readable in a table. */
export type CivilDate = number & { readonly [civilDateBrand]: true };

/**
 * Reads a day: `"2025-03-03"`, `"20250303"`, `20250303`. What registers write for "none" (00000000) is refused.
 * @throws RuleRefusal DATE_INVALID naming the field
 */
export function dateFrom(value: string | number, field: string): CivilDate {
  const text = typeof value === 'number' ? String(value) : value.normalize('NFKC').trim();
  const parts = /^(\d{4})(-?)(\d{2})\2(\d{2})$/.exec(text);
  const date = parts ? Number(`${parts[1] ?? ''}${parts[3] ?? ''}${parts[4] ?? ''}`) : 0;
  if (!isCivilDate(date)) throw new RuleRefusal('DATE_INVALID', field);
  return date;
}

/** `"2025-03-03"`. */
export function dateText(date: CivilDate): string {
  const digits = String(date);
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** The day so many days later, or earlier when negative. */
export function addDays(date: CivilDate, days: number): CivilDate {
  const moved = new Date(utc(date) + days * DAY);
  const result = moved.getUTCFullYear() * 10_000 + (moved.getUTCMonth() + 1) * 100 + moved.getUTCDate();
  if (!isCivilDate(result)) throw new RuleRefusal('DATE_INVALID', '');
  return result;
}

/** 1 Monday to 7 Sunday. */
export function weekday(date: CivilDate): number {
  return ((((Math.floor(utc(date) / DAY) + 3) % 7) + 7) % 7) + 1;
}

/** Days from one day to another; negative when the other is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return (utc(to) - utc(from)) / DAY;
}

/** The same day of the month so many months later or earlier; the month's last where it has no such day. */
export function addMonthsToDate(date: CivilDate, months: number): CivilDate {
  const last = lastDay(addMonths(monthOfDate(date), months));
  return addDays(last, Math.min(0, (date % 100) - (last % 100)));
}

export function monthOfDate(date: CivilDate): Month {
  return monthOf(Math.floor(date / 10_000), Math.floor(date / 100) % 100);
}

/** The first day of a month. */
export function firstDay(month: Month): CivilDate {
  const date = Math.floor(month / 12) * 10_000 + ((month % 12) + 1) * 100 + 1;
  if (!isCivilDate(date)) throw new RuleRefusal('DATE_INVALID', '');
  return date;
}

/** The last day of a month. */
export function lastDay(month: Month): CivilDate {
  return addDays(firstDay(addMonths(month, 1)), -1);
}

const DAY = 86_400_000;

function utc(date: CivilDate): number {
  return Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100);
}

function isCivilDate(date: number): date is CivilDate {
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  if (!Number.isInteger(date) || year < 1800 || year > 2199 || month < 1 || month > 12) return false;
  return day >= 1 && day <= daysOf(year, month);
}

/** Days of a month of the Gregorian calendar. */
function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
