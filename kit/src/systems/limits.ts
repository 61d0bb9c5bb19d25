import { Type, type Static } from 'typebox';
import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';

/** What a system can bear; every value has a default so that a province states only what is special about it. */
export const SystemLimits = Type.Object(
  {
    /** Calls under way at once. */
    concurrency: Type.Integer({ minimum: 1, default: 8 }),
    /** Calls started per second; 0 = no limit. */
    perSecond: Type.Integer({ minimum: 0, default: 0 }),
    /** Milliseconds a call may take. */
    deadlineMs: Type.Integer({ minimum: 1, default: 2500 }),
    /** Keys per call. */
    batch: Type.Integer({ minimum: 1, default: 100 }),
    /** Further tries of a question whose connection broke. */
    retries: Type.Integer({ minimum: 0, maximum: 3, default: 1 }),
    /** Consecutive failures that open the breaker. */
    breakAfter: Type.Integer({ minimum: 1, default: 5 }),
    /** Milliseconds until an open breaker lets one call try. */
    breakForMs: Type.Integer({ minimum: 1, default: 5000 }),
  },
  { additionalProperties: false },
);
export type SystemLimits = Static<typeof SystemLimits>;

/** A daily maintenance window in Asia/Shanghai, e.g. 22:00 to 06:00; may cross midnight. */
export const MaintenanceWindow = Type.Object(
  { from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }), to: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }) },
  { additionalProperties: false },
);
export type MaintenanceWindow = Static<typeof MaintenanceWindow>;

const minutes = (hhmm: string): number => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3));

/** When the window that `now` lies in ends; undefined outside all windows. */
export function closedUntil(windows: readonly MaintenanceWindow[], now: Date): Date | undefined {
  const local = new Date(now.getTime() + SHANGHAI_OFFSET_MS);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  for (const window of windows) {
    const [from, to] = [minutes(window.from), minutes(window.to)];
    const inside = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
    if (!inside) continue;
    const wait = (to - minute + 1440) % 1440;
    return new Date(now.getTime() - (now.getTime() % 60_000) + wait * 60_000);
  }
  return undefined;
}
