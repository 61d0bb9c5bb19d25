import type { OfficialRole, Party, Principal } from '../access/principal.js';

/** A citizen who acts for themselves, or for another. */
export type CitizenPrincipal = Extract<Principal, { kind: 'CITIZEN' }>;
/** Somebody who acts for an organisation. */
export type Official = Extract<Principal, { kind: OfficialRole }>;

/** Who did something; undefined: the hub, because a time was over or a register said so. */
export type Actor = CitizenPrincipal | Official | undefined;

/** A party as text, e.g. HRSS_OFFICE:440000. */
export function partyText({ kind, code }: Party): string {
  return `${kind}:${code}`;
}
