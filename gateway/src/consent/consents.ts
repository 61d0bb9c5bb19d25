import { randomUUID } from 'node:crypto';
import type { CitizenRef, GrantSigner } from '@yichuang/schema';
import { sql, type Kysely } from 'kysely';
import { ageAt, type Birthdays } from '../acting/age.js';
import type { Tables } from '../store/tables.js';
import { reaching } from '../store/unavailable.js';
import { isOwn, type Actor } from './actor.js';
import { makeArtefact, pseudonymOf } from './artefact.js';
import { consentAfter, isLive, type Consent, type ConsentAct } from './consent.js';
import { HUB, Journal } from './journal.js';
import { noticeOf } from './notice.js';
import { askAgainFrom, OPEN_PER_PERSON, OPEN_PER_RECIPIENT, readTicks, REQUEST_DAYS, type ConsentRequest, type Ticks } from './request.js';
import { consentOf, consentRow, requestOf, requestRow, topicOf } from './rows.js';
import { DAY_MS, limitsWithin, type AskedTerms, type Beyond, type ConsentTerms, type Term } from './terms.js';

/** Why nothing was done. Codes of schema/src/errors.ts. */
export interface Refused {
  readonly ok: false;
  readonly code:
    | 'CONSENT_NOT_FOUND'
    | 'CONSENT_STATE'
    | 'CONSENT_TERMS'
    | 'CONSENT_TICK_MISSING'
    | 'CONSENT_NOTICE_CHANGED'
    | 'CONSENT_REQUEST_LIMIT'
    | 'CONSENT_COOLING_DOWN'
    | 'GUARDIAN_REQUIRED';
  /** What went beyond the purpose. */
  readonly term?: Term;
  /** Which scopes that is about. */
  readonly scopes?: readonly string[];
  readonly retryAfterSeconds?: number;
}
export type Done<T> = { readonly ok: true; readonly value: T } | Refused;

/** A person who decides, or somebody for them. */
export type PersonActor = Extract<Actor, { kind: 'PERSON' }>;
/** A party that asks. */
export type RecipientActor = Extract<Actor, { kind: 'RECIPIENT' }>;

/** A request after the person's answer, and the consent that came of it. */
export interface Approved {
  readonly request: ConsentRequest;
  readonly consent: Consent | undefined;
}

/** What consents are kept with. */
export interface ConsentsOptions {
  readonly db: Kysely<Tables>;
  readonly terms: ConsentTerms;
  /** Signs artefacts. */
  readonly signer: GrantSigner;
  /** Key of the pseudonyms in artefacts. */
  readonly pseudonymKey: Uint8Array;
  readonly birthdays: (ref: CitizenRef) => Birthdays | undefined;
  /** Told of every topic in which something changed, before whoever changed it is answered. */
  readonly changed: (topic: string) => void;
}

type Step<T> = (journal: Journal) => Promise<Done<T>>;

const SWEPT_AT_ONCE = 200;

/** Everything that can be done with requests and consents. Each call is one transaction; a refusal leaves no trace but what time did. */
export class Consents {
  constructor(readonly options: ConsentsOptions) {}

