import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closedUntil } from '../../src/systems/limits.js';

const DAY = 1440;
const hhmm = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
/** Minutes and seconds of a day in Shanghai as a moment. */
const shanghai = (minute: number, seconds = 0): Date => new Date(Date.UTC(2026, 9, 31) + (minute - 480) * 60_000 + seconds * 1000);

describe('a maintenance window', () => {
  it('from 22:00 to 06:00 in Shanghai is closed over midnight and opens at six', () => {
    const windows = [{ from: '22:00', to: '06:00' }];
    expect(closedUntil(windows, new Date('2026-10-31T13:59:59Z'))).toBeUndefined();
    expect(closedUntil(windows, new Date('2026-10-31T14:00:00Z'))?.toISOString()).toBe('2026-10-31T22:00:00.000Z');
    expect(closedUntil(windows, new Date('2026-10-31T21:59:59Z'))?.toISOString()).toBe('2026-10-31T22:00:00.000Z');
    expect(closedUntil(windows, new Date('2026-10-31T22:00:00Z'))).toBeUndefined();
  });

  it('is closed at its minutes and no others, and always opens at its end', () => {
    const minute = fc.integer({ min: 0, max: DAY - 1 });
    fc.assert(
      fc.property(minute, minute, minute, fc.integer({ min: 0, max: 59 }), (from, to, at, second) => {
        fc.pre(from !== to);
        const inside = (at - from + DAY) % DAY < (to - from + DAY) % DAY;
        const opens = closedUntil([{ from: hhmm(from), to: hhmm(to) }], shanghai(at, second));
        expect(opens).toEqual(inside ? shanghai(at + ((to - at + DAY) % DAY)) : undefined);
      }),
    );
  });

  it('counts whichever of several one is in', () => {
    const windows = [
      { from: '01:00', to: '02:00' },
      { from: '12:00', to: '13:00' },
    ];
    expect(closedUntil(windows, shanghai(12 * 60 + 30))).toEqual(shanghai(13 * 60));
    expect(closedUntil(windows, shanghai(3 * 60))).toBeUndefined();
  });
});
