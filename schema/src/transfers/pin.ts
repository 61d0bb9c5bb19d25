import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** The PINs that go with the public numbers of transfer cases. */
export interface TransferPins {
  /** Eight characters, without those that are taken for others when they are read out. The same for the same number, whoever asks. */
  pinOf(number: string): string;
  /** Whether somebody who names a case also holds its PIN; small letters, spaces and hyphens are accepted. Takes the same time for any PIN. */
  matches(number: string, pin: string): boolean;
}

/** 32 symbols, without I, O, 0 and 1. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CHARACTERS = 8;

/**
 * PINs derived from the number of the case with a key that the hub and the agencies hold anyway, so that none is stored, and an
 * application whose acknowledgement was lost gives the same PIN when it is sent again.
 * @param citizenRefKeyHex the key of person references, as hexadecimal text; the key of the PINs is derived from it (HKDF-SHA-256)
 */
export function transferPins(citizenRefKeyHex: string): TransferPins {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(citizenRefKeyHex, 'hex'), '', 'yichuang:transfer-pin:1', 32));
  const pinOf = (number: string): string =>
    [...createHmac('sha256', key).update(number).digest().subarray(0, CHARACTERS)].map((byte) => ALPHABET.charAt(byte % 32)).join('');
  return {
    pinOf,
    matches: (number, pin) => {
      const given = Buffer.from(pin.replace(/[\s-]/g, '').toUpperCase());
      const right = Buffer.from(pinOf(number));
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
