import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newCaseNumber, transferPins } from '@yichuang/schema';

const KEY = '0123456789abcdef'.repeat(8);

describe('the PIN of a transfer case', () => {
  const pins = transferPins(KEY);
  const numbers = fc.integer().map(() => newCaseNumber());

  it('is the same whoever derives it with the same key, and another with another key', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(transferPins(KEY).pinOf(number)).toBe(pins.pinOf(number));
        expect(transferPins('f'.repeat(128)).pinOf(number)).not.toBe(pins.pinOf(number));
      }),
    );
  });

  it('can be read out: eight characters that nobody takes for others, however they are written down', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const pin = pins.pinOf(number);
        expect(pin).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
        expect(pins.matches(number, `${pin.slice(0, 4).toLowerCase()}-${pin.slice(4)}`)).toBe(true);
      }),
    );
  });

  it('fits its own case only', () => {
    fc.assert(fc.property(numbers, numbers, (one, another) => one === another || !pins.matches(one, pins.pinOf(another))));
    expect(pins.matches(newCaseNumber(), '')).toBe(false);
  });
});
