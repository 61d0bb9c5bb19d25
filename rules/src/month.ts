import { RuleRefusal } from './refusal.js';

declare const monthBrand: unique symbol;
/** A calendar month as year x 12 + month - 1: months are added and subtracted as numbers. 2024-09 is 24296. */
export type Month = number & { readonly [monthBrand]: true };

/** Months from first to last, both inside. */
export interface MonthRange {
  readonly from: Month;
  readonly to: Month;
}

const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/**
 * A month of a year.
 * @param monthOfYear 1 to 12
 * @throws RuleRefusal MONTH_INVALID naming the field when there is no such month from 1900 to 2199
 */
export function monthOf(year: number, monthOfYear: number, field = ''): Month {
  const index = year * 12 + monthOfYear - 1;
  if (!Number.isInteger(monthOfYear) || monthOfYear < 1 || monthOfYear > 12 || !isMonth(index))
    throw new RuleRefusal('MONTH_INVALID', field);
  return index;
}

/**
 * Reads a month: `"202409"`, `202409`, `"2024-09"`; a day (`"2024-09-15"`, `20240915`) stands for the month it lies in. Month 00 or 13 is
 * refused, and so are a day that no calendar has and what registers write for "none" or "forever" (000000, 999912).
 * @throws RuleRefusal MONTH_INVALID naming the field
 */
export function monthFrom(value: string | number, field: string): Month {
  const text = typeof value === 'number' ? String(value) : value.normalize('NFKC').trim();
  const parts = /^(\d{4})(-?)(\d{2})(?:\2(\d{2}))?$/.exec(text);
  if (!parts) throw new RuleRefusal('MONTH_INVALID', field);
  const [year, monthOfYear, day] = [Number(parts[1]), Number(parts[3]), Number(parts[4] ?? 1)];
  const month = monthOf(year, monthOfYear, field);
  // Day 0 of the month after is the last of this one.
  if (day < 1 || day > new Date(Date.UTC(year, monthOfYear, 0)).getUTCDate()) throw new RuleRefusal('MONTH_INVALID', field);
  return month;
}

/** `"202409"`, as figures are given. */
export function monthText(month: Month): string {
  return `${yearOf(month)}${String(monthOfYear(month)).padStart(2, '0')}`;
}

/** `"2024-09"`, for people. */
export function monthLabel(month: Month): string {
  return `${yearOf(month)}-${String(monthOfYear(month)).padStart(2, '0')}`;
}

export function yearOf(month: Month): number {
  return Math.floor(month / 12);
}

/** 1 to 12. */
export function monthOfYear(month: Month): number {
  return (month % 12) + 1;
}

/**
 * The month so many months later, or earlier when negative.
 * @throws RuleRefusal MONTH_INVALID when that is before 1900 or after 2199
 */
export function addMonths(month: Month, months: number): Month {
  const index = month + months;
  if (!isMonth(index)) throw new RuleRefusal('MONTH_INVALID', '');
  return index;
}

export function laterMonth(a: Month, b: Month): Month {
  return a > b ? a : b;
}

export function earlierMonth(a: Month, b: Month): Month {
  return a < b ? a : b;
}

/**
 * Reads a range of months.
 * @param field path of the object that holds `from` and `to`
 * @throws RuleRefusal MONTH_INVALID, or RANGE_REVERSED when it ends before it begins
 */
export function rangeFrom(from: string | number, to: string | number, field: string): MonthRange {
  const range = { from: monthFrom(from, `${field}.from`), to: monthFrom(to, `${field}.to`) };
  if (range.to < range.from) throw new RuleRefusal('RANGE_REVERSED', `${field}.to`);
  return range;
}

/** How many months a range has. */
export function monthsIn(range: MonthRange): number {
  return range.to - range.from + 1;
}

/** The months that two ranges share, or undefined. */
export function sharedMonths(a: MonthRange, b: MonthRange): MonthRange | undefined {
  const from = laterMonth(a.from, b.from);
  const to = earlierMonth(a.to, b.to);
  return from <= to ? { from, to } : undefined;
}

/** The months of a range, first to last. */
export function* eachMonth(range: MonthRange): Generator<Month, undefined> {
  for (let index: number = range.from; index <= range.to; index++) if (isMonth(index)) yield index;
}

function isMonth(index: number): index is Month {
  return Number.isInteger(index) && index >= FIRST_YEAR * 12 && index < (LAST_YEAR + 1) * 12;
}