  /** A recipient asks. Whether the person exists is not looked at. */
  request(actor: RecipientActor, subject: CitizenRef, asked: Omit<AskedTerms, 'recipient'>): Promise<Done<ConsentRequest>> {
    const recipient = actor.party;
    return this.#between({ subject, recipient }, async (journal) => {
      const { now, tx } = journal;
      const scopes = [...new Set(asked.scopes)];
      const within = limitsWithin({ ...asked, scopes, recipient }, this.options.terms, now);
      if ('beyond' in within) return beyondTerms(within);
      const open = (await journal.requests({ openOf: { subject, recipient } })).filter(({ state }) => state === 'PENDING');
      if (open.length >= OPEN_PER_RECIPIENT) {
        const next = Math.min(...open.map(({ expiresAt }) => expiresAt.getTime()));
        return { ok: false, code: 'CONSENT_REQUEST_LIMIT', retryAfterSeconds: secondsTo(next, now) };
      }
      const topic = topicOf(subject, recipient, asked.purpose);
      const denied = await tx
        .selectFrom('consent_requests')
        .select(({ fn }) => fn.max('closed_at').as('at'))
        .where('topic', '=', topic)
        .where('state', '=', 'DENIED')
        .executeTakeFirstOrThrow();
      const again = denied.at === null ? now : askAgainFrom(denied.at);
      if (now < again) return { ok: false, code: 'CONSENT_COOLING_DOWN', retryAfterSeconds: secondsTo(again.getTime(), now) };
      const request: ConsentRequest = {
        ...within.limits,
        id: `crq_${newId()}`,
        subject,
        recipient,
        purpose: asked.purpose,
        scopes,
        state: 'PENDING',
        createdAt: now,
        expiresAt: new Date(now.getTime() + REQUEST_DAYS * DAY_MS),
        closedAt: undefined,
      };
      const { waiting } = await tx
        .selectFrom('consent_requests')
        .select(({ fn }) => fn.countAll<string>().as('waiting'))
        .where('subject', '=', subject)
        .where('state', '=', 'PENDING')
        .where('expires_at', '>', now)
        .executeTakeFirstOrThrow();
      const epoch = await journal.requested(request, actor, Number(waiting) < OPEN_PER_PERSON ? ['PERSON', 'RECIPIENT'] : ['RECIPIENT']);
      await tx
        .insertInto('consent_requests')
        .values({ ...requestRow(request), epoch })
        .execute();
      return { ok: true, value: request };
    });
  }

  /** The recipient takes its request back. */
  withdraw(actor: RecipientActor, requestId: string): Promise<Done<ConsentRequest>> {
    return this.#ofRequest(actor, requestId, async (journal, request) => ({
      ok: true,
      value: await journal.request(request, 'WITHDRAW', actor),
    }));
  }

  /** The person allows nothing. */
  deny(actor: PersonActor, requestId: string): Promise<Done<ConsentRequest>> {
    return this.#ofRequest(actor, requestId, async (journal, request) => ({
      ok: true,
      value: await journal.request(request, 'DENY', actor),
    }));
  }

  /**
   * The person allows all or some of what was asked; with nothing ticked it is denied.
   * @param noticeHash of the notice that the person was shown
   */
  approve(actor: PersonActor, requestId: string, ticks: Ticks, noticeHash: string): Promise<Done<Approved>> {
    return this.#ofRequest<Approved>(actor, requestId, async (journal, request) => {
      const { terms } = this.options;
      if (!actor.delegation && !this.#mayDecideAlone(request.subject, journal.now)) return { ok: false, code: 'GUARDIAN_REQUIRED' };
      const within = limitsWithin({ ...request, frequency: request.frequency ?? undefined }, terms, journal.now);
      if ('beyond' in within) return beyondTerms(within);
      const notice = noticeOf(request, terms);
      if (notice?.hash !== noticeHash) return { ok: false, code: 'CONSENT_NOTICE_CHANGED' };
      const ticked = readTicks(request, ticks, terms);
      switch (ticked.kind) {
        case 'NOT_ASKED':
          return { ok: false, code: 'CONSENT_TERMS', term: 'SCOPES' };
        case 'TICK_MISSING':
          return { ok: false, code: 'CONSENT_TICK_MISSING' };
        case 'NONE':
          return { ok: true, value: { request: await journal.request(request, 'DENY', actor), consent: undefined } };
        case 'APPROVED':
        case 'PARTIALLY_APPROVED': {
          const supersedes = await this.#makeRoom(journal, request, ticked.scopes);
          const consent = newConsent(request, ticked.scopes, journal.now);
          const pseudonym = pseudonymOf(this.options.pseudonymKey, request.subject, request.recipient);
          const { delegation } = actor;
          const parts = { consent, separate: ticked.separate, noticeHash, supersedes, delegation };
          const artefact = await makeArtefact(parts, pseudonym, this.options.signer);
          const answered = await journal.request(request, ticked.kind === 'APPROVED' ? 'APPROVE' : 'APPROVE_PART', actor);
          await keep(journal, consent, await journal.granted(consent, actor), artefact, notice);
          return { ok: true, value: { request: answered, consent } };
        }
      }
    });
  }

  /**
   * Pauses, resumes, revokes (the person), gives up (the recipient), invalidates (the hub). What is so already stays so, without another
   * record: revoking twice is no mistake.
   */
  act(
    actor: Actor,
    consentId: string,
    act: Extract<ConsentAct, 'PAUSE' | 'RESUME' | 'REVOKE' | 'GIVE_UP' | 'INVALIDATE'>,
  ): Promise<Done<Consent>> {
    return reaching(async () => {
      const row = await this.options.db.selectFrom('consents').selectAll().where('id', '=', consentId).executeTakeFirst();
      if (!row || !isOwn(consentOf(row), actor)) return NOT_FOUND;
      return this.#between(consentOf(row), async (journal) => {
        const [consent] = await journal.consents({ id: consentId });
        if (!consent) return NOT_FOUND;
        const to = consentAfter(consent.state, act, actor.kind);
        if (to !== undefined) return { ok: true, value: await journal.consent(consent, act, actor) };
        return consent.state === AFTER[act] ? { ok: true, value: consent } : { ok: false, code: 'CONSENT_STATE' };
      });
    });
  }

  /** Ends everything a person has allowed: for a person who has died nobody's consent counts. @returns how many ended */
  async invalidateAll(subject: CitizenRef): Promise<number> {
    const live = await reaching(() =>
      this.options.db
        .selectFrom('consents')
        .select('id')
        .where('subject', '=', subject)
        .where('state', 'in', ['SCHEDULED', 'ACTIVE', 'PAUSED'])
        .execute(),
    );
    let ended = 0;
    for (const { id } of live) if ((await this.act(HUB, id, 'INVALIDATE')).ok) ended++;
    return ended;
  }

  /**
   * Notes what time has done to requests and consents that nobody has touched since.
   * @returns how many were looked at; less than the most at once when there are no more
   */
  async sweep(): Promise<number> {
    const { db } = this.options;
    const due = await reaching(async () => {
      const requests = await db
        .selectFrom('consent_requests')
        .selectAll()
        .where('state', '=', 'PENDING')
        .where('expires_at', '<=', ({ fn }) => fn<Date>('clock_timestamp'))
        .limit(SWEPT_AT_ONCE)
        .execute();
      const consents = await db
        .selectFrom('consents')
        .selectAll()
        .where(
          sql<boolean>`(state in ('SCHEDULED', 'ACTIVE', 'PAUSED') and valid_to <= clock_timestamp())
            or (state = 'SCHEDULED' and valid_from <= clock_timestamp())`,
        )
        .limit(SWEPT_AT_ONCE)
        .execute();
      return { requests: requests.map(requestOf), consents: consents.map(consentOf) };
    });
    for (const { id, subject, recipient } of due.requests) {
      await this.#between({ subject, recipient }, async (journal) => ({ ok: true, value: await journal.requests({ id }) }));
    }
    for (const { id, subject, recipient } of due.consents) {
      await this.#between({ subject, recipient }, async (journal) => ({ ok: true, value: await journal.consents({ id }) }));
    }
    return due.requests.length + due.consents.length;
  }

  /** From fourteen on (个人信息保护法 第三十一条). */
  #mayDecideAlone(subject: CitizenRef, now: Date): boolean {
    const birthdays = this.options.birthdays(subject);
    return birthdays !== undefined && ageAt(birthdays, now) !== 'UNDER_14';
  }

  /** What a new consent covers, an older one for the same no longer does. @returns the consents that lost something */
  async #makeRoom(journal: Journal, request: ConsentRequest, scopes: readonly string[]): Promise<string[]> {
    const topic = topicOf(request.subject, request.recipient, request.purpose);
    const older = (await journal.consents({ topic })).filter(
      (consent) => isLive(consent.state) && consent.scopes.some((scope) => scopes.includes(scope)),
    );
    for (const consent of older) {
      const left = consent.scopes.filter((scope) => !scopes.includes(scope));
      if (left.length === 0) await journal.consent(consent, 'SUPERSEDE', HUB);
      else await journal.consent(consent, 'NARROW', HUB, left);
    }
    return older.map(({ id }) => id);
  }

  #ofRequest<T>(
    actor: PersonActor | RecipientActor,
    requestId: string,
    step: (journal: Journal, request: ConsentRequest) => Promise<Done<T>>,
  ): Promise<Done<T>> {
    return reaching(async () => {
      const row = await this.options.db.selectFrom('consent_requests').selectAll().where('id', '=', requestId).executeTakeFirst();
      if (!row || !isOwn(requestOf(row), actor)) return NOT_FOUND;
      return this.#between(requestOf(row), async (journal) => {
        const [request] = await journal.requests({ id: requestId });
        if (!request) return NOT_FOUND;
        return request.state === 'PENDING' ? step(journal, request) : { ok: false, code: 'CONSENT_STATE' };
      });
    });
  }

  async #between<T>(both: Pick<Consent, 'subject' | 'recipient'>, step: Step<T>): Promise<Done<T>> {
    const [result, topics] = await reaching(() =>
      this.options.db.transaction().execute(async (tx) => {
        const journal = await Journal.open(tx, both);
        return [await step(journal), journal.topics] as const;
      }),
    );
    for (const topic of topics) this.options.changed(topic);
    return result;
  }
}

