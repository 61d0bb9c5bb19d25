import type { Selectable } from 'kysely';
import { catalogued, type AccessCatalogue, type CitizenRef } from '@yichuang/schema';
import { hasSteppedUp } from '../access/principal.js';
import type { AgencyFailure } from '../agencies/reply.js';
import { Question } from '../execution/question.js';
import { NUMBERED, pageAsked } from '../pages.js';
import type { DelegationTable, EmergencyAccessTable, HandledCaseTable } from '../store/acting-tables.js';
import type { Store } from '../store/store.js';
import { reachingOr } from '../store/unavailable.js';
import { partyText, type CitizenPrincipal, type Official } from './actor.js';
import { PRESENTED } from './case.js';
import type { CaseOutcome, Cases } from './cases.js';
import { delegatedScopes, delegationStateAt, REGISTERED_KINDS, RELATIONSHIPS } from './delegation.js';
import { timedOf, type Delegated, type Delegations } from './delegations.js';
import { EMERGENCY_REASONS, emergencyStateAt } from './emergency.js';
import { timedOf as timedEmergency, type Emergencies, type EmergencyOutcome } from './emergencies.js';
import { casesOpenedBy, delegationsOf, emergenciesAbout, emergenciesOf, emergencyCounts, listPage } from './lists.js';
import { isRefusal, type Refusal } from './refusal.js';
import type { Registrar } from './registrar.js';

/** What the fields about acting are answered from. */
export interface ActingSources {
  readonly store: Store;
  readonly catalogue: AccessCatalogue;
  readonly delegations: Delegations;
  readonly registrar: Registrar;
  readonly cases: Cases;
  readonly emergencies: Emergencies;
  /** Pension jurisdictions that hold a relation of a person. */
  readonly heldIn: (ref: CitizenRef, question: Question) => Promise<ReadonlySet<string> | AgencyFailure>;
}

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;
type Shown = Readonly<Record<string, unknown>>;

/** Fields of the hub's own types about who acts. */
export interface ActingResolvers {
  readonly Citizen: Readonly<Record<'delegations' | 'emergencyAccesses', Resolver>>;
  readonly Query: Readonly<Record<'myCases' | 'myEmergencyAccesses' | 'emergencyStatistics', Resolver>>;
  readonly Mutation: Readonly<Record<string, Resolver>>;
}

/** Resolvers of schema/sdl/hub-acting.graphql. What is refused is an error of the catalogue beside a null. */
export function actingResolvers(sources: ActingSources): ActingResolvers {
  const { store, catalogue, delegations, registrar, cases, emergencies, heldIn } = sources;
  const { db } = store;
  const act = (name: 'ACCEPT' | 'SUSPEND' | 'RESUME' | 'LEAVE'): Resolver =>
    resolver((_, { id }, question) => told(delegations.act(signedIn(question), String(id), name), shownDelegated));
  return {
    Citizen: {
      delegations: resolver(async ({ id }, { side, ...args }) => {
        const page = pageAsked(args, NUMBERED);
        // A person of the graph is named by the reference that the hub handed out.
        const rows = await delegationsOf(db, String(id) as CitizenRef, side === 'HELD' ? 'HELD' : 'GIVEN', page);
        return listPage(rows, page, (row) => shownDelegation(row, catalogue));
      }),
      emergencyAccesses: resolver(async ({ id }, args) => {
        const page = pageAsked(args, NUMBERED);
        return listPage(await emergenciesAbout(db, String(id) as CitizenRef, page), page, shownNotice);
      }),
    },
    Query: {
      myCases: resolver(async (_, args, question) => {
        const { user, party } = officialOf(question);
        const page = pageAsked(args, NUMBERED);
        return listPage(await casesOpenedBy(db, user, partyText(party), page), page, shownCase);
      }),
      myEmergencyAccesses: resolver(async (_, { colleagues, ...args }, question) => {
        const { user, party } = officialOf(question);
        const page = pageAsked(args, NUMBERED);
        const rows = await emergenciesOf(db, colleagues === true ? undefined : user, partyText(party), page);
        return listPage(rows, page, (row) => shownEmergency(row, user));
      }),
      emergencyStatistics: resolver(() => emergencyCounts(db)),
    },
    Mutation: {
      offerDelegation: resolver((_, { helper, scopes, relationship, days }, question) => {
        const by = citizenOf(question);
        const offer = {
          to: String(helper) as CitizenRef,
          scopes: texts(scopes) ?? [],
          relationship: oneOf(RELATIONSHIPS, relationship),
          days: Number(days),
        };
        return told(delegations.offer(by, offer, hasSteppedUp(by)), shownDelegated);
      }),
      acceptDelegation: act('ACCEPT'),
      suspendDelegation: act('SUSPEND'),
      resumeDelegation: act('RESUME'),
      endDelegation: act('LEAVE'),
      registerDelegation: resolver((_, { kind, person, delegate, evidence, scopes, until }, question) => {
        const registration = {
          kind: oneOf(REGISTERED_KINDS, kind),
          from: String(person) as CitizenRef,
          to: String(delegate) as CitizenRef,
          evidence: String(evidence),
          scopes: texts(scopes),
          until: typeof until === 'string' ? new Date(until) : undefined,
        };
        return told(registrar.register(officialOf(question), registration, question), shownDelegated);
      }),
      openCase: resolver((_, { citizen, purpose, jurisdictions, presented }, question) => {
        const plea = {
          purpose: String(purpose),
          jurisdictions: texts(jurisdictions) ?? [],
          presented: PRESENTED.find((one) => one === presented),
        };
        const opened = cases.open(officialOf(question), String(citizen) as CitizenRef, plea, (ref) => heldIn(ref, question));
        return told(opened, shownCaseOutcome);
      }),
      closeCase: resolver((_, { number }, question) => told(cases.close(officialOf(question), String(number)), shownCaseOutcome)),
      openEmergencyAccess: resolver((_, { reason, text, citizens, minutes }, question) => {
        const by = officialOf(question);
        const plea = {
          reason: oneOf(EMERGENCY_REASONS, reason),
          text: String(text),
          subjects: texts(citizens) ?? [],
          minutes: Number(minutes),
        };
        return told(emergencies.request(by, plea, hasSteppedUp(by)), shownOutcome);
      }),
      approveEmergencyAccess: resolver((_, { id }, question) => told(emergencies.approve(officialOf(question), String(id)), shownOutcome)),
      closeEmergencyAccess: resolver((_, { id }, question) => told(emergencies.close(officialOf(question), String(id)), shownOutcome)),
      reviewEmergencyAccess: resolver((_, { id, finding, note }, question) =>
        told(emergencies.review(officialOf(question), String(id), finding === 'OK' ? 'OK' : 'MISUSE', String(note)), shownOutcome),
      ),
    },
  };
}

