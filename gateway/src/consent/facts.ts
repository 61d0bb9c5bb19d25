import type { CitizenRef } from '@yichuang/schema';
import type { QueryResult, QueryResultRow } from 'pg';
import type { ConsentFact, ConsentFacts, Consents, ConsentUse } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import type { ConsentRequestRow, ConsentStanding } from '../store/consent-tables.js';
import type { ChangeChannel } from '../store/change-channel.js';
import { KeptReads, type Kept } from '../store/kept.js';
import { together } from '../store/together.js';
import { reaching } from '../store/unavailable.js';
import { consentStateAt, type Consent } from './consent.js';
import { consentOf, topicOf } from './rows.js';

/** What the store holds of a topic. */
interface Known {
  readonly consents: readonly Consent[];
  readonly pending: readonly { readonly scopes: readonly string[]; readonly expiresAt: Date }[];
  /** Time of the store when it answered. */
  readonly storeTime: number;
  /** As last told, and until when it is told so, in the store's time: most is asked for again before anything changes. */
  told: { readonly consents: Consents; readonly until: number } | undefined;
}

/** What of the store is needed. */
export interface Queries {
  query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>>;
}

/** Of a consent, by a question. */
type Use = readonly [consent: string, question: string];

const TOPICS_KEPT = 50_000;
/** Consents of one topic that are told of: those that count, then the latest. */
const TOLD_PER_TOPIC = 20;

/**
 * What persons have allowed, for decisions: out of memory as long as every change is sure to be heard of, else out of the store. The state
 * is told as of the time of the store, by a bound that is never behind it: nothing counts longer than it may.
 */
export class KnownConsents implements ConsentFacts {
  readonly #known: KeptReads<Known>;
  readonly #reads = together((topics: readonly string[]) => reaching(() => this.#read(topics)));
  readonly #uses = together((uses: readonly Use[]) => reaching(() => this.#count(uses)));

  constructor(
    readonly store: Queries,
    readonly channel: Pick<ChangeChannel, 'trusted' | 'hear' | 'tell'>,
  ) {
    this.#known = new KeptReads(channel, TOPICS_KEPT);
  }

  async of(subjects: readonly CitizenRef[], party: Party, purpose: string): Promise<ReadonlyMap<CitizenRef, Consents>> {
    const topics = subjects.map((subject) => topicOf(subject, party, purpose));
    const known = await this.#known.of(topics, async (missing) => {
      const read = await Promise.all(missing.map((topic) => this.#reads.load(topic)));
      return new Map(read.map((one, i) => [missing[i] ?? '', one]));
    });
    const answers = new Map<CitizenRef, Consents>();
    for (const [i, subject] of subjects.entries()) {
      const kept = known.get(topics[i] ?? '');
      if (kept) answers.set(subject, asOfNow(kept));
    }
    return answers;
  }

  async use(consentIds: readonly string[], questionId: string): Promise<ReadonlyMap<string, ConsentUse>> {
    const ids = [...new Set(consentIds)];
    const uses = await Promise.all(ids.map((id) => this.#uses.load([id, questionId])));
    return new Map(ids.map((id, i) => [id, uses[i] ?? 'REFUSED']));
  }

  close(): void {
    this.#known.close();
  }

  async #read(topics: readonly string[]): Promise<Known[]> {
    const { rows } = await this.store.query<FactRow>(FACTS, [[...new Set(topics)], TOLD_PER_TOPIC]);
    const byTopic = new Map<string, { consents: Consent[]; pending: Known['pending'][number][] }>();
    for (const { topic, consent, request } of rows) {
      const held = byTopic.get(topic) ?? { consents: [], pending: [] };
      byTopic.set(topic, held);
      if (consent) held.consents.push(consentOf(withDates(consent)));
      if (request) held.pending.push({ scopes: request.scopes, expiresAt: new Date(request.expires_at) });
    }
    const storeTime = rows[0]?.now.getTime() ?? 0;
    return topics.map((topic) => ({ ...(byTopic.get(topic) ?? NOTHING), storeTime, told: undefined }));
  }

  async #count(pairs: readonly Use[]): Promise<ConsentUse[]> {
    const { rows } = await this.store.query<UseRow>(USE, [pairs.map(([consent]) => consent), pairs.map(([, question]) => question)]);
    const used = new Map(rows.map((row) => [`${row.used_consent} ${row.used_question}`, row.used]));
    for (const { changed_topic: topic } of rows) if (topic !== null) this.channel.tell(topic);
    return pairs.map(([consent, question]) => (used.get(`${consent} ${question}`) === true ? 'USED' : 'REFUSED'));
  }
}

const NOTHING = { consents: [], pending: [] };

function asOfNow({ value: known, askedAt }: Kept<Known>): Consents {
  const time = Math.ceil(known.storeTime + (performance.now() - askedAt));
  if (known.told && time < known.told.until) return known.told.consents;
  const now = new Date(time);
  const { consents, pending } = known;
  const facts: Consents = {
    consents: consents.map((consent): ConsentFact => ({
      consentId: consent.id,
      state: consentStateAt(consent, now),
      scopes: new Set(consent.scopes),
      dataRange: consent.dataRange,
    })),
    pending: new Set(pending.flatMap(({ scopes, expiresAt }) => (now < expiresAt ? scopes : []))),
  };
  const moments = [...consents.flatMap(({ validFrom, validTo }) => [validFrom, validTo]), ...pending.map(({ expiresAt }) => expiresAt)];
  const ahead = moments.map((moment) => moment.getTime()).filter((moment) => moment > time);
  known.told = { consents: facts, until: Math.min(...ahead) };
  return facts;
}

/** A row as JSON: times are text. */
type AsJson<T> = { readonly [K in keyof T]: T[K] extends Date ? string : T[K] };

interface FactRow {
  readonly topic: string;
  readonly now: Date;
  readonly consent: AsJson<ConsentStanding> | null;
  readonly request: Pick<AsJson<ConsentRequestRow>, 'scopes' | 'expires_at'> | null;
}

interface UseRow {
  readonly used_consent: string;
  readonly used_question: string;
  readonly used: boolean;
  readonly changed_topic: string | null;
}

/** One row for each consent and each open request; one for each topic even where there is none, so that the time is told. */
const FACTS = `
  select asked.topic, clock_timestamp() as now, found.consent, found.request
  from unnest($1::text[]) as asked (topic)
  left join lateral (
    (
      select to_jsonb(c) - '{epoch,artefact,signature,notice_zh,notice_en}'::text[] as consent, null::jsonb as request
      from consents c
      where c.topic = asked.topic
      order by c.state not in ('SCHEDULED', 'ACTIVE', 'PAUSED'), c.created_at desc, c.id desc
      limit $2
    )
    union all
    (
      select null, jsonb_build_object('scopes', r.scopes, 'expires_at', r.expires_at)
      from consent_requests r
      where r.topic = asked.topic and r.state = 'PENDING'
    )
  ) as found on true
  order by asked.topic, (found.consent ->> 'created_at')::timestamptz desc, found.consent ->> 'id' desc`;

const USE = 'select used_consent, used_question, used, changed_topic from consent_use($1, $2)';

function withDates(row: AsJson<ConsentStanding>): ConsentStanding {
  return {
    ...row,
    valid_from: new Date(row.valid_from),
    valid_to: new Date(row.valid_to),
    created_at: new Date(row.created_at),
    changed_at: new Date(row.changed_at),
  };
}
