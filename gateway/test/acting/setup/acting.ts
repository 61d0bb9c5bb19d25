import { sql } from 'kysely';
import { citizenSeal, parseCitizenNumber, parseDivisionCode, type CitizenRef } from '@yichuang/schema';
import type { OfficialRole } from '../../../src/access/principal.js';
import type { CitizenPrincipal, Official } from '../../../src/acting/actor.js';
import type { CaseMandate } from '../../../src/acting/case.js';
import { Cases } from '../../../src/acting/cases.js';
import type { DelegableScopes } from '../../../src/acting/delegation.js';
import { Delegations } from '../../../src/acting/delegations.js';
import { Emergencies } from '../../../src/acting/emergencies.js';
import { KnownActingFacts } from '../../../src/acting/facts.js';
import { ChangeChannel } from '../../../src/store/change-channel.js';
import { ACTING_CHANNEL, Journals } from '../../../src/acting/record.js';
import type { Changes } from '../../../src/store/kept.js';
import { openStore, type Store } from '../../../src/store/store.js';
import { testDatabase } from '../../setup/database.js';

export const seal = citizenSeal('5a'.repeat(32));

/** A person of the tests, by birth date as yyyyMMdd and a number that tells them apart. */
export function person(birthDate: string, order = 1): CitizenRef {
  const first17 = `990000${birthDate}${String(order).padStart(3, '0')}`;
  for (const check of '0123456789X') {
    const number = parseCitizenNumber(first17 + check);
    if (number) return seal.seal(number);
  }
  throw new Error('no check character fits');
}

export function citizen(ref: CitizenRef): CitizenPrincipal {
  return { kind: 'CITIZEN', user: `u-${ref.slice(-6)}`, ref };
}

export function official(
  user: string,
  { kind = 'HRSS_OFFICE', code = '440000', role = 'CASEWORKER' }: { kind?: string; code?: string; role?: OfficialRole } = {},
): Official {
  return { kind: role, user, party: { kind, code }, jurisdiction: parseDivisionCode(code) };
}

/** A catalogue of four scopes: two that a helper may have, one of them with an own tick, one for guardians with an own tick, one for nobody. */
export const SCOPES: DelegableScopes = new Map([
  ['pension.months:count', { delegable: ['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN'], separate: false }],
  ['pension.account:read', { delegable: ['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED'], separate: true }],
  ['medical.payments:read', { delegable: ['GUARDIAN', 'COURT_APPOINTED'], separate: true }],
  ['delegation.grants:write', { delegable: [], separate: true }],
]);

export const MANDATES: readonly CaseMandate[] = [
  { role: 'CASEWORKER', party: 'HRSS_OFFICE', purpose: 'TRANSFER_OUT', region: 'PERSON_IN_JURISDICTION' },
  { role: 'CASEWORKER', party: 'HRSS_OFFICE', purpose: 'TRANSFER_IN', region: 'CASE_JURISDICTION' },
];

/** Everything that acting keeps, over a database of its own. */
export interface ActingBench {
  readonly store: Store;
  readonly delegations: Delegations;
  readonly cases: Cases;
  readonly emergencies: Emergencies;
  readonly facts: KnownActingFacts;
  /** Makes the facts forget what they keep. */
  forget(): void;
  /** Officials who asked for more than their quota. */
  readonly stormed: string[];
  /** Moves the times of everything so far into the past, which nobody but the tests can do. */
  later(interval: string): Promise<void>;
  /** States by the records alone, and as they stand; and how many records have no transition or the other way round. */
  states(): Promise<{ readonly replayed: Record<string, string>; readonly stored: Record<string, string> }>;
  close(): Promise<void>;
}

const TIMES = {
  delegation: ['created_at', 'offered_until', 'narrows_at', 'valid_to'],
  handled_case: ['opened_at', 'closed_at'],
  emergency_access: ['requested_at', 'approve_by', 'opened_at', 'closes_at', 'closed_at', 'review_due', 'escalated_at'],
} as const;

export async function actingBench(): Promise<ActingBench> {
  const database = await testDatabase();
  const store = await openStore({ url: database.url });
  const channel = await ChangeChannel.open(store, ACTING_CHANNEL, { heartbeatMs: 200 });
  const journals = new Journals(store.db, (key) => {
    channel.tell(key);
  });
  const listeners: Parameters<Changes['hear']>[0][] = [];
  const facts = new KnownActingFacts(store, SCOPES, {
    get trusted() {
      return channel.trusted;
    },
    hear: (listener) => {
      listeners.push(listener);
      return channel.hear(listener);
    },
  });
  const forget = (): void => {
    for (const listener of listeners) listener.missed();
  };
  const stormed: string[] = [];
  const later = (interval: string): Promise<void> =>
    store.db.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx);
      for (const [table, columns] of Object.entries(TIMES)) {
        const moved = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(column)} - ${interval}::interval`);
        await sql`update ${sql.table(table)} set ${sql.join(moved)}`.execute(trx);
      }
      // Nobody but the tests changes times; what is kept does not hear of it by itself.
      forget();
    });
  return {
    store,
    delegations: new Delegations(journals, seal, SCOPES),
    cases: new Cases(journals, seal, MANDATES),
    emergencies: new Emergencies(journals, seal, new Set(['HRSS_OFFICE']), ({ user }) => void stormed.push(user)),
    facts,
    forget,
    stormed,
    later,
    states: async () => {
      const events = await store.db.selectFrom('acting_event').selectAll().orderBy('epoch').execute();
      const replayed = new Map<string, string>();
      for (const { id, from_state: from, to_state: to } of events) {
        if ((replayed.get(id) ?? null) !== from) throw new Error(`a record of ${id} does not follow from those before it`);
        replayed.set(id, to);
      }
      const stored: Record<string, string> = {};
      for (const table of ['delegation', 'handled_case', 'emergency_access'] as const) {
        for (const { id, state } of await store.db.selectFrom(table).select(['id', 'state']).execute()) stored[id] = state;
      }
      return { replayed: Object.fromEntries(replayed), stored };
    },
    close: async () => {
      facts.close();
      channel.close();
      await store.close();
      await database.stop();
    },
  };
}
