import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fenFromYuan } from '../../src/money.js';
import { amount } from './ordinary-move.js';

const bases = fc.integer({ min: 1, max: 5_000_000 }).map((fen) => (fen / 100).toFixed(2));
/** Segments of 1 to 12 months, one after the other, from 2016-01 on, with gaps. */
const career = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 6 }), months: fc.integer({ min: 1, max: 12 }), base: bases }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => {
    let at = 2016 * 12;
    return parts.map(({ gap, months, base }) => {
      const from = at + gap;
      at = from + months;
      return { from: month(from), to: month(at - 1), base };
    });
  });
const month = (index: number) => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
const fenOf = (value: unknown) => fenFromYuan(String(value), '');

describe('the money that moves, whatever the career', () => {
  it('does not depend on the order of the segments', () => {
    fc.assert(
      fc.property(career, fc.integer(), (segments, seed) => {
        const turned = segments.map((segment, index) => ({ segment, key: (seed * (index + 7)) % 101 })).sort((a, b) => a.key - b.key);
        expect(amount({ ratesByYear: {}, segments: turned.map(({ segment }) => segment) })).toEqual(amount({ ratesByYear: {}, segments }));
      }),
    );
  });

  it('does not change when a segment is split by the month', () => {
    fc.assert(
      fc.property(career, (segments) => {
        const split = segments.flatMap(({ from, to, base }) => {
          const at = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(4)) - 1;
          return Array.from({ length: at(to) - at(from) + 1 }, (_, index) => ({
            from: month(at(from) + index),
            to: month(at(from) + index),
            base,
          }));
        });
        expect(amount({ ratesByYear: {}, segments: split })).toEqual(amount({ ratesByYear: {}, segments }));
      }),
    );
  });

  it('adds up: account and pool make the total, and the account its parts', () => {
    fc.assert(
      fc.property(career, bases, (segments, pre1998PersonalWithInterest) => {
        const out = amount({ ratesByYear: {}, segments, pre1998PersonalWithInterest });
        const parts = [pre1998PersonalWithInterest, out['balanceEndOfPreviousYear'], out['currentYearPrincipal']].map(fenOf);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(fenOf(out['personalAccountTransfer']));
        expect(fenOf(out['personalAccountTransfer']) + fenOf(out['pooledTransfer'])).toBe(fenOf(out['total']));
      }),
    );
  });

  it('never falls when one more month was paid', () => {
    fc.assert(
      fc.property(career, bases, (segments, base) => {
        const more = amount({ ratesByYear: {}, segments: [...segments, { from: '202401', to: '202401', base }] });
        expect(fenOf(more['total'])).toBeGreaterThan(fenOf(amount({ ratesByYear: {}, segments })['total']) - 1);
      }),
    );
  });
});
