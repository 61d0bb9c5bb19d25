import { monthIndex, yearOf, type MonthIndex } from './calendar.js';

/** Original retirement age: men 60, women 55 (cadres, flexible workers) or 50 (workers). */
export type RetirementGroup = 'M60' | 'F55' | 'F50';

const GROUPS: Readonly<
  Record<RetirementGroup, { readonly age: number; readonly first: string; readonly step: number; readonly cap: number }>
> = {
  M60: { age: 60, first: '1965-01', step: 4, cap: 36 },
  F55: { age: 55, first: '1970-01', step: 4, cap: 36 },
  F50: { age: 50, first: '1975-01', step: 2, cap: 60 },
};

/** The month in which the statutory age is reached, by the decision of the NPC Standing Committee of 2024-09-13. */
export function statutoryMonth(group: RetirementGroup, birthMonth: MonthIndex): MonthIndex {
  const { age, first, step, cap } = GROUPS[group];
  const distance = birthMonth - monthIndex(first);
  const delay = distance < 0 ? 0 : Math.min(cap, Math.floor(distance / step) + 1);
  return birthMonth + age * 12 + delay;
}

/** Months of contributions a pension needs that begins in this month. */
export const requiredMonths = (month: MonthIndex): number => (yearOf(month) < 2030 ? 180 : Math.min(240, 180 + 6 * (yearOf(month) - 2029)));
