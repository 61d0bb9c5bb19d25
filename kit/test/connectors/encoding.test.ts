import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import {
  decodeGb18030,
  decodeSlice,
  encodeGb18030,
  encodeGbk,
  EncodingError,
  isMistakenUtf8,
  wholeCharacters,
} from '../../src/connectors/encoding.js';

const isScalar = (point: number): boolean => point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
const isPrivate = (point: number): boolean => (point >= 0xe000 && point <= 0xf8ff) || point >= 0xf0000;
const MOVED = [...Array.from({ length: 10 }, (_, i) => 0xfe10 + i), ...Array.from({ length: 8 }, (_, i) => 0x9fb4 + i)].map((point) =>
  String.fromCodePoint(point),
);

const reasonOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof EncodingError) return error.reason;
    throw error;
  }
  return 'no error';
};

describe('GB18030', () => {
  it('writes and reads back every code point outside private use', () => {
    const failures: string[] = [];
    for (let block = 0; block <= 0x10ffff; block += 0x800) {
      const points = Array.from({ length: 0x800 }, (_, i) => block + i).filter((point) => isScalar(point) && !isPrivate(point));
      const text = String.fromCodePoint(...points);
      if (decodeSlice(encodeGb18030(text)) !== text) failures.push(block.toString(16));
    }
    expect(failures).toEqual([]);
  });

  it('writes and reads back whole texts', () => {
    const character = fc
      .integer({ min: 0, max: 0x10ffff })
      .filter((point) => isScalar(point) && !isPrivate(point))
      .map((point) => String.fromCodePoint(point));
    const text = fc
      .array(fc.oneof(character, fc.constantFrom(...MOVED, '张', 'a', '·')), { maxLength: 40 })
      .map((characters) => characters.join(''));
    fc.assert(fc.property(text, (written) => decodeSlice(encodeGb18030(written)) === written));
  });

  it('writes the 18 code points that the edition of 2022 moved as two bytes, not as the four of 2005', () => {
    expect(MOVED).toHaveLength(18);
    for (const character of MOVED) expect(encodeGb18030(`甲${character}乙`)).toHaveLength(6);
    expect(iconv.encode('\u9fb4', 'gb18030')).toHaveLength(4);
  });

  it.each(['gbk', 'GB2312', 'gb18030'])('reads what %s-labelled systems really send', (label) => {
    expect(decodeGb18030(Buffer.from('a2e3fe9f', 'hex'), label)).toBe('€䶮');
    expect(decodeGb18030(encodeGb18030('𬀩㛃'), label)).toBe('𬀩㛃');
  });

  it('refuses another label, broken bytes and UTF-8 by name of the reason', () => {
    expect(reasonOf(() => decodeGb18030(Buffer.from('a'), 'big5'))).toBe('UNKNOWN_LABEL');
    expect(reasonOf(() => decodeGb18030(Buffer.from([0x41, 0xff, 0x41])))).toBe('INVALID_BYTES');
    expect(reasonOf(() => decodeGb18030(encodeGb18030('四川').subarray(0, 3)))).toBe('INVALID_BYTES');
    expect(reasonOf(() => decodeGb18030(Buffer.from('四川省人力资源和社会保障厅')))).toBe('IS_UTF8');
    expect(reasonOf(() => encodeGb18030('\ud800'))).toBe('LONE_SURROGATE');
    expect(decodeGb18030(encodeGb18030('张三'))).toBe('张三');
  });

  it('does not take the GBK bytes of common words for UTF-8', () => {
    for (const word of ['通', '联通', '张三', '王小明', '成都市锦江区社会保险事业管理局'])
      expect(isMistakenUtf8(encodeGb18030(word))).toBe(false);
  });
});

describe('strict GBK', () => {
  it('writes what GBK has and refuses every character of four bytes', () => {
    expect(encodeGbk('张三A')).toEqual(encodeGb18030('张三A'));
    expect(reasonOf(() => encodeGbk('张𬀩'))).toBe('OUTSIDE_GBK');
    expect(reasonOf(() => encodeGbk('㛃'))).toBe('OUTSIDE_GBK');
  });
});

describe('a field cut at its width in bytes', () => {
  it('keeps the whole characters before the cut, wherever the cut is', () => {
    const text = fc.array(fc.constantFrom('张', '𬀩', 'a', '7', '·', '㛃'), { maxLength: 12 });
    fc.assert(
      fc.property(text, fc.nat(), (characters, cut) => {
        const bytes = encodeGb18030(characters.join(''));
        const field = bytes.subarray(0, cut % (bytes.length + 1));
        const kept = decodeSlice(field.subarray(0, wholeCharacters(field)));
        let expected = '';
        for (const character of characters) {
          if (encodeGb18030(expected + character).length > field.length) break;
          expected += character;
        }
        return kept === expected;
      }),
    );
  });

  it('says so when the bytes are no GB18030 at all', () => {
    expect(wholeCharacters(Buffer.from([0x81, 0x20]))).toBeUndefined();
    expect(wholeCharacters(Buffer.from([0xff]))).toBeUndefined();
    expect(wholeCharacters(Buffer.from([0x81, 0x30, 0x20, 0x30]))).toBeUndefined();
  });
});
