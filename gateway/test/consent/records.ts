import { recordOf } from '../../src/consent/journal.js';
import { replay, type ConsentRecord } from '../../src/consent/record.js';
import type { Store } from '../../src/store/store.js';

/** Everything that was recorded, in its order. */
export async function recordsIn({ db }: Store): Promise<ConsentRecord[]> {
  return (await db.selectFrom('consent_records').selectAll().orderBy('epoch').execute()).map(recordOf);
}

/** What the tables say, and what the records come to; the two are to be equal. */
export async function statesIn(store: Store): Promise<{ readonly held: unknown; readonly replayed: unknown }> {
  const requests = await store.db.selectFrom('consent_requests').select(['id', 'state']).orderBy('id').execute();
  const consents = await store.db.selectFrom('consents').select(['id', 'state', 'scopes']).orderBy('id').execute();
  const rebuilt = replay(await recordsIn(store));
  const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);
  return {
    held: { requests, consents },
    replayed: {
      requests: [...rebuilt.requests].map(([id, state]) => ({ id, state })).sort(byId),
      consents: [...rebuilt.consents].map(([id, { state, scopes }]) => ({ id, state, scopes })).sort(byId),
    },
  };
}
