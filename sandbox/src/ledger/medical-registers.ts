import type { InformationSheet, OfficeOrder, TransferFigures } from '@yichuang/kit';
import { jurisdictionOfDivision, placeIn } from '../people/divisions.js';
import type { InsuredBooks, MedicalRegister } from '../systems/medical-register.js';
import type { MedicalRow } from '../systems/medical-rows.js';
import { yuan } from '../people/registers.js';
import { personAccount } from './accounts.js';
import { fenOf } from './amounts.js';
import { BooksNotClean } from './figures.js';
import { medicalExport } from './medical-sheet.js';
import type { Holding, OrderRegisters } from './order-registers.js';

/*
 * What the offices of 医保 do to the tables of the platform. A relation is the cover of one scheme in one pooling area (统筹区), however
 * often the person joined and left there; it goes by the area and the person number.
 */

const EMPLOYEES = '310';

/** The tables of the national medical platform, as orders ask and change them. Only personal accounts have money: pooled money never moves. */
export function insuredRegisters(register: MedicalRegister): OrderRegisters {
  let opening: number | undefined;
  return {
    of: (order) => holdingOf(order, register),
    opening: () => ({ accounts: (opening ??= register.generatedBalances()), pools: 0, clearing: 0, refunds: 0 }),
    placeOf: (area) => area,
    change(order, { opens, ends, joins }, { sheet, received }) {
      const books = register.books(order.citizenNumber);
      if (opens) register.put(order.citizenNumber, opened(books, order, register.today));
      if (ends !== undefined) register.put(order.citizenNumber, ended(books, order.scheme, areaOf(ends), register.today));
      if (joins !== undefined && sheet) register.put(order.citizenNumber, joined(books, order, joins, sheet, received));
    },
  };
}

function holdingOf(order: OfficeOrder, register: MedicalRegister): Holding {
  const { citizenNumber, scheme, jurisdiction } = order;
  const books = register.books(citizenNumber);
  const atSource = jurisdiction === order.from;
  const place = atSource ? order.from : order.to;
  const here = (area: string): boolean => (place.endsWith('0000') ? jurisdictionOfDivision(area) === place : area === place);
  const covers = books.insuinfo.filter((row) => row['insutype'] === scheme && here(row['insuplc_admdvs'] ?? ''));
  const coversIn = (relation: string): readonly MedicalRow[] => covers.filter((row) => row['insuplc_admdvs'] === areaOf(relation));
  const paymentsIn = (area: string): readonly MedicalRow[] =>
    books.clctinfo.filter((row) => row['insutype'] === scheme && row['poolareaNo'] === area);
  return {
    isKnown: () => register.knows(citizenNumber),
    relation() {
      const meant = covers.find((row) =>
        atSource
          ? paymentsIn(row['insuplc_admdvs'] ?? '').length > 0 || (fenOf(row['balc'] ?? '') ?? 1) !== 0
          : row['psn_insu_stas'] === '1',
      );
      return meant && `${meant['insuplc_admdvs'] ?? ''} ${books.personNumber}`;
    },
    hasEnded: () => covers.length > 0,
    // 已享受退休人员医保待遇.
    drawsBenefit: () => covers.some((row) => (row['psn_type'] ?? '').startsWith('12')),
    account: (relation) => personAccount(areaOf(relation), scheme, books.personNumber),
    held: (relation) => coversIn(relation).reduce((sum, row) => sum + (fenOf(row['balc'] ?? '') ?? 0), 0),
    exported(relation, moneyMoves) {
      const own = coversIn(relation);
      if (own.length === 0) return undefined;
      const balances = own.map((row) => fenOf(row['balc'] ?? ''));
      if (balances.includes(undefined)) throw new BooksNotClean('a balance that cannot be read');
      return medicalExport({
        area: areaOf(relation),
        scheme,
        personNumber: books.personNumber,
        lastUnit: own.findLast((row) => row['emp_name'] !== '')?.['emp_name'] ?? null,
        payments: paymentsIn(areaOf(relation)),
        balance: moneyMoves && scheme === EMPLOYEES ? balances.reduce<number>((sum, one) => sum + (one ?? 0), 0) : 0,
        month: order.month ?? register.today.slice(0, 7),
      });
    },
  };
}