const NOT_FOUND: Refused = { ok: false, code: 'CONSENT_NOT_FOUND' };
const AFTER = { PAUSE: 'PAUSED', RESUME: 'ACTIVE', REVOKE: 'REVOKED', GIVE_UP: 'REVOKED', INVALIDATE: 'INVALIDATED' } as const;

function beyondTerms({ beyond, scopes }: Beyond): Refused {
  return { ok: false, code: 'CONSENT_TERMS', term: beyond, ...(scopes ? { scopes } : {}) };
}

function newConsent(request: ConsentRequest, scopes: readonly string[], now: Date): Consent {
  const validFrom = request.validFrom !== undefined && request.validFrom > now ? request.validFrom : now;
  return {
    id: `cns_${newId()}`,
    requestId: request.id,
    subject: request.subject,
    recipient: request.recipient,
    purpose: request.purpose,
    scopes,
    dataRange: request.dataRange,
    state: validFrom > now ? 'SCHEDULED' : 'ACTIVE',
    validFrom,
    validTo: new Date(validFrom.getTime() + request.validDays * DAY_MS),
    maxUses: request.maxUses,
    uses: 0,
    frequency: request.frequency,
    dataLifeDays: request.dataLifeDays,
    createdAt: now,
    changedAt: now,
  };
}

async function keep(
  { tx }: Journal,
  consent: Consent,
  epoch: string,
  artefact: Awaited<ReturnType<typeof makeArtefact>>,
  notice: { readonly zh: string; readonly en: string },
): Promise<void> {
  const topic = topicOf(consent.subject, consent.recipient, consent.purpose);
  await tx
    .insertInto('consents')
    .values({
      ...consentRow(consent),
      epoch,
      artefact: artefact.text,
      signature: artefact.signature,
      notice_zh: notice.zh,
      notice_en: notice.en,
    })
    .execute();
  await tx
    .insertInto('consent_holdings')
    .values(consent.scopes.map((scope) => ({ topic, scope, consent_id: consent.id })))
    .execute();
}

function newId(): string {
  return randomUUID().replaceAll('-', '');
}

function secondsTo(time: number, now: Date): number {
  return Math.max(1, Math.ceil((time - now.getTime()) / 1_000));
}
