import type { OfficeStep, TransferCase } from './case.js';
import type { Paper } from './record.js';

/** The papers that a step makes. Money in fen, under the national codes of IC90 and IC91. */
export function papersOf(one: TransferCase, step: OfficeStep | 'REFUSED', day: string): readonly Paper[] {
  const { number, source, target, scheme, accountKind } = one;
  switch (step) {
    case 'OPEN':
      return [
        {
          kind: 'CONTACT_LETTER',
          number: `${number}-AAE270`,
          issuedOn: day,
          issuer: target,
          fields: {
            AAE270: `${number}-AAE270`,
            AAZ341: number,
            AAE140: scheme,
            AAE473: accountKind,
            AAB299: source,
            AAB301: target,
            AAE036: day,
          },
        },
      ];
    case 'EXPORT':
      return one.sheet === null ? [] : [sheetOf(one, one.sheet, day)];
    case 'REFUSED':
      return [
        {
          kind: 'REFUSAL_NOTICE',
          number: `${number}-${one.ending?.to ?? 'REJECTED'}`,
          issuedOn: day,
          issuer: target,
          fields: { code: one.ending?.code ?? '', reason: one.ending?.reason ?? '' },
        },
      ];
    case 'FREEZE':
    case 'PAY':
    case 'RECEIVE':
    case 'IMPORT':
    case 'END':
    case 'JOIN':
    case 'UNRECEIVE':
    case 'REPAY':
    case 'RELEASE':
      return [];
  }
}

function sheetOf(one: TransferCase, sheet: NonNullable<TransferCase['sheet']>, day: string): Paper {
  const { before1998, balance, principal, account, pool, total } = one.figures.source ?? {};
  const money = { AIC093: before1998, AIC089: balance, AIC082: principal, AIC083: account, AIC084: pool, AIC102: total };
  return {
    kind: 'INFORMATION_SHEET',
    number: `${one.number}-${one.orders.EXPORT?.round ?? 1}`,
    issuedOn: day,
    issuer: one.source,
    fields: {
      AAB004: sheet.lastUnit,
      AAE030: sheet.firstMonth,
      AAE031: sheet.lastMonth,
      AAE201: sheet.months,
      AAE200: sheet.deemedMonths,
      AAE035: sheet.transferMonth,
      ...Object.fromEntries(Object.entries(money).filter(([, fen]) => fen !== undefined)),
      IC91: sheet.segments.map((row) => ({
        AAB299: row.division,
        AAE001: row.year,
        AAE041: row.from,
        AAE042: row.to,
        AAE202: row.months,
        AAE180: row.base,
        AAE020: row.employer,
        AAE022: row.personal,
        AAE381: row.credited,
        AAE269: row.interest,
        AAE382: row.balance,
      })),
    },
  };
}
