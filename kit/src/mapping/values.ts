import { isCalendarDay, parseCitizenNumber, parseCreditCode, parseDivisionCode } from '@yichuang/schema';
import type { FieldSpec } from './spec.js';

/** A source text read as a value: the value, nothing (the source holds nothing), or the rule that refused it. */
export type Reading = { readonly value: string | number | boolean } | 'NOTHING' | { readonly refusedBy: string };

const NOTHING = 'NOTHING' as const;
const refused = (rule: string): Reading => ({ refusedBy: rule });
const value = (read: string | number | boolean): Reading => ({ value: read });

/** Undoes full-width forms, CHAR padding and ideographic spaces around; '' where only padding is left. */
export function tidy(text: string): string {
  return text.normalize('NFKC').replace(/^[\s\u3000]+|[\s\u3000]+$/g, '');
}

const MIDDLE_DOTS = /[\u00b7\u2022\u2027\u30fb\uff65\uff0e\u3002.]/g;
// Private use, replacement and box characters and question marks stand where a register could not hold the real character.
const UNREADABLE = /[\ue000-\uf8ff\ufffd?\u25a1\u25a0\uff1f]|[\u{f0000}-\u{10ffff}]/u;

/** A person's name: spaces out, one kind of middle dot; refused where a character was lost. Case and characters are kept: compare, never merge. */
function readName(text: string): Reading {
  // NFKC would turn some rare compatibility ideographs into others, so names keep their characters.
  const compact = text.replace(/[\s\u3000]+/g, '');
  if (compact === '') return NOTHING;
  return UNREADABLE.test(compact) ? refused('NAME_UNREADABLE') : value(compact.replace(MIDDLE_DOTS, '·'));
}

/** Names of units, addresses and the like keep the characters that were registered, full-width brackets among them; padding goes. */
function readWording(text: string): Reading {
  const bare = text.replace(/^[\s\u3000]+|[\s\u3000]+$/g, '');
  return bare === '' ? NOTHING : value(bare);
}

const DATE_SENTINELS = new Set(['00000000', '19000101', '99991231']);

function readDate(text: string, openEnd: boolean): Reading {
  const match = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?$/.exec(text);
  if (!match) return refused('DATE_INVALID');
  const digits = `${match[1] ?? ''}${match[2] ?? ''}${match[3] ?? ''}`;
  if (digits === '99991231' && openEnd) return NOTHING;
  if (DATE_SENTINELS.has(digits)) return refused('DATE_SENTINEL');
  return isCalendarDay(digits) ? value(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`) : refused('DATE_INVALID');
}

function readMonth(text: string, openEnd: boolean): Reading {
  const match = /^(\d{4})[-/.]?(\d{2})$/.exec(text);
  if (!match) return refused('MONTH_INVALID');
  const [year = '', month = ''] = [match[1], match[2]];
  if (openEnd && year === '9999' && month === '12') return NOTHING;
  return year >= '1900' && year < '2200' && month >= '01' && month <= '12' ? value(`${year}-${month}`) : refused('MONTH_INVALID');
}

/** Yuan as text, thousands separators allowed where they stand right; minus zero is zero. */
function readYuan(text: string): Reading {
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  const match = /^(-?)(\d{1,14})(?:\.(\d{1,2})0*)?$/.exec(plain);
  if (!match) return refused('YUAN_INVALID');
  const [, sign = '', whole = '', cents = ''] = match;
  const amount = `${String(BigInt(whole))}.${cents.padEnd(2, '0')}`;
  return value(sign && amount !== '0.00' ? `-${amount}` : amount);
}

function readInteger(text: string, min: number, max: number): Reading {
  const match = /^(-?\d{1,15})(?:\.0+)?$/.exec(text);
  if (!match) return refused('INTEGER_INVALID');
  const read = Number(match[1]);
  return read >= min && read <= max ? value(read === 0 ? 0 : read) : refused('INTEGER_OUT_OF_RANGE');
}

function readDateTime(text: string): Reading {
  const compact = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(text);
  const spelled = compact
    ? `${compact[1] ?? ''}-${compact[2] ?? ''}-${compact[3] ?? ''}T${compact[4] ?? ''}:${compact[5] ?? ''}:${compact[6] ?? ''}`
    : text.replace(' ', 'T');
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(spelled)) return refused('DATE_TIME_INVALID');
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(spelled) ? spelled : `${spelled}+08:00`;
  return Number.isNaN(Date.parse(zoned)) ? refused('DATE_TIME_INVALID') : value(zoned);
}

/** A code as the list has it, or by the list's entry that ends in as many `#` as the code has further digits: `14##` stands for 1400 to 1499. */
function listedCode(codes: Readonly<Record<string, string>>, text: string): string | undefined {
  if (text.includes('#')) return undefined;
  if (Object.hasOwn(codes, text)) return codes[text];
  for (let last = text.length - 1; last > 0 && /\d/.test(text.charAt(last)); last--) {
    const pattern = text.slice(0, last) + '#'.repeat(text.length - last);
    if (Object.hasOwn(codes, pattern)) return codes[pattern];
  }
  return undefined;
}

/** Reads one source text by its specification. Empty text and NULL are nothing; everything unusable is refused by a named rule. */
export function readValue(spec: FieldSpec, source: string | null | undefined): Reading {
  if (source === null || source === undefined) return NOTHING;
  if (spec.as === 'name') return readName(source);
  if (spec.as === 'wording') return readWording(source);
  const text = tidy(source);
  if (text === '') return NOTHING;
  switch (spec.as) {
    case 'text':
      return value(text);
    case 'code': {
      const known = listedCode(spec.codes ?? {}, text);
      return known === undefined ? refused('CODE_UNKNOWN') : value(known);
    }
    case 'date':
      return readDate(text, spec.openEnd ?? false);
    case 'month':
      return readMonth(text, spec.openEnd ?? false);
    case 'year':
      return /^(19|20|21)\d{2}$/.test(text) ? value(Number(text)) : refused('YEAR_INVALID');
    case 'integer':
      return readInteger(text, spec.min ?? 0, spec.max ?? Number.MAX_SAFE_INTEGER);
    case 'yuan':
      return readYuan(text);
    case 'flag':
      return text === '1' || text === 'Y' ? value(true) : text === '0' || text === 'N' ? value(false) : refused('CODE_UNKNOWN');
    case 'division': {
      const code = parseDivisionCode(text);
      return code === undefined ? refused('DIVISION_CODE_INVALID') : value(code);
    }
    case 'creditCode': {
      const code = parseCreditCode(text);
      return code === undefined ? refused('CREDIT_CODE_INVALID') : value(code);
    }
    case 'citizenNumber': {
      const number = parseCitizenNumber(text);
      return number === undefined ? refused('CITIZEN_NUMBER_INVALID') : value(number);
    }
    case 'dateTime':
      return readDateTime(text);
  }
}
