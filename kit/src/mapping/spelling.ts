import type { RawRow } from '../systems/system.js';
import type { Spelling } from './spec.js';
import { tidy } from './values.js';

/**
 * Compiles the undoing of a system's spelling for one part: own column names, code lists, units and epoch dates become what the
 * mapping file expects. Undefined where the system spells everything as expected. Text that is not of the expected form is passed on
 * as it is, so that the mapping's rules refuse it by name.
 */
export function undoSpelling(spelling: Spelling, part: string): ((row: RawRow) => RawRow) | undefined {
  const columns = spelling.columns?.[part];
  const { codes = {}, units = {}, epochMillis = [] } = spelling;
  if (!columns && Object.keys(codes).length === 0 && Object.keys(units).length === 0 && epochMillis.length === 0) return undefined;
  return (row) => {
    const spelled: Record<string, string | null> = {};
    for (const [own, text] of Object.entries(row)) spelled[columns?.[own] ?? own] = text;
    for (const [column, list] of Object.entries(codes)) {
      const text = spelled[column];
      // A code the list does not know must stay unknown: passing it on could make it one of the expected codes by accident.
      if (typeof text === 'string' && tidy(text) !== '') spelled[column] = list[tidy(text)] ?? `unlisted code ${tidy(text)}`;
    }
    for (const [column, unit] of Object.entries(units)) {
      const text = spelled[column];
      if (typeof text === 'string') spelled[column] = unit === 'fen' ? fenToYuan(tidy(text)) : wanToYuan(tidy(text));
    }
    for (const column of epochMillis) {
      const text = spelled[column];
      if (typeof text === 'string') spelled[column] = epochToDate(tidy(text));
    }
    return spelled;
  };
}

function fenToYuan(text: string): string {
  const match = /^(-?)(\d{1,16})$/.exec(text);
  if (!match) return text === '' ? '' : `not fen: ${text}`;
  const digits = (match[2] ?? '').padStart(3, '0');
  return `${match[1] ?? ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function wanToYuan(text: string): string {
  const match = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return text;
  const digits = `${match[1] ?? ''}${(match[2] ?? '').padEnd(6, '0')}`;
  return `${String(BigInt(digits.slice(0, -2)))}.${digits.slice(-2)}`;
}

/** Midnight in UTC+8 as epoch milliseconds: 946483200000 is 1999-12-30. */
function epochToDate(text: string): string {
  if (!/^-?\d{1,14}$/.test(text)) return text;
  const date = new Date(Number(text) + 8 * 3_600_000);
  return Number.isNaN(date.getTime()) ? text : date.toISOString().slice(0, 10);
}
