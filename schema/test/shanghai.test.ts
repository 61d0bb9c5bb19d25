import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastWholeMonth, shanghaiDay } from '@yichuang/schema';

const CALENDAR = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
const moment = fc.date({ min: new Date('1992-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true });

it('says the day of any moment in Shanghai as the time zone database has it', () => {
  fc.assert(fc.property(moment, (at) => shanghaiDay(at) === CALENDAR.format(at)));
});

it('knows the last month that is over there, also in January and in the hours in which London is a month behind', () => {
  expect(lastWholeMonth(new Date('2026-01-31T15:59:59Z'))).toBe('2025-12');
  expect(lastWholeMonth(new Date('2026-01-31T16:00:00Z'))).toBe('2026-01');
  expect(lastWholeMonth(new Date('2026-12-01T00:00:00Z'))).toBe('2026-11');
});
