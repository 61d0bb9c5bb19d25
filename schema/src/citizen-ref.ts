import { aessiv } from '@noble/ciphers/aes.js';
import { parseCitizenNumber, type CitizenNumber } from '@yichuang/rules/identity';

declare const brand: unique symbol;
/** `Citizen.id`: a citizen number under deterministic authenticated encryption. Safe in logs, caches and third-party hands. */
export type CitizenRef = string & { readonly [brand]: 'CitizenRef' };

/** Seals and opens person references with one key. Only the hub seals; only the subgraphs open. */
export interface CitizenSeal {
  seal(number: CitizenNumber): CitizenRef;
  /** Undefined for a reference that was not made with this key, or was altered. */
  open(ref: string): CitizenNumber | undefined;
}

const PREFIX = 'c1';
const ASSOCIATED = new TextEncoder().encode('yichuang:citizen:1');

/**
 * AES-SIV (RFC 5297) with the key as hexadecimal text: 64, 96 or 128 digits. The same number always gives the same reference, so it
 * works as an entity key; without the key nothing of the number can be learnt but whether two references are equal.
 * @throws RangeError when the key has another length or is not hexadecimal.
 */
export function citizenSeal(keyHex: string): CitizenSeal {
  if (!/^([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(keyHex))
    throw new RangeError('the citizen reference key must be 64, 96 or 128 hexadecimal digits');
  const key = Uint8Array.from(Buffer.from(keyHex, 'hex'));
  return {
    seal: (number) =>
      (PREFIX + Buffer.from(aessiv(key, ASSOCIATED).encrypt(new TextEncoder().encode(number))).toString('base64url')) as CitizenRef,
    open: (ref) => {
      if (!ref.startsWith(PREFIX) || ref.length !== PREFIX.length + 46) return undefined;
      try {
        return parseCitizenNumber(
          Buffer.from(aessiv(key, ASSOCIATED).decrypt(Uint8Array.from(Buffer.from(ref.slice(PREFIX.length), 'base64url')))).toString(),
        );
      } catch {
        return undefined;
      }
    },
  };
}
