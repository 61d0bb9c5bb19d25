import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';
import { AgencyFault, type RawRow } from '../systems/system.js';
import type { Spelling, SpellingRules } from './spec.js';
import { tidy } from './values.js';

type Undo = (row: RawRow) => RawRow;

/**
 * Compiles the undoing of a system's spelling for one part: own column names, code lists, units and epoch dates become what the
 * mapping file expects. Undefined where the system spells everything as expected. Text that is not of the expected form is passed on
 * as it is, so that the mapping's rules refuse it by name.
 * @throws Error when a register names a spelling that is not there.
 */
export function undoSpelling(spelling: Spelling, part: string): Undo | undefined {
  const { variants, ...own } = spelling;
  return variants ? undoVariants(own, variants, part) : undoRules(own, part);
}

/** One spelling laid over another: what the second says goes first. */
export function overlaySpelling(base: Spelling = {}, over: Spelling = {}): Spelling {
  const variants = over.variants ?? base.variants;
  return { ...overlayRules(base, over), ...(variants ? { variants } : {}) };
}

function overlayRules(base: SpellingRules, over: SpellingRules): SpellingRules {
  return {
    columns: { ...base.columns, ...over.columns },
    codes: { ...base.codes, ...over.codes },
    units: { ...base.units, ...over.units },
    epochMillis: [...(base.epochMillis ?? []), ...(over.epochMillis ?? [])],
  };
}

function undoVariants(own: SpellingRules, { columns, spellings, registers }: NonNullable<Spelling['variants']>, part: string): Undo {
  const undos = new Map<string, Undo>();
  for (const [register, names] of Object.entries(registers)) {
    const rules = names.reduce((base, name) => {
      const over = spellings[name];
      if (!over) throw new Error(`register ${register} names the spelling ${name}, which is not there`);
      return overlayRules(base, over);
    }, own);
    undos.set(register, undoRules(rules, part) ?? ((row) => row));
  }
  return (row) => {
    const column = columns.find((name) => typeof row[name] === 'string');
    const undo = column === undefined ? undefined : undos.get(tidy(row[column] ?? ''));
    // Without its spelling nothing in the row can be told apart, not even whom it is about.
    if (!undo) throw new AgencyFault('AGENCY_BAD_RESPONSE', `a row of ${part} comes from a register whose spelling is not configured`);
    return undo(row);
  };
}

function undoRules(rules: SpellingRules, part: string): Undo | undefined {
  const columns = rules.columns?.[part];
  const { units = {}, epochMillis = [] } = rules;
  const codes = Object.entries(rules.codes ?? {}).map(([column, list]) => ({
    column,
    list: new Map(Object.entries(list).map(([code, expected]) => [tidy(code), expected])),
  }));
  if (!columns && codes.length === 0 && Object.keys(units).length === 0 && epochMillis.length === 0) return undefined;
  return (row) => {
    const spelled: Record<string, string | null> = {};
    for (const [own, text] of Object.entries(row)) spelled[columns?.[own] ?? own] = text;
    for (const { column, list } of codes) {
      const text = spelled[column];
      // A code the list does not know must stay unknown: passing it on could make it one of the expected codes by accident.
      if (typeof text === 'string' && tidy(text) !== '') spelled[column] = list.get(tidy(text)) ?? `unlisted code ${tidy(text)}`;
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

/** 万元 with up to six places; thousands commas are undone here, so that what is left with one is not read as yuan. */
function wanToYuan(text: string): string {
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  const match = /^(\d{1,10})(?:\.(\d{1,6})0*)?$/.exec(plain);
  if (!match) return text === '' ? '' : `not 万元: ${text}`;
  const digits = `${match[1] ?? ''}${(match[2] ?? '').padEnd(6, '0')}`;
  return `${String(BigInt(digits.slice(0, -2)))}.${digits.slice(-2)}`;
}

/** Midnight in UTC+8 as epoch milliseconds: 946483200000 is 1999-12-30. Zero stands for no date: it is eight in the morning there. */
function epochToDate(text: string): string {
  if (text === '0') return '00000000';
  if (!/^-?\d{1,14}$/.test(text)) return text;
  const date = new Date(Number(text) + SHANGHAI_OFFSET_MS);
  return Number.isNaN(date.getTime()) ? text : date.toISOString().slice(0, 10);
}
