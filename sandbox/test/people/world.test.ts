import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseCitizenNumber, parseCreditCode } from '@yichuang/schema';
import { generateWorld } from '../../src/people/generate.js';
import { generatedNumber, isSynthetic, SLOTS } from '../../src/people/numbers.js';
import type { World } from '../../src/people/model.js';

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const small = generateWorld({ people: 150 });
const usual = generateWorld();

describe('The synthetic world', () => {
  it('is the same, byte for byte, when made twice with the same options', () => {
    const again = generateWorld({ people: 150 });
    expect(hash(again)).toBe(hash(small));
    expect(hash(generateWorld({ people: 150, seed: 2 }))).not.toBe(hash(small));
  });

  it('keeps every person the same when there are more of them', () => {
    expect(usual.lives).toHaveLength(2000);
    expect(hash(usual.lives.slice(0, 150))).toBe(hash(small.lives));
  });

  it('keeps the units of a small world in a large one', () => {
    const codes = new Set(usual.units.map((unit) => hash(unit)));
    expect(small.units.filter((unit) => !codes.has(hash(unit)))).toEqual([]);
  });

  it('has the same personas whatever the seed and size, first among the lives', () => {
    const other = generateWorld({ people: 60, seed: 99 });
    expect(hash(other.personas)).toBe(hash(usual.personas));
    expect(usual.lives.slice(0, usual.personas.length)).toEqual(usual.personas.map(({ life }) => life));
    expect(generateWorld({ people: 1 }).lives).toHaveLength(usual.personas.length);
  });

  it('ends where it is told to', () => {
    const early = generateWorld({ people: 120, month: '2023-04' });
    const months = early.lives.flatMap(({ relations }) =>
      relations.flatMap(({ contributions }) => contributions.map(({ month }) => month)),
    );
    expect(months.reduce((a, b) => (a > b ? a : b))).toBe('2023-04');
  });
});

describe('Identifiers in the synthetic world', () => {
  it('are valid citizen numbers of the reserved range, each given once', () => {
    const numbers = usual.lives.map(({ number }) => number);
    expect(numbers.filter((number) => parseCitizenNumber(number) !== number)).toEqual([]);
    expect(numbers.filter((number) => !isSynthetic(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('agree with the birth date and sex of the person', () => {
    const wrong = usual.lives.filter(
      ({ number, birthDate, sex }) =>
        number.slice(6, 14) !== birthDate.replaceAll('-', '') || (Number(number.slice(14, 17)) % 2 === 1) !== (sex === 'M'),
    );
    expect(wrong).toEqual([]);
  });

  it('do not repeat before the reserved range is used up', () => {
    const numbers = new Set(Array.from({ length: SLOTS }, (_, index) => generatedNumber(index, '440000', '1990-01-01', 'M')));
    expect(numbers.size).toBe(SLOTS);
  });

  it('are valid credit codes, each given once, that start with the division of the registrar', () => {
    const codes = usual.units.map(({ creditCode }) => creditCode);
    expect(codes.filter((code) => parseCreditCode(code) !== code)).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
    expect(usual.units.filter(({ creditCode, division }) => creditCode.slice(2, 8) !== division)).toEqual([]);
  });

  it('are unique as person numbers in a jurisdiction, card numbers, licence and filing numbers', () => {
    const unique = (values: readonly string[]): void => {
      expect(new Set(values).size).toBe(values.length);
    };
    unique(
      usual.lives.flatMap(({ relations }) => [
        ...new Set(relations.map(({ jurisdiction, personNumber }) => `${jurisdiction}${personNumber}`)),
      ]),
    );
    unique(usual.lives.flatMap(({ card }) => (card ? [card.number] : [])));
    unique(usual.licences.map(({ number }) => number));
    unique(usual.outlets.map(({ filingNumber }) => filingNumber));
    unique(usual.lives.flatMap(({ courierWork }) => courierWork.map(({ filingNumber }) => filingNumber)));
  });
});

describe('The population of the default world', () => {
  const share = (world: World, predicate: (life: World['lives'][number]) => boolean): number =>
    world.lives.filter(predicate).length / world.lives.length;

  it('is of every kind: moved, on platforms, couriers, drawing benefits, deceased, running businesses', () => {
    expect(share(usual, ({ relations }) => new Set(relations.map(({ jurisdiction }) => jurisdiction)).size > 1)).toBeGreaterThan(0.2);
    expect(share(usual, ({ relations }) => new Set(relations.map(({ jurisdiction }) => jurisdiction)).size > 3)).toBeLessThan(0.08);
    expect(share(usual, ({ platformWork }) => platformWork.length > 0)).toBeGreaterThan(0.15);
    expect(share(usual, ({ courierWork }) => courierWork.length > 0)).toBeGreaterThan(0.05);
    expect(share(usual, ({ benefits }) => benefits.length > 0)).toBeGreaterThan(0.05);
    expect(share(usual, ({ diedOn }) => diedOn !== undefined)).toBeGreaterThan(0.005);
    expect(share(usual, ({ businesses }) => businesses.length > 0)).toBeGreaterThan(0.02);
    for (const scheme of ['110', '120', '170', '210', '410'])
      expect(share(usual, ({ relations }) => relations.some((r) => r.scheme === scheme))).toBeGreaterThan(0.01);
    for (const kind of ['TEMPORARY', 'ORDINARY'])
      expect(share(usual, ({ relations }) => relations.some((r) => r.accountKind === kind))).toBeGreaterThan(0.005);
  });

  it('has units, licences and outlets in every state', () => {
    expect(usual.units.length).toBeGreaterThan(160);
    expect(new Set(usual.units.map(({ state }) => state)).size).toBeGreaterThan(5);
    expect(new Set(usual.licences.map(({ state }) => state))).toEqual(new Set(['VALID', 'EXPIRED', 'REVOKED']));
    expect(usual.outlets.some(({ closedOn }) => closedOn !== undefined)).toBe(true);
    expect(usual.units.some(({ abnormal }) => abnormal.length > 0)).toBe(true);
    expect(usual.units.some(({ punishments }) => punishments.length > 0)).toBe(true);
  });
});
