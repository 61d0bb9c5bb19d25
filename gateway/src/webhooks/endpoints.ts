import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import type { ErrorCode } from '@yichuang/schema';
import type { Caller } from '../access/principal.js';
import type { Interest } from '../events/happening.js';
import type { Tables } from '../store/tables.js';
import type { WebhookTable } from '../store/webhook-tables.js';
import type { Audience } from './audience.js';
import { readDestination } from './destination.js';
import type { Registrant } from './endpoint.js';
import { openLanes } from './fan-out.js';
import { signedHeaders, testMessage } from './message.js';
import type { Attempt, Messenger } from './messenger.js';
import type { ReceiverNames } from './names.js';
import { TRIED_FOR_S } from './schedule.js';
import { keysOf, type WebhookSecrets } from './secrets.js';

/** Endpoints of one party. */
const MOST = 20;
/** An endpoint nobody has given a new secret for so long is left: whoever registered it may be gone. */
const VALID_DAYS = 365;
const LONGEST_DESCRIPTION = 200;
const TESTED_EVERY_S = 5;
/** For how long the secret before is good as well, hours. */
const LONGEST_OVERLAP_H = 168;

/** Why something was not done with a webhook. ACCESS_DENIED is also the answer for one of another party, and for none. */
export type WebhookRefusal =
  | { readonly refused: 'WEBHOOK_REFUSED'; readonly reason: 'URL' | 'ADDRESS' | 'TOO_MANY' | 'TEXT' | 'OVERLAP' | 'TOO_OFTEN' | 'STOPPED' }
  | { readonly refused: ErrorCode };

/** What an endpoint is registered with. */
export interface Registration {
  readonly url: string;
  readonly description: string;
  readonly interest: Interest;
  /** The place in the stream after which it begins; undefined: now. */
  readonly after: number | undefined;
}

/** An endpoint with a secret that is shown this once. */
export interface WithSecret {
  readonly webhook: Selectable<WebhookTable>;
  readonly secret: string;
}

type Asking = Caller & { readonly principal: Registrant };

/** Endpoints as their parties manage them. Every method throws what the store throws. */
export class Endpoints {
  constructor(
    readonly db: Kysely<Tables>,
    readonly audience: Pick<Audience, 'interestOf'>,
    readonly names: Pick<ReceiverNames, 'addressesOf'>,
    readonly messenger: Pick<Messenger, 'post'>,
    readonly secrets: WebhookSecrets,
    /** Whether http is good as well, for development. */
    readonly plain: boolean,
    /** Told when there is something to go through or to send. */
    readonly changed: () => void,
  ) {}

