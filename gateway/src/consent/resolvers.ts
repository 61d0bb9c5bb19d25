import { catalogued, type CitizenRef, type CitizenSeal } from '@yichuang/schema';
import type { ActingFacts, ConsentState } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import { Question } from '../execution/question.js';
import { pageAsked, pageOf, type Page } from '../pages.js';
import { reachingOr } from '../store/unavailable.js';
import { isOwn, type Actor } from './actor.js';
import type { Consent } from './consent.js';
import type { Consents, Done, PersonActor, RecipientActor, Refused } from './consents.js';
import { CONSENT_PLACES, type ConsentReadings, type ListAsked } from './readings.js';
import type { ConsentRequest, RequestState } from './request.js';
import { shownConsent, shownRequest } from './shown.js';
import type { ConsentTerms } from './terms.js';

/** What the fields about consent are answered from. */
export interface ConsentSources {
  readonly consents: Consents;
  readonly readings: ConsentReadings;
  readonly terms: ConsentTerms;
  readonly seal: CitizenSeal;
  /** Who acts for whom; without it everybody decides for themselves only. */
  readonly acting: Pick<ActingFacts, 'delegations'> | undefined;
}

type Values = Readonly<Record<string, unknown>>;
type Resolver = (parent: Values, args: Values, context: unknown) => unknown;

/** Fields of the hub's own types that are about consent. */
export interface ConsentResolvers {
  readonly Citizen: Readonly<Record<'consentRequests' | 'consents', Resolver>>;
  readonly Query: Readonly<Record<'myConsentRequests' | 'myConsents' | 'consentRequest', Resolver>>;
  readonly Mutation: Readonly<Record<string, Resolver>>;
  readonly ConsentRequest: Readonly<Record<'consent', Resolver>>;
  readonly Consent: Readonly<Record<'request' | 'receipt', Resolver>>;
  readonly ConsentEvent: Readonly<Record<'request' | 'consent', Resolver>>;
}

/** Under which a delegate may decide for a person. */
const ANSWERING = 'consent.requests:write';
const READING = { consentRequests: 'consent.requests:read', consents: 'consent.artefacts:read' } as const;

