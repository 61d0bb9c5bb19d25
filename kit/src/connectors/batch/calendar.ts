import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** When the file of a day is due: HH:MM in Asia/Shanghai, so many days after the day. */
export interface DueTime {
  readonly at: string;
  readonly days: number;
}

/** The last day (yyyyMMdd) whose file is due by now. */
export function lastDayDue(due: DueTime, now: Date): string {
  const [hour, minute] = [Number(due.at.slice(0, 2)), Number(due.at.slice(3))];
  const local = now.getTime() + SHANGHAI_OFFSET_MS - due.days * DAY_MS - hour * HOUR_MS - minute * 60_000;
  return new Date(local).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The moment a day (yyyyMMdd) begins in Asia/Shanghai: a file made in its early hours holds what was entered until then. */
export function beginningOf(day: string): Date {
  return new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00+08:00`);
}
