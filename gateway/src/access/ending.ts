import type { ErrorCode } from '@yichuang/schema';
import { restsOnCase, type Facts, type Grant } from './decide.js';

/** What releases rest on that can end, as it stands now. Undefined: nobody can say. */
export type Standing = Pick<Facts, 'consentsOf' | 'delegationsOf' | 'caseStated' | 'emergencyOpen'>;

/** A grant, and whom or what it is about. */
export interface GrantAbout {
  readonly subject: string;
  readonly grant: Grant;
}

/**
 * Whether what a grant rests on can end while an agency is asked: a person's own record is theirs, and a mandate without a case rests on
 * nothing that anybody takes back.
 */
export function canEnd(grant: Grant): boolean {
  switch (grant.basis) {
    case 'SELF':
      return grant.delegation !== undefined;
    case 'MANDATE':
      return restsOnCase(grant.mandate);
    case 'CONSENT':
    case 'EMERGENCY':
      return true;
  }
}

/** Why nothing more may be released on a grant; undefined: what it rests on stands as it stood. What nobody can say is no denial. */
export function whyEnded({ subject, grant }: GrantAbout, now: Standing): ErrorCode | undefined {
  switch (grant.basis) {
    case 'SELF': {
      const { delegation } = grant;
      if (!delegation) return undefined;
      const inForce = now.delegationsOf(subject);
      // What falls away of a delegation at a birthday ends it for what was asked on it.
      const still = inForce?.some(
        ({ delegationId, scopes }) => delegationId === delegation.delegationId && scopes.size >= delegation.scopes.size,
      );
      return because(inForce, still, 'ACTING_UNAVAILABLE');
    }
    case 'CONSENT': {
      const given = now.consentsOf(subject);
      // One that this question has used up counts until it is answered.
      const still = given?.consents.some(
        ({ consentId, state }) => consentId === grant.consent.consentId && (state === 'ACTIVE' || state === 'EXHAUSTED'),
      );
      return because(given, still, 'CONSENT_UNAVAILABLE');
    }
    case 'MANDATE': {
      if (!restsOnCase(grant.mandate)) return undefined;
      const stated = now.caseStated();
      return because(stated, stated !== 'NONE' && stated?.open, 'ACTING_UNAVAILABLE');
    }
    case 'EMERGENCY': {
      const open = now.emergencyOpen();
      return because(open, open !== 'NONE' && open?.emergencyId === grant.emergency.emergencyId, 'ACTING_UNAVAILABLE');
    }
  }
}

function because(known: unknown, still: boolean | undefined, unavailable: ErrorCode): ErrorCode | undefined {
  if (known === undefined) return unavailable;
  return still ? undefined : 'ACCESS_DENIED';
}
