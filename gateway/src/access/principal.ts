import { parseCitizenNumber, parseDivisionCode, type CitizenRef, type CitizenSeal, type DivisionCode } from '@yichuang/schema';

/** The organisation an official acts for: its kind and its code, e.g. HRSS_OFFICE 440000. */
export interface Party {
  readonly kind: string;
  readonly code: string;
}

/** Roles of those who act for an organisation. */
export const OFFICIAL_ROLES = ['CASEWORKER', 'REGULATOR', 'EMPLOYER', 'INTEGRATOR'] as const;
export type OfficialRole = (typeof OFFICIAL_ROLES)[number];

/** Who is asking, as the token says. */
export type Principal =
  | { readonly kind: 'ANONYMOUS' }
  | { readonly kind: 'CITIZEN'; readonly user: string; readonly ref: CitizenRef }
  | { readonly kind: OfficialRole; readonly user: string; readonly party: Party; readonly jurisdiction: DivisionCode | undefined };

/** The purpose a question states. An unknown code is not repeated anywhere. */
export type Purpose = { readonly kind: 'NAMED'; readonly code: string } | { readonly kind: 'NONE' } | { readonly kind: 'UNKNOWN' };

/** Who asks, for what, in which case. */
export interface Caller {
  readonly principal: Principal;
  readonly purpose: Purpose;
  readonly caseNumber: string | undefined;
}

export const ANONYMOUS: Principal = { kind: 'ANONYMOUS' };

/** The claims the hub reads of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads a principal from verified claims: `sub`, `role`, and for citizens `citizen_number`, for others `party_kind`, `party` and
 * `jurisdiction` (a division code). The number is sealed here and goes no further.
 * @returns undefined when a claim the role needs is missing or malformed
 */
export function principalFromClaims(claims: Claims, seal: CitizenSeal): Principal | undefined {
  const { sub: user, role } = claims;
  if (typeof user !== 'string' || user === '' || typeof role !== 'string') return undefined;
  if (role === 'citizen') {
    const number = typeof claims['citizen_number'] === 'string' ? parseCitizenNumber(claims['citizen_number']) : undefined;
    return number && { kind: 'CITIZEN', user, ref: seal.seal(number) };
  }
  const kind = OFFICIAL_ROLES.find((candidate) => candidate.toLowerCase() === role);
  const { party_kind: partyKind, party, jurisdiction } = claims;
  if (!kind || typeof partyKind !== 'string' || typeof party !== 'string') return undefined;
  const division = typeof jurisdiction === 'string' ? parseDivisionCode(jurisdiction) : undefined;
  if (kind === 'CASEWORKER' && !division) return undefined;
  return { kind, user, party: { kind: partyKind, code: party }, jurisdiction: division };
}

/** Citizens ask for their own record unless they say otherwise; officials must say. */
export function statedPurpose(principal: Principal, header: string | undefined, known: ReadonlyMap<string, unknown>): Purpose {
  if (header === undefined || header === '') return principal.kind === 'CITIZEN' ? { kind: 'NAMED', code: 'OWN_RECORD' } : { kind: 'NONE' };
  return known.has(header) ? { kind: 'NAMED', code: header } : { kind: 'UNKNOWN' };
}
