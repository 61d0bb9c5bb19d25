import { sql } from 'kysely';
import { parseCaseNumber, type CitizenRef } from '@yichuang/schema';
import type { ActingFacts, CaseFact, DelegationFact, DelegationKind, EmergencyFact } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import { KeptReads, type Changes, type Kept } from '../store/kept.js';
import type { Store } from '../store/store.js';
import { partyText } from './actor.js';
import { delegatedScopes, type DelegableScopes } from './delegation.js';
import { caseKey, delegationKey, emergencyKey } from './keys.js';

/** A delegation that is active for as long as its time lasts. */
interface ActiveDelegation {
  readonly id: string;
  readonly kind: DelegationKind;
  readonly scopes: readonly string[];
  readonly narrows_at: Date | null;
  readonly valid_to: Date | null;
  /** Time of the store when it was read. */
  readonly now: Date;
}

interface OpenEmergency {
  readonly id: string;
  readonly subjects: readonly string[];
  readonly closes_at: Date | null;
  readonly now: Date;
}

const NOW = sql<Date>`clock_timestamp()`;
const KEPT = 20_000;

/**
 * Who acts, for decisions: out of memory as long as every change is sure to be heard of, else out of the store. What ends by itself ends
 * by the time of the store, of which the bound used here is never behind.
 */
export class KnownActingFacts implements ActingFacts {
  readonly #delegations: KeptReads<readonly ActiveDelegation[]>;
  readonly #cases: KeptReads<CaseFact | null>;
  readonly #emergencies: KeptReads<OpenEmergency | null>;

  constructor(
    readonly store: Pick<Store, 'db'>,
    readonly scopes: DelegableScopes,
    changes: Changes,
  ) {
    this.#delegations = new KeptReads(changes, KEPT);
    this.#cases = new KeptReads(changes, KEPT);
    this.#emergencies = new KeptReads(changes, KEPT);
  }

  /** Delegations in force from these persons to one, each with what the catalogue lets such a delegate have now. */
  async delegations(subjects: readonly CitizenRef[], to: CitizenRef): Promise<ReadonlyMap<CitizenRef, readonly DelegationFact[]>> {
    const byKey = new Map(subjects.map((from) => [delegationKey(from, to), from]));
    const kept = await this.#delegations.of([...byKey.keys()], (keys) =>
      this.#readDelegations(
        keys.map((key) => byKey.get(key)).filter((from) => from !== undefined),
        to,
      ),
    );
    return new Map([...byKey].map(([key, from]) => [from, this.#inForce(kept.get(key))]));
  }

  async caseOf(stated: string): Promise<CaseFact | undefined> {
    const caseNumber = parseCaseNumber(stated);
    if (caseNumber === undefined) return undefined;
    const key = caseKey(caseNumber);
    const kept = await this.#cases.of([key], async () => new Map([[key, await this.#readCase(caseNumber)]]));
    return kept.get(key)?.value ?? undefined;
  }

  async emergencyOf(user: string, party: Party): Promise<EmergencyFact | undefined> {
    const key = emergencyKey(user, party);
    const kept = (await this.#emergencies.of([key], async () => new Map([[key, await this.#readEmergency(user, party)]]))).get(key);
    const open = kept?.value;
    if (!open?.closes_at || open.closes_at <= timeOfStore(open.now, kept)) return undefined;
    return { emergencyId: open.id, subjects: new Set(open.subjects) };
  }

  close(): void {
    this.#delegations.close();
    this.#cases.close();
    this.#emergencies.close();
  }

  #inForce(kept: Kept<readonly ActiveDelegation[]> | undefined): readonly DelegationFact[] {
    return (kept?.value ?? []).flatMap(({ id, kind, scopes, narrows_at: narrowsAt, valid_to: validTo, now: read }): DelegationFact[] => {
      const now = timeOfStore(read, kept);
      if (validTo && validTo <= now) return [];
      const counts = delegatedScopes({ kind, scopes, narrowsAt: narrowsAt ?? undefined }, now, this.scopes);
      return [{ delegationId: id, kind, scopes: new Set(counts) }];
    });
  }

  async #readDelegations(from: readonly CitizenRef[], to: CitizenRef): Promise<ReadonlyMap<string, readonly ActiveDelegation[]>> {
    const rows = await this.store.db
      .selectFrom('delegation')
      .select(['id', 'kind', 'from_ref', 'scopes', 'narrows_at', 'valid_to', NOW.as('now')])
      .where('to_ref', '=', to)
      .where('from_ref', 'in', from)
      .where('state', '=', 'ACTIVE')
      .orderBy('seq')
      .execute();
    const read = new Map<string, ActiveDelegation[]>(from.map((ref) => [delegationKey(ref, to), []]));
    for (const row of rows) read.get(delegationKey(row.from_ref, to))?.push(row);
    return read;
  }

  async #readCase(caseNumber: string): Promise<CaseFact | null> {
    const row = await this.store.db
      .selectFrom('handled_case')
      .select(['subject', 'purpose', 'party', 'jurisdictions', 'state'])
      .where('id', '=', caseNumber)
      .executeTakeFirst();
    if (!row) return null;
    const { subject, purpose, party, jurisdictions, state } = row;
    const partyKind = party.slice(0, party.indexOf(':'));
    return { caseNumber, subject, purpose, partyKind, jurisdictions: new Set(jurisdictions), open: state === 'OPEN' };
  }

  async #readEmergency(user: string, party: Party): Promise<OpenEmergency | null> {
    const row = await this.store.db
      .selectFrom('emergency_access')
      .select(['id', 'subjects', 'closes_at', NOW.as('now')])
      .where('opener', '=', user)
      .where('party', '=', partyText(party))
      .where('state', '=', 'OPEN')
      .executeTakeFirst();
    return row ?? null;
  }
}

/** At the latest: what was read left the store at `read`, after it was asked for. */
function timeOfStore(read: Date, kept: Kept<unknown> | undefined): Date {
  return new Date(Math.ceil(read.getTime() + (kept ? performance.now() - kept.askedAt : 0)));
}
