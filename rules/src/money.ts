import { RuleRefusal } from './refusal.js';

/*
 * Money is whole fen, rates are whole hundred-millionths, and every product is exact before it is rounded once: no float stands anywhere
 * between an input and a figure. Half up means away from zero on exactly one half: 0.5 fen is 1, -0.5 fen is -1.
 */

declare const fenBrand: unique symbol;
/** Whole fen (分, one hundredth of a yuan), at most 10^13 in size, which is 100 billion yuan. */
export type Fen = number & { readonly [fenBrand]: true };

declare const rateBrand: unique symbol;
/** A rate, share, coefficient or index in whole hundred-millionths: 8 % is 8,000,000. */
export type Rate = number & { readonly [rateBrand]: true };

/** Parts of a Rate that make one. */
export const RATE_ONE = 100_000_000;
const MOST_FEN = 10_000_000_000_000;

/**
 * Brands whole fen.
 * @throws RuleRefusal MONEY_OUT_OF_RANGE naming the field when they are not whole or beyond 10^13
 */
export function fen(amount: number, field = ''): Fen {
  if (!isFen(amount)) throw new RuleRefusal('MONEY_OUT_OF_RANGE', field);
  return amount;
}

/**
 * Reads yuan as people and agencies write them: `"6000.00"`, `"6,000"`, `6000`, full-width digits. At most two decimals.
 * @param field path of the value in the input, for the refusal
 * @param options negative: corrections and balances may be below zero; everything else may not
 * @throws RuleRefusal MONEY_INVALID, MONEY_DECIMALS, MONEY_NEGATIVE or MONEY_OUT_OF_RANGE
 */
export function fenFromYuan(value: string | number, field: string, options: { readonly negative?: boolean } = {}): Fen {
  const text = decimalText(value);
  const parts = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(text);
  if (!parts) throw new RuleRefusal('MONEY_INVALID', field);
  const [, sign = '', whole = '', decimals = ''] = parts;
  if (decimals.length > 2) throw new RuleRefusal('MONEY_DECIMALS', field);
  const size = Number(whole.replaceAll(',', '')) * 100 + Number(decimals.padEnd(2, '0'));
  const amount = sign === '-' && size > 0 ? -size : size;
  if (amount < 0 && options.negative !== true) throw new RuleRefusal('MONEY_NEGATIVE', field);
  return fen(amount, field);
}

/** Yuan with two decimals, as every figure is given: `"-0.05"`, `"48218.85"`. */
export function yuan(amount: Fen): string {
  return unitsText(amount, 2);
}

/** Whole units of 10^-places as decimal text: unitsText(1733, 2) is `"17.33"`. */
export function unitsText(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0 ? `-${text}` : text;
}

/**
 * Reads a rate, share or index: `"0.08"`, `0.0669`, `"8%"`. At most eight decimals, not negative, below 1000.
 * @throws RuleRefusal RATE_INVALID naming the field
 */
export function rateFrom(value: string | number, field: string): Rate {
  const text = decimalText(value);
  const parts = /^(\d{1,3})(?:\.(\d{1,8}))?(%?)$/.exec(text);
  if (!parts) throw new RuleRefusal('RATE_INVALID', field);
  const [, whole = '', decimals = '', percent] = parts;
  const units = Number(whole) * RATE_ONE + Number(decimals.padEnd(8, '0'));
  const rate = percent === '%' ? units / 100 : units;
  if (!isRate(rate)) throw new RuleRefusal('RATE_INVALID', field);
  return rate;
}

/** The rate as a decimal without trailing zeros: `"0.0669"`. */
export function rateText(rate: Rate): string {
  return unitsText(rate, 8).replace(/\.?0+$/, '');
}

/** amount x rate, rounded half up to the fen. */
export function mulRate(amount: Fen, rate: Rate): Fen {
  return mulDiv(amount, rate, RATE_ONE);
}

/**
 * amount x numerator / denominator, exact, rounded half up to the fen. The arguments are whole numbers; the amount may be a sum that is
 * no amount of money itself (fen x months). A chain of factors is one call: (C + Ci) / 2 x 17.33 x 1 % is mulDiv(C + Ci, 1733, 20000).
 * @throws RuleRefusal MONEY_OUT_OF_RANGE when the result is beyond 10^13 fen
 */
export function mulDiv(amount: number, numerator: number, denominator: number): Fen {
  return fen(roundedProduct(amount, numerator, denominator));
}

/**
 * value x numerator / denominator for whole numbers, exact, rounded half up (away from zero) to a whole number: what mulDiv does, for
 * figures that are no money (years in hundredths, an index, a divisor in tenths).
 * @throws RuleRefusal MONEY_OUT_OF_RANGE when an argument or the result is no safe integer
 */
export function roundedProduct(value: number, numerator: number, denominator: number): number {
  const product = value * numerator;
  if (Number.isSafeInteger(product) && Number.isSafeInteger(2 * product)) {
    const size = Math.abs(product);
    const remainder = size % denominator;
    const quotient = (size - remainder) / denominator;
    const rounded = remainder * 2 >= denominator ? quotient + 1 : quotient;
    return product < 0 && rounded > 0 ? -rounded : rounded;
  }
  if (![value, numerator, denominator].every(Number.isSafeInteger)) throw new RuleRefusal('MONEY_OUT_OF_RANGE', '');
  const exact = BigInt(value) * BigInt(numerator);
  const size = exact < 0n ? -exact : exact;
  const by = BigInt(denominator);
  const rounded = Number((2n * size + by) / (2n * by));
  if (!Number.isSafeInteger(rounded)) throw new RuleRefusal('MONEY_OUT_OF_RANGE', '');
  return exact < 0n && rounded > 0 ? -rounded : rounded;
}

/** The sum of amounts; adding branded numbers loses the brand. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return fen(sum);
}

function isFen(amount: number): amount is Fen {
  return Number.isSafeInteger(amount) && Math.abs(amount) <= MOST_FEN;
}

function isRate(rate: number): rate is Rate {
  return Number.isSafeInteger(rate) && rate >= 0;
}

/** A number of JSON as it was most likely written; forms with an exponent stay as they are and are refused. */
function decimalText(value: string | number): string {
  return typeof value === 'number' ? String(value) : value.normalize('NFKC').trim();
}
