import type { Cursors } from '../events/cursors.js';
import type { Readings } from '../events/readings.js';
import type { Store } from '../store/store.js';
import { AddressRules } from './addresses.js';
import type { Audience } from './audience.js';
import { Courier, type AttemptObserver } from './courier.js';
import { forgetDeliveries } from './deliveries.js';
import { Endpoints } from './endpoints.js';
import { FanOut } from './fan-out.js';
import { Lanes } from './lanes.js';
import { Messenger } from './messenger.js';
import { ReceiverNames } from './names.js';
import { webhookResolvers, type WebhookResolvers } from './resolvers.js';
import { WebhookSecrets } from './secrets.js';
import type { WebhookSettings } from './settings.js';

/** What webhooks are sent with and decided by. */
export interface WebhookParts {
  readonly store: Pick<Store, 'db' | 'listen'>;
  readonly settings: WebhookSettings;
  /** The stream. */
  readonly readings: Pick<Readings, 'after' | 'stretch' | 'byId'>;
  readonly cursors: Cursors;
  readonly audience: Audience;
  /** Of the hub; keys are made from it. */
  readonly secret: string;
  readonly attempted: AttemptObserver;
  /** Told when the store did not answer; it is tried again, and nothing is lost. */
  readonly failed: (error: unknown) => void;
}

/** Webhooks of the hub. */
export interface Webhooks {
  readonly endpoints: Endpoints;
  readonly resolvers: WebhookResolvers;
  /** What is being sent is broken off, and sent again by whoever comes next. */
  close(): Promise<void>;
}

const SWEEP_MS = 3_600_000;

/** @throws when the store cannot be listened to */
export async function openWebhooks({
  store,
  settings,
  readings,
  cursors,
  audience,
  secret,
  attempted,
  failed,
}: WebhookParts): Promise<Webhooks> {
  const names = new ReceiverNames(new AddressRules(settings.networks), settings.nameServers);
  const messenger = new Messenger(names, settings.timeoutMs);
  const secrets = new WebhookSecrets(secret);
  const lanes = new Lanes(store.db, settings.claimS);
  const courier = new Courier({ lanes, readings, audience, messenger, secrets, cursors, attempted, failed });
  const send = (): void => {
    courier.look();
  };
  const fanOut = await FanOut.open(store, readings, audience, send, failed);
  const endpoints = new Endpoints(store.db, audience, names, messenger, secrets, settings.plainHttp, () => {
    void fanOut.look();
    send();
  });
  let sweeping: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping.then(() => forgetDeliveries(store.db)).catch(failed);
  }, SWEEP_MS);
  timer.unref();
  return {
    endpoints,
    resolvers: webhookResolvers({ db: store.db, endpoints, cursors, secrets }),
    close: async () => {
      clearInterval(timer);
      await fanOut.close();
      await courier.close();
      await messenger.close();
      await sweeping;
    },
  };
}
