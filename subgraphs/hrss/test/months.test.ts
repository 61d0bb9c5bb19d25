import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { monthsPaid } from '../src/months.js';
import type { ContributionRecord } from '../src/records.js';

const provenance = (jurisdiction: string): ContributionRecord['provenance'] => ({
  agency: 'hrss',
  system: `hrss-rest-${jurisdiction}`,
  jurisdiction,
  asOf: '2026-11-01T00:00:00.000Z',
  freshness: 'LIVE',
  quality: [],
});

function paid(
  month: string | null,
  personal: string | null,
  more: Partial<ContributionRecord> & { readonly at?: string } = {},
): ContributionRecord {
  const { at = '440000', ...fields } = more;
  return {
    scheme: 'EMPLOYEE_PENSION',
    month,
    base: '5000.00',
    personal,
    employer: '0.00',
    credited: personal,
    paidOn: null,
    creditCode: null,
    unitName: null,
    provenance: provenance(at),
    ...fields,
  };
}

describe('months paid', () => {
  it('count each calendar month once, however often and wherever it was paid', () => {
    expect(monthsPaid([paid('2024-01', '400.00'), paid('2024-01', '400.00', { at: '510000' }), paid('2024-02', '400.00')])).toBe(2);
  });

  it('do not count a month whose bookings cancel each other, and count it when the correction is positive', () => {
    expect(monthsPaid([paid('2024-01', '400.00'), paid('2024-01', '-400.00')])).toBe(0);
    expect(monthsPaid([paid('2024-01', '400.00'), paid('2024-01', '-400.00'), paid('2024-01', '450.00')])).toBe(1);
  });

  it('are not taken away in one province by a reversal in another', () => {
    expect(monthsPaid([paid('2024-01', '400.00'), paid('2024-01', '-400.00', { at: '510000' })])).toBe(1);
  });

  it('leave out the resident scheme, and rows whose month or scheme cannot be read', () => {
    expect(
      monthsPaid([
        paid('2024-09', '200.00', { scheme: 'RESIDENT_PENSION' }),
        paid(null, '400.00'),
        paid('2024-01', '400.00', { scheme: null }),
      ]),
    ).toBe(0);
  });

  it('do not depend on the order of the rows, and never fall when a payment is added', () => {
    const row = fc.record({
      month: fc.integer({ min: 1, max: 12 }),
      fen: fc.integer({ min: -50_000, max: 50_000 }),
      at: fc.constantFrom('440000', '510000'),
    });
    const yuan = (fen: number): string =>
      `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
    const rowsOf = (list: readonly { month: number; fen: number; at: string }[]): ContributionRecord[] =>
      list.map(({ month, fen, at }) => paid(`2024-${String(month).padStart(2, '0')}`, yuan(fen), { at }));
    fc.assert(
      fc.property(fc.array(row), row, (list, extra) => {
        const sums = new Map<string, number>();
        for (const { month, fen, at } of list) sums.set(`${month} ${at}`, (sums.get(`${month} ${at}`) ?? 0) + fen);
        const expected = new Set([...sums].filter(([, sum]) => sum > 0).map(([key]) => key.split(' ')[0])).size;
        expect(monthsPaid(rowsOf(list))).toBe(expected);
        expect(monthsPaid(rowsOf([...list].reverse()))).toBe(expected);
        expect(monthsPaid(rowsOf([...list, { ...extra, fen: Math.abs(extra.fen) }]))).toBeGreaterThanOrEqual(expected);
      }),
    );
  });
});
