import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';
import type { TableName } from '../people/tables.js';

/** A value as a province writes it into its JSON. */
export type JsonValue = string | number | boolean | null;

/** How a province writes what the national standard writes as text of digits. */
export interface ValueStyle {
  /** yyyyMMdd as it is, with hyphens, with a time behind, or as epoch milliseconds of midnight in UTC+8. */
  readonly dates: 'DIGITS' | 'HYPHENS' | 'TIMES' | 'EPOCH_MILLIS';
  readonly months: 'DIGITS' | 'HYPHENS' | 'NUMBERS';
  readonly money: 'TEXT' | 'NUMBERS' | 'FEN';
  readonly counts: 'TEXT' | 'NUMBERS';
  /** National column → national code → the province's own code. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
  readonly empty: 'TEXT' | 'NULL' | 'ABSENT';
}

const DATES = new Set(['AAC006', 'AAE138', 'AAB191', 'AAE030', 'AAE031']);
const MONTHS = new Set(['AAC049', 'AAE041', 'AAE042', 'AAE003']);
const MONEY = new Set(['AAE180', 'AAE020', 'AAE022', 'AAE381', 'AAE269', 'AAE382', 'AAE129', 'SAB130']);
const COUNTS = new Set(['AAE001', 'AAE200', 'AAE201', 'AAE202', 'SAB120', 'SAB121']);

/** One value in the province's style; undefined when it is left out. What does not fit the style stands as the register has it. */
export function spellValue(style: ValueStyle, column: string, text: string): JsonValue | undefined {
  if (text === '') return style.empty === 'TEXT' ? '' : style.empty === 'NULL' ? null : undefined;
  if (DATES.has(column)) return spellDate(style.dates, text);
  if (MONTHS.has(column)) return spellMonth(style.months, text);
  if (MONEY.has(column)) return spellMoney(style.money, text);
  if (COUNTS.has(column)) return style.counts === 'NUMBERS' && /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
  const codes = style.codes[column];
  return codes && Object.hasOwn(codes, text) ? codes[text] : text;
}

function spellDate(dates: ValueStyle['dates'], text: string): JsonValue {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (!match || dates === 'DIGITS') return text;
  const hyphens = match.slice(1).join('-');
  if (dates === 'HYPHENS') return hyphens;
  if (dates === 'TIMES') return `${hyphens} 00:00:00`;
  if (text === '00000000') return 0;
  const millis = Date.parse(`${hyphens}T00:00:00+08:00`);
  // A day the calendar does not have, and the day that means "open", have no epoch value: their cores hand the text through.
  const exists = !Number.isNaN(millis) && new Date(millis + SHANGHAI_OFFSET_MS).toISOString().startsWith(hyphens);
  return exists && !text.startsWith('9999') ? millis : hyphens;
}

function spellMonth(months: ValueStyle['months'], text: string): JsonValue {
  if (!/^\d{6}$/.test(text)) return text;
  return months === 'HYPHENS' ? `${text.slice(0, 4)}-${text.slice(4)}` : months === 'NUMBERS' ? Number(text) : text;
}

function spellMoney(money: ValueStyle['money'], text: string): JsonValue {
  const match = /^(-?)(\d{1,12})\.(\d{2})$/.exec(money === 'FEN' ? text.replaceAll(',', '') : text);
  if (!match || money === 'TEXT') return text;
  const fen = Number(`${match[2] ?? ''}${match[3] ?? ''}`) * (match[1] === '-' ? -1 : 1);
  return money === 'FEN' ? fen : fen / 100;
}

/** Own names per table and column. */
export type OwnNames = Readonly<Record<TableName, Readonly<Record<string, string>>>>;

/** Pinyin initials, as most Chinese systems name their fields. */
export const PINYIN: OwnNames = {
  AC01: { AAC001: 'grbh', AAC002: 'sfzh', AAC003: 'xm', AAC004: 'xb', AAC006: 'csrq', AAC060: 'sczt', AAE138: 'swrq' },
  AC02: {
    AAC001: 'grbh',
    AAC002: 'sfzh',
    AAE140: 'xzlx',
    AAC031: 'cbzt',
    AAE473: 'zhlb',
    AAC066: 'cbsf',
    AAC049: 'sccbny',
    AAE042: 'zjjfny',
    AAE201: 'sjjfys',
    AAE200: 'stjfys',
    AAA027: 'tcq',
    AAB301: 'jbjg',
  },
  AC43: {
    AAC001: 'grbh',
    AAC002: 'sfzh',
    AAE140: 'xzlx',
    AAE003: 'fkssq',
    AAE180: 'jfjs',
    AAE020: 'dwjfje',
    AAE022: 'grjfje',
    AAE381: 'hrzhje',
    AAB191: 'dzrq',
    AAB001: 'dwbh',
    SAB010: 'tyshxydm',
    AAE044: 'dwmc',
  },
  SC51: { AAC001: 'grbh', AAC002: 'sfzh', AAE140: 'xzlx', AAE001: 'nd', AAE202: 'ys', AAE381: 'dnjzje', AAE269: 'lx', AAE382: 'ncye' },
  SC61: { AAC001: 'grbh', AAC002: 'sfzh', AAE140: 'xzlx', AAE116: 'ffzt', AAE041: 'ksny', AAE042: 'jsny', AAE129: 'yffje' },
  SC70: { AAC002: 'sfzh', SAB010: 'tyshxydm', AAE044: 'dwmc', AAE030: 'rzrq', AAE031: 'lzrq', AAC013: 'ygxs' },
  AB01: {
    AAB001: 'dwbh',
    SAB010: 'tyshxydm',
    AAB004: 'dwmc',
    AAB051: 'dwzt',
    AAE003: 'zhsbny',
    SAB120: 'cbrs',
    SAB121: 'ltxcbrs',
    SAB130: 'qfje',
  },
};

/** English in camel case, as newer platforms have it. */
export const CAMEL: OwnNames = {
  AC01: {
    AAC001: 'personNo',
    AAC002: 'idCardNo',
    AAC003: 'fullName',
    AAC004: 'gender',
    AAC006: 'birthDate',
    AAC060: 'livingStatus',
    AAE138: 'deathDate',
  },
  AC02: {
    AAC001: 'personNo',
    AAC002: 'idCardNo',
    AAE140: 'insuranceType',
    AAC031: 'insuredStatus',
    AAE473: 'accountKind',
    AAC066: 'insuredIdentity',
    AAC049: 'firstMonth',
    AAE042: 'latestMonth',
    AAE201: 'paidMonths',
    AAE200: 'deemedMonths',
    AAA027: 'poolArea',
    AAB301: 'office',
  },
  AC43: {
    AAC001: 'personNo',
    AAC002: 'idCardNo',
    AAE140: 'insuranceType',
    AAE003: 'feeMonth',
    AAE180: 'payBase',
    AAE020: 'unitAmount',
    AAE022: 'personAmount',
    AAE381: 'accountAmount',
    AAB191: 'arrivedDate',
    AAB001: 'unitNo',
    SAB010: 'creditCode',
    AAE044: 'unitName',
  },
  SC51: {
    AAC001: 'personNo',
    AAC002: 'idCardNo',
    AAE140: 'insuranceType',
    AAE001: 'accountYear',
    AAE202: 'monthCount',
    AAE381: 'yearAmount',
    AAE269: 'yearInterest',
    AAE382: 'yearEndBalance',
  },
  SC61: {
    AAC001: 'personNo',
    AAC002: 'idCardNo',
    AAE140: 'insuranceType',
    AAE116: 'payStatus',
    AAE041: 'benefitFrom',
    AAE042: 'benefitTo',
    AAE129: 'monthlyBenefit',
  },
  SC70: { AAC002: 'idCardNo', SAB010: 'creditCode', AAE044: 'unitName', AAE030: 'hiredDate', AAE031: 'leftDate', AAC013: 'employmentForm' },
  AB01: {
    AAB001: 'unitNo',
    SAB010: 'creditCode',
    AAB004: 'unitName',
    AAB051: 'unitStatus',
    AAE003: 'lastDeclaredMonth',
    SAB120: 'insuredCount',
    SAB121: 'nearRetirementCount',
    SAB130: 'arrearsAmount',
  },
};
