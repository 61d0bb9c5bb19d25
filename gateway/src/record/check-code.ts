import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Without I, L, O and U: read from paper, nobody takes one letter for another (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BYTES = 15;

/** Hash of the text of an archive, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Makes and proves the check codes (校验码) of archives: 120 bits of an HMAC over the hash of the text, in six groups of four. Whoever checks
 * sends the hash: the record itself stays with its holder.
 */
export class CheckCodes {
  readonly #key: Buffer;

  /** @param secret of the hub; the key of the codes is made from it, and from nothing that leaves it */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'yichuang archive check code', 32));
  }

  /** The code of a text by its hash. */
  of(hash: string): string {
    return (this.#code(hash).match(/.{4}/g) ?? []).join('-');
  }

  /** Whether a text with this hash is unaltered and from this hub. How the code is typed does not matter. */
  proves(hash: string, typed: string): boolean {
    const code = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
    const own = this.#code(hash.trim().toLowerCase());
    return /^[0-9A-Z]{24}$/.test(code) && timingSafeEqual(Buffer.from(code), Buffer.from(own));
  }

  #code(hash: string): string {
    let bits = '';
    for (const byte of createHmac('sha256', this.#key).update(hash).digest().subarray(0, BYTES)) bits += byte.toString(2).padStart(8, '0');
    return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('');
  }
}
