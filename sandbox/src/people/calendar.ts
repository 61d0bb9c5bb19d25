/** Months as integers (year × 12 + month − 1), so that lives are arithmetic; text only at the edge. */
export type MonthIndex = number;

const texts = new Map<MonthIndex, string>();

/** YYYY-MM, always the same string object for the same month: a hundred thousand lives share them. */
export function monthText(month: MonthIndex): string {
  let text = texts.get(month);
  if (text === undefined) {
    text = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
    texts.set(month, text);
  }
  return text;
}

/** Reads YYYY-MM or the month of YYYY-MM-DD. */
export function monthIndex(text: string): MonthIndex {
  if (!/^\d{4}-(0[1-9]|1[0-2])(-\d{2})?$/.test(text)) throw new RangeError('a month is written YYYY-MM');
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

const { floor } = Math;

export const yearOf = (month: MonthIndex): number => floor(month / 12);

const twoDigits = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(2, '0'));

/** 0 to 99 with two digits. */
export const two = (value: number): string => twoDigits[value] ?? '';

/** YYYY-MM-DD; a day past the end of the month becomes its last day. */
export function dateText(month: MonthIndex, day: number): string {
  if (day <= 28) return `${monthText(month)}-${two(day)}`;
  const last = new Date(Date.UTC(yearOf(month), (month % 12) + 1, 0)).getUTCDate();
  return `${monthText(month)}-${String(Math.min(day, last)).padStart(2, '0')}`;
}

/** yyyyMMdd or yyyyMM, as registers write them. */
export const digits = (text: string): string => text.replaceAll('-', '');