const areaOf = (relation: string): string => relation.split(' ', 1)[0] ?? relation;

function opened(books: InsuredBooks, { scheme, to, jurisdiction }: OfficeOrder, today: string): InsuredBooks {
  const row: MedicalRow = {
    balc: scheme === EMPLOYEES ? '0.00' : '',
    insutype: scheme,
    psn_type: scheme === EMPLOYEES ? '11' : '15',
    psn_insu_stas: '1',
    psn_insu_date: today,
    paus_insu_date: '',
    cvlserv_flag: '0',
    insuplc_admdvs: to.endsWith('0000') ? placeIn(jurisdiction).area : to,
    emp_name: '',
  };
  return { ...books, insuinfo: [...books.insuinfo, row] };
}

/** The cover that has moved away is ended; its account and its months stand elsewhere. */
function ended(books: InsuredBooks, scheme: string, area: string, today: string): InsuredBooks {
  const isOf = (row: MedicalRow, column: string): boolean => row['insutype'] === scheme && row[column] === area;
  return {
    ...books,
    insuinfo: books.insuinfo.map((row) =>
      isOf(row, 'insuplc_admdvs')
        ? {
            ...row,
            balc: row['balc'] === '' ? '' : '0.00',
            psn_insu_stas: '3',
            paus_insu_date: row['paus_insu_date'] === '' ? today : (row['paus_insu_date'] ?? today),
          }
        : row,
    ),
    clctinfo: books.clctinfo.filter((row) => !isOf(row, 'poolareaNo')),
  };
}

/** The target's account gets what came, and its months what the sheet says; a month that it has itself counts once, and is its own. */
function joined(
  books: InsuredBooks,
  { scheme, citizenNumber }: OfficeOrder,
  relation: string,
  sheet: InformationSheet,
  received: TransferFigures | undefined,
): InsuredBooks {
  const area = areaOf(relation);
  const known = new Set(
    books.clctinfo.filter((row) => row['insutype'] === sheet.scheme && row['poolareaNo'] === area).map((row) => row['accrym']),
  );
  const meant = books.insuinfo.find((row) => row['insutype'] === scheme && row['insuplc_admdvs'] === area && row['psn_insu_stas'] === '1');
  const came = received?.account ?? 0;
  return {
    ...books,
    insuinfo: books.insuinfo.map((row) =>
      row === meant && came > 0 ? { ...row, balc: yuan((fenOf(row['balc'] ?? '') ?? 0) + came) } : row,
    ),
    clctinfo: [
      ...books.clctinfo,
      ...paymentsOf(sheet)
        .filter(({ accrym }) => !known.has(accrym))
        .map((row) => ({
          ...{ psnNo: books.personNumber, certno: citizenNumber, insutype: sheet.scheme, poolareaNo: area },
          ...row,
          ...{ arrvDate: '', empName: '' },
        })),
    ],
  };
}

/** Rows of payment of a sheet: a month each, and for residents a year each. */
function paymentsOf({ segments, scheme }: InformationSheet) {
  return segments.flatMap(({ from, to, base, personal, employer }) => {
    const amounts = { clctstd: base === 0 ? '' : yuan(base), psnAmt: yuan(personal), empAmt: yuan(employer) };
    const compact = (month: string): string => month.replace('-', '');
    if (scheme !== EMPLOYEES) return [{ accrym: compact(from), expiYm: compact(to), ...amounts }];
    const months: string[] = [];
    for (let month = Number(compact(from)); month <= Number(compact(to)); month++) months.push(String(month));
    return months.map((month) => ({ accrym: month, expiYm: month, ...amounts }));
  });
}
