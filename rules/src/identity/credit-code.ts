/** 统一社会信用代码 (GB 32100-2015) and the 组织机构代码 inside it (GB 11714): check characters, spellings, faults. */

declare const brand: unique symbol;
/** An 18-character unified social credit code with a valid check character, upper case. */
export type CreditCode = string & { readonly [brand]: 'CreditCode' };

/** Why a text is no such code. The first fault counts, in this order. */
export type UnitCodeFault = 'BAD_LENGTH' | 'BAD_CHARACTER' | 'CHECK_DIGIT';

/** What a credit code says by itself. */
export type CreditCodeReading =
  | {
      readonly valid: true;
      readonly code: CreditCode;
      /** Registering department: 9 market regulation, 5 civil affairs, 1 establishment office, Y other. */
      readonly department: string;
      /** Within market regulation: 1 enterprise, 2 individual business (个体工商户), 3 farmers' cooperative. */
      readonly category: string;
      readonly division: string;
      /** Characters 9 to 17. */
      readonly organisationCode: string;
      /** False when the organisation code's own check character does not fit. Not a fault of the code: GB 32100 checks the whole. */
      readonly organisationCodeFits: boolean;
    }
  | { readonly valid: false; readonly error: UnitCodeFault };

export type OrganisationCodeReading =
  | {
      readonly valid: true;
      /** Nine characters without the hyphen. */
      readonly code: string;
    }
  | { readonly valid: false; readonly error: UnitCodeFault };

const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_FORM = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;

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
  const code = compact(text);
  return isCreditCode(code) ? code : undefined;
}

/** As parseCreditCode, with what the code says, or why it is none. */
export function readCreditCode(text: string): CreditCodeReading {
  const code = compact(text);
  if (!isCreditCode(code)) {
    const error = code.length !== 18 ? 'BAD_LENGTH' : CREDIT_FORM.test(code) ? 'CHECK_DIGIT' : 'BAD_CHARACTER';
    return { valid: false, error };
  }
  return {
    valid: true,
    code,
    department: code.charAt(0),
    category: code.charAt(1),
    division: code.slice(2, 8),
    organisationCode: code.slice(8, 17),
    organisationCodeFits: organisationCheckCharacter(code.slice(8, 16)) === code.charAt(16),
  };
}

/** Reads a 组织机构代码 of nine characters, with or without the hyphen before the last. */
export function readOrganisationCode(text: string): OrganisationCodeReading {
  const code = compact(text).replace(/^(.{8})-(.)$/, '$1$2');
  if (code.length !== 9) return { valid: false, error: 'BAD_LENGTH' };
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(code)) return { valid: false, error: 'BAD_CHARACTER' };
  return organisationCheckCharacter(code) === code.charAt(8) ? { valid: true, code } : { valid: false, error: 'CHECK_DIGIT' };
}

function compact(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
}

function isCreditCode(code: string): code is CreditCode {
  return CREDIT_FORM.test(code) && creditCheckCharacter(code) === code.charAt(17);
}
