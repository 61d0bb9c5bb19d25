import type { InformationSheet, OfficeOrder, OfficeReceipt, SheetSegment, TransferFigures } from '@yichuang/kit';
import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';
import { yuan } from '../people/registers.js';
import { fenOf } from './amounts.js';

/*
 * Orders and receipts as the offices of the stand-ins read and write them: columns with national codes, all text. Written from the forms
 * and not from the hub's connectors, so that each proves the other.
 */

export interface Paper {
  readonly head: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

const ACTION_CODES: Readonly<Record<string, OfficeOrder['action']>> = {
  '01': 'OPEN',
  '02': 'FREEZE',
  '03': 'EXPORT',
  '04': 'PAY',
  '05': 'IMPORT',
  '06': 'RECEIVE',
  '07': 'CONFIRM',
  '08': 'RELEASE',
  '09': 'REFUND',
  '10': 'CLEAR',
};

/** Reads a paper from whatever came; undefined where it has not the form of one. */
export function paperOf(head: unknown, rows: unknown): Paper | undefined {
  if (!isColumns(head) || !Array.isArray(rows) || rows.length > 2000 || !rows.every(isColumns)) return undefined;
  return { head, rows };
}

function isColumns(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string' && text.length <= 200);
}

/** The key of a paper; undefined where it is none. */
export function keyOf({ head }: Paper): string | undefined {
  const key = head['AAZ341'] ?? '';
  return /^[\w:.-]{3,120}$/.test(key) ? key : undefined;
}

/** Reads an order; undefined where a column is missing or does not fit. */
export function readOrder(paper: Paper): OfficeOrder | undefined {
  const { head } = paper;
  const key = keyOf(paper);
  const action = ACTION_CODES[head['SAA100'] ?? ''];
  const [jurisdiction, from, to] = [head['AAB299'], head['SAB301'], head['SAB302']];
  const { AAC002: citizenNumber = '', AAE140: scheme = '', SAE140: otherScheme = scheme, AAE473: kind, AAE035: month = '' } = head;
  if (key === undefined || !action || jurisdiction === undefined || from === undefined || to === undefined) return undefined;
  if (!/^\d{17}[\dX]$/.test(citizenNumber) || !/^\d{3}$/.test(scheme) || (kind !== '1' && kind !== '2')) return undefined;
  const figures = readFigures(head);
  const sheet = head['SAE141'] === undefined ? undefined : readSheet(paper);
  const clearing = readClearing(paper);
  if (figures === 'BAD' || sheet === 'BAD' || clearing === 'BAD') return undefined;
  return {
    key,
    action,
    jurisdiction,
    citizenNumber,
    scheme,
    accountKind: kind === '2' ? 'TEMPORARY' : 'ORDINARY',
    from,
    to,
    ...(otherScheme === scheme ? {} : { otherScheme }),
    ...(month === '' ? {} : { month: hyphened(month) }),
    ...(figures ? { figures } : {}),
    ...(sheet ? { sheet } : {}),
    ...(head['SAE143'] === '1' ? { benefitDue: true } : {}),
    ...(clearing ? { clearing } : {}),
  };
}

function readClearing({ head, rows }: Paper): OfficeOrder['clearing'] | 'BAD' {
  const keep = head['SAE142'];
  if (keep === undefined) return undefined;
  const months = rows.map((row) => hyphened(row['AAE003'] ?? ''));
  if ((keep !== '1' && keep !== '2') || !months.every((month) => /^\d{4}-(0[1-9]|1[0-2])$/.test(month))) return 'BAD';
  return { keep: keep === '1' ? 'SOURCE' : 'TARGET', months };
}

/** The receipt of an order; of one that is not known here where there is none. */
export function receiptPaper(key: string, receipt: OfficeReceipt | undefined): Paper {
  if (!receipt) return { head: { AAZ341: key, SAA101: '0' }, rows: [] };
  switch (receipt.state) {
    case 'PENDING':
      return { head: { AAZ341: key, SAA101: '2', AAE036: shanghai(receipt.since) }, rows: [] };
    case 'REFUSED':
      return { head: { AAZ341: key, SAA101: '3', SAA102: receipt.code, AAE013: receipt.text }, rows: [] };
    case 'DONE': {
      const { at, reference, figures, sheet } = receipt;
      const head = { AAZ341: key, SAA101: '1', AAE036: shanghai(at), AAE270: reference };
      return {
        head: { ...head, ...(figures ? figureColumns(figures) : {}), ...(sheet ? sheetColumns(sheet) : {}) },
        rows: sheet?.segments.map(segmentRow) ?? [],
      };
    }
  }
}

function readFigures(head: Paper['head']): TransferFigures | undefined | 'BAD' {
  if (head['AIC102'] === undefined) return undefined;
  const [before1998, balance, principal, account, pool, total] = ['AIC093', 'AIC089', 'AIC082', 'AIC083', 'AIC084', 'AIC102'].map(
    (column) => fenOf(head[column] ?? 'none'),
  );
  if (before1998 === undefined || balance === undefined || principal === undefined) return 'BAD';
  if (account === undefined || pool === undefined || total === undefined) return 'BAD';
  return { before1998, balance, principal, account, pool, total };
}

function figureColumns(figures: TransferFigures): Record<string, string> {
  const { before1998, balance, principal, account, pool, total } = figures;
  const amounts = { AIC093: before1998, AIC089: balance, AIC082: principal, AIC083: account, AIC084: pool, AIC102: total };
  return Object.fromEntries(Object.entries(amounts).map(([column, fen]) => [column, yuan(fen)]));
}

function sheetColumns(sheet: InformationSheet): Record<string, string> {
  return {
    SAE141: sheet.scheme,
    SAE035: digits(sheet.transferMonth),
    AAC001: sheet.personNumber,
    AAB004: sheet.lastUnit ?? '',
    AAE030: digits(sheet.firstMonth ?? ''),
    AAE031: digits(sheet.lastMonth ?? ''),
    AAE201: String(sheet.months),
    AAE200: String(sheet.deemedMonths),
  };
}

function segmentRow(segment: SheetSegment): Record<string, string> {
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

function readSheet({ head, rows }: Paper): InformationSheet | 'BAD' {
  const segments = rows.map((row) => {
    const money = [row['AAE180'], row['AAE020'], row['AAE022'], row['AAE381']].map((text) => fenOf(text ?? 'none'));
    const [base = NaN, employer = NaN, personal = NaN, credited = NaN] = money;
    return {
      division: row['AAB299'] ?? '',
      year: Number(row['AAE001']),
      from: hyphened(row['AAE041'] ?? ''),
      to: hyphened(row['AAE042'] ?? ''),
      months: Number(row['AAE202']),
      base,
      employer,
      personal,
      credited,
      interest: (row['AAE269'] ?? '') === '' ? null : (fenOf(row['AAE269'] ?? '') ?? NaN),
      balance: (row['AAE382'] ?? '') === '' ? null : (fenOf(row['AAE382'] ?? '') ?? NaN),
    };
  });
  const sound = segments.every(({ from, to, ...figures }) => {
    const numbers = Object.values(figures).filter((value) => typeof value === 'number');
    return [from, to].every((month) => /^\d{4}-(0[1-9]|1[0-2])$/.test(month)) && numbers.every((number) => Number.isSafeInteger(number));
  });
  if (!sound || head['AAE201'] === undefined) return 'BAD';
  const month = (text: string | undefined): string | null => (text === undefined || text === '' ? null : hyphened(text));
  return {
    scheme: head['SAE141'] ?? '',
    personNumber: head['AAC001'] ?? '',
    lastUnit: head['AAB004'] === undefined || head['AAB004'] === '' ? null : head['AAB004'],
    firstMonth: month(head['AAE030']),
    lastMonth: month(head['AAE031']),
    months: Number(head['AAE201']),
    deemedMonths: Number(head['AAE200'] ?? '0'),
    transferMonth: hyphened(head['SAE035'] ?? ''),
    segments,
  };
}

const digits = (month: string): string => month.replaceAll('-', '');
const hyphened = (month: string): string => `${month.slice(0, 4)}-${month.slice(4)}`;

/** An instant with the offset of Shanghai, as offices write the time of a booking. */
const shanghai = (instant: string): string => `${new Date(Date.parse(instant) + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
