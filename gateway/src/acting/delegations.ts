import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { CitizenRef, CitizenSeal } from '@yichuang/schema';
import type { DelegationTable } from '../store/acting-tables.js';
import { partyText, type Actor, type CitizenPrincipal, type Official } from './actor.js';
import { birthdaysOf, type Birthdays } from './age.js';
import {
  delegationAfter,
  dueDelegationAct,
  HELPERS_BOUND,
  mayAct,
  offered,
  registered,
  type DelegableScopes,
  type DelegationAct,
  type DelegationSide,
  type DelegationState,
  type NewDelegation,
  type Offer,
  type Registration,
  type Timed,
} from './delegation.js';
import { delegationKey } from './keys.js';
import { oneAtATime, record, storeTime, told, type Journal, type Journals } from './record.js';
import { isRefusal, type Refusal } from './refusal.js';

/** What an act came to. */
export interface Delegated {
  readonly id: string;
  readonly state: DelegationState;
  readonly validTo: Date | undefined;
}

type Row = Selectable<DelegationTable>;
const LIVE: readonly DelegationState[] = ['OFFERED', 'ACTIVE', 'SUSPENDED'];
const SWEPT_AT_ONCE = 200;

/** Makes and changes delegations. Each change is one transaction with one record. */
export class Delegations {
  constructor(
    readonly journals: Journals,
    readonly seal: CitizenSeal,
    readonly scopes: DelegableScopes,
  ) {}

  /** A person offers family help; who offers must just have proved anew who they are. */
  async offer(by: CitizenPrincipal, offer: Omit<Offer, 'from'>, steppedUp: boolean): Promise<Delegated | Refusal> {
    if (!steppedUp) return { refused: 'STEP_UP_REQUIRED' };
    const ages = this.#ages(by.ref, offer.to);
    if (!ages) return { refused: 'ACCESS_DENIED' };
    return this.#inTurn([by.ref, offer.to], async (journal, now) => {
      const made = offered({ ...offer, from: by.ref }, ages, now, this.scopes);
      if (isRefusal(made)) return made;
      const given = await liveFamilyHelp(journal, 'from_ref', by.ref);
      const held = await liveFamilyHelp(journal, 'to_ref', offer.to);
      if (given >= HELPERS_BOUND || held >= HELPERS_BOUND) return { refused: 'ACT_NOT_ALLOWED', reason: 'TOO_MANY' };
      return this.#begin(journal, made, 'OFFERED', by, now);
    });
  }

  /** An office enters a delegation that rests on evidence. That the official may is decided before. */
  async register(by: Official, registration: Registration): Promise<Delegated | Refusal> {
    const ages = this.#ages(registration.from, registration.to);
    if (!ages) return { refused: 'ACCESS_DENIED' };
    return this.#inTurn([registration.from, registration.to], async (journal, now) => {
      const made = registered(registration, ages, now, this.scopes);
      return isRefusal(made) ? made : this.#begin(journal, made, 'ACTIVE', by, now);
    });
  }

  /** Does something with a delegation. Whoever it is none of the business of learns nothing, not even whether it exists. */
  act(by: CitizenPrincipal | Official, id: string, act: Exclude<DelegationAct, 'LAPSE'> | 'LEAVE'): Promise<Delegated | Refusal> {
    return this.journals.run(async (journal): Promise<Delegated | Refusal> => {
      const row = await journal.trx.selectFrom('delegation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      const side = row && sideOf(row, by);
      const wanted = act === 'LEAVE' ? (side === 'HELPER' ? 'END' : 'REVOKE') : act;
      if (!row || !side || !mayAct(row.kind, wanted, side)) return { refused: 'ACCESS_DENIED' };
      const now = await storeTime(journal);
      const current = await this.#settled(journal, row, now);
      const next = delegationAfter(current.state, wanted);
      if (!next) return { refused: 'STATE_NOT_ALLOWED', state: current.state };
      return outcomeOf(await change(journal, current, wanted, next, by));
    });
  }

  /**
   * Has to be told of a death as soon as the hub learns of it: all that the person gave or held falls away, but for what their next of kin
   * hold. @returns how many did
   */
  died(ref: CitizenRef): Promise<number> {
    return this.journals.run(async (journal) => {
      await oneAtATime(journal, [ref]);
      const rows = await journal.trx
        .selectFrom('delegation')
        .selectAll()
        .where('state', 'in', LIVE)
        .where((by) => by.or([by.and([by('from_ref', '=', ref), by('kind', '<>', 'NEXT_OF_KIN')]), by('to_ref', '=', ref)]))
        .orderBy('seq')
        .forUpdate()
        .execute();
      for (const row of rows) await change(journal, row, 'LAPSE', 'LAPSED', undefined);
      return rows.length;
    });
  }

  /** Records what time has done. Processes that do it at once share the work. @returns how many records were made */
  sweep(): Promise<number> {
    return this.journals.run(async (journal) => {
      const now = await storeTime(journal);
      const due = await journal.trx
        .selectFrom('delegation')
        .selectAll()
        .where((by) =>
          by.or([
            by.and([by('state', '=', 'OFFERED'), by('offered_until', '<=', now)]),
            by.and([by('state', 'in', ['ACTIVE', 'SUSPENDED']), by('valid_to', '<=', now)]),
          ]),
        )
        .orderBy('seq')
        .limit(SWEPT_AT_ONCE)
        .forUpdate()
        .skipLocked()
        .execute();
      for (const row of due) await this.#settled(journal, row, now);
      return due.length;
    });
  }

  #ages(from: string, to: string): { readonly from: Birthdays; readonly to: Birthdays } | undefined {
    const [giver, helper] = [birthdaysOf(from, this.seal), birthdaysOf(to, this.seal)];
    return giver && helper && { from: giver, to: helper };
  }

  #inTurn<T>(refs: readonly CitizenRef[], work: (journal: Journal, now: Date) => Promise<T>): Promise<T> {
    return this.journals.run(async (journal) => {
      await oneAtATime(journal, refs);
      const now = await storeTime(journal);
      const overdue = await journal.trx
        .selectFrom('delegation')
        .selectAll()
        .where('state', 'in', LIVE)
        .where((by) => by.or([by('from_ref', 'in', refs), by('to_ref', 'in', refs)]))
        .orderBy('seq')
        .forUpdate()
        .execute();
      for (const row of overdue) await this.#settled(journal, row, now);
      return work(journal, now);
    });
  }

  async #begin(
    journal: Journal,
    made: NewDelegation,
    state: DelegationState,
    by: CitizenPrincipal | Official,
    now: Date,
  ): Promise<Delegated | Refusal> {
    const row = {
      id: `dlg_${randomBytes(16).toString('base64url')}`,
      version: 1,
      kind: made.kind,
      state,
      from_ref: made.from,
      to_ref: made.to,
      scopes: [...made.scopes],
      relationship: made.relationship ?? null,
      evidence: made.evidence ?? null,
      registered_by: 'party' in by ? partyText(by.party) : null,
      created_at: now,
      offered_until: made.offeredUntil ?? null,
      narrows_at: made.narrowsAt ?? null,
      valid_to: made.validTo ?? null,
    };
    const { numInsertedOrUpdatedRows } = await journal.trx
      .insertInto('delegation')
      .values(row)
      .onConflict((conflict) => conflict.columns(['from_ref', 'to_ref', 'kind']).where('state', 'in', LIVE).doNothing())
      .executeTakeFirstOrThrow();
    if (!numInsertedOrUpdatedRows) return { refused: 'ACT_NOT_ALLOWED', reason: 'EXISTS' };
    const { id, version, state: to, ...detail } = row;
    await record(journal, {
      about: 'DELEGATION',
      id,
      version,
      act: state === 'OFFERED' ? 'OFFER' : 'REGISTER',
      from: undefined,
      to,
      by,
      detail,
      ...concernedBy(row),
    });
    return outcomeOf(row);
  }

  /** With what time has done to it recorded. */
  async #settled(journal: Journal, row: Row, now: Date): Promise<Row> {
    const act = dueDelegationAct(timedOf(row), now);
    const next = act && delegationAfter(row.state, act);
    return act && next ? change(journal, row, act, next, undefined) : row;
  }
}

