import type { OfficeCounter } from '../ledger/counter.js';
import { paperOf, type Paper } from '../ledger/papers.js';
import { placesOf } from '../people/divisions.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Fault } from './stand-in.js';

/*
 * Orders of transfers as the platform takes them (T101, T102 on the agency's side): one order a message, in the words of its own tables.
 * Written from the platform's side, so that the spelling of the agency file is proved by it.
 */

/** The platform's words, by the columns of the papers. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ AAZ341: 'trafBizNo', SAA100: 'trafStep', AAB299: 'admdvs', AAC002: 'certno', AAE140: 'insutype', SAE140: 'othInsutype' },
  ...{ AAE473: 'acctType', SAB301: 'trafoutAdmdvs', SAB302: 'trafinAdmdvs', AAE035: 'trafYm' },
  ...{ AIC093: 'bfAmt', AIC089: 'balc', AIC082: 'curAmt', AIC083: 'acctSumamt', AIC084: 'poolSumamt', AIC102: 'trafSumamt' },
  ...{ SAE035: 'shtYm', SAE141: 'shtInsutype', AAC001: 'psnNo', AAB004: 'empName', AAE030: 'begnYm', AAE031: 'expiYm' },
  ...{ AAE201: 'clctMons', AAE200: 'dmdMons', AAE001: 'clctYear', AAE041: 'segBegnYm', AAE042: 'segExpiYm', AAE202: 'segMons' },
  ...{ AAE180: 'clctstd', AAE020: 'empAmt', AAE022: 'psnAmt', AAE381: 'acctAmt', AAE269: 'intAmt', AAE382: 'yearBalc' },
  ...{ SAA101: 'trafStas', AAE036: 'opterTime', AAE270: 'trafNo', SAA102: 'rjctCode', AAE013: 'rjctRea' },
};
const COLUMNS: ReadonlyMap<string, string> = new Map(Object.entries(WORDS).map(([column, word]) => [word, column]));
/** Provinces and their pooling areas: all have offices. */
const PLACES = JURISDICTIONS.flatMap(({ code }) => [code, ...new Set(placesOf(code).map(({ area }) => area))]);

/** Whether a transaction is about orders; the second alone tells what became of one and takes no effect. */
export const isOrder = (infno: string | undefined): infno is 'T101' | 'T102' => infno === 'T101' || infno === 'T102';

/** Hands an order to the offices; undefined where it is none. */
export function answerOrder(
  infno: 'T101' | 'T102',
  data: Readonly<Record<string, unknown>>,
  counter: OfficeCounter,
  fault: Fault | undefined,
): object | undefined {
  const { trafInfo, trafDetl } = data;
  const paper = paperOf(renamed(trafInfo), Array.isArray(trafDetl) ? trafDetl.map(renamed) : undefined);
  const receipt = paper && (infno === 'T101' ? counter.order(paper, PLACES, fault) : counter.inquire(paper, PLACES));
  return receipt && { trafRslt: inWords(receipt.head), trafDetl: receipt.rows.map(inWords) };
}

function renamed(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return undefined;
  return Object.fromEntries(Object.entries(row).map(([word, text]: [string, unknown]) => [COLUMNS.get(word) ?? `? ${word}`, text]));
}

const inWords = (row: Paper['head']): object =>
  Object.fromEntries(Object.entries(row).map(([column, text]) => [WORDS[column] ?? column, text]));
