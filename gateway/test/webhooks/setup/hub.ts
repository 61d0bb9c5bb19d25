import { Cursors } from '../../../src/events/cursors.js';
import type { Interest } from '../../../src/events/happening.js';
import { Numbering } from '../../../src/events/numbering.js';
import { Readings } from '../../../src/events/readings.js';
import type { Caller } from '../../../src/access/principal.js';
import { openStore, type Store } from '../../../src/store/store.js';
import type { Registrant } from '../../../src/webhooks/endpoint.js';
import type { Audience } from '../../../src/webhooks/audience.js';
import type { WithSecret } from '../../../src/webhooks/endpoints.js';
import { openWebhooks, type Webhooks } from '../../../src/webhooks/open.js';
import { DEFAULT_WEBHOOKS, type WebhookSettings } from '../../../src/webhooks/settings.js';
import { parseNetwork } from '../../../src/webhooks/addresses.js';

export const SECRET = '5a'.repeat(32);

/** Receivers of tests stand on this machine. */
export const HERE: Partial<WebhookSettings> = { plainHttp: true, networks: ['127.0.0.1/32'].flatMap((text) => parseNetwork(text) ?? []) };

/** Tells everybody everything that is of interest to them. */
export const OPEN_TO_ALL: Audience = {
  interestOf: (_, asked) => asked,
  concerning: (_, events) => Promise.resolve(events),
  decide: () => Promise.resolve('TOLD'),
};

/** A hub process, as far as webhooks are concerned. */
export interface WebhookHub {
  readonly store: Store;
  readonly webhooks: Webhooks;
  readonly cursors: Cursors;
  readonly readings: Readings;
  readonly faults: unknown[];
  register(url: string, interest?: Interest, after?: number, party?: string): Promise<WithSecret>;
  close(): Promise<void>;
}

/** Who registers endpoints in tests. */
export function asking(party = 'platform-1'): Caller & { readonly principal: Registrant } {
  const principal = { kind: 'INTEGRATOR', user: 'i-1', party: { kind: 'SERVICE_PLATFORM', code: party }, jurisdiction: undefined } as const;
  return { principal, purpose: { kind: 'NAMED', code: 'TRANSFER_TRACKING' }, caseNumber: undefined };
}

/** Opens one over a database. */
export async function webhookHub(url: string, settings: Partial<WebhookSettings> = {}, audience = OPEN_TO_ALL): Promise<WebhookHub> {
  const store = await openStore({ url });
  const faults: unknown[] = [];
  const failed = (error: unknown): void => void faults.push(error);
  const numbering = await Numbering.open(store, failed);
  const cursors = new Cursors(SECRET);
  const readings = new Readings(store);
  const webhooks = await openWebhooks({
    store,
    settings: { ...DEFAULT_WEBHOOKS, ...HERE, ...settings },
    readings,
    cursors,
    audience,
    secret: SECRET,
    attempted: () => undefined,
    failed,
  });
  return {
    store,
    webhooks,
    cursors,
    readings,
    faults,
    register: async (to, interest = {}, after?: number, party?: string) => {
      const registered = await webhooks.endpoints.register(asking(party), { url: to, description: '', interest, after });
      if ('refused' in registered) throw new Error(JSON.stringify(registered));
      return registered;
    },
    close: async () => {
      await webhooks.close();
      await numbering.close();
      await store.close();
    },
  };
}
