import { Compile } from 'typebox/compile';
import {
  GRANT_LIFE_SECONDS,
  GrantedCallShape,
  GrantHeaderShape,
  GrantPayloadShape,
  type ErrorCode,
  type GrantedCall,
  type GrantVerifier,
  type Suite,
} from '@yichuang/schema';
import { SpentGrants, type UsedGrants } from './spent-grants.js';
import { SpentInFolder } from './spent-in-folder.js';

/** By what an agency knows its hub. */
export interface GrantPolicy {
  /** The only one that is taken. */
  readonly suite: Suite;
  /** By name; several while a key is being replaced. */
  readonly keys: ReadonlyMap<string, GrantVerifier>;
  readonly issuer: string;
  /** Folder in which all processes of the agency note the grants they have taken. @default each remembers its own */
  readonly spentFolder?: string;
}

/** A grant whose signature, time and audience are right. */
export interface OpenGrant {
  readonly call: GrantedCall;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Why a grant is not taken. */
export interface GrantRefusal {
  readonly ok: false;
  readonly code: Extract<ErrorCode, `GRANT_${string}`>;
  /** For the log; nothing in it comes from the grant. */
  readonly reason: string;
}

type Read = { readonly ok: true; readonly grant: OpenGrant } | GrantRefusal;

/** What a verified JWT says. */
interface Signed {
  readonly issued: number;
  readonly notBefore: number;
  readonly expires: number;
  readonly digests: ReadonlySet<string>;
}

const HEADER = Compile(GrantHeaderShape);
const PAYLOAD = Compile(GrantPayloadShape);
const CALL = Compile(GrantedCallShape);

/** How far the clocks of hub and agency may differ where a grant would not be valid yet, seconds. One that has expired has expired. */
const SKEW_SECONDS = 60;
/** Calls that left the hub together come with one signature: it is verified once. */
const SIGNED_KEPT = 64;

/**
 * Checks grants: first who signed it for whom and when, before anything else of the request is read; then, with the body, that it was
 * given for exactly this request, and is used for the first time. Refusals never say what a grant holds.
 */
export class GrantCheck {
  readonly #signed = new Map<string, Signed>();
  readonly #spent: UsedGrants;

  /**
   * @param audience name of the agency in the supergraph
   * @param now milliseconds since 1970
   */
  constructor(
    readonly policy: GrantPolicy,
    readonly audience: string,
    readonly now: () => number = Date.now,
  ) {
    const { spentFolder } = policy;
    this.#spent =
      spentFolder === undefined ? new SpentGrants((GRANT_LIFE_SECONDS + SKEW_SECONDS) * 1_000, now) : new SpentInFolder(spentFolder, now);
  }

  /** Reads the header of a request. */
  read(header: string | undefined): Read {
    if (header === undefined || header === '') return refused('GRANT_REQUIRED', 'there is none');
    const [jwt = '', disclosure = '', rest, ...more] = header.split('~');
    if (disclosure === '' || rest !== '' || more.length > 0) return refused('GRANT_INVALID', 'it does not have one disclosure');
    const signed = this.#signed.get(jwt) ?? this.#verify(jwt);
    if ('ok' in signed) return signed;
    const seconds = this.now() / 1_000;
    if (signed.expires <= seconds) return refused('GRANT_EXPIRED', 'it has expired');
    if (Math.max(signed.issued, signed.notBefore) > seconds + SKEW_SECONDS) return refused('GRANT_EXPIRED', 'it is not valid yet');
    if (!signed.digests.has(this.policy.suite.digest(disclosure))) return refused('GRANT_INVALID', 'its disclosure was not signed');
    const opened = json(disclosure);
    const call: unknown = Array.isArray(opened) && opened.length === 2 ? opened[1] : undefined;
    if (!CALL.Check(call)) return refused('GRANT_INVALID', 'its disclosure is not a grant');
    if (call.aud !== this.audience) return refused('GRANT_INVALID', 'it is for another agency');
    return { ok: true, grant: { call, expires: signed.expires } };
  }

  /** Uses a grant for a request with this body. Undefined when that may be. */
  async spend({ call, expires }: OpenGrant, body: Uint8Array): Promise<GrantRefusal | undefined> {
    if (this.policy.suite.digest(body) !== call.op) return refused('GRANT_MISMATCH', 'it is for another request');
    try {
      return (await this.#spent.first(call.jti, expires)) ? undefined : refused('GRANT_REPLAYED', 'it has been used');
    } catch {
      // What cannot be told apart is not taken.
      return refused('GRANT_REPLAYED', 'it cannot be noted as used');
    }
  }

  #verify(jwt: string): Signed | GrantRefusal {
    const [head = '', body = '', signature = '', ...more] = jwt.split('.');
    const header = json(head);
    if (more.length > 0 || !HEADER.Check(header)) return refused('GRANT_INVALID', 'its header is not that of a grant');
    const { suite, keys, issuer } = this.policy;
    if (header.alg !== suite.algorithm) return refused('GRANT_INVALID', 'it is of another suite');
    const key = keys.get(header.kid);
    if (!key) return refused('GRANT_INVALID', 'it is signed with a key that is not known');
    if (!key.verify(`${head}.${body}`, signature)) return refused('GRANT_INVALID', 'its signature is not right');
    const payload = json(body);
    if (!PAYLOAD.Check(payload)) return refused('GRANT_INVALID', 'its payload is not that of a grant');
    if (payload.iss !== issuer) return refused('GRANT_INVALID', 'it is of another issuer');
    if (payload._sd_alg !== suite.digestAlgorithm) return refused('GRANT_INVALID', 'it is digested by another suite');
    if (payload.exp - payload.iat > GRANT_LIFE_SECONDS) return refused('GRANT_INVALID', 'it lives too long');
    const signed = {
      issued: payload.iat,
      notBefore: payload.nbf ?? payload.iat,
      expires: payload.exp,
      digests: new Set(payload.grants.map((one) => one['...'])),
    };
    this.#keep(jwt, signed);
    return signed;
  }

  #keep(jwt: string, signed: Signed): void {
    const oldest = this.#signed.keys().next();
    if (this.#signed.size >= SIGNED_KEPT && !oldest.done) this.#signed.delete(oldest.value);
    this.#signed.set(jwt, signed);
  }
}

function refused(code: GrantRefusal['code'], reason: string): GrantRefusal {
  return { ok: false, code, reason };
}

function json(base64url: string): unknown {
  if (!/^[\w-]+$/.test(base64url)) return undefined;
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString());
  } catch {
    return undefined;
  }
}
