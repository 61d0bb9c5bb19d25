import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  citizenCheckCharacter,
  citizenNumberForms,
  creditCheckCharacter,
  organisationCheckCharacter,
  parseCitizenNumber,
  jurisdictionOfDivision,
  parseCreditCode,
  parseDivisionCode,
} from '../../src/identity/index.js';

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
const citizenNumber = fc
  .tuple(fc.integer({ min: 110000, max: 659999 }), day, fc.integer({ min: 0, max: 999 }))
  .map(([division, birth, order]) => {
    const first17 = `${division}${birth}${String(order).padStart(3, '0')}`;
    return first17 + citizenCheckCharacter(first17);
  });
const CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditCode = fc
  .tuple(
    fc.constantFrom('91', '92', '93'),
    fc.integer({ min: 110000, max: 659999 }),
    fc.array(fc.constantFrom(...Array.from(CREDIT)), { minLength: 9, maxLength: 9 }),
  )
  .map(([head, division, rest]) => {
    const first17 = `${head}${division}${rest.join('')}`;
    return first17 + creditCheckCharacter(first17);
  });
const fullWidth = (text: string): string => text.replace(/[0-9A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));

describe('citizen numbers (GB 11643)', () => {
  it.each(['11010519491231002X', '440524188001010014'])('accepts the standard’s own example %s', (number) => {
    expect(parseCitizenNumber(number)).toBe(number);
  });

  it('reads every spelling of a number as the same number', () => {
    fc.assert(
      fc.property(citizenNumber, (number) => {
        for (const spelling of [
          number,
          number.toLowerCase(),
          fullWidth(number),
          ` ${number}\u3000`,
          `${number.slice(0, 6)} ${number.slice(6)}`,
        ])
          expect(parseCitizenNumber(spelling)).toBe(number);
      }),
    );
  });

  it('refuses a number with one digit changed or two neighbours swapped', () => {
    fc.assert(
      fc.property(citizenNumber, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const changed = (Number(number[at]) + by) % 10;
        expect(parseCitizenNumber(number.slice(0, at) + String(changed) + number.slice(at + 1))).toBeUndefined();
        const [left, right] = [number[at] ?? '', number[at + 1] ?? ''];
        if (at < 16 && left !== right)
          expect(parseCitizenNumber(number.slice(0, at) + right + left + number.slice(at + 2))).toBeUndefined();
      }),
    );
  });

  it('converts the 15-digit form by the century that its order code tells', () => {
    expect(parseCitizenNumber('110105491231002')).toBe('11010519491231002X');
    expect(parseCitizenNumber('440524800101996')?.slice(6, 14)).toBe('18800101');
  });

  it('offers the forms registers hold, each of which reads back as the number', () => {
    fc.assert(
      fc.property(citizenNumber, (number) => {
        const parsed = parseCitizenNumber(number);
        if (!parsed) throw new Error('the generator made an invalid number');
        const forms = citizenNumberForms(parsed);
        expect(forms[0]).toBe(number);
        // A 15-digit form whose order code is 996 to 999 means another century, so only those that read back are looked up by tests.
        for (const form of forms) if (form.length !== 15 || form.slice(12) < '996') expect(parseCitizenNumber(form)).toBe(number);
      }),
    );
  });

  it.each(['', '110105194912310021', '11010519490230002X', '1101051949123100', 'ABCDEF19491231002X', '00000000000000000000'])(
    'refuses %j',
    (text) => {
      expect(parseCitizenNumber(text)).toBeUndefined();
    },
  );
});

describe('unified social credit codes (GB 32100)', () => {
  it('accepts the published example and finds the organisation code’s own check inside it', () => {
    expect(parseCreditCode('91350100M000100Y43')).toBe('91350100M000100Y43');
    // By hand (GB 11714): 2 × 6 leaves 1 of 11, and 11 − 1 is written X; nothing leaves 0, and 11 is written 0.
    expect(['M000100Y', '00000006', '00000000'].map(organisationCheckCharacter)).toEqual(['4', 'X', '0']);
  });

  it('reads full-width, lower-case and spaced spellings as the same code', () => {
    fc.assert(
      fc.property(creditCode, (code) => {
        for (const spelling of [code, code.toLowerCase(), fullWidth(code), ` ${code} `]) expect(parseCreditCode(spelling)).toBe(code);
      }),
    );
  });

  it('refuses a code with one character changed', () => {
    fc.assert(
      fc.property(creditCode, fc.integer({ min: 8, max: 17 }), fc.constantFrom(...Array.from(CREDIT)), (code, at, other) => {
        fc.pre(code[at] !== other);
        expect(parseCreditCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it.each(['91350100M000100Y4', '9135O100M000100Y43', 'I1350100M000100Y43', ''])('refuses %j', (text) => {
    expect(parseCreditCode(text)).toBeUndefined();
  });
});

describe('division codes (GB/T 2260)', () => {
  it('accepts six digits and cuts the 12-digit area codes of agencies', () => {
    expect(parseDivisionCode('440000')).toBe('440000');
    expect(parseDivisionCode('440000000000')).toBe('440000');
    expect(parseDivisionCode('660000')).toBe('660000');
  });

  it.each(['044000', '44000', '4400001', '44000000000A', '440000000001'])('refuses %j', (text) => {
    expect(parseDivisionCode(text)).toBeUndefined();
  });

  it('lie in their province, and those of the 兵团 in its own jurisdiction', () => {
    expect(jurisdictionOfDivision('440100')).toBe('440000');
    expect(jurisdictionOfDivision('650100')).toBe('650000');
    expect(jurisdictionOfDivision('659001')).toBe('660000');
    expect(jurisdictionOfDivision('660100')).toBe('660000');
  });
});
