import { hash } from 'node:crypto';

/** The suites a hub and an agency may have agreed on: `intl` (Ed25519, SHA-256) or `gm` (国密: SM2, SM3). */
export type SuiteName = 'intl' | 'gm';

/** What of a suite needs no key. */
export interface Suite {
  readonly name: SuiteName;
  /** Value of `alg` in the header of a grant. RFC 8037 for Ed25519; no name is registered for SM2, this one is ours. */
  readonly algorithm: string;
  /** Value of `_sd_alg` (RFC 9901, 4.1.1). */
  readonly digestAlgorithm: string;
  /** Digest of bytes, or of text in UTF-8, in base64url. */
  digest(data: string | Uint8Array): string;
}

export const SUITES: Readonly<Record<SuiteName, Suite>> = {
  intl: {
    name: 'intl',
    algorithm: 'EdDSA',
    digestAlgorithm: 'sha-256',
    digest: (data) => hash('sha256', data, 'base64url'),
  },
  gm: {
    name: 'gm',
    algorithm: 'SM2',
    digestAlgorithm: 'sm3',
    digest: (data) => hash('sm3', data, 'base64url'),
  },
};

/** True for the name of a suite. */
export function isSuiteName(text: string): text is SuiteName {
  return Object.hasOwn(SUITES, text);
}

/**
 * Signs grants with one key. The place of a hardware module (密码机): it may take its time, and it is asked once for all calls that leave
 * together.
 */
export interface GrantSigner {
  readonly suite: Suite;
  /** Name of the key, by which agencies find its public half. */
  readonly keyId: string;
  /** Signature over ASCII text, in base64url; rejects or throws when the key cannot be used now. */
  sign(text: string): string | Promise<string>;
}

/** The public half of one key. */
export interface GrantVerifier {
  /** @param signature in base64url; false for everything that is not a signature */
  verify(text: string, signature: string): boolean;
}
