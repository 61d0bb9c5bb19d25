import { randomBytes, randomUUID } from 'node:crypto';
import {
  DEFAULT_GRANT_ISSUER,
  GRANT_HEADER,
  newGrantKey,
  readGrantSigner,
  SUITES,
  type GrantedCall,
  type GrantSigner,
  type ReleaseGroup,
  type SuiteName,
} from '@yichuang/schema';
import { grantPolicy } from '../../src/grants/settings.js';
import type { GrantPolicy } from '../../src/grants/check.js';

/** A hub's key pair. */
export interface HubKey {
  readonly signer: GrantSigner;
  readonly publicKey: object;
}

export function hubKey(suite: SuiteName = 'intl', keyId = 'k-1'): HubKey {
  const { key, publicKey } = newGrantKey(suite, keyId);
  return { signer: readGrantSigner(suite, key), publicKey };
}

export function policyOf(...keys: readonly HubKey[]): GrantPolicy {
  return grantPolicy(keys[0]?.signer.suite.name ?? 'intl', JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey) }));
}

/** What of a grant made by hand is not as the hub would make it. */
export interface Forgery {
  readonly header?: object;
  readonly payload?: object;
  readonly call?: Partial<GrantedCall>;
  readonly disclosure?: string;
  readonly signature?: (input: string) => string | Promise<string>;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A grant written out by hand from RFC 9901, for a body that is sent to `postal` unless told otherwise. */
export async function grantFor(
  { signer }: HubKey,
  body: string,
  release: readonly ReleaseGroup[] = [],
  { header, payload, call, disclosure, signature }: Forgery = {},
): Promise<string> {
  const { suite } = signer;
  const granted: GrantedCall = {
    aud: 'postal',
    jti: randomUUID(),
    act: { role: 'CITIZEN', user: 'u-1' },
    purpose: 'OWN_RECORD',
    release,
    op: suite.digest(body),
    ...call,
  };
  const signed = encoded([randomBytes(16).toString('base64url'), granted]);
  const now = Math.floor(Date.now() / 1_000);
  const input = [
    { alg: suite.algorithm, kid: signer.keyId, typ: 'grant+sd-jwt', ...header },
    {
      iss: DEFAULT_GRANT_ISSUER,
      iat: now,
      exp: now + 30,
      _sd_alg: suite.digestAlgorithm,
      grants: [{ '...': suite.digest(signed) }, { '...': SUITES[suite.name].digest('somebody else’s') }],
      ...payload,
    },
  ]
    .map(encoded)
    .join('.');
  return `${input}.${await (signature ?? ((text: string) => signer.sign(text)))(input)}~${disclosure ?? signed}~`;
}

/** Headers of a call with a grant. */
export function granted(grant: string): Record<string, string> {
  return { 'content-type': 'application/json', [GRANT_HEADER]: grant };
}
