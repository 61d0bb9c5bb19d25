import { citizenCheckCharacter, creditCheckCharacter, organisationCheckCharacter } from '@yichuang/schema';
import { digits } from './calendar.js';
import type { Sex } from './model.js';
import type { Rng } from './rng.js';

/*
 * Citizen numbers of the synthetic world have a valid check character and a division PP9901 to PP9999: PP is a province, but no
 * province ever had a prefecture 99, so no such number was issued to anybody. PP9901 belongs to the named personas, PP9902 to PP9999 to
 * generated people. Order codes stop at 994: from 996 on, the 15-digit form would mean a birth in the 19th century.
 */
const ORDERS_PER_SEX = 497;
const COUNTIES = 98;
/** Numbers that one province, birth date and sex can hold; beyond it the generator has to look for a collision. */
export const SLOTS = ORDERS_PER_SEX * COUNTIES;
const PERSONA_COUNTY = '01';

function citizenNumber(province: string, county: string, birthDate: string, rank: number, sex: Sex): string {
  const order = rank * 2 + (sex === 'M' ? 1 : 2);
  const first17 = `${province.slice(0, 2)}99${county}${digits(birthDate)}${String(order).padStart(3, '0')}`;
  return first17 + citizenCheckCharacter(first17);
}

/** The number of the generated person with this index. Two indices meet only if they differ by a multiple of SLOTS. */
export function generatedNumber(index: number, province: string, birthDate: string, sex: Sex): string {
  // 7919 has no factor in common with SLOTS, so neighbours do not look alike and nothing repeats.
  const slot = ((index % SLOTS) * 7919) % SLOTS;
  const county = String(Math.floor(slot / ORDERS_PER_SEX) + 2).padStart(2, '0');
  return citizenNumber(province, county, birthDate, slot % ORDERS_PER_SEX, sex);
}

/** The number of a persona; `rank` is the persona's own and never changes. */
export function personaNumber(rank: number, province: string, birthDate: string, sex: Sex): string {
  return citizenNumber(province, PERSONA_COUNTY, birthDate, rank, sex);
}

/** Whether a citizen number lies in the range reserved for synthetic people. */
export const isSynthetic = (number: string): boolean => /^[1-6]\d99(?!00)\d{13}[\dX]$/.test(number);

/**
 * A unified social credit code (GB 32100) with both check characters right.
 * @param kind 91 enterprise, 92 individual business, 12 public institution.
 * @param serial makes the organisation code unique; below 31^5.
 */
export function creditCode(kind: '91' | '92' | '12', division: string, serial: number): string {
  // MA and MB open the series of organisation codes given out since 2015; Y keeps the synthetic ones apart from the issued ones.
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  let organisation = '';
  for (let rest = serial, i = 0; i < 5; i++, rest = Math.floor(rest / 31)) organisation = letters.charAt(rest % 31) + organisation;
  organisation = `MY${kind === '92' ? 'G' : kind === '12' ? 'J' : 'A'}${organisation}`;
  const check = organisationCheckCharacter(organisation);
  const first17 = `${kind}${division}${organisation}${check}`;
  return first17 + creditCheckCharacter(first17);
}

/** A card number: a letter and eight digits. */
export const cardNumber = (serial: number): string => `${'ABCDEFGHJK'.charAt(serial % 10)}${String(10_000_000 + serial).padStart(8, '0')}`;

/** A day of birth for the year, from the stream. */
export function birthDate(rng: Rng, year: number): string {
  const month = rng.int(1, 12);
  return `${String(year)}-${String(month).padStart(2, '0')}-${String(rng.int(1, 28)).padStart(2, '0')}`;
}
