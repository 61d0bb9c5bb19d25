import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMonths, eachMonth, monthFrom, monthText, monthsIn, rangeFrom, sharedMonths } from '../src/month.js';

const month = fc
  .tuple(fc.integer({ min: 1900, max: 2199 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, of]) => `${year}${String(of).padStart(2, '0')}`);

const ordered = (a: string, b: string) => (a < b ? rangeFrom(a, b, 'r') : rangeFrom(b, a, 'r'));

describe('a month', () => {
  it('is written as it is read, for every month', () => {
    fc.assert(
      fc.property(month, (text) => {
        expect(monthText(monthFrom(text, 'm'))).toBe(text);
        expect(monthFrom(Number(text), 'm')).toBe(monthFrom(`${text.slice(0, 4)}-${text.slice(4)}`, 'm'));
      }),
    );
  });

  it('is also told by a day that lies in it', () => {
    const days = fc.date({ min: new Date(Date.UTC(1900, 0, 1)), max: new Date(Date.UTC(2199, 11, 31)), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const text = day.toISOString().slice(0, 10);
        expect([monthFrom(text, 'm'), monthFrom(text.replaceAll('-', ''), 'm')]).toEqual(Array(2).fill(monthFrom(text.slice(0, 7), 'm')));
      }),
    );
  });

  it.each([
    '2024-02-30',
    '20230229',
    '20240100',
    '2024-0101',
    '202401-01',
    '202413',
    '202400',
    '000000',
    '999912',
    '20240',
    '2024/09',
    '',
    'x',
    202413,
    2024.09,
  ])('is not %p', (text) => {
    expect(() => monthFrom(text, 'segments[0].from')).toThrow(
      expect.objectContaining({ code: 'MONTH_INVALID', field: 'segments[0].from' }),
    );
  });

  it('added to crosses the turn of the year', () => {
    expect(monthText(addMonths(monthFrom('202411', 'm'), 3))).toBe('202502');
    expect(monthText(addMonths(monthFrom('202501', 'm'), -1))).toBe('202412');
  });

  it('range counts both ends, and refuses to end before it begins', () => {
    const range = rangeFrom('202107', '202206', 'r');
    expect(monthsIn(range)).toBe(12);
    expect([...eachMonth(range)]).toHaveLength(12);
    expect(() => rangeFrom('202107', '202106', 'segments[1]')).toThrow(
      expect.objectContaining({ code: 'RANGE_REVERSED', field: 'segments[1].to' }),
    );
  });

  it('ranges share what both have', () => {
    fc.assert(
      fc.property(month, month, month, month, (a, b, c, d) => {
        const first = ordered(a, b);
        const second = ordered(c, d);
        const shared = sharedMonths(first, second);
        const both = [...eachMonth(first)].filter((one) => one >= second.from && one <= second.to);
        expect(shared === undefined ? 0 : monthsIn(shared)).toBe(both.length);
      }),
      { numRuns: 30 },
    );
  });
});
