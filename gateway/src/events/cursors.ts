import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const NUMBER_BYTES = 8;
const PROOF_BYTES = 12;

/**
 * Places in the stream as clients hold them: a number and a proof that this hub gave it out. It says nothing of persons, and is good for
 * every caller: what one may be told is decided with each event.
 */
export class Cursors {
  readonly #key: Buffer;

  /** @param secret of the hub; the key of the cursors is made from it, and from nothing that leaves it */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'yichuang event cursor 1', 32));
  }

  /** @param place number of an event; 0 is before the first */
  text(place: number): string {
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeBigUInt64BE(BigInt(place));
    return Buffer.concat([number, this.#proof(number)]).toString('base64url');
  }

  /** @returns undefined for a text that this hub did not give out */
  read(text: string): number | undefined {
    const bytes = /^[\w-]{27}$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
    if (bytes.length !== NUMBER_BYTES + PROOF_BYTES || bytes.toString('base64url') !== text) return undefined;
    const number = bytes.subarray(0, NUMBER_BYTES);
    return timingSafeEqual(bytes.subarray(NUMBER_BYTES), this.#proof(number)) ? Number(number.readBigUInt64BE()) : undefined;
  }

  #proof(number: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(number).digest().subarray(0, PROOF_BYTES);
  }
}
