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

type TermColumns = Pick<ConsentRow, 'range_from' | 'range_to' | 'max_uses' | 'frequency_count' | 'frequency_days' | 'data_life_days'>;

interface Terms {
  readonly dataRange: DataRange | undefined;
  readonly maxUses: number;
  readonly frequency: Frequency | null;
  readonly dataLifeDays: number;
}

/** The columns that hold what requests and consents have in common. */
export function termColumns({ dataRange, maxUses, frequency, dataLifeDays }: Terms): TermColumns {
  return {
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
