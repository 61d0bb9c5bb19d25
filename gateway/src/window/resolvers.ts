import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js';
import { catalogued, parseCitizenNumber, parseCreditCode, scalars, type AccessCatalogue, type CitizenSeal } from '@yichuang/schema';
import { BoundedCache } from '../bounded-cache.js';
import type { ActingResolvers } from '../acting/resolvers.js';
import type { AgencyClient } from '../agencies/client.js';
import type { Caller } from '../access/principal.js';
import type { OpenConsent } from '../consent/open.js';
import type { AccessLogResolvers } from '../evidence/resolvers.js';
import { Question } from '../execution/question.js';
import { agencyEntries, agencyEntry } from './agency-entries.js';
import { pageOf } from './pages.js';
import { viewer } from './viewer.js';

const CITIZENS_BOUND = 50;
const REFERENCES_KEPT = 10_000;

interface ResolverOptions {
  readonly seal: CitizenSeal;
  readonly catalogue: AccessCatalogue;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
  readonly accessLog: AccessLogResolvers;
  readonly consent: Pick<OpenConsent, 'resolvers'>;
  readonly acting: ActingResolvers;
}
type Arguments = Readonly<Record<string, unknown>>;

/** Resolvers of the hub's own subgraph. None of them says whether a person or a unit exists: they only hand out references. */
export function hubResolvers({ seal, catalogue, agencies, accessLog, acting, consent }: ResolverOptions): GraphQLResolverMap<unknown> {
  // Opening a reference costs about 50 µs; that it is ours stays true. Nothing of what was in it is kept.
  const ours = new BoundedCache<string, true>(REFERENCES_KEPT);
  // A reference that this hub did not make is refused in the same way whatever it looks like; one it made is handed back unseen.
  const citizen = (id: unknown): { readonly id: string } => {
    if (typeof id !== 'string') throw notOurs();
    ours.through(id, () => {
      if (!seal.open(id)) throw notOurs();
      return true;
    });
    return { id };
  };
  return {
    ...scalars,
    Query: {
      ...accessLog.Query,
      ...consent.resolvers.Query,
      ...acting.Query,
      me: (_: unknown, _arguments: Arguments, context: unknown) => {
        const caller = callerOf(context);
        // An official is nobody here by design; a caller without a token may only have forgotten it, and is told.
        if (caller.principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
        return ownReference(caller);
      },
      citizen: (_: unknown, { id }: Arguments) => citizen(id),
      citizenByNumber: (_: unknown, { number }: Arguments) => {
        const parsed = typeof number === 'string' ? parseCitizenNumber(number) : undefined;
        if (!parsed) throw catalogued('CITIZEN_NUMBER_INVALID');
        return { id: seal.seal(parsed) };
      },
      citizens: (_: unknown, { ids, first, after }: Arguments) => {
        if (!Array.isArray(ids) || ids.length > CITIZENS_BOUND) throw catalogued('PAGE_INVALID');
        return pageOf(
          ids.map(citizen),
          typeof first === 'number' ? first : -1,
          typeof after === 'string' ? after : undefined,
          CITIZENS_BOUND,
        );
      },
      enterprise: (_: unknown, { creditCode }: Arguments) => {
        const parsed = typeof creditCode === 'string' ? parseCreditCode(creditCode) : undefined;
        if (!parsed) throw catalogued('CREDIT_CODE_INVALID');
        return { creditCode: parsed };
      },
      agencies: () => agencyEntries(agencies),
      viewer: (_: unknown, _arguments: Arguments, context: unknown) => {
        const caller = callerOf(context);
        return { ...viewer(caller, catalogue), citizen: ownReference(caller) };
      },
    },
    Citizen: { ...accessLog.Citizen, ...consent.resolvers.Citizen, ...acting.Citizen },
    Mutation: { ...consent.resolvers.Mutation, ...acting.Mutation },
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

function notOurs(): Error {
  return catalogued('BAD_REQUEST', { detail: 'id is not a reference this hub gave out' });
}
