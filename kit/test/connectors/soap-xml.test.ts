import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readXml } from '../../src/connectors/soap/xml.js';

describe('XML', () => {
  const refused = [
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a x:b="1" y:b="2"/>',
    '<a b=1/>',
    '<a b="<"/>',
    '<a>&x;</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>&#1114112;</a>',
    '<a>&</a>',
  ];
  it.each([
    ...refused,
    '<!DOCTYPE a><a/>',
    '<a><?php?></a>',
    '<a>\u0000</a>',
    '<a/>x',
    '<a><!-- </a>',
    '<a><![CDATA[</a>',
    `${'<a>'.repeat(33)}${'</a>'.repeat(33)}`,
  ])('that is %j is refused', (text) => {
    expect(() => readXml(text)).toThrow(/.+/);
  });

  it('says what was written, whatever was written', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '张', '𬀩', '&', '<', '>', '"', "'", ' ', '\t', '\n', '\r', ']', ';', '#') });
    const escaped = (value: string): string => value.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 3 }), (attribute, content, rows) => {
        const read = readXml(
          `<?xml version="1.0"?>\n<!-- c --><p:a xmlns:p="u" p:b="${escaped(attribute)}">${escaped(content)}${rows.map((row) => `<row c='${escaped(row)}'/>`).join('')}</p:a >\n`,
        );
        expect(read).toMatchObject({ name: 'a', text: content });
        expect(read.attributes).toEqual(new Map([['b', attribute]]));
        expect(read.children.map((row) => row.attributes.get('c'))).toEqual(rows);
      }),
    );
  });

  it('never reads a document that was cut', () => {
    const whole =
      '<?xml version="1.0" encoding="GBK"?><a:Envelope xmlns:a="u"><!-- c --><a:Body><row aac003="李&amp;&#x338;𬀩"/><![CDATA[<&]]>x</a:Body></a:Envelope>';
    for (let length = 0; length < whole.length; length++) expect(() => readXml(whole.slice(0, length))).toThrow(/.+/);
  });

  it('resolves the five entities once', () => {
    expect(readXml('<a b="&amp;lt;&lt;&gt;&quot;&apos;"/>').attributes.get('b')).toBe('&lt;<>"\'');
    expect(readXml('<a><![CDATA[<&]]>x</a>').text).toBe('<&x');
  });
});
