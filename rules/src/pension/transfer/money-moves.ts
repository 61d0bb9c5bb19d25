import { firstDay } from '../../calendar/civil-date.js';
import type { Province } from '../../divisions/division.js';
import { provincialPooling } from '../../generated/provincial-pooling.js';
import { transferMoney, type TransferMoneyValues } from '../../generated/transfer-money.js';
import { transferOpenDocuments } from '../../generated/transfer-open-documents.js';
import type { Month } from '../../month.js';
import { versionOf, type Table } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import type { Working } from '../../result.js';

/** Whether the fund goes with the relation, and which row says so. */
export interface MoneyMoves {
  readonly moves: boolean;
  readonly version: string;
}

/**
 * Whether money moves: between provinces it does, inside one only the relation and the account information do. A province may have a row of
 * its own; national pooling (2022) did not end the formula between provinces, so far as texts were found.
 * @param switches replaces the parameters on file
 */
export function moneyMoves(
  move: { readonly from: Province; readonly to: Province; readonly month: Month },
  working: Working,
  switches: Table<TransferMoneyValues> = transferMoney,
): MoneyMoves {
  const day = firstDay(move.month);
  const row = switches.at(day, move.from);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'transferOutMonth');
  const inside = move.from === move.to;
  const moves = inside ? row.values.insideProvince : row.values.betweenProvinces;
  if (inside && provincialPooling.at(day, move.from)?.values.complete !== true) {
    working.provisional('PROVINCIAL_POOLING_UNCERTAIN', {
      zh: '省级统筹于2020年底前陆续实现，转移时该省是否已实现未经核实',
      en: 'provincial pooling was complete by the end of 2020; whether the province had it at the time of the move is not confirmed',
    });
  }
  return { moves, version: versionOf(switches, row) };
}

/** Marks what is decided for a time whose documents are not all at hand, or that lies before the rule. */
export function markRuleInTime(month: Month, working: Working): void {
  const day = firstDay(month);
  if (day < RULE_SINCE) {
    working.provisional('RULE_NOT_YET_IN_FORCE', {
      zh: '国办发〔2009〕66号自2010年1月1日起施行，此前的转移按其规则推算',
      en: '国办发〔2009〕66号 is in force since 2010-01-01; it is applied here to an earlier time',
    });
  }
  for (const { values } of transferOpenDocuments.all(day)) working.provisional('DOCUMENT_NOT_AT_HAND', { zh: values.zh, en: values.en });
}

const RULE_SINCE = 2010_01_01;
