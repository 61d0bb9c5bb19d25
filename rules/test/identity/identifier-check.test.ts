import { describe, expect, it } from '@jest/globals';
import { evaluate } from '../../src/index.js';

const check = (...items: { type: string; value: string | number }[]) =>
  (evaluate('identifier_check', { items }) as { results: unknown[] }).results;

describe('identifier check', () => {
  it('takes the examples of the standards and finds what is wrong with others', () => {
    expect(
      check(
        { type: 'ID', value: '11010519491231002X' },
        { type: 'ID', value: '440524188001010014' },
        { type: 'ID', value: '110105194912310021' },
        { type: 'USCC', value: '91350100M000100Y43' },
        { type: 'USCC', value: '91350100M000100Y44' },
        { type: 'USCC', value: '91350100I000100Y43' },
      ),
    ).toMatchObject([
      { valid: true, birth: '1949-12-31', sex: '2' },
      { valid: true, birth: '1880-01-01', sex: '1' },
      { valid: false, error: 'CHECK_DIGIT' },
      { valid: true, division: '350100', organisationCode: 'M000100Y4', organisationCodeFits: true },
      { valid: false, error: 'CHECK_DIGIT' },
      { valid: false, error: 'BAD_CHARACTER' },
    ]);
  });

  it.each([
    ['ID', '110105491231002', { valid: true, number: '11010519491231002X', birth: '1949-12-31' }],
    ['ID', ' １１０１０５１９４９１２３１００２ｘ　', { valid: true, number: '11010519491231002X' }],
    ['ID', '11010519490230002X', { valid: false, error: 'BAD_DATE' }],
    ['ID', '110105490230002', { valid: false, error: 'BAD_DATE' }],
    ['ID', '1101051949123100', { valid: false, error: 'BAD_LENGTH' }],
    ['ID', '11010519491231O02X', { valid: false, error: 'BAD_CHARACTER' }],
    ['ID', 'X1010519491231002X', { valid: false, error: 'BAD_CHARACTER' }],
    ['USCC', '91350100M000100Y4', { valid: false, error: 'BAD_LENGTH' }],
    ['USCC', '91350100m000100y43', { valid: true, code: '91350100M000100Y43' }],
    ['ORG', 'M000100Y-4', { valid: true, code: 'M000100Y4' }],
    ['ORG', 'M000100Y5', { valid: false, error: 'CHECK_DIGIT' }],
    ['ORG', 'M000100Y', { valid: false, error: 'BAD_LENGTH' }],
    ['ORG', 'M00010?Y4', { valid: false, error: 'BAD_CHARACTER' }],
  ])('reads %s %j', (type, value, expected) => {
    expect(check({ type, value })).toMatchObject([expected]);
  });

  it.each([
    ['阿卜杜拉·买买提', '阿卜杜拉•买买提', 'MATCH'],
    ['阿卜杜拉·买买提', ' 阿卜杜拉．买买提 ', 'MATCH'],
    ['阿卜杜拉·买买提', '阿卜杜拉买买提', 'MATCH'],
    ['王\ue000', '王喆', 'UNREADABLE'],
    ['王?', '王喆', 'UNREADABLE'],
    ['王喆', '王哲', 'DIFFERENT'],
    ['', '', 'DIFFERENT'],
  ])('compares the names %j and %j: %s', (first, second, result) => {
    expect(evaluate('name_comparison', { names: [first, second] })).toEqual({ result });
  });
});
