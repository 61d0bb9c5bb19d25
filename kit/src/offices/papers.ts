import { AgencyFault } from '../systems/system.js';
import { fenOf, yuanOf } from '../money.js';
import type { InformationSheet, OfficeAction, OfficeOrder, OfficeReceipt, SheetSegment, TransferFigures } from '../transfers/office.js';

/**
 * An order or a receipt as offices write it: columns of the papers (IC89, IC90) with national codes, and the rows of part 2 of the sheet
 * (IC91). All text; money in yuan with two places, months yyyyMM. Connectors carry it; what surrounds it is each dialect's own.
 */
export interface OfficePaper {
  readonly head: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** A row of an answer as columns of a paper: papers know no NULL, what is not filled in is empty. */
export const filledIn = (row: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(row).map(([column, text]) => [column, text ?? '']));

/** A province's counter for orders over its own transport. One call each; nothing is tried twice. */
export interface OrderCounter {
  /** @throws AgencyFault, after which it is not known whether the order arrived */
  order(paper: OfficePaper, signal: AbortSignal): Promise<OfficePaper>;
  /** @param paper the order's key alone */
  inquire(jurisdiction: string, paper: OfficePaper, signal: AbortSignal): Promise<OfficePaper>;
}

/** Column of an action (业务环节), local. */
const ACTIONS: Readonly<Record<OfficeAction, string>> = {
  OPEN: '01',
  FREEZE: '02',
  EXPORT: '03',
  PAY: '04',
  IMPORT: '05',
  RECEIVE: '06',
  CONFIRM: '07',
  RELEASE: '08',
  REFUND: '09',
  CLEAR: '10',
};
const MONEY = [
  ['AIC093', 'before1998'],
  ['AIC089', 'balance'],
  ['AIC082', 'principal'],
  ['AIC083', 'account'],
  ['AIC084', 'pool'],
  ['AIC102', 'total'],
] as const satisfies readonly (readonly [string, keyof TransferFigures])[];

/**
 * The paper of an order: AAZ341 its key, SAA100 the action, SAB301 from, SAB302 to; SAE143 1 where the unemployment benefit still due goes
 * along; SAE142 whose overlapping months are kept (1 source, 2 target), with a row for each month (AAE003).
 */
export function orderPaper(order: OfficeOrder): OfficePaper {
  const {
    key,
    action,
    jurisdiction,
    citizenNumber,
    scheme,
    otherScheme,
    accountKind,
    from,
    to,
    month,
    figures,
    sheet,
    benefitDue,
    clearing,
  } = order;
  return {
    head: {
      AAZ341: key,
      SAA100: ACTIONS[action],
      AAB299: jurisdiction,
      AAC002: citizenNumber,
      AAE140: scheme,
      SAE140: otherScheme ?? scheme,
      AAE473: accountKind === 'TEMPORARY' ? '2' : '1',
      SAB301: from,
      SAB302: to,
      ...(month === undefined ? {} : { AAE035: digits(month) }),
      ...(figures ? moneyColumns(figures) : {}),
      ...(benefitDue === true ? { SAE143: '1' } : {}),
      ...(clearing ? { SAE142: clearing.keep === 'SOURCE' ? '1' : '2' } : {}),
      ...(sheet ? sheetColumns(sheet) : {}),
    },
    rows: sheet?.segments.map(segmentColumns) ?? clearing?.months.map((text) => ({ AAE003: digits(text) })) ?? [],
  };
}

/** The paper that asks what became of an order. */
export const inquiryPaper = (key: string): OfficePaper => ({ head: { AAZ341: key }, rows: [] });

/**
 * What a receipt says: SAA101 1 done, 2 in work, 3 refused, 0 unknown here; AAE036 when; AAE270 the office's number; SAA102 its code of a
 * refusal, AAE013 the words. Undefined where the office does not know the order.
 * @throws AgencyFault when it is no receipt, or one of another order: an answer that came late or twice
 */
export function readReceipt({ head, rows }: OfficePaper, key: string, id: string): OfficeReceipt | undefined {
  if (head['AAZ341'] !== key) throw new AgencyFault('SUBJECT_MISMATCH', `${id}: the receipt is of another order`);
  switch (head['SAA101']) {
    case '0':
      return undefined;
    case '1':
      return {
        state: 'DONE',
        at: instant(head['AAE036'], id),
        reference: head['AAE270'] ?? '',
        ...(isFilled(head['AIC102']) ? { figures: readMoney(head, id) } : {}),
        ...(isFilled(head['SAE141']) ? { sheet: readSheet(head, rows, id) } : {}),
      };
    case '2':
      return { state: 'PENDING', since: instant(head['AAE036'], id) };
    case '3':
      return { state: 'REFUSED', code: head['SAA102'] ?? '', text: head['AAE013'] ?? '' };
    case undefined:
    default:
      throw unreadable(id);
  }
}

function moneyColumns(figures: TransferFigures): Record<string, string> {
  return Object.fromEntries(MONEY.map(([column, name]) => [column, yuan(figures[name])]));
}

/** Part 1; SAE141 and SAE035 are scheme and month of the sheet, beside those of the order. */
function sheetColumns(sheet: InformationSheet): Record<string, string> {
  return {
    SAE035: digits(sheet.transferMonth),
    SAE141: sheet.scheme,
    AAC001: sheet.personNumber,
    AAB004: sheet.lastUnit ?? '',
    AAE030: digits(sheet.firstMonth ?? ''),
    AAE031: digits(sheet.lastMonth ?? ''),
    AAE201: String(sheet.months),
    AAE200: String(sheet.deemedMonths),
  };
}

function segmentColumns(segment: SheetSegment): Record<string, string> {
  return {
    AAB299: segment.division,
    AAE001: String(segment.year),
    AAE041: digits(segment.from),
    AAE042: digits(segment.to),
    AAE202: String(segment.months),
    AAE180: yuan(segment.base),
    AAE020: yuan(segment.employer),
    AAE022: yuan(segment.personal),
    AAE381: yuan(segment.credited),
    AAE269: segment.interest === null ? '' : yuan(segment.interest),
    AAE382: segment.balance === null ? '' : yuan(segment.balance),
  };
}

type Columns = Readonly<Record<string, string>>;

function readMoney(head: Columns, id: string): TransferFigures {
  const [before1998, balance, principal, account, pool, total] = MONEY.map(([column]) => fen(head[column], id));
  if (before1998 === undefined || balance === undefined || principal === undefined || account === undefined) throw unreadable(id);
  if (pool === undefined || total === undefined || account + pool !== total) throw unreadable(id);
  return { before1998, balance, principal, account, pool, total };
}

function readSheet(head: Columns, rows: readonly Columns[], id: string): InformationSheet {
  return {
    scheme: head['SAE141'] ?? '',
    personNumber: head['AAC001'] ?? '',
    lastUnit: isFilled(head['AAB004']) ? head['AAB004'] : null,
    firstMonth: monthOrNull(head['AAE030'], id),
    lastMonth: monthOrNull(head['AAE031'], id),
    months: count(head['AAE201'], id),
    deemedMonths: count(head['AAE200'], id),
    transferMonth: month(head['SAE035'], id),
    segments: rows.map((row) => ({
      division: row['AAB299'] ?? '',
      year: count(row['AAE001'], id),
      from: month(row['AAE041'], id),
      to: month(row['AAE042'], id),
      months: count(row['AAE202'], id),
      base: fen(row['AAE180'], id),
      employer: fen(row['AAE020'], id),
      personal: fen(row['AAE022'], id),
      credited: fen(row['AAE381'], id),
      interest: isFilled(row['AAE269']) ? fen(row['AAE269'], id) : null,
      balance: isFilled(row['AAE382']) ? fen(row['AAE382'], id) : null,
    })),
  };
}

const digits = (text: string): string => text.replaceAll('-', '');
const yuan = (amount: number): string => yuanOf(BigInt(amount));
const isFilled = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
const unreadable = (id: string): AgencyFault => new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: a receipt that cannot be read`);

function fen(text: string | undefined, id: string): number {
  if (text === undefined || !/^-?\d{1,13}\.\d{2}$/.test(text.trim())) throw unreadable(id);
  return Number(fenOf(text.trim()));
}

function month(text: string | undefined, id: string): string {
  const match = /^(\d{4})(0[1-9]|1[0-2])$/.exec(text?.trim() ?? '');
  if (!match) throw unreadable(id);
  return match.slice(1).join('-');
}

const monthOrNull = (text: string | undefined, id: string): string | null => (isFilled(text) ? month(text, id) : null);

function count(text: string | undefined, id: string): number {
  if (!/^\d{1,5}$/.test(text?.trim() ?? '')) throw unreadable(id);
  return Number(text);
}

/** @param text ISO 8601 with its offset */
function instant(text: string | undefined, id: string): string {
  const time = Date.parse(text ?? '');
  if (Number.isNaN(time)) throw unreadable(id);
  return new Date(time).toISOString();
}
