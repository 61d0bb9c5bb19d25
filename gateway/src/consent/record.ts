import type { ConsentState } from '../access/facts.js';
import type { Actor } from './actor.js';
import { consentAfter, type ConsentAct } from './consent.js';
import { requestAfter, type RequestAct, type RequestState } from './request.js';

/** Who is told that something happened. */
export type Told = 'PERSON' | 'RECIPIENT';

interface Happened {
  /** Grows with everything that happens in a store. */
  readonly epoch: string;
  /** Time of the store. */
  readonly at: Date;
  readonly by: Actor['kind'];
  readonly requestId: string;
}

/** One thing that happened to a request or a consent. Each is written once, in the transaction that did it, and never changed. */
export type ConsentRecord =
  | (Happened & {
      readonly entity: 'REQUEST';
      readonly act: RequestAct;
      readonly from: RequestState | undefined;
      readonly to: RequestState;
    })
  | (Happened & {
      readonly entity: 'CONSENT';
      readonly consentId: string;
      readonly act: ConsentAct;
      readonly from: ConsentState | undefined;
      readonly to: ConsentState;
      /** What it covers from then on; undefined: as before. */
      readonly scopes: readonly string[] | undefined;
    });

/** What records come to. */
export interface Replayed {
  readonly requests: ReadonlyMap<string, RequestState>;
  readonly consents: ReadonlyMap<string, { readonly state: ConsentState; readonly scopes: readonly string[] }>;
}

/**
 * Rebuilds every state from the records alone.
 * @throws when a record does not follow from those before it: records are missing, or were tampered with
 */
export function replay(records: readonly ConsentRecord[]): Replayed {
  const requests = new Map<string, RequestState>();
  const consents = new Map<string, { state: ConsentState; scopes: readonly string[] }>();
  for (const record of records) {
    if (record.entity === 'REQUEST') {
      const before = requests.get(record.requestId);
      if (before !== record.from || requestAfter(before, record.act, record.by) !== record.to) throw broken(record);
      requests.set(record.requestId, record.to);
    } else {
      const before = consents.get(record.consentId);
      const fits =
        record.act === 'GRANT'
          ? before === undefined && (record.to === 'SCHEDULED' || record.to === 'ACTIVE')
          : consentAfter(before?.state, record.act, record.by) === record.to;
      if (before?.state !== record.from || !fits) throw broken(record);
      consents.set(record.consentId, { state: record.to, scopes: record.scopes ?? before?.scopes ?? [] });
    }
  }
  return { requests, consents };
}

function broken({ epoch, act }: ConsentRecord): Error {
  return new Error(`the record of epoch ${epoch} (${act}) does not follow from those before it`);
}

const TELL_BOTH: readonly Told[] = ['PERSON', 'RECIPIENT'];
const TELL_PERSON: readonly Told[] = ['PERSON'];

/** Who is told of an act. Whoever did it is told as well: other devices and systems of theirs learn it so. */
export function toldOf(act: RequestAct | ConsentAct): readonly Told[] {
  // That a later consent took over is for the recipient to see in that consent.
  return act === 'ACTIVATE' || act === 'NARROW' || act === 'SUPERSEDE' ? TELL_PERSON : TELL_BOTH;
}
