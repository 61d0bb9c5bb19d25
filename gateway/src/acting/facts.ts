import { sql } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import type { ActingFacts, CaseFact, DelegationFact, EmergencyFact } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import type { Store } from '../store/store.js';
import { partyText } from './actor.js';
import { parseCaseNumber } from './case-number.js';
import { delegatedScopes, type DelegableScopes } from './delegation.js';

const NOW = sql<Date>`clock_timestamp()`;

/** What the store says now, by the store's time. Nothing is kept: what has ended counts no more with the next question. */
export class StoredActingFacts implements ActingFacts {
  constructor(
    readonly store: Store,
    readonly scopes: DelegableScopes,
  ) {}

  /** Delegations in force from these persons to one, each with what the catalogue lets such a delegate have today. */
  async delegations(subjects: readonly CitizenRef[], to: CitizenRef): Promise<ReadonlyMap<string, readonly DelegationFact[]>> {
    const facts = new Map<string, DelegationFact[]>(subjects.map((subject) => [subject, []]));
    if (subjects.length === 0) return facts;
    const rows = await this.store.db
      .selectFrom('delegation')
      .select(['id', 'kind', 'from_ref', 'scopes', 'narrows_at', NOW.as('now')])
      .where('to_ref', '=', to)
      .where('from_ref', 'in', [...new Set(subjects)])
      .where('state', '=', 'ACTIVE')
      .where((by) => by.or([by('valid_to', 'is', null), by('valid_to', '>', NOW)]))
      .orderBy('seq')
      .execute();
    for (const { id, kind, from_ref: from, scopes, narrows_at: narrowsAt, now } of rows) {
      const given = delegatedScopes({ kind, scopes, narrowsAt: narrowsAt ?? undefined }, now, this.scopes);
      facts.get(from)?.push({ delegationId: id, kind, scopes: new Set(given) });
    }
    return facts;
  }

  async caseOf(stated: string): Promise<CaseFact | undefined> {
    const caseNumber = parseCaseNumber(stated);
    if (caseNumber === undefined) return undefined;
    const row = await this.store.db
      .selectFrom('handled_case')
      .select(['subject', 'purpose', 'jurisdictions', 'state'])
      .where('id', '=', caseNumber)
      .executeTakeFirst();
    return (
      row && {
        caseNumber,
        subject: row.subject,
        purpose: row.purpose,
        jurisdictions: new Set(row.jurisdictions),
        open: row.state === 'OPEN',
      }
    );
  }

  async emergencyOf(user: string, party: Party): Promise<EmergencyFact | undefined> {
    const row = await this.store.db
      .selectFrom('emergency_access')
      .select(['id', 'subjects'])
      .where('opener', '=', user)
      .where('party', '=', partyText(party))
      .where('state', '=', 'OPEN')
      .where('closes_at', '>', NOW)
      .executeTakeFirst();
    return row && { emergencyId: row.id, subjects: new Set(row.subjects) };
  }
}
