import { randomBytes, randomUUID } from 'node:crypto';
import {
  DEFAULT_GRANT_ISSUER,
  GRANT_HEADER,
  loadAccessCatalogue,
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

const EVERY_SCOPE = [...loadAccessCatalogue().scopes.keys()];

/** Headers of a call that is granted every scope of everybody its representations name. */
export async function grantedAll(key: HubKey, agency: string, body: string): Promise<Record<string, string>> {
  const { variables } = JSON.parse(body) as { readonly variables?: Readonly<Record<string, unknown>> };
  const representations = Object.values(variables ?? {}).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  const subjects = representations.flatMap((one) => {
    const { id, creditCode } = one as { readonly id?: string; readonly creditCode?: string };
    return [id, creditCode].filter((name) => name !== undefined);
  });
  const release: ReleaseGroup[] = [{ subjects, scopes: EVERY_SCOPE, basis: 'MANDATE' }];
  return granted(await grantFor(key, body, release, { call: { aud: agency } }));
}
