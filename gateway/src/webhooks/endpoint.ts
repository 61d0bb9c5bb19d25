import type { Selectable } from 'kysely';
import type { Caller, Principal } from '../access/principal.js';
import type { WebhookTable } from '../store/webhook-tables.js';

/** Who may register endpoints: those who act for an organisation. */
export type Registrant = Extract<Principal, { readonly party: unknown }>;

/** On whose behalf events are sent to an endpoint: as whoever registered it would ask for them now. */
export function callerOf(row: Selectable<WebhookTable>): Caller & { readonly principal: Registrant } {
  return {
    principal: {
      kind: row.role,
      user: row.registered_by,
      party: { kind: row.party_kind, code: row.party_code },
      jurisdiction: row.jurisdiction ?? undefined,
    },
    purpose: { kind: 'NAMED', code: row.purpose },
    caseNumber: undefined,
  };
}
