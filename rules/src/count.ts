import { Type } from 'typebox';
import { RuleRefusal } from './refusal.js';

/** A whole number of months, orders or years as JSON may hold it: `208` or `"208"`. */
export const CountLike = Type.Union([Type.String({ maxLength: 16 }), Type.Number()], { description: '非负整数' });

const MOST = 1_000_000_000;

/**
 * Reads a whole number from zero up.
 * @throws RuleRefusal COUNT_INVALID naming the field: a fraction, a negative number, anything else
 */
export function countFrom(value: string | number, field: string): number {
  const text = typeof value === 'number' ? String(value) : value.normalize('NFKC').trim();
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= MOST)) throw new RuleRefusal('COUNT_INVALID', field);
  return count;
}