  async register(asking: Asking, { url: text, description, interest: asked, after }: Registration): Promise<WithSecret | WebhookRefusal> {
    const { principal, purpose } = asking;
    const interest = this.audience.interestOf(asking, asked);
    if (typeof interest === 'string') return { refused: interest };
    if (purpose.kind !== 'NAMED') return { refused: 'PURPOSE_REQUIRED' };
    if (description.length > LONGEST_DESCRIPTION) return because('TEXT');
    const url = readDestination(text, this.plain);
    if (!url) return because('URL');
    if (!(await this.#stands(url))) return because('ADDRESS');
    const id = randomUUID();
    const secret = this.secrets.create();
    const registered = await this.db.transaction().execute(async (trx) => {
      // Whoever goes through the stream now has not seen the new one; who comes after has.
      const { place } = await trx.selectFrom('webhook_reader').select('place').forUpdate().executeTakeFirstOrThrow();
      const held = await ofParty(trx, principal)
        .select(sql<number>`count(*)::int`.as('count'))
        .executeTakeFirstOrThrow();
      if (held.count >= MOST) return undefined;
      const row = await trx
        .insertInto('webhook')
        .values({
          id,
          url: url.href,
          description,
          registered_by: principal.user,
          role: principal.kind,
          party_kind: principal.party.kind,
          party_code: principal.party.code,
          jurisdiction: principal.jurisdiction ?? null,
          purpose: purpose.code,
          interest: JSON.stringify(interest) as unknown as Interest,
          secret: this.secrets.seal(secret, id),
          valid_to: inDays(VALID_DAYS),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      if (after !== undefined)
        await trx
          .insertInto('webhook_replay')
          .values({ webhook: id, place: String(after), up_to: place })
          .execute();
      return row;
    });
    if (!registered) return because('TOO_MANY');
    this.changed();
    return { webhook: registered, secret };
  }

  /** Sends a message that says that nothing has happened, now. A stopped endpoint that takes it is open again. */
  async test(asking: Asking, id: string): Promise<Attempt | WebhookRefusal> {
    const own = await this.#own(asking, id);
    if (!own) return { refused: 'ACCESS_DENIED' };
    const turn = await this.db
      .updateTable('webhook')
      .set({ tested_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .where(sql<boolean>`(tested_at is null or tested_at < clock_timestamp() - make_interval(secs => ${TESTED_EVERY_S}))`)
      .returning(['tested_at', 'secret', 'former_secret', 'former_until'])
      .executeTakeFirst();
    if (!turn) return because('TOO_OFTEN');
    const at = turn.tested_at ?? new Date();
    const message = testMessage(randomUUID(), id, at);
    const headers = signedHeaders(message, keysOf({ id, ...turn }, this.secrets, at), at);
    const attempt = await this.messenger.post(own.url, headers, message.body, NEVER);
    if (attempt.fault === undefined) {
      const open = { state: 'OPEN', faults: 0, rest_until: sql<Date>`clock_timestamp()`, taken_at: sql<Date>`clock_timestamp()` } as const;
      await this.db.updateTable('webhook').set(open).where('id', '=', id).where('state', '<>', 'REMOVED').execute();
      this.changed();
    }
    return attempt;
  }

  /** A new secret; the one before is good for some hours more, the one before that no longer. */
  async rotate(asking: Asking, id: string, overlapHours: number): Promise<WithSecret | WebhookRefusal> {
    if (!(overlapHours >= 0 && overlapHours <= LONGEST_OVERLAP_H)) return because('OVERLAP');
    if (!(await this.#own(asking, id))) return { refused: 'ACCESS_DENIED' };
    const secret = this.secrets.create();
    const webhook = await this.db
      .updateTable('webhook')
      .set((row) => ({
        former_secret: row.ref('secret'),
        former_until: sql<Date>`clock_timestamp() + make_interval(hours => ${overlapHours})`,
        secret: this.secrets.seal(secret, id),
        valid_to: inDays(VALID_DAYS),
      }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { webhook, secret };
  }

  /** Sends again what came after a place, of it what concerns the party now. @param dead only what was given up */
  async replay(asking: Asking, id: string, after: number, dead: boolean): Promise<{ readonly upTo: number } | WebhookRefusal> {
    const own = await this.#own(asking, id);
    if (!own) return { refused: 'ACCESS_DENIED' };
    if (own.state === 'STOPPED') return because('STOPPED');
    const upTo = await this.db.transaction().execute(async (trx) => {
      const { place } = await trx.selectFrom('webhook_reader').select('place').forUpdate().executeTakeFirstOrThrow();
      if (dead) await revive(trx, id, after);
      else
        await trx
          .insertInto('webhook_replay')
          .values({ webhook: id, place: String(after), up_to: place })
          .onConflict((clash) =>
            clash.column('webhook').doUpdateSet({ place: sql<string>`least(webhook_replay.place, excluded.place)`, up_to: place }),
          )
          .execute();
      return Number(place);
    });
    this.changed();
    return { upTo };
  }

  /** Nothing more is sent to it, and its secrets are gone. */
  async remove(asking: Asking, id: string): Promise<boolean> {
    if (!(await this.#own(asking, id))) return false;
    await this.db
      .updateTable('webhook')
      .set({ state: 'REMOVED', secret: Buffer.alloc(0), former_secret: null, former_until: null })
      .where('id', '=', id)
      .execute();
    return true;
  }

  /** Those of the caller's party, the oldest first. */
  async of({ principal }: Asking): Promise<readonly Selectable<WebhookTable>[]> {
    return ofParty(this.db, principal).selectAll().orderBy('seq').execute();
  }

  async #own({ principal }: Asking, id: string): Promise<Selectable<WebhookTable> | undefined> {
    return isUuid(id) ? ofParty(this.db, principal).selectAll().where('id', '=', id).executeTakeFirst() : undefined;
  }

  async #stands(url: URL): Promise<boolean> {
    try {
      await this.names.addressesOf(url.hostname);
      return true;
    } catch {
      return false;
    }
  }
}

const NEVER = new AbortController().signal;

function because(reason: Extract<WebhookRefusal, { readonly reason: unknown }>['reason']): WebhookRefusal {
  return { refused: 'WEBHOOK_REFUSED', reason };
}

function ofParty(db: Kysely<Tables> | Transaction<Tables>, { kind, party }: Registrant) {
  return db
    .selectFrom('webhook')
    .where('role', '=', kind)
    .where('party_kind', '=', party.kind)
    .where('party_code', '=', party.code)
    .where('state', '<>', 'REMOVED');
}

function inDays(days: number): ReturnType<typeof sql<Date>> {
  return sql<Date>`clock_timestamp() + make_interval(days => ${days})`;
}

/** What was given up is tried again for its whole time. */
async function revive(trx: Transaction<Tables>, id: string, after: number): Promise<void> {
  const dead = sql`webhook = ${id} and state = 'DEAD' and cursor > ${after}`;
  await openLanes(trx, sql`select distinct webhook, lane from webhook_delivery where ${dead}`, true);
  await sql`update webhook_delivery
    set state = 'WAITING', attempts = 0, created_at = clock_timestamp(),
      expires_at = clock_timestamp() + make_interval(secs => ${TRIED_FOR_S})
    where ${dead}`.execute(trx);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