function resolver(answer: (parent: Arguments, args: Arguments, question: Question) => Promise<unknown>): Resolver {
  return async (parent, args, context) => {
    if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
    return reachingOr('ACTING_UNAVAILABLE', () => answer(parent, args, context));
  };
}

/** @throws GraphQLError with the code of the refusal, or of the agency that could not say */
async function told<T extends object>(outcome: Promise<T | Refusal | AgencyFailure>, show: (done: T) => Shown): Promise<Shown> {
  const done = await outcome;
  if (isRefusal(done)) {
    const { refused, ...detail } = done;
    throw catalogued(refused, detail);
  }
  if (isFailure(done)) throw catalogued(done.code, { ...done.detail });
  return show(done);
}

function isFailure(done: object): done is AgencyFailure {
  return 'code' in done && 'detail' in done;
}

function signedIn({ profile }: Question): CitizenPrincipal | Official {
  const { principal } = profile.caller;
  if (principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
  return principal;
}

function citizenOf(question: Question): CitizenPrincipal {
  const principal = signedIn(question);
  if (principal.kind !== 'CITIZEN') throw catalogued('ACCESS_DENIED');
  return principal;
}

function officialOf(question: Question): Official {
  const principal = signedIn(question);
  if (principal.kind === 'CITIZEN') throw catalogued('ACCESS_DENIED');
  return principal;
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function oneOf<T>(values: readonly T[], value: unknown): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw catalogued('ACT_NOT_ALLOWED', { reason: 'KIND' });
  return found;
}

function shownDelegated({ id, state, validTo }: Delegated): Shown {
  return { id, state, validTo: timeText(validTo) };
}

function shownCaseOutcome({ caseNumber, state }: CaseOutcome): Shown {
  return { number: caseNumber, state };
}

function shownOutcome({ id, state, closesAt, reviewDue }: EmergencyOutcome): Shown {
  return { id, state, closesAt: timeText(closesAt), reviewDue: timeText(reviewDue) };
}

function shownDelegation(row: Selectable<DelegationTable> & { readonly now: Date }, catalogue: AccessCatalogue): Shown {
  const state = delegationStateAt(timedOf(row), row.now);
  const given = { kind: row.kind, scopes: row.scopes, narrowsAt: row.narrows_at ?? undefined };
  return {
    id: row.id,
    kind: row.kind,
    state,
    person: { id: row.from_ref },
    delegate: { id: row.to_ref },
    relationship: row.relationship,
    scopes: row.scopes,
    scopesNow: state === 'ACTIVE' ? delegatedScopes(given, row.now, catalogue.scopes) : [],
    createdAt: timeText(row.created_at),
    offeredUntil: timeText(row.offered_until),
    validTo: timeText(row.valid_to),
    registeredBy: row.registered_by,
    evidence: row.evidence,
  };
}

function shownCase(row: Selectable<HandledCaseTable>): Shown {
  return {
    number: row.id,
    state: row.state,
    citizen: { id: row.subject },
    purpose: row.purpose,
    jurisdictions: row.jurisdictions,
    presented: row.presented,
    openedAt: timeText(row.opened_at),
    closedAt: timeText(row.closed_at),
  };
}

function shownEmergency(row: Selectable<EmergencyAccessTable> & { readonly now: Date }, user: string): Shown {
  return {
    id: row.id,
    state: emergencyStateAt(timedEmergency(row), row.now),
    own: row.opener === user,
    reason: row.reason_code,
    text: row.reason_text,
    subjects: row.subjects,
    requestedAt: timeText(row.requested_at),
    openedAt: timeText(row.opened_at),
    closesAt: timeText(row.closes_at),
    closedAt: timeText(row.closed_at),
    reviewDue: timeText(row.review_due),
    reviewNote: row.review_note,
  };
}

function shownNotice(row: Selectable<EmergencyAccessTable> & { readonly now: Date }): Shown {
  const state = emergencyStateAt(timedEmergency(row), row.now);
  return {
    id: row.id,
    state,
    organisation: row.party,
    reason: row.reason_code,
    text: row.reason_text,
    openedAt: timeText(row.opened_at),
    until: timeText(row.closed_at ?? row.closes_at),
    escalated: state === 'ESCALATED' || row.escalated_at !== null,
  };
}

function timeText(time: Date | null | undefined): string | null {
  return time?.toISOString() ?? null;
}
