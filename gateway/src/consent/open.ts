import { hkdfSync } from 'node:crypto';
import type { AccessCatalogue, CitizenRef, CitizenSeal, GrantSigner } from '@yichuang/schema';
import type { ActingFacts, ConsentFacts } from '../access/facts.js';
import { birthdaysOf } from '../acting/age.js';
import type { Store } from '../store/store.js';
import { ChangeChannel, type ChannelSettings } from '../store/change-channel.js';
import { Consents } from './consents.js';
import { ConsentEvents } from './events.js';
import { CONSENT_CHANNEL } from './journal.js';
import { KnownConsents } from './facts.js';
import { ConsentReadings } from './readings.js';
import { consentResolvers, type ConsentResolvers } from './resolvers.js';
import { consentTerms } from './terms.js';

/** What consent is kept with and answered from. */
export interface ConsentParts {
  readonly store: Store;
  readonly catalogue: AccessCatalogue;
  readonly seal: CitizenSeal;
  /** Signs artefacts. */
  readonly signer: GrantSigner;
  /** Whoever has it can open sealed references; the key of the pseudonyms is made of it. */
  readonly secret: string;
  readonly acting?: Pick<ActingFacts, 'delegations'>;
  /** Told when what time has done could not be noted; nothing counts longer for it. */
  readonly failed: (error: unknown) => void;
  readonly channel?: ChannelSettings;
}

/** Consent as the hub has it. */
export interface OpenConsent {
  /** For decisions. */
  readonly facts: ConsentFacts;
  readonly resolvers: ConsentResolvers;
  readonly events: ConsentEvents;
  /** Has to be called when the hub learns that a person has died. @returns how many consents ended */
  died(ref: CitizenRef): Promise<number>;
  close(): Promise<void>;
}

const SWEEP_MS = 15_000;

/**
 * Opens the hub's own part about consent.
 * @throws when the store cannot be listened to
 */
export async function openConsent({
  store,
  catalogue,
  seal,
  signer,
  secret,
  acting,
  failed,
  channel: settings,
}: ConsentParts): Promise<OpenConsent> {
  const terms = consentTerms(catalogue);
  const channel = await ChangeChannel.open(store, CONSENT_CHANNEL, settings);
  const facts = new KnownConsents(store, channel);
  const readings = new ConsentReadings(store.db);
  const events = new ConsentEvents(channel, readings);
  const consents = new Consents({
    db: store.db,
    terms,
    signer,
    pseudonymKey: new Uint8Array(hkdfSync('sha256', secret, '', 'yichuang consent pseudonyms 1', 32)),
    birthdays: (ref) => birthdaysOf(ref, seal),
    changed: (topic) => {
      channel.tell(topic);
    },
  });
  let sweeping: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping.then(() => consents.sweep()).catch(failed);
  }, SWEEP_MS);
  timer.unref();
  return {
    facts,
    resolvers: consentResolvers({ consents, readings, terms, seal, acting }),
    events,
    died: (ref) => consents.invalidateAll(ref),
    close: async () => {
      clearInterval(timer);
      events.close();
      facts.close();
      channel.close();
      await sweeping;
    },
  };
}
