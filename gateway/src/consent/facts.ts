import type { CitizenRef } from '@yichuang/schema';
import type { QueryResult, QueryResultRow } from 'pg';
import type { ConsentFact, ConsentFacts, Consents, ConsentUse } from '../access/facts.js';
import type { Party } from '../access/principal.js';
import { BoundedCache } from '../bounded-cache.js';
import type { ConsentRequestRow, ConsentStanding } from '../store/consent-tables.js';
import type { ChangeChannel } from '../store/change-channel.js';
import { consentStateAt, type Consent } from './consent.js';
import { consentOf, topicOf } from './rows.js';
import { Together } from './together.js';
import { reaching } from './unavailable.js';

/** What the store holds of a topic, and when it said so. */
interface Known {
  readonly consents: readonly Consent[];
  readonly pending: readonly { readonly scopes: readonly string[]; readonly expiresAt: Date }[];
  /** Time of the store when it answered. */
  readonly storeTime: number;
  /** Reading of `performance.now()` before it was asked: the time of the store now is at most so much later. */
  readonly askedAt: number;
  /** As last told, and until when it is told so, in the store's time: most is asked for again before anything changes. */
  told: { readonly consents: Consents; readonly until: number } | undefined;
}

/** What of a pool of connections is needed. */
export interface Queries {
  query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>>;
}

interface Loading {
  readonly known: Promise<Known>;
  /** Something changed while it was under way. */
  overtaken: boolean;
}

const TOPICS_KEPT = 50_000;
/** Consents of one topic that are told of: those that count, then the latest. */
const TOLD_PER_TOPIC = 20;

/**
 * What persons have allowed, for decisions: out of memory as long as every change is sure to be heard of, else out of the store. The state
 * is told as of the time of the store, by a bound that is never behind it: nothing counts longer than it may.
 */
export class KnownConsents implements ConsentFacts {
  readonly #known = new BoundedCache<string, Known>(TOPICS_KEPT);
  readonly #loading = new Map<string, Loading>();
  readonly #reads: Together<string, Known>;
  readonly #uses: Together<readonly [consent: string, question: string], ConsentUse>;
  readonly #stop: () => void;

  constructor(
    readonly pool: Queries,
    readonly channel: Pick<ChangeChannel, 'trusted' | 'hear' | 'tell'>,
  ) {
    this.#reads = new Together((topics) => reaching(() => this.#read(topics)));
    this.#uses = new Together((pairs) => reaching(() => this.#count(pairs)));
    this.#stop = channel.hear({
      changed: (topic) => {
        this.#forget(topic);
      },
      missed: () => {
        for (const [topic] of this.#known.entries()) this.#known.delete(topic);
        for (const topic of [...this.#loading.keys()]) this.#forget(topic);
      },
    });
  }

  async of(subjects: readonly CitizenRef[], party: Party, purpose: string): Promise<ReadonlyMap<CitizenRef, Consents>> {
    const answers = new Map<CitizenRef, Consents>();
    const { trusted } = this.channel;
    const unknown: Promise<unknown>[] = [];
    for (const subject of subjects) {
      const topic = topicOf(subject, party, purpose);
      const known = trusted ? this.#known.get(topic) : undefined;
      if (known) answers.set(subject, asOfNow(known));
      else unknown.push(this.#load(topic).then((loaded) => answers.set(subject, asOfNow(loaded))));
    }
    if (unknown.length > 0) await Promise.all(unknown);
    return answers;
  }

  async use(consentIds: readonly string[], questionId: string): Promise<ReadonlyMap<string, ConsentUse>> {
    const ids = [...new Set(consentIds)];
    const uses = await Promise.all(ids.map((id) => this.#uses.ask([id, questionId])));
    return new Map(ids.map((id, i) => [id, uses[i] ?? 'REFUSED']));
  }

  close(): void {
    this.#stop();
  }

  #load(topic: string): Promise<Known> {
    const under = this.#loading.get(topic);
    if (under) return under.known;
    const trusted = this.channel.trusted;
    const loading: Loading = { known: this.#reads.ask(topic), overtaken: !trusted };
    this.#loading.set(topic, loading);
    const over = (): void => {
      if (this.#loading.get(topic) === loading) this.#loading.delete(topic);
    };
    loading.known.then((known) => {
      over();
      // What was read before a change that has been heard of since must not stay.
      if (!loading.overtaken && this.channel.trusted) this.#known.set(topic, known);
    }, over);
    return loading.known;
  }

  #forget(topic: string): void {
    this.#known.delete(topic);
    const loading = this.#loading.get(topic);
    if (!loading) return;
    loading.overtaken = true;
    this.#loading.delete(topic);
  }

  async #read(topics: readonly string[]): Promise<Known[]> {
    const askedAt = performance.now();
    const { rows } = await this.pool.query<FactRow>(FACTS, [topics, TOLD_PER_TOPIC]);
    const byTopic = new Map<string, { consents: Consent[]; pending: Known['pending'][number][] }>();
    for (const { topic, consent, request } of rows) {
      const held = byTopic.get(topic) ?? { consents: [], pending: [] };
      byTopic.set(topic, held);
      if (consent) held.consents.push(consentOf(withDates(consent)));
      if (request) held.pending.push({ scopes: request.scopes, expiresAt: new Date(request.expires_at) });
    }
    const storeTime = rows[0]?.now.getTime() ?? 0;
    return topics.map((topic) => ({ ...(byTopic.get(topic) ?? NOTHING), storeTime, askedAt, told: undefined }));
  }

  async #count(pairs: readonly (readonly [consent: string, question: string])[]): Promise<ConsentUse[]> {
    const { rows } = await this.pool.query<UseRow>(USE, [pairs.map(([consent]) => consent), pairs.map(([, question]) => question)]);
    const used = new Map(rows.map((row) => [`${row.used_consent} ${row.used_question}`, row.used]));
    for (const { changed_topic: topic } of rows) if (topic !== null) this.channel.tell(topic);
    return pairs.map(([consent, question]) => (used.get(`${consent} ${question}`) === true ? 'USED' : 'REFUSED'));
  }
}

const NOTHING = { consents: [], pending: [] };

function asOfNow(known: Known): Consents {
  const time = Math.ceil(known.storeTime + (performance.now() - known.askedAt));
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
