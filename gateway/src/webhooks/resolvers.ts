import type { Kysely, Selectable } from 'kysely';
import { catalogued } from '@yichuang/schema';
import type { Caller } from '../access/principal.js';
import type { Cursors } from '../events/cursors.js';
import { interestIn } from '../events/subscription.js';
import { Question } from '../execution/question.js';
import { pageAsked } from '../pages.js';
import type { Tables } from '../store/tables.js';
import { reachingOr } from '../store/unavailable.js';
import type { DeliveryState, WebhookDeliveryTable, WebhookTable } from '../store/webhook-tables.js';
import { BY_EVENT, countIn, deliveriesOf } from './deliveries.js';
import type { Registrant } from './endpoint.js';
import type { Endpoints, WebhookRefusal, WithSecret } from './endpoints.js';
import { RESTS_AFTER } from './schedule.js';
import type { WebhookSecrets } from './secrets.js';

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;
type Shown = Readonly<Record<string, unknown>>;
type Asking = Caller & { readonly principal: Registrant };

/** Fields of the hub's own types about webhooks. */
export interface WebhookResolvers {
  readonly Query: Readonly<Record<'webhooks', Resolver>>;
  readonly Mutation: Readonly<
    Record<'registerWebhook' | 'testWebhook' | 'rotateWebhookSecret' | 'replayWebhook' | 'removeWebhook', Resolver>
  >;
  readonly Webhook: Readonly<Record<'verificationKey' | 'waiting' | 'dead' | 'deliveries', Resolver>>;
}

/** What the fields are answered from. */
interface Sources {
  readonly db: Kysely<Tables>;
  readonly endpoints: Endpoints;
  readonly cursors: Cursors;
  readonly secrets: Pick<WebhookSecrets, 'verificationKey'>;
}

const STATES: readonly DeliveryState[] = ['WAITING', 'DELIVERED', 'DEAD'];

/** Resolvers of schema/sdl/hub-webhook.graphql. What is refused is an error of the catalogue beside a null. */
export function webhookResolvers({ db, endpoints, cursors, secrets }: Sources): WebhookResolvers {
  const placeIn = (text: string): number => {
    const place = cursors.read(text);
    if (place === undefined) throw catalogued('CURSOR_INVALID');
    return place;
  };
  return {
    Query: {
      webhooks: resolver(async (_, _args, asking) => (await endpoints.of(partyOf(asking))).map(shownWebhook)),
    },
    Mutation: {
      registerWebhook: resolver(async (_, { url, description, filter, after }, asking) => {
        const interest = interestIn(filter);
        if (!interest) throw catalogued('BAD_REQUEST');
        const place = typeof after === 'string' ? placeIn(after) : undefined;
        const registration = { url: String(url), description: String(description), interest, after: place };
        return shownSecret(done(await endpoints.register(partyOf(asking), registration)));
      }),
      testWebhook: resolver(async (_, { id }, asking) => {
        const { fault, status, milliseconds } = done(await endpoints.test(partyOf(asking), String(id)));
        return { at: new Date().toISOString(), fault: fault ?? null, status: status ?? null, milliseconds };
      }),
      rotateWebhookSecret: resolver(async (_, { id, overlapHours }, asking) =>
        shownSecret(done(await endpoints.rotate(partyOf(asking), String(id), Number(overlapHours)))),
      ),
      replayWebhook: resolver(async (_, { id, after, dead }, asking) => {
        const { upTo } = done(await endpoints.replay(partyOf(asking), String(id), placeIn(String(after)), dead === true));
        return { upTo: cursors.text(upTo) };
      }),
      removeWebhook: resolver((_, { id }, asking) => endpoints.remove(partyOf(asking), String(id))),
    },
    Webhook: {
      verificationKey: ({ id }) => secrets.verificationKey(String(id)),
      waiting: resolver(({ id }) => countIn(db, String(id), 'WAITING')),
      dead: resolver(({ id }) => countIn(db, String(id), 'DEAD')),
      deliveries: resolver(({ id }, { state, ...args }) => {
        const one = STATES.find((known) => known === state);
        return deliveriesOf(db, String(id), one, pageAsked(args, BY_EVENT), (row) => shownDelivery(row, cursors));
      }),
    },
  };
}

function resolver(answer: (parent: Arguments, args: Arguments, caller: Caller) => Promise<unknown>): Resolver {
  return async (parent, args, context) => {
    if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
    return reachingOr('EVENTS_UNAVAILABLE', () => answer(parent, args, context.profile.caller));
  };
}

/** @throws GraphQLError for who acts for no party */
function partyOf({ principal, ...caller }: Caller): Asking {
  if (principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
  if (principal.kind === 'CITIZEN') throw catalogued('ACCESS_DENIED');
  return { ...caller, principal };
}

/** @throws GraphQLError with the code of the refusal */
function done<T extends object>(outcome: T | WebhookRefusal): T {
  if (!('refused' in outcome)) return outcome;
  const { refused, ...detail } = outcome;
  throw catalogued(refused, detail);
}

function shownSecret({ webhook, secret }: WithSecret): Shown {
  return { webhook: shownWebhook(webhook), secret };
}

function shownWebhook(row: Selectable<WebhookTable>): Shown {
  const now = new Date();
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    state: row.valid_to <= now ? 'EXPIRED' : row.state,
    purpose: row.purpose,
    createdAt: row.created_at.toISOString(),
    validTo: row.valid_to.toISOString(),
    formerSecretUntil: row.former_until && row.former_until > now ? row.former_until.toISOString() : null,
    takenAt: row.taken_at?.toISOString() ?? null,
    failures: row.faults,
    restsUntil: row.faults >= RESTS_AFTER && row.rest_until > now ? row.rest_until.toISOString() : null,
  };
}

function shownDelivery(row: Selectable<WebhookDeliveryTable>, cursors: Cursors): Shown {
  const { fault, status, milliseconds, tried_at: at } = row;
  return {
    id: row.event,
    cursor: cursors.text(Number(row.cursor)),
    state: row.state,
    attempts: row.attempts,
    since: row.created_at.toISOString(),
    until: row.expires_at.toISOString(),
    last: at && { at: at.toISOString(), fault, status, milliseconds: milliseconds ?? 0 },
  };
}
