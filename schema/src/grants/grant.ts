import { Type, type Static } from 'typebox';
import type { GrantSigner } from './suites.js';

/*
 * A grant is an SD-JWT (RFC 9901): what calls have in common is signed once, what is granted for each call is one disclosure that only
 * that call carries. Whoever holds one learns nothing of the others but their number.
 *
 *   header      {"alg", "kid", "typ": "grant+sd-jwt"}
 *   payload     {"iss", "iat", "exp", "_sd_alg", "grants": [{"...": digest}, …]}
 *   disclosure  [salt, {"aud", "jti", "act", "purpose", "case", "release", "op"}]
 *   on the wire header.payload.signature~disclosure~      in the header `yichuang-grant`
 */

/** Header of HTTP that carries the grant of a call. */
export const GRANT_HEADER = 'yichuang-grant';
/** Value of `typ` in the header of a grant. */
export const GRANT_TYPE = 'grant+sd-jwt';
/** Longest life of a grant, seconds. */
export const GRANT_LIFE_SECONDS = 30;
/** Issuer of the grants unless configured. */
export const DEFAULT_GRANT_ISSUER = 'yichuang';

const Text = Type.String({ maxLength: 512 });
const Month = Type.String({ pattern: '^\\d{4}-\\d{2}$' });

const ReleaseGroupShape = Type.Object({
  subjects: Type.Array(Text),
  unitsIn: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
  scopes: Type.Array(Text),
  basis: Type.Union([
    Type.Literal('SELF'),
    Type.Literal('CONSENT'),
    Type.Literal('MANDATE'),
    Type.Literal('EMERGENCY'),
    Type.Literal('DECISION'),
  ]),
  ref: Type.Optional(Text),
  dataRange: Type.Optional(Type.Object({ from: Type.Optional(Month), to: Type.Optional(Month) })),
  rowsOf: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
});

/** Shape of what a disclosure grants. */
export const GrantedCallShape = Type.Object({
  aud: Text,
  jti: Type.String({ minLength: 16, maxLength: 64 }),
  act: Type.Object({
    role: Text,
    user: Type.Optional(Text),
    party: Type.Optional(Type.Object({ kind: Text, code: Text })),
    jurisdiction: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
  }),
  purpose: Type.Optional(Text),
  case: Type.Optional(Text),
  release: Type.Array(ReleaseGroupShape),
  op: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
});

/** Shape of what is signed for all calls that left together. */
export const GrantPayloadShape = Type.Object({
  iss: Text,
  iat: Type.Integer(),
  nbf: Type.Optional(Type.Integer()),
  exp: Type.Integer(),
  _sd_alg: Text,
  grants: Type.Array(Type.Object({ '...': Type.String() }, { additionalProperties: false }), { minItems: 1, maxItems: 256 }),
});

/** Shape of the header: nothing else may stand there, so that no key or algorithm can be suggested (`jku`, `jwk`, `x5u`, `crit`). */
export const GrantHeaderShape = Type.Object(
  { alg: Type.String(), kid: Type.String(), typ: Type.Literal(GRANT_TYPE) },
  { additionalProperties: false },
);

/** Scopes that may be read of some subjects, and what that rests on. `DECISION`: the hub itself needs it to decide about the question. */
export interface ReleaseGroup {
  /** Sealed references of persons, credit codes of units. */
  readonly subjects: readonly string[];
  /** Beside them every unit registered in this pension jurisdiction: some units are only named by what the agency answers. */
  readonly unitsIn?: string;
  readonly scopes: readonly string[];
  readonly basis: 'SELF' | 'CONSENT' | 'MANDATE' | 'EMERGENCY' | 'DECISION';
  /** Id of the mandate, consent or emergency; of the delegation where somebody acts as another (SELF). */
  readonly ref?: string;
  /** Months of the data, both included; absent: no bound. */
  readonly dataRange?: { readonly from?: string; readonly to?: string };
  /** Credit code of the unit whose rows may be answered, and no others; absent: no bound. */
  readonly rowsOf?: string;
}

/** Everything personal that one call may be answered with. */
export interface Release {
  readonly groups: readonly ReleaseGroup[];
}

/** Who asks, as an agency is told. */
export interface GrantActor {
  /** CITIZEN, CASEWORKER, …, ANONYMOUS; HUB where nobody but the hub itself does. */
  readonly role: string;
  /** Subject of the token. */
  readonly user?: string;
  readonly party?: { readonly kind: string; readonly code: string };
  /** Pension jurisdiction that an official acts in. */
  readonly jurisdiction?: string;
}

/** What one call is granted. */
export interface GrantedCall {
  /** The agency, by its name in the supergraph. */
  readonly aud: string;
  /** Never used before. */
  readonly jti: string;
  readonly act: GrantActor;
  readonly purpose?: string;
  readonly case?: string;
  readonly release: readonly ReleaseGroup[];
  /** Digest of the exact bytes of the request's body: the operation with its variables and representations. */
  readonly op: string;
}

/** Text of a disclosure of an element of an array (RFC 9901, 4.2.2). @param salt 128 random bits in base64url, never used before */
export function disclosureOf(salt: string, call: GrantedCall): string {
  return Buffer.from(JSON.stringify([salt, call])).toString('base64url');
}

/** What is signed for some disclosures, without the signature. @param now seconds since 1970 */
export function signingInputOf(
  digests: readonly string[],
  { suite, keyId }: Pick<GrantSigner, 'suite' | 'keyId'>,
  { issuer, now, lifeSeconds = GRANT_LIFE_SECONDS }: { readonly issuer: string; readonly now: number; readonly lifeSeconds?: number },
): string {
  const header = { alg: suite.algorithm, kid: keyId, typ: GRANT_TYPE };
  const payload: Static<typeof GrantPayloadShape> = {
    iss: issuer,
    iat: now,
    exp: now + lifeSeconds,
    _sd_alg: suite.digestAlgorithm,
    // In an order that says nothing of who was asked first (RFC 9901, 10.4).
    grants: [...digests].sort().map((digest) => ({ '...': digest })),
  };
  return `${encoded(header)}.${encoded(payload)}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
