/**
 * Identifiers of the field and their check characters: 公民身份号码 (GB 11643-1999), 统一社会信用代码 (GB 32100-2015) with the
 * organisation code inside it (GB 11714), and 行政区划代码 (GB/T 2260). Pure; a refusal is a value, never an exception.
 */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An 18-character citizen number with a valid check character, upper case. */
export type CitizenNumber = Brand<string, 'CitizenNumber'>;
/** An 18-character unified social credit code with valid check characters, upper case. */
export type CreditCode = Brand<string, 'CreditCode'>;
/** Six digits of GB/T 2260, or 660000 for the 兵团. */
export type DivisionCode = Brand<string, 'DivisionCode'>;

const CITIZEN_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CITIZEN_CHECKS = '10X98765432';
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Check character of the first 17 digits (ISO 7064 MOD 11-2). */
export function citizenCheckCharacter(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (CITIZEN_WEIGHTS[i] ?? 0) * (first17.charCodeAt(i) - 48);
  return CITIZEN_CHECKS.charAt(sum % 11);
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
  const compact = text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
  if (/^\d{15}$/.test(compact)) {
    // Order codes 996 to 999 were kept for people born in the 19th century.
    const century = compact.slice(12) >= '996' ? '18' : '19';
    const first17 = `${compact.slice(0, 6)}${century}${compact.slice(6)}`;
    return isCalendarDay(first17.slice(6, 14)) ? ((first17 + citizenCheckCharacter(first17)) as CitizenNumber) : undefined;
  }
  if (!/^\d{17}[\dX]$/.test(compact) || !isCalendarDay(compact.slice(6, 14))) return undefined;
  return citizenCheckCharacter(compact) === compact.charAt(17) ? (compact as CitizenNumber) : undefined;
}

/** The forms in which registers are known to hold one citizen number, for look-ups that can only compare text. The first is canonical. */
export function citizenNumberForms(number: CitizenNumber): readonly string[] {
  const forms = [number as string];
  if (number.endsWith('X')) forms.push(`${number.slice(0, 17)}x`);
  if (number.startsWith('19', 6)) forms.push(number.slice(0, 6) + number.slice(8, 17));
  forms.push(number.replace(/[0-9X]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)));
  return forms;
}

/** Check character of the eight characters of an organisation code (GB 11714). */
export function organisationCheckCharacter(first8: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += (ORGANISATION_WEIGHTS[i] ?? 0) * ORGANISATION_ALPHABET.indexOf(first8.charAt(i));
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** Check character of the first 17 characters of a credit code (weights 3^(n-1) mod 31). */
export function creditCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    sum += weight * CREDIT_ALPHABET.indexOf(first17.charAt(i));
    weight = (weight * 3) % 31;
  }
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** Reads a credit code; spaces, full-width and lower-case characters are accepted and converted. Undefined for anything else. */
export function parseCreditCode(text: string): CreditCode | undefined {
  const code = text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code)) return undefined;
  return creditCheckCharacter(code) === code.charAt(17) ? (code as CreditCode) : undefined;
}

/** Reads a division code: six digits, the first not 0; longer agency forms (12-digit area codes) are cut to their first six. */
export function parseDivisionCode(text: string): DivisionCode | undefined {
  if (/^[1-9]\d{5}$/.test(text)) return text as DivisionCode;
  const code = text.normalize('NFKC').trim();
  if (/^[1-9]\d{5}$/.test(code)) return code as DivisionCode;
  return /^[1-9]\d{5}0{6}$/.test(code) ? (code.slice(0, 6) as DivisionCode) : undefined;
}

/**
 * The pension jurisdiction that a division lies in: its province, but the cities of the 兵团 (6590xx, and its own codes 66xxxx) belong to
 * 660000, which keeps its register apart from Xinjiang's.
 */
export function jurisdictionOfDivision(division: string): DivisionCode | undefined {
  return parseDivisionCode(division.startsWith('659') ? '660000' : `${division.slice(0, 2)}0000`);
}
