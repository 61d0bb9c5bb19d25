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

  it.each(['202413', '202400', '000000', '999912', '20240', '2024/09', '', 'x', 202413, 2024.09])('is not %p', (text) => {
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
