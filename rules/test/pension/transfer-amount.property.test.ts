import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fenFromYuan } from '../../src/money.js';
import { amount } from './ordinary-move.js';

const bases = fc.integer({ min: 1, max: 5_000_000 }).map((fen) => (fen / 100).toFixed(2));
/** Segments of 1 to 12 months, one after the other with gaps, the last of them in the two years before the move of 2024-09 or in its month. */
const career = fc
  .tuple(
    fc.array(fc.record({ gap: fc.integer({ min: 0, max: 6 }), months: fc.integer({ min: 1, max: 12 }), base: bases }), {
      minLength: 1,
      maxLength: 5,
    }),
    fc.integer({ min: 0, max: 20 }),
  )
  .map(([parts, before]) => {
    let at = 2024 * 12 + 8 - before - parts.reduce((sum, { gap, months }) => sum + gap + months, 0) + 1;
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

  it('is refused in whatever order a month is claimed twice', () => {
    fc.assert(
      fc.property(
        career.chain((segments) => fc.tuple(fc.constantFrom(...segments), fc.constant(segments))),
        fc.nat(),
        ([twice, segments], seed) => {
          const claims = [...segments, { ...twice, to: twice.from }];
          const turned = claims.map((segment, index) => ({ segment, key: (seed * (index + 7)) % 101 })).sort((a, b) => a.key - b.key);
          expect(amount({ segments: turned.map(({ segment }) => segment) })).toMatchObject({ error: 'MONTHS_OVERLAP' });
        },
      ),
    );
  });

  it('does not change when a segment is split by the month, paid month by month or at once', () => {
    fc.assert(
      fc.property(career, fc.boolean(), (career, atOnce) => {
        const segments = career.map((segment) => (atOnce ? { ...segment, paidOn: '2024-09-10' } : segment));
        const split = segments.flatMap(({ from, to, ...paid }) => {
          const at = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(4)) - 1;
          return Array.from({ length: at(to) - at(from) + 1 }, (_, index) => ({
            from: month(at(from) + index),
            to: month(at(from) + index),
            ...paid,
          }));
        });
        expect(amount({ ratesByYear: {}, segments: split })).toEqual(amount({ ratesByYear: {}, segments }));
      }),
    );
  });

  it('holds back what was paid at once without papers, in however many segments it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 44 }), fc.integer({ min: 1, max: 29 }), (months, cut) => {
        const [first, last, paid] = [2018 * 12, 2018 * 12 + months - 1, { base: '5000.00', paidOn: '2022-01-10' }];
        const whole = amount({ ratesByYear: {}, segments: [{ from: month(first), to: month(last), ...paid }] });
        const cutInTwo = [
          { from: month(first + cut), to: month(last), ...paid },
          { from: month(first), to: month(first + cut - 1), ...paid },
        ];
        expect(amount({ ratesByYear: {}, segments: cutInTwo })).toEqual(whole);
        expect(whole).toMatchObject({ months: { held: months < 36 ? 0 : months } });
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

  it('rises by at least the 20 points of one more month that was paid', () => {
    fc.assert(
      fc.property(career, bases, (segments, base) => {
        const more = amount({ ratesByYear: {}, segments: [{ from: '201601', to: '201601', base }, ...segments] });
        const risen = fenOf(more['total']) - fenOf(amount({ ratesByYear: {}, segments })['total']);
        // Account and pool are each rounded to the fen.
        expect(risen).toBeGreaterThanOrEqual(Math.floor(fenOf(base) / 5) - 2);
      }),
    );
  });
});
