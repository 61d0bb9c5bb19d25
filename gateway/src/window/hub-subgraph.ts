import type { AccessCatalogue } from '@yichuang/schema';
import { getArgumentValues, Kind, type DocumentNode, type FieldNode } from 'graphql';
import type { Acting } from '../acting/acting.js';
import { concernsOf, type ActingHappening } from '../acting/events.js';
import type { AgencyClient } from '../agencies/client.js';
import type { ConsentHappening } from '../consent/events.js';
import { actorOf } from '../consent/resolvers.js';
import type { OpenConsent } from '../consent/open.js';
import type { Events } from '../events/open.js';
import type { NotBegun, TransferNotice } from '../events/subscription.js';
import type { AccessLogResolvers } from '../evidence/resolvers.js';
import { Layer, OVER, type Idling } from '../execution/idling.js';
import type { Question } from '../execution/question.js';
import type { Fetched } from '../execution/places.js';
import type { Subgraph } from '../execution/subgraph.js';
import { withCursor, type SubscriptionSource } from '../execution/subscription-source.js';
import { MadeOnce } from '../made-once.js';
import type { Webhooks } from '../webhooks/open.js';
import type { WorklistResolvers } from '../transfers/worklist.js';
import { localSubgraph } from './local-subgraph.js';
import { PlainDocuments } from './plain-documents.js';
import type { References } from './references.js';
import { hubResolvers } from './resolvers.js';

/** What the hub's own subgraph answers from. */
export interface HubSubgraphOptions {
  readonly references: Pick<References, 'fields'>;
  readonly catalogue: AccessCatalogue;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
  readonly accessLog: AccessLogResolvers;
  readonly consent: Pick<OpenConsent, 'resolvers' | 'events'>;
  readonly acting: Pick<Acting, 'resolvers' | 'events'>;
  readonly events: Pick<Events, 'resolvers' | 'subscriptions'>;
  readonly webhooks: Pick<Webhooks, 'resolvers'>;
  readonly worklist: WorklistResolvers;
}

type Happening = ConsentHappening | ActingHappening | TransferNotice;

/** The hub's own subgraph, executed in this process: it hands out references of persons and units, and says how the agencies are doing. */
export function hubSubgraph(options: HubSubgraphOptions): Subgraph & { readonly events: SubscriptionSource } {
  const local = localSubgraph('hub', hubResolvers(options));
  const plain = new PlainDocuments(local.schema);
  const shared = new MadeOnce<Happening, Promise<Fetched | undefined>>();
  return {
    ...local,
    events({ document: { text }, variables }, question) {
      const field = rootField(local.parsed(text));
      const name = field.name.value;
      const definition = local.schema.getSubscriptionType()?.getFields()[name];
      const given = JSON.parse(variables) as Readonly<Record<string, unknown>>;
      const happenings = happeningsOf(name, definition ? getArgumentValues(definition, field, given) : {}, question, options);
      if (happenings && 'code' in happenings) return happenings;
      const told = async (happening: Happening): Promise<Fetched | undefined> => {
        const { data } = await local.execute(text, variables, question, { [name]: happening });
        return data ? ('cursor' in happening ? withCursor(data, happening.cursor) : data) : undefined;
      };
      const asked = plain.has(local.parsed(text)) ? `${text}\n${variables}` : undefined;
      return new Tellings(happenings ?? NOTHING, (value) =>
        asked === undefined ? told(value) : shared.of(value, asked, () => told(value)),
      );
    },
  };
}

/**
 * What is told of what happens, one after the other. Not a generator: one that waits for an event could not be told that nobody waits for it
 * any more.
 */
class Tellings extends Layer<Happening, Fetched> {
  constructor(
    happenings: Idling<Happening>,
    readonly tell: (happening: Happening) => Promise<Fetched | undefined>,
  ) {
    super(happenings);
  }

  async next(): Promise<IteratorResult<Fetched, undefined>> {
    for (;;) {
      const happening = await this.inner.next();
      if (happening.done === true) return OVER;
      const data = await this.tell(happening.value);
      if (data) return { done: false, value: data };
    }
  }
}

/** Where nothing can concern who asks. */
const NOTHING: Idling<Happening> = { next: () => Promise.resolve(OVER) };

/** What brings the events of a root field to who asks; undefined where nothing can concern them. */
function happeningsOf(
  name: string,
  args: Readonly<Record<string, unknown>>,
  question: Question,
  { consent, acting, events }: Pick<HubSubgraphOptions, 'consent' | 'acting' | 'events'>,
): Idling<Happening> | NotBegun | undefined {
  if (name === 'transferEvents') return events.subscriptions.begin(args, question);
  if (name === 'actingEvents') {
    const concerns = concernsOf(question.profile.caller.principal);
    return concerns.length > 0 ? acting.events.of(concerns) : undefined;
  }
  const actor = actorOf(question);
  return actor && consent.events.of(actor);
}

/** A subscription has one. */
function rootField({ definitions }: DocumentNode): FieldNode {
  const fields = definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? one.selectionSet.selections : []));
  const field = fields.find((one) => one.kind === Kind.FIELD);
  if (!field) throw new Error('a subscription asks for no field');
  return field;
}
