import { sql, type Selectable, type Transaction } from 'kysely';
import type { ConsentRecordRow } from '../store/consent-tables.js';
import type { Tables } from '../store/tables.js';
import type { Actor } from './actor.js';
import { consentAfter, dueAct, isLive, type Consent, type ConsentAct } from './consent.js';
import { toldOf, type ConsentRecord, type Told } from './record.js';
import { requestAfter, requestStateAt, type ConsentRequest, type RequestAct } from './request.js';
import { consentOf, requestOf, topicOf } from './rows.js';

/** Channel on which the store notifies every record, as its epoch and its topic. */
export const CONSENT_CHANNEL = 'consent';

/** One transaction in which something happens to requests and consents: each change goes with exactly one record. */
export class Journal {
  readonly #topics = new Set<string>();

  #now: Date;

  private constructor(
    readonly tx: Transaction<Tables>,
    now: Date,
  ) {
    this.#now = now;
  }

  /** Begins when nobody else is changing anything between this person and this recipient, and keeps it so to the end. */
  static async open(tx: Transaction<Tables>, { subject, recipient }: Pick<Consent, 'subject' | 'recipient'>): Promise<Journal> {
    const between = topicOf(subject, recipient, '');
    await sql`select pg_advisory_xact_lock(hashtextextended(${between}, 0))`.execute(tx);
    return new Journal(tx, await storeTime(tx));
  }

  /** Time of the store, read after every lock was had. */
  get now(): Date {
    return this.#now;
  }

  /** Consents of a topic, or one of them, as they are now that no use of them is being counted. Time that has passed is noted first. */
  async consents(where: { readonly topic: string } | { readonly id: string }): Promise<Consent[]> {
    const rows = this.tx.selectFrom('consents').selectAll().orderBy('id').forUpdate();
    const locked = await (
      'id' in where
        ? rows.where('id', '=', where.id)
        : rows.where('topic', '=', where.topic).where('state', 'in', ['SCHEDULED', 'ACTIVE', 'PAUSED'])
    ).execute();
    this.#now = await storeTime(this.tx);
    const settled: Consent[] = [];
    for (const row of locked) settled.push(await this.#settle(consentOf(row)));
    return settled;
  }

  /** Requests as they are now; time that has passed is noted first. */
  async requests(where: { readonly id: string } | { readonly openOf: Pick<Consent, 'subject' | 'recipient'> }): Promise<ConsentRequest[]> {
    const rows = this.tx.selectFrom('consent_requests').selectAll().orderBy('id');
    const found = await (
      'id' in where
        ? rows.where('id', '=', where.id)
        : rows
            .where('subject', '=', where.openOf.subject)
            .where('recipient_kind', '=', where.openOf.recipient.kind)
            .where('recipient_code', '=', where.openOf.recipient.code)
            .where('state', '=', 'PENDING')
    ).execute();
    const settled: ConsentRequest[] = [];
    for (const row of found) settled.push(await this.#settleRequest(requestOf(row)));
    return settled;
  }

  /** What was changed for whom, to be forgotten by who keeps it. */
  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  /** Notes that something was asked for. @returns its epoch */
  requested(request: ConsentRequest, by: Actor, told: readonly Told[]): Promise<string> {
    return this.#record(request, by, told, {
      entity: 'REQUEST',
      request_id: request.id,
      consent_id: null,
      act: 'REQUEST',
      from_state: null,
      to_state: 'PENDING',
      scopes: [...request.scopes],
    });
  }

