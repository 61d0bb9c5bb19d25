import type { RefusalCatalogue } from '../refusal-entry.js';

export const retirementRefusals = {
  RETIREMENT_CATEGORY_UNKNOWN: {
    zh: '没有这个退休人群',
    en: 'there is no such retirement group',
    wayOut: { zh: '使用 M60、F55 或 F50', en: 'use M60, F55 or F50' },
  },
  OUTSIDE_ELASTIC_WINDOW: {
    zh: '所选月份不在弹性退休范围内',
    en: 'the chosen month is outside the elastic window',
    wayOut: { zh: '在最早与最迟月份之间选择', en: 'choose between the earliest and the latest month' },
  },
  AGE_NOT_IN_DIVISOR_TABLE: {
    zh: '计发月数表不含该退休年龄',
    en: 'the table of divisors does not have this age',
    wayOut: { zh: '退休年龄为 40 至 70 周岁，以月为单位', en: 'give an age from 40 to 70 years, in months' },
  },
  TRANSITION_COEFFICIENT_MISSING: {
    zh: '该省的过渡系数因人而异或未备案',
    en: 'the transition coefficient of this province depends on the case or is not on file',
    wayOut: { zh: '在输入中给出过渡系数', en: 'give the transition coefficient in the input' },
  },
  ROUNDING_UNKNOWN: {
    zh: '不认识这种取整方式',
    en: 'this way of rounding is not known',
    wayOut: { zh: '写成 "2dp HALF_UP" 或 "NONE"', en: 'write "2dp HALF_UP" or "NONE"' },
  },
  NO_MONTHS_FOR_INDEX: {
    zh: '没有可计算缴费指数的月份',
    en: 'there is no month from which an index can be computed',
    wayOut: { zh: '给出平均缴费指数，或缴费月份与平均工资', en: 'give the average index, or months with their bases and average wages' },
  },
} as const satisfies RefusalCatalogue;
