import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isJsonType, readJson, writingOf } from '../../src/agencies/text.js';

const chinese = fc.array(fc.constantFrom('王', '𬀩', 'é', 'a', '"', '\n'), { maxLength: 3_000 }).map((all) => all.join(''));

describe('JSON text of a reply', () => {
  it('is read as JSON.parse reads it, whatever its length and characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), chinese, fc.record({ name: chinese, rest: fc.jsonValue() })), (value) => {
        const text = JSON.stringify(value);
        const read = readJson(Buffer.from(text));
        expect(read?.value).toEqual(JSON.parse(text));
        const escaped = text.includes('\\');
        expect(read?.writing).toEqual({ ascii: !escaped && /^[\x00-\x7f]*$/.test(text), escaped });
        expect(writingOf(text)).toEqual(read?.writing);
      }),
    );
  });

  it('is refused when any of its characters is not UTF-8', () => {
    fc.assert(
      fc.property(
        chinese,
        fc.constantFrom([0xcd, 0xf5], [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xe7, 0x8e]),
        fc.nat(),
        (text, bad, at) => {
          const characters = [...JSON.stringify(text).slice(1, -1)];
          const cut = at % (characters.length + 1);
          const bytes = Buffer.concat([
            Buffer.from(`"${characters.slice(0, cut).join('')}`),
            Buffer.from(bad),
            Buffer.from(`${characters.slice(cut).join('')}"`),
          ]);
          expect(readJson(bytes)).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['Application/JSON;charset=UTF-8', true],
    ['application/graphql-response+json; charset=utf-8', true],
    ['text/html', false],
    ['application/jsonp', false],
    [undefined, false],
  ])('comes under %s: %s', (header, expected) => {
    expect(isJsonType(header)).toBe(expected);
  });
});
