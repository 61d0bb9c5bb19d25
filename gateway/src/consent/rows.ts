import { hash } from 'node:crypto';
import type { DataRange } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import type { ConsentRequestRow, ConsentRow, ConsentStanding } from '../store/consent-tables.js';
import type { Consent } from './consent.js';
import type { ConsentRequest } from './request.js';
import type { Frequency } from './terms.js';

/** Stands for a person, a recipient and a purpose where none of them may be named. */
export function topicOf(subject: string, { kind, code }: Party, purpose: string): string {
  return hash('sha256', JSON.stringify([subject, kind, code, purpose]), 'base64url');
}

/** A request as its row holds it. */
export function requestOf(row: ConsentRequestRow): ConsentRequest {
  return {
    ...termsOf(row),
    id: row.id,
    subject: row.subject,
    recipient: { kind: row.recipient_kind, code: row.recipient_code },
    purpose: row.purpose,
    scopes: row.scopes,
    validFrom: row.valid_from ?? undefined,
    validDays: row.valid_days,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    closedAt: row.closed_at ?? undefined,
  };
}

/** A consent as its row holds it. */
export function consentOf(row: ConsentStanding): Consent {
  return {
    ...termsOf(row),
    id: row.id,
    requestId: row.request_id,
    subject: row.subject,
    recipient: { kind: row.recipient_kind, code: row.recipient_code },
    purpose: row.purpose,
    scopes: row.scopes,
    state: row.state,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    uses: row.uses,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  };
}

/** The row of a request, but for its epoch. */
export function requestRow(request: ConsentRequest): Omit<ConsentRequestRow, 'epoch'> {
  return {
    ...columnsOf(request),
    id: request.id,
    valid_from: request.validFrom ?? null,
    valid_days: request.validDays,
    state: request.state,
    created_at: request.createdAt,
    expires_at: request.expiresAt,
    closed_at: request.closedAt ?? null,
  };
}

/** The row of a consent, but for what is written down for good. */
export function consentRow(consent: Consent): ConsentStanding {
  return {
    ...columnsOf(consent),
    id: consent.id,
    request_id: consent.requestId,
    valid_from: consent.validFrom,
    valid_to: consent.validTo,
    uses: consent.uses,
    state: consent.state,
    created_at: consent.createdAt,
    changed_at: consent.changedAt,
  };
}

type TermColumns = Pick<ConsentRow, 'range_from' | 'range_to' | 'max_uses' | 'frequency_count' | 'frequency_days' | 'data_life_days'>;

interface Terms {
  readonly dataRange: DataRange | undefined;
  readonly maxUses: number;
  readonly frequency: Frequency | null;
  readonly dataLifeDays: number;
}

/** What requests and consents have in common. */
function columnsOf(
  of: Terms & Pick<Consent, 'subject' | 'recipient' | 'purpose' | 'scopes'>,
): TermColumns & Pick<ConsentRow, 'topic' | 'subject' | 'recipient_kind' | 'recipient_code' | 'purpose' | 'scopes'> {
  const { subject, recipient, purpose, scopes, dataRange, maxUses, frequency, dataLifeDays } = of;
  return {
    topic: topicOf(subject, recipient, purpose),
    subject,
    recipient_kind: recipient.kind,
    recipient_code: recipient.code,
    purpose,
    scopes: [...scopes],
    range_from: dataRange?.from ?? null,
    range_to: dataRange?.to ?? null,
    max_uses: maxUses,
    frequency_count: frequency?.count ?? null,
    frequency_days: frequency?.perDays ?? null,
    data_life_days: dataLifeDays,
  };
}

function termsOf(row: TermColumns): Terms {
  const { range_from: from, range_to: to, frequency_count: count, frequency_days: perDays } = row;
  return {
    dataRange: from === null && to === null ? undefined : { from: from ?? undefined, to: to ?? undefined },
    maxUses: row.max_uses,
    frequency: count === null || perDays === null ? null : { count, perDays },
    dataLifeDays: row.data_life_days,
  };
}
