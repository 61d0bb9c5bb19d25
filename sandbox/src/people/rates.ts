import { yearOf, type MonthIndex } from './calendar.js';
import type { PensionScheme, Scheme } from './model.js';

/*
 * What the synthetic registers were filled with. Contribution and account rates are the national ones; wages are smooth invented
 * figures of the right size, one factor per province, so that bases grow over the years as real ones do.
 */

const { floor, max, min, round } = Math;

/** Monthly average wage in yuan, national, in some years; linear between them. */
const WAGES: readonly (readonly [number, number])[] = [
  [1992, 230],
  [1996, 500],
  [2000, 780],
  [2004, 1330],
  [2008, 2410],
  [2012, 3540],
  [2016, 4820],
  [2020, 6190],
  [2024, 7280],
  [2030, 8600],
];
const FACTORS: Readonly<Record<string, number>> = {
  '110000': 1.62,
  '310000': 1.66,
  '120000': 1.12,
  '320000': 1.13,
  '330000': 1.14,
  '440000': 1.19,
  '540000': 1.25,
  '350000': 1.02,
  '370000': 1.01,
  '500000': 1.02,
  '410000': 0.86,
  '620000': 0.95,
  '230000': 0.88,
  '220000': 0.9,
  '450000': 0.92,
  '660000': 1.03,
};

/** Average monthly wage of a province in yuan. */
export function averageWage(jurisdiction: string, year: number): number {
  const next = WAGES.findIndex(([y]) => y >= year);
  const [y1, w1] = WAGES[max(1, next === -1 ? WAGES.length - 1 : next)] ?? [2030, 8600];
  const [y0, w0] = WAGES[max(0, (next === -1 ? WAGES.length - 1 : next) - 1)] ?? [1992, 230];
  return max(200, w0 + ((w1 - w0) * (year - y0)) / max(1, y1 - y0)) * (FACTORS[jurisdiction] ?? 0.97);
}

const FIRST_YEAR = 1980;
const wageTables = new Map<string, Float64Array>();

/** Wages of a jurisdiction by year since 1980, computed once. */
function wagesOf(jurisdiction: string): Float64Array {
  let table = wageTables.get(jurisdiction);
  if (!table) {
    table = Float64Array.from({ length: 100 }, (_, i) => averageWage(jurisdiction, FIRST_YEAR + i));
    wageTables.set(jurisdiction, table);
  }
  return table;
}

/**
 * Contribution base in fen, whole yuan, between 60 % and 300 % of the average wage. The base year runs from July to June and follows
 * the wage of the calendar year before.
 * @param level of the average wage at the start of the job; it rises by two points a year.
 */
export function contributionBase(jurisdiction: string, month: MonthIndex, level: number, since: MonthIndex): number {
  const baseYear = yearOf(month - 6);
  const wage = wagesOf(jurisdiction)[baseYear - 1 - FIRST_YEAR] ?? 0;
  const grown = level + 0.02 * max(0, baseYear - yearOf(since - 6));
  return round(wage * min(3, max(0.6, grown))) * 100;
}

export interface Shares {
  readonly personal: number;
  readonly employer: number;
  readonly credited: number;
}

/** Shares of the base in per mille, so that money stays integer until it is rounded once. */
export function shares(scheme: Scheme | '310', month: MonthIndex, alone: boolean): Shares {
  switch (scheme) {
    case '110': {
      // 国发〔2005〕38号: 8 points to the account from 2006, 11 before; 国办发〔2019〕13号: employer 16 % from May 2019.
      const credited = month < 2006 * 12 ? 110 : 80;
      return alone ? { personal: 200, employer: 0, credited } : { personal: 80, employer: month < 2019 * 12 + 4 ? 200 : 160, credited };
    }
    case '120':
      return { personal: 80, employer: month < 2019 * 12 + 4 ? 200 : 160, credited: 80 };
    case '210':
      return { personal: 5, employer: 5, credited: 0 };
    case '410':
      return { personal: 0, employer: 4, credited: 0 };
    case '310':
      return alone ? { personal: 90, employer: 0, credited: 20 } : { personal: 20, employer: 80, credited: 20 };
    case '170':
      return { personal: 0, employer: 0, credited: 0 };
  }
}

/** A share of a base, half up to the fen. */
export const share = (base: number, perMille: number): number => floor((base * perMille + 500) / 1000);

/**
 * First month a register holds of a scheme. Unemployment and injury insurance are older, but cities kept them on paper of their own until
 * the Social Insurance Law (July 2011).
 */
export const SCHEME_START: Readonly<Record<Scheme, MonthIndex>> = {
  '110': 1996 * 12,
  '120': 2014 * 12 + 9,
  '170': 2010 * 12,
  '210': 2011 * 12 + 6,
  '410': 2011 * 12 + 6,
};

/** 个人账户记账利率 in hundredths of a percent. */
const INTEREST: Readonly<Record<number, number>> = {
  2016: 831,
  2017: 712,
  2018: 829,
  2019: 761,
  2020: 604,
  2021: 669,
  2022: 612,
  2023: 397,
  2024: 262,
  2025: 150,
};

/** Account rate of a year in hundredths of a percent; before 2016 provinces set their own and 4 % stands for all; undefined where none is published. */
export const interestRate = (year: number): number | undefined => (year < 2016 ? 400 : INTEREST[year]);

/** Whether the scheme keeps a personal account. */
export const hasAccount = (scheme: Scheme): scheme is PensionScheme => scheme === '110' || scheme === '120' || scheme === '170';

/** Resident medical cover of a year in fen: what the person pays and what the budget adds. */
export function residentMedical(year: number): { readonly personal: number; readonly subsidy: number } {
  const personal = min(400, max(60, 60 + (year - 2012) * 30)) * 100;
  return { personal, subsidy: min(700, max(240, 240 + (year - 2012) * 34)) * 100 };
}
