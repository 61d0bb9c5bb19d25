import type { AccessCatalogue, CitizenSeal } from '@yichuang/schema';
import type { Logger } from 'pino';
import type { FactSources } from './access/question-facts.js';
import { openActing, type Acting } from './acting/acting.js';
import { partyText } from './acting/actor.js';
import { recordAlarms } from './alarms.js';
import type { AgencyClient } from './agencies/client.js';
import type { AgencyFailure } from './agencies/reply.js';
import type { GatewayConfig } from './config.js';
import { openConsent, type OpenConsent } from './consent/open.js';
import { openEvidence, type Evidence } from './evidence/evidence.js';
import type { HubMetrics } from './http/metrics.js';
import { openEvents, type Events } from './events/open.js';
import { openStore } from './store/store.js';
import { TransferCases, withTransferCases } from './transfers/transfer-cases.js';
import { worklistResolvers, type WorklistResolvers } from './transfers/worklist.js';
import { openWebhooks, type Webhooks } from './webhooks/open.js';
import { references } from './window/references.js';
import { agencyFacts, INDEX_AGENCY } from './window/agency-facts.js';

/** What the hub keeps itself, over its store: what persons allow, who acts for whom, who looked. */
export interface Holdings {
  readonly consent: OpenConsent;
  readonly acting: Acting;
  readonly evidence: Evidence;
  readonly events: Events;
  readonly webhooks: Webhooks;
  /** What waits for offices. */
  readonly worklist: WorklistResolvers;
  /** What decisions rest on, the agencies' part included. */
  readonly facts: FactSources;
  /** Writes what is waiting and lets go of the store. */
  close(): Promise<void>;
}

/** What they are kept with. */
export interface HoldingsOptions {
  readonly config: Pick<GatewayConfig, 'store' | 'citizenRefKey' | 'grants' | 'events' | 'webhooks' | 'sites'>;
  readonly catalogue: AccessCatalogue;
  readonly seal: CitizenSeal;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
  readonly logger: Logger;
  readonly metrics: HubMetrics;
}

/**
 * Opens all of it, or nothing.
 * @throws when the store cannot be opened or listened to
 */
export async function openHoldings({ config, catalogue, seal, agencies, logger, metrics }: HoldingsOptions): Promise<Holdings> {
  const noIndex: AgencyFailure = { code: 'AGENCY_UNAVAILABLE', detail: { agency: INDEX_AGENCY } };
  const known = agencyFacts(agencies.get(INDEX_AGENCY));
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    const store = await openStore(config.store);
    opened.push(() => store.close());
    const evidence = openEvidence({
      store,
      catalogue,
      secret: config.citizenRefKey,
      logger,
      alarms: recordAlarms(logger, metrics),
    });
    opened.push(() => evidence.close());
    const acting = await openActing({
      store,
      seal,
      catalogue,
      heldIn: async (ref, question) => (await known.jurisdictions([ref], question)).get(ref) ?? noIndex,
      isDead: async (ref, question) => (await known.dead([ref], question)).get(ref) ?? noIndex,
      deathLearned: (ref) => consent.died(ref),
      stormed: ({ party }) => {
        logger.error({ code: 'EMERGENCY_QUOTA', party: partyText(party) }, 'an official asked for more emergency access than the quota');
      },
      failed: (error) => {
        logger.error({ err: error }, 'what time has done to delegations and emergency access could not be recorded');
      },
    });
    opened.push(() => {
      acting.close();
    });
    const consent = await openConsent({
      store,
      catalogue,
      seal,
      signer: config.grants.signer,
      secret: config.citizenRefKey,
      acting: acting.facts,
      failed: (error) => {
        logger.error({ err: error }, 'what time has done to consents could not be recorded');
      },
    });
    opened.push(() => consent.close());
    const cases = new TransferCases(store);
    const facts = { agencies: known, consents: consent.facts, acting: withTransferCases(acting.facts, cases) };
    const events = await openEvents({
      store,
      settings: config.events,
      catalogue,
      facts,
      evidence,
      secret: config.citizenRefKey,
      observer: metrics.events,
      failed: (error) => {
        logger.error({ err: error }, 'events of transfers could not be numbered, read or deleted; it is tried again');
      },
    });
    opened.push(() => events.close());
    metrics.watchFollowers(events.stream);
    const webhooks = await openWebhooks({
      store,
      settings: config.webhooks,
      readings: events.stream.readings,
      cursors: events.subscriptions.cursors,
      audience: events.subscriptions.access,
      secret: config.citizenRefKey,
      attempted: metrics.webhookAttempt,
      failed: (error) => {
        logger.error({ err: error }, 'what waits for webhooks could not be gone through; it is tried again');
      },
    });
    opened.push(() => webhooks.close());
    if (config.sites) {
      const { SiteBus } = await import('./sites/bus.js');
      const bus = await SiteBus.open({
        settings: config.sites,
        store,
        keptDays: config.events.retentionDays,
        isReference: references(seal).isReference,
        failed: (error) => {
          logger.error({ err: error }, 'what happens could not be told to other sites, or heard of from them; it is tried again');
        },
        refused: (site) => {
          logger.error(
            { site },
            'another site told of something that is no event here: have its hub and this one the same CITIZEN_REF_KEY?',
          );
        },
      });
      opened.push(() => bus.close());
    }
    const worklist = worklistResolvers({ cases, catalogue, facts, evidence });
    return { consent, acting, evidence, events, webhooks, worklist, facts, close };
  } catch (error) {
    await close();
    throw error;
  }
}
