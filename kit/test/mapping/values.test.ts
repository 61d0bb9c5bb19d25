import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FieldSpec } from '../../src/mapping/spec.js';
import { readValue } from '../../src/mapping/values.js';

const read = (as: FieldSpec['as'], text: string | null, more: Partial<FieldSpec> = {}): unknown => {
  const reading = readValue({ from: 'X', as, ...more }, text);
  return reading === 'NOTHING' ? null : 'value' in reading ? reading.value : reading.refusedBy;
};
const KINDS = [
  'text',
  'name',
  'code',
  'date',
  'month',
  'year',
  'integer',
  'yuan',
  'flag',
  'division',
  'creditCode',
  'citizenNumber',
  'dateTime',
] as const;

describe('a source text is read', () => {
  it.each<[FieldSpec['as'], string, unknown]>([
    ['text', ' 甲　', '甲'],
    ['text', '１２３', '123'],
    ['wording', '\u3000蜂桥（上海）公司  ', '蜂桥（上海）公司'],
    ['name', '买买提．艾力', '买买提·艾力'],
    ['name', '买买提•艾力', '买买提·艾力'],
    ['name', '买买提。艾力', '买买提·艾力'],
    ['name', '　张 三　', '张三'],
    ['name', '张\ue0a5', 'NAME_UNREADABLE'],
    ['name', '张?', 'NAME_UNREADABLE'],
    ['name', '张□', 'NAME_UNREADABLE'],
    ['name', '𬀩䶮', '𬀩䶮'],
    ['date', '20240229', '2024-02-29'],
    ['date', '2024-02-29 00:00:00', '2024-02-29'],
    ['date', '20230229', 'DATE_INVALID'],
    ['date', '00000000', 'DATE_SENTINEL'],
    ['date', '19000101', 'DATE_SENTINEL'],
    ['date', '99991231', 'DATE_SENTINEL'],
    ['month', '202612', '2026-12'],
    ['month', '2026-12', '2026-12'],
    ['month', '２０２６１２', '2026-12'],
    ['month', '202613', 'MONTH_INVALID'],
    ['month', '202600', 'MONTH_INVALID'],
    ['year', '2026', 2026],
    ['year', '26', 'YEAR_INVALID'],
    ['integer', '12.00', 12],
    ['integer', '-1', 'INTEGER_OUT_OF_RANGE'],
    ['integer', '1e3', 'INTEGER_INVALID'],
    ['yuan', '6,000.00', '6000.00'],
    ['yuan', '6,00.00', 'YUAN_INVALID'],
    ['yuan', '-0.00', '0.00'],
    ['yuan', '-12.5', '-12.50'],
    ['yuan', '0012', '12.00'],
    ['yuan', '1.005', 'YUAN_INVALID'],
    ['yuan', '壹佰', 'YUAN_INVALID'],
    ['flag', 'Y', true],
    ['flag', '0', false],
    ['flag', '2', 'CODE_UNKNOWN'],
    ['division', '440000000000', '440000'],
    ['division', '44', 'DIVISION_CODE_INVALID'],
    ['creditCode', '91350100m000100y43', '91350100M000100Y43'],
    ['creditCode', '91350100M000100Y44', 'CREDIT_CODE_INVALID'],
    ['citizenNumber', '110105491231002', '11010519491231002X'],
    ['citizenNumber', '１１０１０５１９４９１２３１００２ｘ', '11010519491231002X'],
    ['citizenNumber', '110105194912310021', 'CITIZEN_NUMBER_INVALID'],
    ['dateTime', '20261031080000', '2026-10-31T08:00:00+08:00'],
    ['dateTime', '2026-10-31T08:00:00Z', '2026-10-31T08:00:00Z'],
    ['dateTime', 'yesterday', 'DATE_TIME_INVALID'],
  ])('as %s: %j is %j', (as, text, wanted) => {
    expect(read(as, text)).toBe(wanted);
  });

  it('as a code only when the list knows it', () => {
    const codes = { '1': 'MALE' };
    expect([read('code', '1 ', { codes }), read('code', '7', { codes }), read('code', 'toString', { codes })]).toEqual([
      'MALE',
      'CODE_UNKNOWN',
      'CODE_UNKNOWN',
    ]);
  });

  it('as an open end only where an end may be open', () => {
    expect([read('date', '99991231', { openEnd: true }), read('month', '999912', { openEnd: true }), read('month', '999912')]).toEqual([
      null,
      null,
      'MONTH_INVALID',
    ]);
  });

  it.each(KINDS)('as %s: NULL, nothing and padding are nothing', (as) => {
    for (const text of [null, '', '   ', '　']) expect(read(as, text, { codes: {} })).toBeNull();
  });

  it('without ever throwing, into a value of its kind or a named refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ unit: 'binary' }), (as, text) => {
        const reading = readValue({ from: 'X', as, codes: { '1': 'ONE' } }, text);
        expect(reading === 'NOTHING' || 'value' in reading || /^[A-Z_]+$/.test(reading.refusedBy)).toBe(true);
      }),
    );
  });

  it('the same with padding and thousands commas as without', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99_999_999_99, max: 99_999_999_99 }),
        fc.string({ unit: fc.constantFrom(' ', '　') }),
        (fen, padding) => {
          const sign = fen < 0 ? '-' : '';
          const [whole, cents] = [String(Math.trunc(Math.abs(fen) / 100)), String(Math.abs(fen) % 100).padStart(2, '0')];
          const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
          const wanted = fen === 0 ? '0.00' : `${sign}${whole}.${cents}`;
          for (const text of [`${sign}${whole}.${cents}`, `${sign}${grouped}.${cents}`])
            expect(read('yuan', padding + text + padding)).toBe(wanted);
        },
      ),
    );
  });
});
