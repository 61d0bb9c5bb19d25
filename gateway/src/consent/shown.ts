import { parseCreditCode, type CitizenRef } from '@yichuang/schema';
import type { Consent } from './consent.js';
import { noticeOf } from './notice.js';
import type { ConsentRequest } from './request.js';
import type { ConsentTerms } from './terms.js';

/** A request as `ConsentRequest` of the graph shows it, but for what came of it. */
export function shownRequest(request: ConsentRequest, terms: ConsentTerms): Record<string, unknown> {
  return {
    ...shownTerms(request, terms),
    id: request.id,
    state: request.state,
    validFrom: request.validFrom?.toISOString() ?? null,
    validDays: request.validDays,
    notice: noticeOf(request, terms) ?? null,
    createdAt: request.createdAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    closedAt: request.closedAt?.toISOString() ?? null,
  };
}

/** A consent as `Consent` of the graph shows it, but for its request and receipt. */
export function shownConsent(consent: Consent, terms: ConsentTerms): Record<string, unknown> {
  return {
    ...shownTerms(consent, terms),
    id: consent.id,
    requestId: consent.requestId,
    state: consent.state,
    validFrom: consent.validFrom.toISOString(),
    validTo: consent.validTo.toISOString(),
    uses: consent.uses,
    createdAt: consent.createdAt.toISOString(),
    changedAt: consent.changedAt.toISOString(),
  };
}

type Common = Pick<Consent, 'subject' | 'recipient' | 'purpose' | 'scopes' | 'dataRange' | 'maxUses' | 'frequency' | 'dataLifeDays'>;

function shownTerms(of: Common, terms: ConsentTerms): Record<string, unknown> {
  const { kind, code } = of.recipient;
  const party = terms.party(kind);
  const purpose = terms.purpose(of.purpose);
  const creditCode = parseCreditCode(code);
  return {
    citizen: { id: of.subject satisfies CitizenRef },
    recipient: { kind, code, zh: party?.zh ?? null, en: party?.en ?? null, enterprise: creditCode ? { creditCode } : null },
    purpose: { code: of.purpose, zh: purpose?.zh ?? null, en: purpose?.en ?? null },
    scopes: of.scopes.map((name) => {
      const scope = terms.scope(name);
      return {
        scope: name,
        zh: scope?.zh ?? null,
        en: scope?.en ?? null,
        covers: scope?.covers ?? null,
        separate: scope?.separate ?? true,
      };
    }),
    dataRange: of.dataRange ? { from: of.dataRange.from ?? null, to: of.dataRange.to ?? null } : null,
    maxUses: of.maxUses,
    frequency: of.frequency,
    dataLifeDays: of.dataLifeDays,
  };
}