/** Resolvers of schema/sdl/hub-consent.graphql. What is refused is an error with a code of the catalogue. */
export function consentResolvers({ consents, readings, terms, seal, acting }: ConsentSources): ConsentResolvers {
  const request = (value: ConsentRequest): Values => shownRequest(value, terms);
  const consent = (value: Consent): Values => shownConsent(value, terms);

  /** The person who decides: the caller, or somebody the caller may answer for. */
  const personOf = async (context: unknown, onBehalfOf: unknown): Promise<PersonActor> => {
    const { principal } = callerOf(context);
    if (principal.kind !== 'CITIZEN') throw catalogued(principal.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'ACCESS_DENIED');
    const { user, ref: own } = principal;
    if (typeof onBehalfOf !== 'string' || onBehalfOf === own) return { kind: 'PERSON', ref: own, user };
    const ref = ourReference(onBehalfOf, seal);
    const delegations = (await acting?.delegations([ref], own))?.get(ref) ?? [];
    const delegation = delegations.find(({ scopes }) => scopes.has(ANSWERING));
    // For who may not answer for them it is the same as for a request that is not there.
    if (!delegation) throw catalogued('CONSENT_NOT_FOUND');
    return { kind: 'PERSON', ref, user, delegation: { id: delegation.delegationId, kind: delegation.kind } };
  };
  const act =
    (done: 'PAUSE' | 'RESUME' | 'REVOKE'): Resolver =>
    async (_, { input }, context) => {
      const { id, onBehalfOf } = valuesOf(input);
      return { consent: consent(taken(await consents.act(await personOf(context, onBehalfOf), String(id), done))) };
    };

  return told({
    Citizen: {
      consentRequests: async ({ id }, args, context) => {
        if (!(await questionOf(context).judge.mayRead(String(id), READING.consentRequests))) return null;
        const page = listAsked<RequestState>(args);
        return listed(await readings.requests({ subject: handedOut(id) }, page), page, request);
      },
      consents: async ({ id }, args, context) => {
        if (!(await questionOf(context).judge.mayRead(String(id), READING.consents))) return null;
        const page = listAsked<ConsentState>(args);
        return listed(await readings.consents({ subject: handedOut(id) }, page), page, consent);
      },
    },
    Query: {
      myConsentRequests: async (_, args, context) => {
        const recipient = ownParty(context);
        if (!recipient) return null;
        const page = listAsked<RequestState>(args);
        return listed(await readings.requests({ recipient }, page), page, request);
      },
      myConsents: async (_, args, context) => {
        const recipient = ownParty(context);
        if (!recipient) return null;
        const page = listAsked<ConsentState>(args);
        return listed(await readings.consents({ recipient }, page), page, consent);
      },
      consentRequest: async (_, { id }, context) => {
        const actor = actorOf(context);
        const found = actor && (await readings.request(String(id)));
        return found && isOwn(found, actor) ? request(found) : null;
      },
    },
    Mutation: {
      requestConsent: async (_, { input }, context) => {
        const asked = valuesOf(input);
        const actor = recipientOf(context);
        const done = await consents.request(actor, ourReference(asked['citizen'], seal), {
          purpose: String(asked['purpose']),
          scopes: stringsOf(asked['scopes']),
          dataRange: rangeOf(asked['dataRange']),
          validFrom: typeof asked['validFrom'] === 'string' ? new Date(asked['validFrom']) : undefined,
          validDays: numberOf(asked['validDays']),
          maxUses: numberOf(asked['maxUses']),
          frequency: frequencyOf(asked['frequency']),
          dataLifeDays: numberOf(asked['dataLifeDays']),
        });
        return { request: request(taken(done)) };
      },
      withdrawConsentRequest: async (_, { input }, context) => {
        const { id } = valuesOf(input);
        return { request: request(taken(await consents.withdraw(recipientOf(context), String(id)))) };
      },
      approveConsentRequest: async (_, { input }, context) => {
        const { id, together, separately, noticeHash, onBehalfOf } = valuesOf(input);
        const ticks = { together: stringsOf(together), separately: stringsOf(separately) };
        const person = await personOf(context, onBehalfOf);
        const done = taken(await consents.approve(person, String(id), ticks, String(noticeHash)));
        return { request: request(done.request), consent: done.consent ? consent(done.consent) : null };
      },
      denyConsentRequest: async (_, { input }, context) => {
        const { id, onBehalfOf } = valuesOf(input);
        return { request: request(taken(await consents.deny(await personOf(context, onBehalfOf), String(id)))) };
      },
      pauseConsent: act('PAUSE'),
      resumeConsent: act('RESUME'),
      revokeConsent: act('REVOKE'),
      giveUpConsent: async (_, { input }, context) => {
        const { id } = valuesOf(input);
        return { consent: consent(taken(await consents.act(recipientOf(context), String(id), 'GIVE_UP'))) };
      },
    },
    // Whoever was handed a request or a consent is the person or the recipient of what belongs to it, too.
    ConsentRequest: { consent: async ({ id }) => shownOr(await readings.consentOf(String(id)), consent) },
    Consent: {
      request: async ({ requestId }) => shownOr(await readings.request(String(requestId)), request),
      receipt: ({ id }) => readings.receipt(String(id)),
    },
    ConsentEvent: {
      request: async ({ requestId }) => shownOr(await readings.request(String(requestId)), request),
      consent: async ({ consentId }) => (typeof consentId === 'string' ? shownOr(await readings.consent(consentId), consent) : null),
    },
  });
}

