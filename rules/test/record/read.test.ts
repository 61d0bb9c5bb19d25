import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarMonths, paidMonths } from '../../src/record/paid-months.js';
import { lifeRecordFrom } from '../../src/record/read.js';
import { RuleRefusal } from '../../src/refusal.js';

const refusalOf = (json: Parameters<typeof lifeRecordFrom>[0]): unknown => {
  try {
    lifeRecordFrom(json);
  } catch (error) {
    if (error instanceof RuleRefusal) return { code: error.refused.code, field: error.refused.field };
    throw error;
  }
  return 'read';
};

describe('A lifetime record', () => {
  it('is read from segments in the words of the cases, month by month, with cities in their province', () => {
    const record = lifeRecordFrom({
      hukouProvince: '510000',
      segments: [{ from: '202311', to: '202402', area: '440300', base: '6000.00' }],
    });
    expect(record.bookings.map(({ jurisdiction, scheme }) => `${jurisdiction} ${scheme}`)).toEqual(Array(4).fill('440000 110'));
    expect(record.person.hukouProvince).toBe('510000');
    expect(record.asOf).toBe(2024 * 12 + 1);
  });

  it('names the field that cannot be read', () => {
    const segment = { from: '202301', to: '202302', province: '440000' };
    expect(refusalOf({ segments: [segment, { ...segment, to: '202313' }] })).toEqual({ code: 'MONTH_INVALID', field: 'segments[1].to' });
    expect(refusalOf({ segments: [{ ...segment, base: '-1.00' }] })).toEqual({ code: 'MONEY_NEGATIVE', field: 'segments[0].base' });
    expect(refusalOf({ segments: [{ ...segment, base: '6000.123' }] })).toEqual({ code: 'MONEY_DECIMALS', field: 'segments[0].base' });
    expect(refusalOf({ segments: [{ ...segment, province: '990000' }] })).toEqual({
      code: 'DIVISION_UNKNOWN',
      field: 'segments[0].province',
    });
    expect(refusalOf({ segments: [{ ...segment, scheme: '999' }] })).toEqual({ code: 'SCHEME_UNKNOWN', field: 'segments[0].scheme' });
    expect(refusalOf({ segments: [{ ...segment, scheme: '170', from: '200001' }] })).toEqual({
      code: 'SCHEME_NOT_YET',
      field: 'segments[0].scheme',
    });
    expect(refusalOf({ segments: [{ from: '202301', to: '202212', province: '440000' }] })).toEqual({
      code: 'RANGE_REVERSED',
      field: 'segments[0].to',
    });
    expect(refusalOf({})).toEqual({ code: 'RECORD_EMPTY', field: '' });
  });

  it('counts a month that was paid, taken back and paid again once, and one that was taken back not at all', () => {
    const booking = { month: '202301', province: '440000', scheme: '110' };
    const { bookings } = lifeRecordFrom({
      months: [
        { ...booking, personal: '480.00', employer: '960.00' },
        { ...booking, personal: '-480.00', employer: '-960.00' },
        { ...booking, personal: '500.00', employer: '1000.00' },
        { ...booking, month: '202302', personal: '480.00' },
        { ...booking, month: '202302', personal: '-480.00' },
      ],
    });
    expect(paidMonths({ bookings })).toMatchObject([{ month: 2023 * 12, paid: 150_000 }]);
  });

  it('does not let a reversal in one province take away a month paid in another', () => {
    const { bookings } = lifeRecordFrom({
      months: [
        { month: '202301', province: '440000', personal: '480.00' },
        { month: '202301', province: '430000', personal: '-480.00' },
      ],
    });
    expect(calendarMonths(paidMonths({ bookings }))).toEqual([2023 * 12]);
  });

  it('counts every month once, whatever the order of the segments and wherever they are cut', () => {
    const segment = fc
      .record({
        start: fc.integer({ min: 0, max: 300 }),
        length: fc.integer({ min: 1, max: 60 }),
        place: fc.constantFrom('440000', '430000'),
      })
      .map(({ start, length, place }) => ({ start: 2000 * 12 + start, end: 2000 * 12 + start + length - 1, place }));
    const text = (index: number): string => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 59 }), (segments, cut) => {
        const months = (list: typeof segments): readonly number[] => {
          const { bookings } = lifeRecordFrom({
            segments: list.map(({ start, end, place }) => ({ from: text(start), to: text(end), province: place, base: '5000.00' })),
          });
          return calendarMonths(paidMonths({ bookings }));
        };
        const pieces = segments.flatMap(({ start, end, place }) =>
          start + cut <= end
            ? [
                { start, end: start + cut - 1, place },
                { start: start + cut, end, place },
              ]
            : [{ start, end, place }],
        );
        const expected = [...new Set(segments.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, i) => start + i)))];
        expect(months(segments)).toEqual(expected.sort((a, b) => a - b));
        expect(months([...segments].reverse())).toEqual(months(segments));
        expect(months(pieces)).toEqual(months(segments));
      }),
    );
  });
});
