import { createHash } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { request } from 'undici';
import type { CitizenSeal, ErrorCode } from '@yichuang/schema';
import { BoundedCache } from '../bounded-cache.js';
import { principalFromClaims, type Principal } from './principal.js';

/** Which tokens are good. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's keys are. Fetched at the first token, not at start. */
  readonly jwksUrl: string;
  /** Signature algorithms that count. @default EdDSA, ES256, PS256, RS256 */
  readonly algorithms: readonly string[];
}

export const DEFAULT_ALGORITHMS = ['EdDSA', 'ES256', 'PS256', 'RS256'] as const;

/** A token checked. */
export type TokenCheck =
  | {
      readonly ok: true;
      readonly principal: Principal;
      /** When the token ends, ms since 1970. */
      readonly expires: number;
    }
  | {
      readonly ok: false;
      readonly code: Extract<ErrorCode, 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_AUDIENCE' | 'IDENTITY_PROVIDER_UNAVAILABLE'>;
    };

const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
/** More than one process has connections: each looks at its token twice a minute. */
const TOKENS_KEPT = 50_000;
const KEYS_FRESH_MS = 600_000;
const KEYS_COOLDOWN_MS = 5_000;
const KEYS_TIMEOUT_MS = 3_000;
const KEYS_MAX_BYTES = 1_048_576;

class KeysUnavailable extends Error {}

/**
 * Checks access tokens (RFC 9068) against the issuer's keys. One check costs a signature verification; a token seen before costs a
 * hash, until it expires.
 */
export class TokenVerifier {
  readonly #verified = new BoundedCache<string, { readonly principal: Principal; readonly expires: number }>(TOKENS_KEPT);
  #keys: { readonly resolve: JWTVerifyGetKey; readonly fetchedAt: number } | undefined;
  #fetching: Promise<JWTVerifyGetKey> | undefined;
  #triedAt = -Infinity;

  constructor(
    readonly settings: TokenSettings,
    readonly seal: CitizenSeal,
  ) {}

  async verify(token: string): Promise<TokenCheck> {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(hash);
    if (known && known.expires > Date.now()) return { ok: true, ...known };
    if (known) return { ok: false, code: 'TOKEN_EXPIRED' };
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => this.#key(header, jws), {
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        algorithms: [...this.settings.algorithms],
        requiredClaims: ['exp', 'sub'],
      });
      const type = protectedHeader.typ?.toLowerCase();
      const principal = type === undefined || TYPES.has(type) ? principalFromClaims(payload, this.seal) : undefined;
      if (!principal) return { ok: false, code: 'TOKEN_INVALID' };
      const verified = { principal, expires: (payload.exp ?? 0) * 1000 };
      this.#verified.set(hash, verified);
      return { ok: true, ...verified };
    } catch (error) {
      return { ok: false, code: codeOf(error) };
    }
  }

  async #key(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    try {
      return await (
        await this.#currentKeys()
      )(header, token);
    } catch (error) {
      // The issuer may have turned its keys: look again, but not for every forged token.
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#triedLately()) throw error;
      return (await this.#fetchKeys())(header, token);
    }
  }

  async #currentKeys(): Promise<JWTVerifyGetKey> {
    // While the issuer is away, old keys answer at once; it is not waited for again by every question.
    if (this.#keys && (this.#age() < KEYS_FRESH_MS || this.#triedLately())) return this.#keys.resolve;
    try {
      return await this.#fetchKeys();
    } catch (error) {
      if (this.#keys) return this.#keys.resolve; // old keys are better than none while the issuer is away
      throw error;
    }
  }

  #age(): number {
    return this.#keys ? Date.now() - this.#keys.fetchedAt : Infinity;
  }

  #triedLately(): boolean {
    return performance.now() - this.#triedAt < KEYS_COOLDOWN_MS;
  }

  #fetchKeys(): Promise<JWTVerifyGetKey> {
    this.#fetching ??= fetchKeySet(this.settings.jwksUrl)
      .then((resolve) => {
        this.#keys = { resolve, fetchedAt: Date.now() };
        return resolve;
      })
      .finally(() => {
        this.#triedAt = performance.now();
        this.#fetching = undefined;
      });
    return this.#fetching;
  }
}

async function fetchKeySet(url: string): Promise<JWTVerifyGetKey> {
  try {
    const response = await request(url, {
      headersTimeout: KEYS_TIMEOUT_MS,
      bodyTimeout: KEYS_TIMEOUT_MS,
      signal: AbortSignal.timeout(KEYS_TIMEOUT_MS),
    });
    const set: unknown = JSON.parse(await readText(response.body));
    if (response.statusCode === 200 && isKeySet(set)) return createLocalJWKSet(set);
  } catch {
    // falls through: whatever kept the keys away, no token can be checked
  }
  throw new KeysUnavailable();
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > KEYS_MAX_BYTES) throw new KeysUnavailable();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}

function codeOf(error: unknown): Extract<TokenCheck, { ok: false }>['code'] {
  if (error instanceof KeysUnavailable) return 'IDENTITY_PROVIDER_UNAVAILABLE';
  if (error instanceof errors.JWTExpired) return 'TOKEN_EXPIRED';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'TOKEN_AUDIENCE';
    if (error.claim === 'nbf' && error.reason === 'check_failed') return 'TOKEN_EXPIRED';
  }
  return 'TOKEN_INVALID';
}
