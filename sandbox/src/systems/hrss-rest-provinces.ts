import { CAMEL, PINYIN, type OwnNames, type ValueStyle } from './hrss-rest-spelling.js';

/** One province's service: its family decides the shape of questions and answers, its style how values are written. */
export interface RestProvince {
  readonly code: string;
  readonly family: 'pinyin' | 'camel' | 'nested';
  readonly names: OwnNames;
  readonly style: ValueStyle;
  /** Compares citizen numbers as text, as its register has them; other provinces know all forms for the same. */
  readonly literal: boolean;
  /** False: 暂不支持 for questions about units. */
  readonly units: boolean;
}

const plain: ValueStyle = { dates: 'DIGITS', months: 'DIGITS', money: 'TEXT', counts: 'TEXT', codes: {}, empty: 'TEXT' };
const modern: ValueStyle = { ...plain, counts: 'NUMBERS', empty: 'NULL' };
const ZERO_BASED_ACCOUNT = { AAE473: { '1': '0', '2': '1' } };

const pinyin = (code: string, style: ValueStyle): RestProvince => ({
  code,
  family: 'pinyin',
  names: PINYIN,
  style,
  literal: true,
  units: true,
});
const camel = (code: string, style: ValueStyle, units = true): RestProvince => ({
  code,
  family: 'camel',
  names: CAMEL,
  style,
  literal: false,
  units,
});
const nested = (code: string, style: ValueStyle): RestProvince => ({
  code,
  family: 'nested',
  names: CAMEL,
  style,
  literal: false,
  units: true,
});

export const REST_PROVINCES: readonly RestProvince[] = [
  pinyin('340000', plain),
  pinyin('350000', { ...modern, months: 'NUMBERS', money: 'NUMBERS', codes: ZERO_BASED_ACCOUNT }),
  pinyin('360000', { ...plain, dates: 'HYPHENS', months: 'HYPHENS', codes: { AAC060: { '1': 'Y', '2': 'N' } } }),
  camel('370000', { ...modern, money: 'FEN', codes: { AAC004: { '1': 'M', '2': 'F' } } }),
  camel('430000', { ...modern, dates: 'EPOCH_MILLIS' }),
  camel('520000', { ...modern, money: 'NUMBERS', codes: { AAC060: { '1': true, '2': false } } }, false),
  nested('530000', { ...modern, months: 'HYPHENS', codes: ZERO_BASED_ACCOUNT, empty: 'ABSENT' }),
  nested('610000', { ...modern, dates: 'TIMES', codes: { AAC031: { '1': 'A', '2': 'B', '3': 'C' } } }),
];
