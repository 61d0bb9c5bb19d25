import { dateFrom } from '../calendar/civil-date.js';
import { fenFromYuan, rateFrom } from '../money.js';
import { monthFrom } from '../month.js';

/** What a column of a parameter file holds. */
export interface Column {
  readonly kind: keyof typeof READERS | 'words';
  readonly list: boolean;
  readonly optional: boolean;
  /** The words allowed, for a closed list of words. */
  readonly words: readonly string[];
}

/** How a written value becomes TypeScript, and the type it has there. */
interface Reader {
  readonly type: string;
  readonly imported?: { readonly name: string; readonly from: string };
  read(value: string | number, where: string): string;
}

const READERS = {
  yuan: {
    type: 'Fen',
    imported: { name: 'Fen', from: '../money.js' },
    read: (value, where) => `${fenFromYuan(value, where, { negative: true })} as Fen`,
  },
  rate: { type: 'Rate', imported: { name: 'Rate', from: '../money.js' }, read: (value, where) => `${rateFrom(value, where)} as Rate` },
  month: { type: 'Month', imported: { name: 'Month', from: '../month.js' }, read: (value, where) => `${monthFrom(value, where)} as Month` },
  date: {
    type: 'CivilDate',
    imported: { name: 'CivilDate', from: '../calendar/civil-date.js' },
    read: (value, where) => `${dateFrom(value, where)} as CivilDate`,
  },
  count: {
    type: 'number',
    read: (value, where) => {
      if (!Number.isSafeInteger(value)) throw new Error(`${where}: is no whole number`);
      return String(value);
    },
  },
  text: { type: 'string', read: (value) => JSON.stringify(String(value)) },
} as const satisfies Record<string, Reader>;

/**
 * Reads what a column holds: `yuan`, `rate`, `month`, `date`, `count`, `text`, `flag`, or a closed list of words `A | B`; `[]` behind it
 * for a list, `?` for what a row may leave out.
 */
export function readColumn(written: string, where: string): Column {
  const optional = written.endsWith('?');
  const list = /\[\]\??$/.test(written);
  const core = written.replace(/(\[\])?\??$/, '').trim();
  if (core === 'flag') return { kind: 'words', list, optional, words: ['true', 'false'] };
  if (core in READERS) return { kind: core as keyof typeof READERS, list, optional, words: [] };
  const words = core.split('|').map((word) => word.trim());
  if (!words.every((word) => /^[A-Z][A-Z0-9_-]*$/.test(word))) throw new Error(`${where}: holds ${written}, which is no kind of value`);
  return { kind: 'words', list, optional, words };
}

/** The type of a column's values in TypeScript. */
export function columnType(column: Column): string {
  const one = column.kind === 'words' ? wordsType(column.words) : READERS[column.kind].type;
  return column.list ? `readonly (${one})[]` : one;
}

/** What the type needs imported. */
export function columnImport(column: Column): { readonly name: string; readonly from: string } | undefined {
  if (column.kind === 'words') return undefined;
  const reader: Reader = READERS[column.kind];
  return reader.imported;
}

/**
 * A written value as TypeScript.
 * @throws Error naming the place when it is not of the column's kind
 */
export function readCell(column: Column, value: unknown, where: string): string {
  if (!column.list) return readOne(column, value, where);
  if (!Array.isArray(value)) throw new Error(`${where}: is no list`);
  return `[${value.map((item: unknown) => readOne(column, item, where)).join(', ')}]`;
}

function readOne(column: Column, value: unknown, where: string): string {
  if (column.kind === 'words') {
    if (!column.words.includes(String(value))) throw new Error(`${where}: is none of ${column.words.join(', ')}`);
    return word(String(value));
  }
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`${where}: is neither text nor number`);
  return READERS[column.kind].read(value, where);
}

function wordsType(words: readonly string[]): string {
  return words[0] === 'true' ? 'boolean' : words.map(word).join(' | ');
}

function word(text: string): string {
  return text === 'true' || text === 'false' ? text : JSON.stringify(text);
}