/** A row's times and state, as the domain knows them. */
export function timedOf(row: Pick<Row, 'kind' | 'state' | 'offered_until' | 'valid_to'>): Timed {
  return { kind: row.kind, state: row.state, offeredUntil: row.offered_until ?? undefined, validTo: row.valid_to ?? undefined };
}

async function change(journal: Journal, row: Row, act: DelegationAct, state: DelegationState, by: Actor): Promise<Row> {
  const version = row.version + 1;
  await journal.trx.updateTable('delegation').set({ state, version }).where('id', '=', row.id).execute();
  await record(journal, { about: 'DELEGATION', id: row.id, version, act, from: row.state, to: state, by, ...concernedBy(row) });
  return { ...row, state, version };
}

function concernedBy({ from_ref: from, to_ref: to, registered_by: office }: Pick<Row, 'from_ref' | 'to_ref' | 'registered_by'>): {
  readonly tells: readonly string[];
  readonly touched: readonly string[];
} {
  const tells = [told.person(from), told.person(to), ...(office === null ? [] : [told.office(office)])];
  return { tells, touched: [delegationKey(from, to)] };
}

function sideOf(row: Row, by: CitizenPrincipal | Official): DelegationSide | undefined {
  if (by.kind !== 'CITIZEN') return by.kind === 'CASEWORKER' && row.registered_by === partyText(by.party) ? 'OFFICE' : undefined;
  if (by.ref === row.from_ref) return 'PERSON';
  return by.ref === row.to_ref ? 'HELPER' : undefined;
}

async function liveFamilyHelp(journal: Journal, column: 'from_ref' | 'to_ref', ref: CitizenRef): Promise<number> {
  const { count } = await journal.trx
    .selectFrom('delegation')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where(column, '=', ref)
    .where('kind', '=', 'FAMILY_HELP')
    .where('state', 'in', LIVE)
    .executeTakeFirstOrThrow();
  return Number(count);
}

function outcomeOf(row: Pick<Row, 'id' | 'state' | 'valid_to'>): Delegated {
  return { id: row.id, state: row.state, validTo: row.valid_to ?? undefined };
}
