import { sql, type Kysely, type Selectable } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import type { ConsentState } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import { timed, type PageAsked, type TimedPlace } from '../pages.js';
import type { ConsentRecordRow } from '../store/consent-tables.js';
import type { Tables } from '../store/tables.js';
import { together } from '../store/together.js';
import { receiptOf } from './artefact.js';
import { consentStateAt, type Consent } from './consent.js';
import { OPEN_PER_PERSON, requestStateAt, type ConsentRequest, type RequestState } from './request.js';
import { consentOf, requestOf } from './rows.js';

/** Whose requests or consents are read. */
export type Side = { readonly subject: CitizenRef } | { readonly recipient: Party };

/** Requests and consents, newest first. */
export const CONSENT_PLACES = timed(/^[a-z0-9_]{1,60}$/);

/** What part of a list is wanted: all of them, or those of one state. */
export interface ListAsked<State> extends PageAsked<TimedPlace> {
  readonly state: State | undefined;
}

const STORE_TIME = sql<Date>`clock_timestamp()`;
/** As in consentStateAt, for lists of one state. */
const STATE_NOW = sql<ConsentState>`case
  when state in ('SCHEDULED', 'ACTIVE', 'PAUSED') and valid_to <= clock_timestamp() then 'EXPIRED'
  when state = 'SCHEDULED' and valid_from <= clock_timestamp() then 'ACTIVE'
  else state end`;
const REQUEST_STATE_NOW = sql<RequestState>`case when state = 'PENDING' and expires_at <= clock_timestamp() then 'EXPIRED' else state end`;

/** Reads requests and consents for those whose they are, with the states that count now by the store's time. */
export class ConsentReadings {
  readonly #requests = together((ids: readonly string[]) => this.#requestsById(ids));
  readonly #consents = together((ids: readonly string[]) => this.#consentsBy('id', ids));
  readonly #outcomes = together((ids: readonly string[]) => this.#consentsBy('request_id', ids));

  constructor(readonly db: Kysely<Tables>) {}

  /** Requests to a person or of a recipient, one more than asked for where there is one. A person is shown so many open ones at a time. */
  async requests(side: Side, { first, after, state }: ListAsked<RequestState>): Promise<ConsentRequest[]> {
    let query = this.db
      .selectFrom('consent_requests')
      .selectAll()
      .select(STORE_TIME.as('now'))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(first + 1);
    if ('subject' in side) {
      const { subject } = side;
      query = query
        .where('subject', '=', subject)
        .where((row) =>
          row.or([
            row('state', '<>', 'PENDING'),
            row('id', 'in', (inner) =>
              inner
                .selectFrom('consent_requests')
                .select('id')
                .where('subject', '=', subject)
                .where('state', '=', 'PENDING')
                .where('expires_at', '>', STORE_TIME)
                .orderBy('created_at')
                .orderBy('id')
                .limit(OPEN_PER_PERSON),
            ),
          ]),
        );
    } else query = query.where('recipient_kind', '=', side.recipient.kind).where('recipient_code', '=', side.recipient.code);
    if (after !== undefined) query = query.where(isAfter(after));
    if (state !== undefined) query = query.where(REQUEST_STATE_NOW, '=', state);
    const rows = await query.execute();
    return rows.map((row) => requestNow(requestOf(row), row.now));
  }

  /** Consents of a person or held by a recipient, one more than asked for where there is one. */
  async consents(side: Side, { first, after, state }: ListAsked<ConsentState>): Promise<Consent[]> {
    let query = this.db
      .selectFrom('consents')
      .selectAll()
      .select(STORE_TIME.as('now'))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(first + 1);
    if ('subject' in side) query = query.where('subject', '=', side.subject);
    else query = query.where('recipient_kind', '=', side.recipient.kind).where('recipient_code', '=', side.recipient.code);
    if (after !== undefined) query = query.where(isAfter(after));
    if (state !== undefined) query = query.where(STATE_NOW, '=', state);
    const rows = await query.execute();
    return rows.map((row) => consentNow(consentOf(row), row.now));
  }

  request(id: string): Promise<ConsentRequest | null> {
    return this.#requests.load(id);
  }

  consent(id: string): Promise<Consent | null> {
    return this.#consents.load(id);
  }

  /** What came of a request. */
  consentOf(requestId: string): Promise<Consent | null> {
    return this.#outcomes.load(requestId);
  }

  /** The receipt of a consent, JSON. */
  async receipt(consentId: string): Promise<string> {
    const row = await this.db
      .selectFrom('consents')
      .select(['artefact', 'signature', 'notice_zh', 'notice_en'])
      .where('id', '=', consentId)
      .executeTakeFirstOrThrow();
    return receiptOf({ text: row.artefact, signature: row.signature }, { zh: row.notice_zh, en: row.notice_en });
  }

  /** What was recorded under some epochs, in their order. */
  records(epochs: readonly string[]): Promise<Selectable<ConsentRecordRow>[]> {
    return this.db.selectFrom('consent_records').selectAll().where('epoch', 'in', epochs).orderBy('epoch').execute();
  }

  async #requestsById(ids: readonly string[]): Promise<(ConsentRequest | null)[]> {
    const rows = await this.db
      .selectFrom('consent_requests')
      .selectAll()
      .select(STORE_TIME.as('now'))
      .where('id', 'in', [...ids])
      .execute();
    const found = new Map(rows.map((row) => [row.id, requestNow(requestOf(row), row.now)]));
    return ids.map((id) => found.get(id) ?? null);
  }

  async #consentsBy(column: 'id' | 'request_id', ids: readonly string[]): Promise<(Consent | null)[]> {
    const rows = await this.db
      .selectFrom('consents')
      .selectAll()
      .select(STORE_TIME.as('now'))
      .where(column, 'in', [...ids])
      .execute();
    const found = new Map(rows.map((row) => [row[column], consentNow(consentOf(row), row.now)]));
    return ids.map((id) => found.get(id) ?? null);
  }
}

function isAfter({ at, id }: TimedPlace): ReturnType<typeof sql<boolean>> {
  return sql<boolean>`(created_at, id) < (${at}, ${id})`;
}

function requestNow(request: ConsentRequest, now: Date): ConsentRequest {
  return { ...request, state: requestStateAt(request, now) };
}

function consentNow(consent: Consent, now: Date): Consent {
  return { ...consent, state: consentStateAt(consent, now) };
}