/** The caller as the person or the recipient of what is theirs; undefined for who is neither. */
export function actorOf(context: unknown): Exclude<Actor, { kind: 'HUB' }> | undefined {
  const { principal } = callerOf(context);
  if (principal.kind === 'ANONYMOUS') return undefined;
  return principal.kind === 'CITIZEN'
    ? { kind: 'PERSON', ref: principal.ref, user: principal.user }
    : { kind: 'RECIPIENT', party: principal.party, user: principal.user, role: principal.kind };
}

/** The organisation a caller acts for; undefined for a citizen. */
function ownParty(context: unknown): Party | undefined {
  const { principal } = callerOf(context);
  if (principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
  return principal.kind === 'CITIZEN' ? undefined : principal.party;
}

function recipientOf(context: unknown): RecipientActor {
  const actor = actorOf(context);
  if (!actor) throw catalogued('UNAUTHENTICATED');
  if (actor.kind !== 'RECIPIENT') throw catalogued('ACCESS_DENIED');
  return actor;
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
  return context;
}

function callerOf(context: unknown): Question['profile']['caller'] {
  return questionOf(context).profile.caller;
}

/** A person of the graph is named by the reference that the hub handed out; who may read of them has just been decided by it. */
function handedOut(id: unknown): CitizenRef {
  return String(id) as CitizenRef;
}

function ourReference(id: unknown, seal: CitizenSeal): CitizenRef {
  const number = typeof id === 'string' ? seal.open(id) : undefined;
  if (number === undefined) throw catalogued('BAD_REQUEST');
  return seal.seal(number);
}

/** @throws GraphQLError with the code of the refusal */
function taken<T>(done: Done<T>): T {
  if (done.ok) return done.value;
  throw refusal(done);
}

function refusal({ code, term, scopes, retryAfterSeconds }: Refused): Error {
  return catalogued(code, {
    ...(term ? { term } : {}),
    ...(scopes ? { scopes } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Fields that say so when the store cannot be reached. */
function told(resolvers: ConsentResolvers): ConsentResolvers {
  const telling =
    (resolve: Resolver): Resolver =>
    (parent, args, context) =>
      reachingOr('CONSENT_UNAVAILABLE', () => resolve(parent, args, context));
  const all = <K extends string>(fields: Readonly<Record<K, Resolver>>): Readonly<Record<K, Resolver>> =>
    Object.fromEntries(Object.entries<Resolver>(fields).map(([name, resolve]) => [name, telling(resolve)])) as Record<K, Resolver>;
  return {
    Citizen: all(resolvers.Citizen),
    Query: all(resolvers.Query),
    Mutation: all(resolvers.Mutation),
    ConsentRequest: all(resolvers.ConsentRequest),
    Consent: all(resolvers.Consent),
    ConsentEvent: all(resolvers.ConsentEvent),
  };
}

function listAsked<State extends string>(args: Values): ListAsked<State> {
  const { state } = args;
  // The schema lets through the names of states only.
  return { ...pageAsked(args, CONSENT_PLACES), state: typeof state === 'string' ? (state as State) : undefined };
}

function listed<T extends { readonly createdAt: Date; readonly id: string }>(
  items: readonly T[],
  asked: ListAsked<string>,
  show: (item: T) => Values,
): Page<Values> {
  return pageOf(items, asked, CONSENT_PLACES, ({ createdAt, id }) => ({ at: createdAt, id }), show);
}

function shownOr<T>(value: T | null, shown: (value: T) => Values): Values | null {
  return value === null ? null : shown(value);
}

function valuesOf(input: unknown): Values {
  return typeof input === 'object' && input !== null ? { ...input } : {};
}

function stringsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function rangeOf(value: unknown): { readonly from: string | undefined; readonly to: string | undefined } | undefined {
  if (value === null || value === undefined) return undefined;
  const { from, to } = valuesOf(value);
  return from === undefined && to === undefined ? undefined : { from: textOf(from), to: textOf(to) };
}

function frequencyOf(value: unknown): { readonly count: number; readonly perDays: number } | undefined {
  const { count, perDays } = valuesOf(value);
  return typeof count === 'number' && typeof perDays === 'number' ? { count, perDays } : undefined;
}
