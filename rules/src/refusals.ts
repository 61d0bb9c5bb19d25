import { contributionRefusals } from './contribution/refusals.js';
import { deadlineRefusals } from './deadlines/refusals.js';
import { injuryRefusals } from './injury/refusals.js';
import { medicalRefusals } from './medical/refusals.js';
import { outlookRefusals } from './outlook/refusals.js';
import { pensionRefusals } from './pension/refusals.js';
import { recordRefusals } from './record/refusals.js';
import type { RefusalCatalogue } from './refusal-entry.js';
import { retirementRefusals } from './retirement/refusals.js';
import { riskRefusals } from './risk/refusals.js';
import { unemploymentRefusals } from './unemployment/refusals.js';

/** What any rule may say. */
const general = {
  UNKNOWN_KIND: {
    zh: '没有这一类问题',
    en: 'there is no rule of this kind',
    wayOut: { zh: '使用 kinds() 列出的名称', en: 'use a name that kinds() lists' },
  },
  INPUT_INVALID: {
    zh: '输入缺少内容或类型不符',
    en: 'the input lacks something or has the wrong type',
    wayOut: { zh: '按该类问题的输入格式更正所指字段', en: 'mend the named field as the input schema of the kind says' },
  },
  INPUT_TOO_LARGE: {
    zh: '输入过大或嵌套过深',
    en: 'the input is too large or too deep',
    wayOut: { zh: '把输入拆成几次', en: 'ask in several pieces' },
  },
  MONEY_INVALID: {
    zh: '不是金额',
    en: 'this is no amount of money',
    wayOut: { zh: '以元为单位写成十进制数，例如 6000.00', en: 'write yuan as a decimal, such as 6000.00' },
  },
  MONEY_DECIMALS: {
    zh: '金额超过两位小数',
    en: 'money has more than two decimals',
    wayOut: { zh: '金额精确到分', en: 'give money to the fen' },
  },
  MONEY_NEGATIVE: {
    zh: '此处金额不得为负',
    en: 'money may not be negative here',
    wayOut: { zh: '先与原记录冲抵，再提交净额', en: 'set corrections off first and give what remains' },
  },
  MONEY_OUT_OF_RANGE: {
    zh: '金额超出可计算范围',
    en: 'money is beyond what is computed',
    wayOut: { zh: '核对金额的单位是元还是分', en: 'check whether the amount is in yuan or in fen' },
  },
  RATE_INVALID: {
    zh: '不是比率',
    en: 'this is no rate',
    wayOut: { zh: '写成小数，最多八位，例如 0.08', en: 'write a decimal of at most eight places, such as 0.08' },
  },
  MONTH_INVALID: {
    zh: '不是有效月份',
    en: 'this is no month',
    wayOut: { zh: '写成 YYYYMM，月份为 01 至 12', en: 'write YYYYMM with a month from 01 to 12' },
  },
  RANGE_REVERSED: {
    zh: '结束早于开始',
    en: 'it ends before it begins',
    wayOut: { zh: '核对起止月份', en: 'check the first and the last month' },
  },
  COUNT_INVALID: {
    zh: '不是非负整数',
    en: 'this is no whole number from zero up',
    wayOut: { zh: '月数、年数、单数写成非负整数', en: 'give months, years and orders as whole numbers, not negative' },
  },
  DATE_INVALID: {
    zh: '不是有效日期',
    en: 'this is no calendar day',
    wayOut: { zh: '写成 YYYY-MM-DD', en: 'write YYYY-MM-DD' },
  },
  DIVISION_UNKNOWN: {
    zh: '没有这个行政区划',
    en: 'there is no such division',
    wayOut: { zh: '使用 GB/T 2260 的六位代码，兵团为 660000', en: 'use the six digits of GB/T 2260, 660000 for the 兵团' },
  },
  NOT_A_PENSION_JURISDICTION: {
    zh: '该地区没有内地的养老保险统筹',
    en: 'this place has no pension scheme of the mainland',
    wayOut: { zh: '港澳台按专门规定办理', en: 'Hong Kong, Macao and Taiwan have rules of their own' },
  },
  NO_PARAMETER: {
    zh: '没有适用于该时间和地区的参数',
    en: 'no parameter is on file for this time and place',
    wayOut: { zh: '在输入中给出数值，或等待其公布', en: 'give the value in the input, or wait until it is published' },
  },
} as const satisfies RefusalCatalogue;

/** Every code a rule may refuse with. Codes are stable: they are never renamed and never reused. */
export const REFUSALS = {
  ...general,
  ...deadlineRefusals,
  ...pensionRefusals,
  ...retirementRefusals,
  ...contributionRefusals,
  ...unemploymentRefusals,
  ...medicalRefusals,
  ...injuryRefusals,
  ...recordRefusals,
  ...outlookRefusals,
  ...riskRefusals,
} as const;

export type RefusalCode = keyof typeof REFUSALS;
