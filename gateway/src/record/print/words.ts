import { placeName } from '@yichuang/rules';
import { ERROR_CATALOGUE, type ErrorCode } from '@yichuang/schema';

type Words = Readonly<Record<string, string>>;

/** Codes of the graph in words, whatever they are of. */
const WORDS: Words = {
  EMPLOYEE_PENSION: '企业职工养老',
  PUBLIC_INSTITUTION_PENSION: '机关事业养老',
  RESIDENT_PENSION: '城乡居民养老',
  UNEMPLOYMENT: '失业',
  WORK_INJURY: '工伤',
  EMPLOYEE: '职工',
  RESIDENT: '居民',
  OTHER: '其他',
  ORDINARY: '一般账户',
  TEMPORARY: '临时账户',
  PAYING: '正常',
  PAUSED: '暂停',
  SUSPENDED: '暂停发放',
  ENDED: '终止',
  NORMAL: '正常',
  NOT_INSURED: '未参保',
  FULL_TIME: '全日制',
  PART_TIME: '非全日制',
  DISPATCHED: '劳务派遣',
  FLEXIBLE: '灵活就业',
  RIDE_HAILING: '网约车',
  INSTANT_DELIVERY: '即时配送',
  CITY_FREIGHT: '同城货运',
  ACTIVE: '有效',
  LOST: '挂失',
  CANCELLED: '注销',
  REVOKED: '吊销',
  MALE: '男',
  FEMALE: '女',
};

export const TRANSFER_KINDS: Words = {
  PENSION: '养老关系转移',
  PENSION_TEMPORARY: '临时账户归集',
  RESIDENT_LINK: '城乡养老衔接',
  UNEMPLOYMENT: '失业关系转移',
  MEDICAL: '医保关系转移',
  COLLECTIVE: '成建制划转',
};

export const TRANSFER_STATES: Words = {
  APPLIED: '已申请',
  REJECTED: '不予受理',
  LETTER_SENT: '已发联系函',
  SOURCE_ACCEPTED: '转出地已受理',
  SHEET_SENT: '信息表已发',
  FUND_SENT: '资金已划转',
  RECONCILED: '已核对一致',
  MERGED: '已接续',
  NOTIFIED: '已办结',
  TEMP_SEALED: '临时账户已封存',
  RETURNED: '已退回',
  CANCELLED: '已撤销',
};

const AGENCIES: Words = {
  hrss: '人力资源和社会保障',
  'market-regulation': '市场监督管理',
  postal: '邮政管理',
  'medical-insurance': '医疗保障',
};

/** A value in words; nothing for what is not there. */
export function worded(value: unknown, words: Words = WORDS): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? ((Object.hasOwn(words, value) ? words[value] : undefined) ?? value) : '';
}

/** 广东 440000: a place by the name of its province and its own code. */
export function placed(value: unknown): string {
  if (typeof value !== 'string') return '';
  const name = placeName(value)?.zh;
  return name === undefined ? value : `${name} ${value}`;
}

/** Day of a point in time, as calendars in China show it; nothing for what is none. */
export function dayInChina(value: unknown): string {
  return typeof value === 'string' ? timeInChina(new Date(value)).slice(0, 10) : '';
}

/** 2026-11-23 07:02:58, as clocks in China show it. */
export function timeInChina(time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' }).format(time);
}

export function agencyName(code: string): string {
  return worded(code, AGENCIES);
}

/** Why something is missing, as the catalogue of errors says it in Chinese. */
export function reasonOf(code: string): string {
  const message = Object.hasOwn(ERROR_CATALOGUE, code) ? ERROR_CATALOGUE[code as ErrorCode].message : code;
  return message.split(' · ')[0] ?? message;
}
