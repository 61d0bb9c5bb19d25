import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CheckCodes, sha256 } from '../../src/record/check-code.js';

describe('check codes of archives', () => {
  const codes = new CheckCodes('00'.repeat(64));
  it('prove the text they were made for, in whatever way they are typed, and no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const code = codes.of(sha256(text));
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
        const asTyped = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
        expect([code, asTyped].map((one) => codes.proves(sha256(text), one))).toEqual([true, true]);
        if (text !== other) expect(codes.proves(sha256(other), code)).toBe(false);
      }),
    );
  });

  it('are worth nothing from another hub, or misread', () => {
    const hash = sha256('a record');
    expect(new CheckCodes('11'.repeat(64)).proves(hash, codes.of(hash))).toBe(false);
    for (const typed of ['', '校验码', `${codes.of(hash)}0`, codes.of(hash).slice(1)]) expect(codes.proves(hash, typed)).toBe(false);
  });
});
