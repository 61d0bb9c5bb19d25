import type { Month } from '../month.js';
import type { CivilFacts } from '../record/record.js';
import { retirementDates } from '../retirement/retirement-ages.js';

/**
 * Statutory month of retirement. Of a woman whose group no source says, that of the later one: a hint must not rest on a guess. Undefined
 * where birth or sex is not known.
 */
export function statutoryMonth({ category, sex, birthMonth }: CivilFacts): Month | undefined {
  const group = category ?? (sex === 'M' ? 'M60' : sex === 'F' ? 'F55' : undefined);
  return group && birthMonth !== undefined ? retirementDates(group, birthMonth).statutoryMonth : undefined;
}
