import type { OfficeEntry } from '../agency.js';
import type { OfficeStep, TransferCase } from './case.js';
import type { Allowed } from './law.js';
import type { KeptCase, Paper } from './record.js';
import type { Application } from './transfers.js';

/** What of an agency its papers are filled in with. */
export interface PaperForms {
  /** How the office of a jurisdiction is reached; undefined where nothing is known of it. */
  readonly entryOf: (jurisdiction: string) => OfficeEntry | undefined;
  /** Gives a paper, filled in by the national indicator codes, in the agency's own words; part 2 of a sheet stays under `IC91`. */
  readonly worded: (paper: Paper, of: Pick<KeptCase, 'statements' | 'targetScheme'>) => Paper;
}

/** The papers that a step makes. Money in fen, under the national codes of IC90 and IC91. */
export function papersOf(one: KeptCase, step: OfficeStep | 'REFUSED', day: string, forms: PaperForms): readonly Paper[] {
  return plainPapers(one, step, day, forms).map((paper) => forms.worded(paper, one));
}

function plainPapers(one: TransferCase, step: OfficeStep | 'REFUSED', day: string, { entryOf }: PaperForms): readonly Paper[] {
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
            ...officeColumns(entryOf(target), true),
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
    case 'CLEAR':
    case 'UNRECEIVE':
    case 'REPAY':
    case 'RELEASE':
      return [];
  }
}

/** The application and the certificate (参保缴费凭证), with which a case begins. */
export function firstPapers(
  number: string,
  { source, target, actor, kind }: Pick<Application, 'source' | 'target' | 'actor' | 'kind'>,
  { scheme, targetScheme = scheme, accountKind, certificate, statements = {} }: Allowed,
  today: string,
  { entryOf, worded }: PaperForms,
): readonly Paper[] {
  const left = officeColumns(entryOf(source), false);
  const papers: readonly Paper[] = [
    {
      kind: 'APPLICATION',
      number: `${number}-AAE127`,
      issuedOn: today,
      issuer: actor.kind === 'OFFICE' ? target : 'PERSON',
      fields: { AAE173: kind, AAE140: scheme, AAE473: accountKind, AAB299: source, AAB301: target, AAE127: today, ...left },
    },
    {
      kind: 'CERTIFICATE',
      number: `${number}-AAE031`,
      issuedOn: today,
      issuer: source,
      fields: { ...certificate, AAE036: today, ...left },
    },
  ];
  return papers.map((paper) => worded(paper, { statements, targetScheme }));
}

/** How an office is reached, and where it receives money where that is asked. */
function officeColumns(entry: OfficeEntry | undefined, withBank: boolean): Readonly<Record<string, string>> {
  if (!entry) return {};
  const { name, phone, address, postCode, bank } = entry;
  return {
    AAB300: name,
    ...(phone === undefined ? {} : { AAE005: phone }),
    ...(address === undefined ? {} : { AAE006: address }),
    ...(postCode === undefined ? {} : { AAE007: postCode }),
    ...(withBank && bank ? { AAC155: bank.name, AAC080: bank.code, AAE009: bank.accountName, AAC078: bank.account } : {}),
  };
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
      AAZ341: one.number,
      AAE140: sheet.scheme,
      AAC001: sheet.personNumber,
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
