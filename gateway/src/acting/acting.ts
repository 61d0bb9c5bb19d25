import type { AccessCatalogue, CitizenRef, CitizenSeal } from '@yichuang/schema';
import type { ActingFacts } from '../access/facts.js';
import type { AgencyFailure } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { ChangeChannel } from '../store/change-channel.js';
import type { Store } from '../store/store.js';
import type { Official } from './actor.js';
import { Cases } from './cases.js';
import { Delegations } from './delegations.js';
import { Emergencies } from './emergencies.js';
import { ActingEvents } from './events.js';
import { KnownActingFacts } from './facts.js';
import { openCases, type OpenCases } from './open-cases.js';
import { ACTING_CHANNEL, Journals } from './record.js';
import { Registrar, type IsDead } from './registrar.js';
import { actingResolvers, type ActingResolvers } from './resolvers.js';

/** What acting needs of the hub. */
export interface ActingOptions {
  readonly store: Store;
  readonly seal: CitizenSeal;
  readonly catalogue: AccessCatalogue;
  /** Pension jurisdictions that hold a relation of a person. */
  readonly heldIn: (ref: CitizenRef, question: Question) => Promise<ReadonlySet<string> | AgencyFailure>;
  readonly isDead: IsDead;
  /** Told when an office is shown that a person has died: what they consented to ends with them. */
  readonly deathLearned: (ref: CitizenRef) => Promise<unknown>;
  /** Told when an official asks for more emergency access than the quota: operators should look. */
  readonly stormed: (official: Official) => void;
  /** Told when what time has done could not be recorded; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** Who acts for whom, in which case, in which emergency. */
export interface Acting {
  readonly facts: ActingFacts;
  readonly resolvers: ActingResolvers;
  readonly events: ActingEvents;
  readonly openCases: OpenCases;
  /** Has to be called when the hub learns that a person has died. @returns how many delegations fell away */
  readonly died: (ref: CitizenRef) => Promise<number>;
  readonly close: () => void;
}

const SWEEP_MS = 60_000;

/**
 * Makes the parts and lets them sweep every minute: what is over counts no more at once; the sweep only puts it on record.
 * @throws when the store cannot be listened to
 */
export async function openActing({
  store,
  seal,
  catalogue,
  heldIn,
  isDead,
  deathLearned,
  stormed,
  failed,
}: ActingOptions): Promise<Acting> {
  const channel = await ChangeChannel.open(store, ACTING_CHANNEL);
  const journals = new Journals(store.db, (key) => {
    channel.tell(key);
  });
  const delegations = new Delegations(journals, seal, catalogue.scopes);
  const cases = new Cases(journals, seal, catalogue.mandates);
  const parties = new Set(catalogue.purposes.get('EMERGENCY')?.recipients);
  const emergencies = new Emergencies(journals, seal, parties, stormed);
  const facts = new KnownActingFacts(store, catalogue.scopes, channel);
  const events = new ActingEvents(channel, store.db);
  const registrar = new Registrar(delegations, facts, catalogue, isDead, deathLearned);
  const sweeping = setInterval(() => {
    Promise.all([delegations.sweep(), emergencies.sweep()]).catch(failed);
  }, SWEEP_MS);
  sweeping.unref();
  return {
    facts,
    events,
    openCases: openCases(store),
    resolvers: actingResolvers({ store, catalogue, delegations, registrar, cases, emergencies, heldIn }),
    died: (ref) => delegations.died(ref),
    close: () => {
      clearInterval(sweeping);
      events.close();
      facts.close();
      channel.close();
    },
  };
}
