import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continuousMonths } from '../src/continuous-months.js';
import type { PaymentRecord } from '../src/records.js';

const provenance = {
  agency: 'medical-insurance',
  system: 'medical-platform',
  jurisdiction: null,
  asOf: '2026-10-31T16:30:00.000Z',
  freshness: 'LIVE',
  quality: [],
} as const;
function paid(month: string | null, more: Partial<PaymentRecord> = {}): PaymentRecord {
  const amounts = { base: null, personal: '20.00', employer: '80.00' };
  return {
    scheme: 'EMPLOYEE',
    poolingArea: '440100',
    month,
    lastMonth: month,
    ...amounts,
    paidOn: null,
    employerName: null,
    provenance,
    ...more,
  };
}
const reversed = (month: string): PaymentRecord => paid(month, { personal: '-20.00', employer: '-80.00' });
const monthText = (index: number): string => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;

describe('continuousMonths', () => {
  it('counts back from the last paid month to the first gap, over the turn of a year', () => {
    expect(continuousMonths(['2025-10', '2025-12', '2026-01', '2026-02'].map((month) => paid(month)))).toBe(3);
    expect(continuousMonths([])).toBe(0);
    expect(continuousMonths([paid('2026-01')])).toBe(1);
  });

  it('counts a month once, however often it was booked, and whichever place or scheme it was paid in', () => {
    expect(continuousMonths([paid('2026-01'), paid('2026-01'), paid('2026-02', { scheme: 'RESIDENT', poolingArea: '340100' })])).toBe(2);
  });

  it('does not count a month whose bookings sum to nothing', () => {
    expect(continuousMonths([paid('2026-01'), paid('2026-02'), reversed('2026-02'), paid('2026-03')])).toBe(1);
    expect(continuousMonths([paid('2026-01'), paid('2026-02'), reversed('2026-02'), paid('2026-02')])).toBe(2);
    expect(continuousMonths([paid('2026-01', { personal: null, employer: null })])).toBe(0);
  });

  it('takes a resident’s payment for its whole year, but not for months to come', () => {
    const year = (text: string): PaymentRecord => paid(`${text}-01`, { lastMonth: `${text}-12`, scheme: 'RESIDENT', employer: null });
    // The register answered in the first hour of November in Shanghai, which was still October in UTC.
    expect(continuousMonths([year('2025'), year('2026')])).toBe(12 + 11);
    expect(continuousMonths([year('2024'), year('2026')])).toBe(11);
    expect(continuousMonths([paid('2024-01', { lastMonth: '2025-01' })])).toBe(1);
    expect(continuousMonths([paid('2024-05', { lastMonth: '2024-03' })])).toBe(1);
  });

  it('leaves out payments whose month cannot be read', () => {
    expect(continuousMonths([paid(null), paid('2026-01')])).toBe(1);
  });

  it('finds the length of any run before a gap, whatever stands before it and in whatever order', () => {
    const early = 2001 * 12;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: early, max: early + 60 })),
        fc.integer(),
        (length, older, seed) => {
          const start = early + 62;
          const months = [...older, ...Array.from({ length }, (_, i) => start + i)];
          const shuffled = months.map((month, i) => ({ month, at: Math.sin(seed + i) })).sort((a, b) => a.at - b.at);
          expect(continuousMonths(shuffled.map(({ month }) => paid(monthText(month))))).toBe(length);
        },
      ),
    );
  });
});
