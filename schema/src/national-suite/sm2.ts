import { sm2 } from 'sm-crypto-v2';

/*
 * Signatures by SM2 (GM/T 0003.2) with SM3 (GM/T 0004). `node:crypto` is not used for them: depending on how its key came about it
 * signs ECDSA over the SM2 curve, or SM2 with an empty signer ID, and nobody else accepts either.
 */

/** The signer ID everybody uses who has not agreed on another one (GM/T 0009). */
export const STANDARD_SIGNER_ID = '1234567812345678';

/** How a signature is written, both in hexadecimal: r and s side by side (128 digits), or a DER sequence. */
export type SignatureForm = 'raw' | 'der';

/** Signs text in UTF-8. */
export interface Signer {
  sign(text: string): string;
}

/** Says whether a signature over text in UTF-8 is good; false for everything that is not a signature. */
export interface Verifier {
  verify(text: string, signature: string): boolean;
}

/** @throws RangeError when the key is not 64 hexadecimal digits of a private key; the message never holds the key. */
export function sm2Signer(privateKey: string, form: SignatureForm = 'raw'): Signer {
  if (!/^[0-9a-f]{64}$/i.test(privateKey) || /^(0{64}|f{32})/i.test(privateKey))
    throw new RangeError('an SM2 private key is 64 hexadecimal digits');
  const key = privateKey.toLowerCase();
  // Part of what is signed; without it the library would compute it again for every signature.
  const publicKey = sm2.getPublicKeyFromPrivateKey(key);
  return {
    sign: (text) => sm2.doSignature(bytesOf(text), key, { hash: true, der: form === 'der', publicKey, userId: STANDARD_SIGNER_ID }),
  };
}

/** @throws RangeError when the key is not a point of the curve: 130 hexadecimal digits with the prefix 04, or 66 compressed. */
export function sm2Verifier(publicKey: string, form: SignatureForm = 'raw'): Verifier {
  if (!/^(04[0-9a-f]{128}|0[23][0-9a-f]{64})$/i.test(publicKey) || !isPoint(publicKey)) {
    throw new RangeError('an SM2 public key is 130 hexadecimal digits with the prefix 04, or 66 with 02 or 03');
  }
  // Multiples of the key are kept: a verification takes a sixth of the time.
  const point = sm2.precomputePublicKey(publicKey);
  const shape = form === 'der' ? /^30([0-9a-f]{2}){8,71}$/i : /^(?!0{64}|[0-9a-f]{64}0{64})[0-9a-f]{128}$/i;
  return {
    verify(text, signature) {
      if (!shape.test(signature)) return false;
      try {
        return sm2.doVerifySignature(bytesOf(text), signature.toLowerCase(), point, {
          hash: true,
          der: form === 'der',
          userId: STANDARD_SIGNER_ID,
        });
      } catch {
        // The library throws for numbers outside the group and for malformed DER.
        return false;
      }
    },
  };
}

/** A new key pair: 64 hexadecimal digits, and an uncompressed point in 130. */
export function newSm2KeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  return { privateKey, publicKey };
}

function isPoint(publicKey: string): boolean {
  try {
    return sm2.verifyPublicKey(publicKey);
  } catch {
    return false;
  }
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf8'));
