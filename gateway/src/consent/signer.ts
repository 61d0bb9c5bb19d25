import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** Signs with a key that need not be in this process. */
export interface Signer {
  /** By which the public key is found. */
  readonly kid: string;
  /** Signature algorithm (JOSE name). */
  readonly alg: string;
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** What can be shown of a signing key. */
export interface PublicKey {
  readonly kid: string;
  readonly alg: string;
  /** RFC 7517, as JSON. */
  readonly jwk: string;
}

/** PKCS #8 head of an Ed25519 private key (RFC 8410); its 32 bytes follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signs with an Ed25519 key in this process.
 * @param seedHex the private key, 64 hexadecimal digits
 * @returns the signer and its public key; its `kid` is the thumbprint of the key (RFC 7638)
 */
export function ed25519Signer(seedHex: string): { readonly signer: Signer; readonly publicKey: PublicKey } {
  if (!/^[0-9a-f]{64}$/i.test(seedHex)) throw new RangeError('an Ed25519 private key has 64 hexadecimal digits');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, Buffer.from(seedHex, 'hex')]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const members = { crv: 'Ed25519', kty: 'OKP', x };
  const kid = createHash('sha256').update(canonicalJson(members)).digest('base64url');
  const alg = 'EdDSA';
  return {
    signer: { kid, alg, sign: (bytes) => sign(null, bytes, key) },
    publicKey: { kid, alg, jwk: canonicalJson({ ...members, kid, alg, use: 'sig' }) },
  };
}
