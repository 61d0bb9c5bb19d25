import { describe, expect, it } from '@jest/globals';
import { readValue } from '../../src/mapping/values.js';

const psnType = {
  from: 'psn_type',
  as: 'code',
  codes: { '11': 'WORKING', '11##': 'WORKING', '14##': 'RESIDENT', '1499': 'OTHER' },
} as const;

describe('code lists', () => {
  it('know a code by itself, or by the pattern of its further digits', () => {
    expect(['11', '1101', ' 1403 ', '1499'].map((text) => readValue(psnType, text))).toEqual(
      ['WORKING', 'WORKING', 'RESIDENT', 'OTHER'].map((value) => ({ value })),
    );
  });

  it('refuse a code that fits no entry, and words that every object has', () => {
    for (const text of ['1', '14', '111', '11011', '14x1', '140x', '14##', 'constructor', '__proto__', 'toString']) {
      expect(readValue(psnType, text)).toEqual({ refusedBy: 'CODE_UNKNOWN' });
    }
  });
});