  /** Notes what happens to a request, and changes it. The caller has made sure that it may. */
  async request(request: ConsentRequest, act: Exclude<RequestAct, 'REQUEST'>, by: Actor): Promise<ConsentRequest> {
    const to = requestAfter(request.state, act, by.kind);
    if (to === undefined) throw new Error(`${act} does not follow from ${request.state}`);
    const epoch = await this.#record(request, by, toldOf(act), {
      entity: 'REQUEST',
      request_id: request.id,
      consent_id: null,
      act,
      from_state: request.state,
      to_state: to,
      scopes: null,
    });
    await this.tx
      .updateTable('consent_requests')
      .set({ state: to, epoch, closed_at: this.#now })
      .where('id', '=', request.id)
      .executeTakeFirstOrThrow();
    return { ...request, state: to, closedAt: this.#now };
  }

  /** Notes that a consent was given. @returns its epoch */
  granted(consent: Consent, by: Actor): Promise<string> {
    return this.#record(consent, by, toldOf('GRANT'), {
      entity: 'CONSENT',
      request_id: consent.requestId,
      consent_id: consent.id,
      act: 'GRANT',
      from_state: null,
      to_state: consent.state,
      scopes: [...consent.scopes],
    });
  }

  /** Notes what happens to a consent, and changes it. The caller has made sure that it may. @param scopes what it covers from then on */
  async consent(consent: Consent, act: Exclude<ConsentAct, 'GRANT'>, by: Actor, scopes?: readonly string[]): Promise<Consent> {
    const to = consentAfter(consent.state, act, by.kind);
    if (to === undefined) throw new Error(`${act} does not follow from ${consent.state}`);
    const epoch = await this.#record(consent, by, toldOf(act), {
      entity: 'CONSENT',
      request_id: consent.requestId,
      consent_id: consent.id,
      act,
      from_state: consent.state,
      to_state: to,
      scopes: scopes ? [...scopes] : null,
    });
    await this.tx
      .updateTable('consents')
      .set({ state: to, epoch, changed_at: this.#now, ...(scopes ? { scopes: [...scopes] } : {}) })
      .where('id', '=', consent.id)
      .executeTakeFirstOrThrow();
    const holdings = this.tx.deleteFrom('consent_holdings').where('consent_id', '=', consent.id);
    if (!isLive(to)) await holdings.execute();
    else if (scopes) await holdings.where('scope', 'not in', [...scopes]).execute();
    return { ...consent, state: to, scopes: scopes ?? consent.scopes, changedAt: this.#now };
  }

  async #settle(consent: Consent): Promise<Consent> {
    const due = dueAct(consent, this.#now);
    return due ? this.consent(consent, due, HUB) : consent;
  }

  async #settleRequest(request: ConsentRequest): Promise<ConsentRequest> {
    return requestStateAt(request, this.#now) === request.state ? request : this.request(request, 'EXPIRE', HUB);
  }

  async #record(
    about: Pick<Consent, 'subject' | 'recipient' | 'purpose'>,
    by: Actor,
    told: readonly Told[],
    what: Pick<ConsentRecordRow, 'entity' | 'request_id' | 'consent_id' | 'act' | 'from_state' | 'to_state' | 'scopes'>,
  ): Promise<string> {
    const topic = topicOf(about.subject, about.recipient, about.purpose);
    const { epoch } = await this.tx
      .insertInto('consent_records')
      .values({
        ...what,
        at: this.#now,
        topic,
        subject: about.subject,
        recipient_kind: about.recipient.kind,
        recipient_code: about.recipient.code,
        purpose: about.purpose,
        by_kind: by.kind,
        by_user: by.kind === 'HUB' ? null : by.user,
        by_role: by.kind === 'RECIPIENT' ? by.role : null,
        delegation_id: by.kind === 'PERSON' ? (by.delegation?.id ?? null) : null,
        told: [...told],
      })
      .returning('epoch')
      .executeTakeFirstOrThrow();
    this.#topics.add(topic);
    return epoch;
  }
}

/** What happens by time or by another act. */
export const HUB: Actor = { kind: 'HUB' };

/** The one clock of everything that is decided about consents. */
async function storeTime(tx: Transaction<Tables>): Promise<Date> {
  const { rows } = await sql<{ readonly now: Date }>`select clock_timestamp() as now`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the store did not tell the time');
  return row.now;
}

/** A record as replaying needs it. */
export function recordOf(row: Selectable<ConsentRecordRow>): ConsentRecord {
  const happened = { epoch: row.epoch, at: row.at, by: row.by_kind, requestId: row.request_id };
  // The table's check holds an entity to its kind of act and states; replay refuses what does not follow.
  return (
    row.consent_id === null
      ? { ...happened, entity: 'REQUEST', act: row.act, from: row.from_state ?? undefined, to: row.to_state }
      : {
          ...happened,
          entity: 'CONSENT',
          consentId: row.consent_id,
          act: row.act,
          from: row.from_state ?? undefined,
          to: row.to_state,
          scopes: row.scopes ?? undefined,
        }
  ) as ConsentRecord;
}
