import { RuleRefusal } from '../refusal.js';

/**
 * One word out of some, whatever its case and width.
 * @throws RuleRefusal INPUT_INVALID naming the field
 */
export function wordFrom<const W extends string>(value: string | number, field: string, words: readonly W[]): W {
  const text = String(value).normalize('NFKC').trim().toUpperCase();
  const word = words.find((one) => one.toUpperCase() === text);
  if (word === undefined) throw new RuleRefusal('INPUT_INVALID', field);
  return word;
}
