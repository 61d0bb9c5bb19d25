/** 公民身份号码 (GB 11643-1999): its check character, the ways people and registers write it, and why something is none. */

declare const brand: unique symbol;
/** An 18-character citizen number with a valid check character, upper case. */
export type CitizenNumber = string & { readonly [brand]: 'CitizenNumber' };

/** Why a text is no citizen number. The first fault counts, in this order. */
export type CitizenNumberFault = 'BAD_LENGTH' | 'BAD_CHARACTER' | 'BAD_DATE' | 'CHECK_DIGIT';

/** What a citizen number says by itself. */
export type CitizenNumberReading =
  | {
      readonly valid: true;
      /** In the 18-character form, also when it was written with 15 digits. */
      readonly number: CitizenNumber;
      /** YYYY-MM-DD. */
      readonly birth: string;
      /** GB/T 2261: 1 man, 2 woman. */
      readonly sex: '1' | '2';
      /** Where it was first registered. It may have been abolished since, and is not the hukou. */
      readonly division: string;
      /** Who carries such a number: 81, 82 and 83 stand on residence permits of 港澳台 residents, 9 on cards of foreign residents. */
      readonly holder: 'CITIZEN' | 'HONG_KONG_MACAO_TAIWAN_RESIDENT' | 'FOREIGN_RESIDENT';
    }
  | { readonly valid: false; readonly error: CitizenNumberFault };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '10X98765432';

/** Check character of the first 17 digits (ISO 7064 MOD 11-2). */
export function citizenCheckCharacter(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (WEIGHTS[i] ?? 0) * (first17.charCodeAt(i) - 48);
  return CHECKS.charAt(sum % 11);
}

/** True for a real calendar day given as yyyyMMdd. */
export function isCalendarDay(yyyymmdd: string): boolean {
  if (!/^\d{8}$/.test(yyyymmdd)) return false;
  const [y, m, d] = [Number(yyyymmdd.slice(0, 4)), Number(yyyymmdd.slice(4, 6)), Number(yyyymmdd.slice(6, 8))];
  const date = new Date(Date.UTC(y, m - 1, d));
  return y >= 1000 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
}

/**
 * Reads a citizen number as people and old registers write it: full-width characters, spaces, a lower-case x and the 15-digit form
 * are accepted and converted. Undefined for anything else. The division is not looked up: it may have been abolished (GB/T 2260).
 */
export function parseCitizenNumber(text: string): CitizenNumber | undefined {
  const found = eighteen(text);
  return isNumber(found) ? found : undefined;
}

/** As parseCitizenNumber, with what the number says, or why it is none. */
export function readCitizenNumber(text: string): CitizenNumberReading {
  const number = eighteen(text);
  if (!isNumber(number)) return { valid: false, error: faultOf(number) };
  const sex = (number.charCodeAt(16) - 48) % 2 === 1 ? '1' : '2';
  const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  return { valid: true, number, birth, sex, division: number.slice(0, 6), holder: holderOf(number) };
}

/** The forms in which registers are known to hold one citizen number, for look-ups that can only compare text. The first is canonical. */
export function citizenNumberForms(number: CitizenNumber): readonly string[] {
  const forms = [number as string];
  if (number.endsWith('X')) forms.push(`${number.slice(0, 17)}x`);
  if (number.startsWith('19', 6)) forms.push(number.slice(0, 6) + number.slice(8, 17));
  forms.push(number.replace(/[0-9X]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)));
  return forms;
}

/** The text without what does not matter, 15 digits converted. */
function eighteen(text: string): string {
  const compact = text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
  if (!/^\d{15}$/.test(compact)) return compact;
  // Order codes 996 to 999 were kept for people born in the 19th century.
  const century = compact.slice(12) >= '996' ? '18' : '19';
  const first17 = `${compact.slice(0, 6)}${century}${compact.slice(6)}`;
  return first17 + citizenCheckCharacter(first17);
}

function isNumber(text: string): text is CitizenNumber {
  return /^\d{17}[\dX]$/.test(text) && isCalendarDay(text.slice(6, 14)) && citizenCheckCharacter(text) === text.charAt(17);
}

function faultOf(text: string): CitizenNumberFault {
  if (text.length !== 18) return text.length === 15 ? 'BAD_CHARACTER' : 'BAD_LENGTH';
  if (!/^\d{17}[\dX]$/.test(text)) return 'BAD_CHARACTER';
  return isCalendarDay(text.slice(6, 14)) ? 'CHECK_DIGIT' : 'BAD_DATE';
}

function holderOf(number: CitizenNumber): 'CITIZEN' | 'HONG_KONG_MACAO_TAIWAN_RESIDENT' | 'FOREIGN_RESIDENT' {
  if (number.startsWith('9')) return 'FOREIGN_RESIDENT';
  return /^8[123]/.test(number) ? 'HONG_KONG_MACAO_TAIWAN_RESIDENT' : 'CITIZEN';
}
