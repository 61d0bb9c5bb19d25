import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fen, fenFromYuan, mulDiv, mulRate, rateFrom, rateText, roundedProduct, yuan } from '../src/money.js';

const amount = fc.integer({ min: -10_000_000_000_000, max: 10_000_000_000_000 });

describe('money', () => {
  it.each([
    ['6000.00', 600000],
    ['6,000.5', 600050],
    ['０.０５', 5],
    [7162, 716200],
    [1432.4, 143240],
    ['-0.00', 0],
  ])('reads %p as %d fen', (text, expected) => {
    expect(fenFromYuan(text, 'x')).toBe(expected);
  });

  it.each([
    ['1.234', 'MONEY_DECIMALS'],
    [0.001, 'MONEY_DECIMALS'],
    ['-1', 'MONEY_NEGATIVE'],
    ['1e5', 'MONEY_INVALID'],
    ['', 'MONEY_INVALID'],
    ['12,34', 'MONEY_INVALID'],
    [Number.NaN, 'MONEY_INVALID'],
    [1e21, 'MONEY_INVALID'],
    ['100000000000.01', 'MONEY_OUT_OF_RANGE'],
  ])('refuses %p as %s and names the field', (text, code) => {
    expect(() => fenFromYuan(text, 'segments[2].base')).toThrow(expect.objectContaining({ code, field: 'segments[2].base' }));
  });

  it('is written as it is read, for every amount', () => {
    fc.assert(
      fc.property(amount, (whole) => {
        expect(fenFromYuan(yuan(fen(whole)), 'x', { negative: true })).toBe(whole === 0 ? 0 : whole);
      }),
    );
  });

  it('rounds products half up, away from zero, exactly, also beyond 2^53', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 10_000_000_000 }), fc.integer({ min: 1, max: 1_000_000_000 }), (a, n, d) => {
        const exact = BigInt(a) * BigInt(n);
        fc.pre(Math.abs((a / d) * n) < 2 ** 52);
        const result = BigInt(roundedProduct(a, n, d));
        const off = 2n * (result * BigInt(d) - exact);
        const size = off < 0n ? -off : off;
        expect(size <= BigInt(d)).toBe(true);
        // On exactly one half the result is the one farther from zero.
        if (size === BigInt(d)) expect(off > 0n).toBe(exact > 0n);
      }),
    );
  });

  it.each([
    [1, 1, 2, 1],
    [-1, 1, 2, -1],
    [-1, 1, 3, 0],
    [5, 5, 10, 3],
  ])('makes %d x %d / %d into %d', (a, n, d, expected) => {
    expect(mulDiv(a, n, d)).toBe(expected);
  });

  it('takes 8 % of a base', () => {
    expect(yuan(mulRate(fenFromYuan('7162.00', 'x'), rateFrom('0.08', 'x')))).toBe('572.96');
  });

  it.each([
    ['0.0669', '0.0669'],
    ['8%', '0.08'],
    [1, '1'],
    [0.1, '0.1'],
  ])('reads the rate %p as %s', (text, expected) => {
    expect(rateText(rateFrom(text, 'rate'))).toBe(expected);
  });

  it.each(['-0.1', '1e-9', 'x', '0.123456789', '0.12345678%'])('refuses the rate %p', (text) => {
    expect(() => rateFrom(text, 'rate')).toThrow(expect.objectContaining({ code: 'RATE_INVALID', field: 'rate' }));
  });
});
