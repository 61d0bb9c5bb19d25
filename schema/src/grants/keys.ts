import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Type, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { newSm2KeyPair, sm2Signer, sm2Verifier } from '../national-suite/sm2.js';
import { SUITES, type GrantSigner, type GrantVerifier, type SuiteName } from './suites.js';

const KeyId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
const Scalar = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const Ed25519Private = Type.Object({ kid: KeyId, kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Scalar, d: Scalar });
const Ed25519Public = Type.Object({ keys: Type.Array(Type.Omit(Ed25519Private, ['d']), { minItems: 1 }) });
const Sm2Private = Type.Object({ kid: KeyId, privateKey: Type.String() });
const Sm2Public = Type.Object({ keys: Type.Array(Type.Object({ kid: KeyId, publicKey: Type.String() }), { minItems: 1 }) });

/**
 * Reads the key the hub signs with.
 * @param text JSON: for `intl` a private JWK with `kid` (RFC 8037), for `gm` `{"kid", "privateKey"}` with 64 hexadecimal digits
 * @throws RangeError when it is something else; the message never holds the key
 */
export function readGrantSigner(suite: SuiteName, text: string): GrantSigner {
  if (suite === 'intl') {
    const jwk = read(Ed25519Private, text, 'a private JWK of Ed25519 with kid');
    const key = privateKeyOf(jwk);
    return { suite: SUITES.intl, keyId: jwk.kid, sign: (input) => sign(null, Buffer.from(input), key).toString('base64url') };
  }
  const { kid, privateKey } = read(Sm2Private, text, '{"kid", "privateKey"} with 64 hexadecimal digits');
  const signer = sm2Signer(privateKey);
  return { suite: SUITES.gm, keyId: kid, sign: (input) => Buffer.from(signer.sign(input), 'hex').toString('base64url') };
}

/**
 * Reads the keys an agency knows its hub by. All are of one suite: an agency that was told `gm` takes nothing signed with `intl`.
 * @param text JSON `{"keys": […]}`: for `intl` a JWK set, for `gm` objects `{"kid", "publicKey"}` with an uncompressed point in hexadecimal
 * @throws RangeError when it is something else, or two keys have one name
 */
export function readGrantVerifiers(suite: SuiteName, text: string): ReadonlyMap<string, GrantVerifier> {
  const verifiers = new Map(
    suite === 'intl'
      ? read(Ed25519Public, text, 'a JWK set of Ed25519 keys with kid').keys.map((jwk) => [jwk.kid, ed25519Verifier(publicKeyOf(jwk))])
      : read(Sm2Public, text, '{"keys": [{"kid", "publicKey"}]}').keys.map(({ kid, publicKey }) => [kid, gmVerifier(publicKey)]),
  );
  const { keys } = JSON.parse(text) as { readonly keys: readonly unknown[] };
  if (verifiers.size < keys.length) throw new RangeError('two grant keys have one name');
  return verifiers;
}

/** A new key as both sides' settings have it: `GRANT_KEY` of the hub, and what stands among the `GRANT_KEYS` of an agency. */
export function newGrantKey(suite: SuiteName, keyId: string): { readonly key: string; readonly publicKey: object } {
  if (suite === 'gm') {
    const { privateKey, publicKey } = newSm2KeyPair();
    return { key: JSON.stringify({ kid: keyId, privateKey }), publicKey: { kid: keyId, publicKey } };
  }
  const pair = generateKeyPairSync('ed25519');
  return {
    key: JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), kid: keyId }),
    publicKey: { ...pair.publicKey.export({ format: 'jwk' }), kid: keyId },
  };
}

function read<T extends TSchema>(shape: T, text: string, what: string): ReturnType<typeof Value.Parse<T>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!Value.Check(shape, value)) throw new RangeError(`is not ${what}`);
  return value;
}

function privateKeyOf(jwk: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new RangeError('is not a key of Ed25519');
  }
}

function publicKeyOf(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new RangeError('is not a key of Ed25519');
  }
}

/** 64 bytes. */
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;

function ed25519Verifier(key: KeyObject): GrantVerifier {
  return {
    verify: (text, signature) => SIGNATURE.test(signature) && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url')),
  };
}

function gmVerifier(publicKey: string): GrantVerifier {
  const verifier = sm2Verifier(publicKey);
  return {
    verify: (text, signature) => SIGNATURE.test(signature) && verifier.verify(text, Buffer.from(signature, 'base64url').toString('hex')),
  };
}
