import { parseCitizenNumber, parseDivisionCode, type CitizenRef, type CitizenSeal, type DivisionCode } from '@yichuang/schema';

/** The organisation an official acts for: its kind and its code, e.g. HRSS_OFFICE 440000. */
export interface Party {
  readonly kind: string;
  readonly code: string;
}

/** Roles of those who act for an organisation. */
export const OFFICIAL_ROLES = ['CASEWORKER', 'REGULATOR', 'EMPLOYER', 'INTEGRATOR'] as const;
export type OfficialRole = (typeof OFFICIAL_ROLES)[number];

/** Who has a token. */
interface SignedIn {
  readonly user: string;
  /** Until when it counts that they have just proved anew who they are, ms since 1970; undefined: they have not. See `hasSteppedUp`. */
  readonly steppedUpUntil?: number | undefined;
}

/** Who is asking, as the token says. */
export type Principal =
  | { readonly kind: 'ANONYMOUS' }
  | (SignedIn & { readonly kind: 'CITIZEN'; readonly ref: CitizenRef })
  | (SignedIn & { readonly kind: OfficialRole; readonly party: Party; readonly jurisdiction: DivisionCode | undefined });

/** The purpose a question states. An unknown code is not repeated anywhere. */
export type Purpose = { readonly kind: 'NAMED'; readonly code: string } | { readonly kind: 'NONE' } | { readonly kind: 'UNKNOWN' };

/** Who asks, for what, in which case. */
export interface Caller {
  readonly principal: Principal;
  readonly purpose: Purpose;
  readonly caseNumber: string | undefined;
  /** When the token ends, ms since 1970; undefined where there is none. */
  readonly until?: number | undefined;
}

export const ANONYMOUS: Principal = { kind: 'ANONYMOUS' };

/** Authentication context class (OpenID Connect Core, claim `acr`) of a token for which its holder was looked at anew: face, card, second factor. */
const STEP_UP_ACR = 'urn:yichuang:acr:step-up';
/** How long that counts from `auth_time`. */
const STEP_UP_MS = 600_000;
/** Clocks of the hub and the identity provider may differ by so much. */
const SKEW_MS = 60_000;

/** Whether the caller has just proved anew who they are. */
export function hasSteppedUp(principal: Principal, now = Date.now()): boolean {
  return 'user' in principal && principal.steppedUpUntil !== undefined && now < principal.steppedUpUntil;
}

/** The claims the hub reads of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads a principal from verified claims: `sub`, `role`, and for citizens `citizen_number`, for others `party_kind`, `party` and
 * `jurisdiction` (a division code); for a step-up `acr` and `auth_time` (seconds since 1970). The number is sealed here and goes no
 * further.
 * @returns undefined when a claim the role needs is missing or malformed
 */
export function principalFromClaims(claims: Claims, seal: CitizenSeal): Principal | undefined {
  const { sub: user, role } = claims;
  if (typeof user !== 'string' || user === '' || typeof role !== 'string') return undefined;
  const steppedUpUntil = stepUpEnd(claims);
  if (role === 'citizen') {
    const number = typeof claims['citizen_number'] === 'string' ? parseCitizenNumber(claims['citizen_number']) : undefined;
    return number && { kind: 'CITIZEN', user, ref: seal.seal(number), steppedUpUntil };
  }
  const kind = OFFICIAL_ROLES.find((candidate) => candidate.toLowerCase() === role);
  const { party_kind: partyKind, party, jurisdiction } = claims;
  if (!kind || typeof partyKind !== 'string' || typeof party !== 'string') return undefined;
  const division = typeof jurisdiction === 'string' ? parseDivisionCode(jurisdiction) : undefined;
  if (kind === 'CASEWORKER' && !division) return undefined;
  return { kind, user, party: { kind: partyKind, code: party }, jurisdiction: division, steppedUpUntil };
}

/** A time that lies ahead counts for nothing: it would make the step-up last as long as its issuer's clock is wrong. */
function stepUpEnd({ acr, auth_time: authTime }: Claims): number | undefined {
  if (acr !== STEP_UP_ACR || typeof authTime !== 'number' || !Number.isFinite(authTime)) return undefined;
  return authTime * 1000 > Date.now() + SKEW_MS ? undefined : authTime * 1000 + STEP_UP_MS;
}

/** Citizens ask for their own record unless they say otherwise; officials must say. */
export function statedPurpose(principal: Principal, header: string | undefined, known: ReadonlyMap<string, unknown>): Purpose {
  if (header === undefined || header === '') return principal.kind === 'CITIZEN' ? { kind: 'NAMED', code: 'OWN_RECORD' } : { kind: 'NONE' };
  return known.has(header) ? { kind: 'NAMED', code: header } : { kind: 'UNKNOWN' };
}
