import { firstDay } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import { averageWages } from '../generated/average-wages.js';
import { calculationBases } from '../generated/calculation-bases.js';
import type { Fen } from '../money.js';
import { monthOf, yearOf, type Month } from '../month.js';
import type { Working } from '../result.js';

/** A published figure, or the one that stands in for it. */
export interface WageFigure {
  readonly amount: Fen;
  /** EXACT: of that place and year; LAST_KNOWN: of an earlier year; NATIONAL: of the nation. */
  readonly standsFor: 'EXACT' | 'LAST_KNOWN' | 'NATIONAL';
  readonly year: number;
}

const wages = new Map<string, WageFigure | undefined>();
const bases = new Map<string, WageFigure | undefined>();

/**
 * Average wage per month earned in a year in a province (全口径城镇单位就业人员平均工资 from 2018, 城镇非私营单位 or 职工 before), the nation's where the
 * province's is not on file, the last known one where the year's is not published. Undefined before the first year on file.
 */
export function averageWage(province: Province, year: number): WageFigure | undefined {
  return remembered(wages, province, year, () => {
    const first = firstDay(monthOf(year, 1));
    const exact = averageWages.at(first, province);
    const row = exact ?? averageWages.lastKnown(first, province);
    return row === undefined ? undefined : figure(row.values.wage, row.jurisdiction, exact !== undefined, yearOfDate(row.validFrom));
  });
}

/**
 * 计发基数 of the year in which somebody retires; the average wage of the year before stands in where none of the province is on file.
 */
export function calculationBase(province: Province, month: Month): WageFigure | undefined {
  const year = yearOf(month);
  return remembered(bases, province, year, () => {
    const first = firstDay(monthOf(year, 1));
    const exact = calculationBases.at(first, province);
    const row = exact ?? calculationBases.lastKnown(first, province);
    if (row !== undefined) return figure(row.values.base, row.jurisdiction, exact !== undefined, yearOfDate(row.validFrom));
    const wage = averageWage(province, year - 1);
    return wage && { ...wage, standsFor: wage.standsFor === 'NATIONAL' ? 'NATIONAL' : 'LAST_KNOWN' };
  });
}

/** Says in the answer that a wage stands in for another. */
export function noteWage(working: Working, found: WageFigure): void {
  if (found.standsFor === 'NATIONAL') {
    working.provisional('NATIONAL_WAGE_STANDS_IN', {
      zh: '本省的平均工资未备案，以全国数据代替',
      en: "the province's average wage is not on file; the nation's stands in",
    });
  } else if (found.standsFor === 'LAST_KNOWN') {
    working.provisional('AVERAGE_WAGE_NOT_PUBLISHED', {
      zh: '该年平均工资尚未公布，沿用最近公布的数据',
      en: 'the average wage of the year is not published yet; the last known one stands in',
    });
  }
}

/** Says in the answer that the calculation base is not that of the year. */
export function noteBase(working: Working, found: WageFigure): void {
  if (found.standsFor === 'EXACT') return;
  working.provisional('CALCULATION_BASE_NOT_PUBLISHED', {
    zh: '该年计发基数未公布或未备案，先按最近的数据预发，公布后重新核定',
    en: 'the calculation base of the year is not published or not on file: computed with the nearest figure, to be computed again',
  });
}

function figure(amount: Fen, jurisdiction: string, exact: boolean, year: number): WageFigure {
  return { amount, standsFor: jurisdiction === 'CN' ? 'NATIONAL' : exact ? 'EXACT' : 'LAST_KNOWN', year };
}

function remembered(
  held: Map<string, WageFigure | undefined>,
  province: Province,
  year: number,
  find: () => WageFigure | undefined,
): WageFigure | undefined {
  const key = `${province}${year}`;
  if (held.has(key)) return held.get(key);
  const found = find();
  held.set(key, found);
  return found;
}

const yearOfDate = (date: number): number => Math.floor(date / 10_000);
