import { randomInt } from 'node:crypto';

/** Without I, O, U, 0 and 1, which are taken for others when a number is read out at a counter. 31 symbols: a prime, see below. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTVWXYZ';
const SYMBOLS = ALPHABET.length;
const RANDOM_CHARACTERS = 15;

/** A new case number: 74 random bits and a check character. */
export function newCaseNumber(): string {
  let number = '';
  for (let i = 0; i < RANDOM_CHARACTERS; i++) number += ALPHABET.charAt(randomInt(SYMBOLS));
  return number + checkCharacter(number);
}

/**
 * Reads a case number as people write it: small letters, spaces and hyphens are accepted.
 * @returns undefined for what no hub has issued: one wrong character, or two neighbours exchanged, are always noticed
 */
export function parseCaseNumber(text: string): string | undefined {
  const number = text.replace(/[\s-]/g, '').toUpperCase();
  if (number.length !== RANDOM_CHARACTERS + 1 || [...number].some((character) => !ALPHABET.includes(character))) return undefined;
  return checkCharacter(number.slice(0, RANDOM_CHARACTERS)) === number.charAt(RANDOM_CHARACTERS) ? number : undefined;
}

/** Weights 16 down to 2, all different modulo a prime: whatever one character or one exchange changes, it changes the sum. */
function checkCharacter(text: string): string {
  let sum = 0;
  for (let i = 0; i < RANDOM_CHARACTERS; i++) sum += (RANDOM_CHARACTERS + 1 - i) * ALPHABET.indexOf(text.charAt(i));
  return ALPHABET.charAt((SYMBOLS - (sum % SYMBOLS)) % SYMBOLS);
}
