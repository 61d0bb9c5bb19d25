import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { citizenCheckCharacter, citizenSeal, parseCitizenNumber, type CitizenNumber } from '@yichuang/schema';

const key = 'a1'.repeat(64);
const number = fc.integer({ min: 0, max: 999 }).map((order): CitizenNumber => {
  const first17 = `11990119900101${String(order).padStart(3, '0')}`;
  const parsed = parseCitizenNumber(first17 + citizenCheckCharacter(first17));
  if (!parsed) throw new Error('the generator made an invalid number');
  return parsed;
});

describe('sealed citizen references', () => {
  it('are the same for the same person and open to the number', () => {
    fc.assert(
      fc.property(number, (one) => {
        const seal = citizenSeal(key);
        expect(seal.seal(one)).toBe(citizenSeal(key).seal(one));
        expect(seal.open(seal.seal(one))).toBe(one);
      }),
    );
  });

  it('show nothing of the number and fit into a URL', () => {
    fc.assert(
      fc.property(number, (one) => {
        const ref = citizenSeal(key).seal(one);
        expect(ref).toMatch(/^c1[\w-]{46}$/);
        expect(Buffer.from(ref.slice(2), 'base64url').toString('latin1')).not.toContain(one.slice(0, 6));
      }),
    );
  });

  it('do not open when altered, made with another key, or made up', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 2, max: 47 }), (one, at) => {
        const ref = citizenSeal(key).seal(one);
        const altered = ref.slice(0, at) + (ref[at] === 'A' ? 'B' : 'A') + ref.slice(at + 1);
        // The last character of base64url carries spare bits: only a change of meaning must be refused.
        if (!Buffer.from(altered.slice(2), 'base64url').equals(Buffer.from(ref.slice(2), 'base64url')))
          expect(citizenSeal(key).open(altered)).toBeUndefined();
        expect(citizenSeal('b2'.repeat(64)).open(ref)).toBeUndefined();
      }),
    );
    for (const text of ['', 'c1', one(''), one('!'.repeat(46))]) expect(citizenSeal(key).open(text)).toBeUndefined();
  });

  it('need a key of a proper length, and the refusal does not show it', () => {
    expect(() => citizenSeal('secret')).toThrow(/64, 96 or 128 hexadecimal digits/);
    expect(() => citizenSeal('secret')).not.toThrow(/secret/);
  });
});

function one(rest: string): string {
  return `c1${rest}`;
}
