import { transferPins, type AccessCatalogue } from '@yichuang/schema';
import type { DecisionEvidence } from '../access/judge.js';
import type { FactSources } from '../access/question-facts.js';
import type { Store } from '../store/store.js';
import { EventAccess } from './access.js';
import { Cursors } from './cursors.js';
import { Numbering } from './numbering.js';
import { PublicProgress } from './public-progress.js';
import { eventResolvers, type EventResolvers } from './resolvers.js';
import { TransferCounts } from './statistics.js';
import { EventStream, type StreamObserver } from './stream.js';
import { TransferSubscriptions } from './subscription.js';

/** For how long what happened can be read. */
export interface EventSettings {
  /** Days; older events are deleted from the beginning of the stream. @default 400 */
  readonly retentionDays: number;
}

export const DEFAULT_EVENTS: EventSettings = { retentionDays: 400 };

/** What events are kept with and decided by. */
export interface EventParts {
  readonly store: Store;
  readonly settings: EventSettings;
  readonly catalogue: AccessCatalogue;
  readonly facts: FactSources;
  readonly evidence: DecisionEvidence;
  /** Of the hub; keys are made from it. */
  readonly secret: string;
  /** Told when events could not be numbered, read or deleted; it is tried again, and nothing is lost. */
  readonly failed: (error: unknown) => void;
  readonly observer?: StreamObserver;
}

/** What happens to transfers, as the hub tells it. */
export interface Events {
  readonly subscriptions: TransferSubscriptions;
  /** To follow it elsewhere than in a subscription. */
  readonly stream: EventStream;
  readonly resolvers: EventResolvers;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** A store that is away is tried every second, and told of once in such a while. */
const TOLD_MS = 60_000;
const SWEEP_MS = 600_000;
/** Deleted in one statement. */
const SWEPT = 5_000;

/**
 * Opens the hub's own part about events.
 * @throws when the store cannot be listened to
 */
export async function openEvents({
  store,
  settings,
  catalogue,
  facts,
  evidence,
  secret,
  failed: told,
  observer,
}: EventParts): Promise<Events> {
  let toldAt = -Infinity;
  const failed = (error: unknown): void => {
    if (performance.now() - toldAt < TOLD_MS) return;
    toldAt = performance.now();
    told(error);
  };
  const stream = await EventStream.open(store, failed, observer && { observer });
  const numbering = await Numbering.open(store, failed);
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    const before = new Date(Date.now() - settings.retentionDays * DAY_MS);
    while ((await stream.readings.forget(before, SWEPT)) === SWEPT);
  };
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep).catch(failed);
  }, SWEEP_MS);
  timer.unref();
  return {
    subscriptions: new TransferSubscriptions(stream, new Cursors(secret), new EventAccess(catalogue, facts, evidence)),
    stream,
    resolvers: eventResolvers({
      readings: stream.readings,
      progress: new PublicProgress(store, transferPins(secret)),
      counts: new TransferCounts(store),
    }),
    close: async () => {
      clearInterval(timer);
      stream.close();
      await numbering.close();
      await sweeping;
    },
  };
}
