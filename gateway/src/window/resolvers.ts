import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js';
import { catalogued, type AccessCatalogue } from '@yichuang/schema';
import type { Acting } from '../acting/acting.js';
import type { AgencyClient } from '../agencies/client.js';
import type { Caller } from '../access/principal.js';
import type { OpenConsent } from '../consent/open.js';
import type { AccessLogResolvers } from '../evidence/resolvers.js';
import { Question } from '../execution/question.js';
import { agencyEntries, agencyEntry } from './agency-entries.js';
import type { Events } from '../events/open.js';
import type { WorklistResolvers } from '../transfers/worklist.js';
import type { Webhooks } from '../webhooks/open.js';
import type { References } from './references.js';
import { viewer } from './viewer.js';

interface ResolverOptions {
  readonly references: Pick<References, 'fields'>;
  readonly catalogue: AccessCatalogue;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
  readonly accessLog: AccessLogResolvers;
  readonly consent: Pick<OpenConsent, 'resolvers'>;
  readonly acting: Pick<Acting, 'resolvers'>;
  readonly events: Pick<Events, 'resolvers'>;
  readonly webhooks: Pick<Webhooks, 'resolvers'>;
  readonly worklist: WorklistResolvers;
}
type Arguments = Readonly<Record<string, unknown>>;

/** Resolvers of the hub's own subgraph. None of them says whether a person or a unit exists: they only hand out references. */
export function hubResolvers({
  references: { fields },
  catalogue,
  agencies,
  accessLog,
  acting,
  consent,
  events,
  webhooks,
  worklist,
}: ResolverOptions): GraphQLResolverMap<unknown> {
  return {
    Query: {
      ...accessLog.Query,
      ...consent.resolvers.Query,
      ...acting.resolvers.Query,
      ...events.resolvers.Query,
      ...webhooks.resolvers.Query,
      ...worklist.Query,
      me: (_: unknown, _arguments: Arguments, context: unknown) => {
        const caller = callerOf(context);
        // An official is nobody here by design; a caller without a token may only have forgotten it, and is told.
        if (caller.principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
        return ownReference(caller);
      },
      citizen: (_: unknown, args: Arguments) => fields.citizen(args),
      citizenByNumber: (_: unknown, args: Arguments) => fields.citizenByNumber(args),
      citizens: (_: unknown, args: Arguments) => fields.citizens(args),
      enterprise: (_: unknown, args: Arguments) => fields.enterprise(args),
      agencies: () => agencyEntries(agencies),
      viewer: (_: unknown, _arguments: Arguments, context: unknown) => {
        const caller = callerOf(context);
        return { ...viewer(caller, catalogue), citizen: ownReference(caller) };
      },
    },
    Citizen: {
      ...accessLog.Citizen,
      ...consent.resolvers.Citizen,
      ...acting.resolvers.Citizen,
      ...events.resolvers.Citizen,
    },
    Enterprise: { __resolveReference: ({ creditCode }: Arguments) => ({ creditCode }) },
    Mutation: { ...consent.resolvers.Mutation, ...acting.resolvers.Mutation, ...webhooks.resolvers.Mutation },
    Webhook: webhooks.resolvers.Webhook,
    ConsentRequest: consent.resolvers.ConsentRequest,
    Consent: consent.resolvers.Consent,
    ConsentEvent: consent.resolvers.ConsentEvent,
    Agency: {
      __resolveReference: ({ code }: Arguments) => agencyEntry(String(code), agencies),
      systems: ({ code }: Arguments, _arguments: Arguments, context: unknown) =>
        agencies.get(String(code))?.systems(questionOf(context)) ?? null,
    },
  };
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
  return context;
}

function callerOf(context: unknown): Caller {
  return questionOf(context).profile.caller;
}

function ownReference({ principal }: Caller): { readonly id: string } | null {
  return principal.kind === 'CITIZEN' ? { id: principal.ref } : null;
}
