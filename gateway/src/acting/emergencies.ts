import { randomBytes } from 'node:crypto';
import type { Selectable, Updateable } from 'kysely';
import type { CitizenSeal } from '@yichuang/schema';
import type { EmergencyAccessTable } from '../store/acting-tables.js';
import { partyText, type Actor, type Official } from './actor.js';
import {
  APPROVAL_MINUTES,
  dueEmergencyAct,
  emergencyAfter,
  pleaRefusal,
  QUOTA_PER_DAY,
  REVIEW_HOURS,
  type EmergencyAct,
  type EmergencyPlea,
  type EmergencyState,
  type TimedEmergency,
} from './emergency.js';
import { emergencyKey } from './keys.js';
import { oneAtATime, record, storeTime, told, type Journal, type Journals } from './record.js';
import type { Refusal } from './refusal.js';

/** What an act came to. */
export interface EmergencyOutcome {
  readonly id: string;
  readonly state: EmergencyState;
  readonly closesAt: Date | undefined;
  readonly reviewDue: Date | undefined;
}

/** What a review finds. */
export type Finding = 'OK' | 'MISUSE';

/** What an official states beside who they are. */
type Plea = Omit<EmergencyPlea, 'role' | 'partyKind'>;
type Row = Selectable<EmergencyAccessTable>;
type Change = Omit<Updateable<EmergencyAccessTable>, 'state' | 'version'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SWEPT_AT_ONCE = 200;
const NOTE_MOST = 500;

/** Opens, approves, closes and reviews emergency access. Each change is one transaction with one record. */
export class Emergencies {
  /**
   * @param parties kinds of party that may open an emergency
   * @param stormed told when an official asks for more than the quota: operators should look
   */
  constructor(
    readonly journals: Journals,
    readonly seal: CitizenSeal,
    readonly parties: ReadonlySet<string>,
    readonly stormed: (official: Official) => void,
  ) {}

  /** Asks for emergency access; it is open at once where the opener has just proved anew who they are, else when a second official agrees. */
  async request(by: Official, plea: Plea, steppedUp: boolean): Promise<EmergencyOutcome | Refusal> {
    const subjects = [...new Set(plea.subjects)];
    const refusal = pleaRefusal({ ...plea, subjects, role: by.kind, partyKind: by.party.kind }, this.parties);
    if (refusal) return refusal;
    if (!subjects.every((ref) => this.seal.open(ref))) return { refused: 'ACT_NOT_ALLOWED', reason: 'SUBJECTS' };
    const outcome = await this.journals.run(async (journal): Promise<EmergencyOutcome | Refusal> => {
      await oneAtATime(journal, [emergencyKey(by.user, by.party)]);
      const now = await storeTime(journal);
      const before = await this.#ofOpener(journal, by, now);
      if (before.some(({ state }) => state === 'REQUESTED' || state === 'OPEN')) return { refused: 'ACT_NOT_ALLOWED', reason: 'EXISTS' };
      if (isOverQuota(before, now)) return { refused: 'EMERGENCY_QUOTA' };
      return outcomeOf(await begin(journal, by, { ...plea, subjects }, steppedUp, now));
    });
    if ('refused' in outcome && outcome.refused === 'EMERGENCY_QUOTA') this.stormed(by);
    return outcome;
  }

  /** A second official of the same party agrees: the time begins to run. */
  approve(by: Official, id: string): Promise<EmergencyOutcome | Refusal> {
    return this.#change(by, id, (row, now) =>
      by.user === row.opener
        ? { refused: 'ACT_NOT_ALLOWED', reason: 'SELF' }
        : { act: 'OPEN', set: { approver: by.user, ...opening(row.minutes, now) } },
    );
  }

  /** Ends it before its time; what waits for approval is taken back. Every official of the party may. */
  close(by: Official, id: string): Promise<EmergencyOutcome | Refusal> {
    return this.#change(by, id, ({ state }, now) =>
      state === 'REQUESTED' ? { act: 'LAPSE', set: {} } : { act: 'CLOSE', set: { closed_at: now } },
    );
  }

  /** An official who had no part in it says whether it was right. */
  review(by: Official, id: string, finding: Finding, note: string): Promise<EmergencyOutcome | Refusal> {
    if (note.length > NOTE_MOST || /\d{15}/.test(note)) return Promise.resolve({ refused: 'ACT_NOT_ALLOWED', reason: 'TEXT' });
    return this.#change(by, id, (row) =>
      by.user === row.opener || by.user === row.approver
        ? { refused: 'ACT_NOT_ALLOWED', reason: 'SELF' }
        : { act: finding === 'OK' ? 'FIND_OK' : 'FIND_MISUSE', set: { reviewer: by.user, review_note: note } },
    );
  }

  /** Records what time has done. @returns how many emergency accesses it changed */
  sweep(): Promise<number> {
    return this.journals.run(async (journal) => {
      const now = await storeTime(journal);
      const due = await journal.trx
        .selectFrom('emergency_access')
        .selectAll()
        .where((by) =>
          by.or([
            by.and([by('state', '=', 'REQUESTED'), by('approve_by', '<=', now)]),
            by.and([by('state', '=', 'OPEN'), by('closes_at', '<=', now)]),
            by.and([by('state', '=', 'CLOSED'), by('review_due', '<=', now)]),
          ]),
        )
        .orderBy('seq')
        .limit(SWEPT_AT_ONCE)
        .forUpdate()
        .skipLocked()
        .execute();
      for (const row of due) await settled(journal, row, now);
      return due.length;
    });
  }

  /** To an official of another party there is no such thing. */
  #change(
    by: Official,
    id: string,
    decide: (row: Row, now: Date) => { readonly act: EmergencyAct; readonly set: Change } | Refusal,
  ): Promise<EmergencyOutcome | Refusal> {
    return this.journals.run(async (journal): Promise<EmergencyOutcome | Refusal> => {
      const found = await journal.trx.selectFrom('emergency_access').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (!found || found.party !== partyText(by.party)) return { refused: 'ACCESS_DENIED' };
      const now = await storeTime(journal);
      const row = await settled(journal, found, now);
      const decided = decide(row, now);
      if ('refused' in decided) return decided;
      const next = emergencyAfter(row.state, decided.act);
      if (!next) return { refused: 'STATE_NOT_ALLOWED', state: row.state };
      return outcomeOf(await change(journal, row, decided.act, next, decided.set, by));
    });
  }

  async #ofOpener(journal: Journal, { user, party }: Official, now: Date): Promise<Row[]> {
    const rows = await journal.trx
      .selectFrom('emergency_access')
      .selectAll()
      .where('opener', '=', user)
      .where('party', '=', partyText(party))
      .where((by) =>
        by.or([by('requested_at', '>', new Date(now.getTime() - DAY_MS)), by('state', 'in', ['REQUESTED', 'OPEN', 'CLOSED', 'ESCALATED'])]),
      )
      .orderBy('seq')
      .forUpdate()
      .execute();
    const current: Row[] = [];
    for (const row of rows) current.push(await settled(journal, row, now));
    return current;
  }
}

/** A row's times and state, as the domain knows them. */
export function timedOf(row: Pick<Row, 'state' | 'approve_by' | 'closes_at' | 'review_due'>): TimedEmergency {
  return {
    state: row.state,
    approveBy: row.approve_by,
    closesAt: row.closes_at ?? undefined,
    reviewDue: row.review_due ?? undefined,
  };
}

/** Three in a day, also where nobody agreed; and none while an earlier one is overdue for review. */
function isOverQuota(rows: readonly Row[], now: Date): boolean {
  const today = rows.filter(({ requested_at: at }) => now.getTime() - at.getTime() < DAY_MS);
  return today.length >= QUOTA_PER_DAY || rows.some(({ state }) => state === 'ESCALATED');
}

function opening(minutes: number, now: Date): { opened_at: Date; closes_at: Date; review_due: Date } {
  return {
    opened_at: now,
    closes_at: new Date(now.getTime() + minutes * MINUTE_MS),
    review_due: new Date(now.getTime() + REVIEW_HOURS * HOUR_MS),
  };
}

async function begin(
  journal: Journal,
  by: Official,
  { reason, text, subjects, minutes }: Plea,
  steppedUp: boolean,
  now: Date,
): Promise<Row> {
  const row = await journal.trx
    .insertInto('emergency_access')
    .values({
      id: `emg_${randomBytes(16).toString('base64url')}`,
      version: 1,
      state: 'REQUESTED',
      opener: by.user,
      party: partyText(by.party),
      reason_code: reason,
      reason_text: text.trim(),
      subjects: [...subjects],
      minutes,
      requested_at: now,
      approve_by: new Date(now.getTime() + APPROVAL_MINUTES * MINUTE_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await record(journal, {
    about: 'EMERGENCY',
    id: row.id,
    version: 1,
    act: 'REQUEST',
    from: undefined,
    to: row.state,
    by,
    detail: { opener: row.opener, party: row.party, reason, text: row.reason_text, subjects, minutes, requested_at: now },
    ...concernedBy(row),
  });
  return steppedUp ? change(journal, row, 'OPEN', 'OPEN', opening(minutes, now), by) : row;
}

/** With what time has done to it recorded; that may be two things. */
async function settled(journal: Journal, row: Row, now: Date): Promise<Row> {
  const act = dueEmergencyAct(timedOf(row), now);
  const next = act && emergencyAfter(row.state, act);
  if (!act || !next) return row;
  const set = act === 'CLOSE' ? { closed_at: row.closes_at } : act === 'ESCALATE' ? { escalated_at: now } : {};
  return settled(journal, await change(journal, row, act, next, set, undefined), now);
}

async function change(journal: Journal, row: Row, act: EmergencyAct, state: EmergencyState, set: Change, by: Actor): Promise<Row> {
  const after = await journal.trx
    .updateTable('emergency_access')
    .set({ ...set, state, version: row.version + 1 })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const { id, version } = after;
  await record(journal, { about: 'EMERGENCY', id, version, act, from: row.state, to: state, by, ...concernedBy(after) });
  return after;
}

/** The persons are told from the moment it is open; before that, and when nothing came of it, nobody could see anything of theirs. */
function concernedBy({ state, subjects, opener, party }: Row): { readonly tells: readonly string[]; readonly touched: readonly string[] } {
  const persons = state === 'REQUESTED' || state === 'LAPSED' ? [] : subjects.map(told.person);
  return { tells: [...persons, told.supervisor(party)], touched: [emergencyKey(opener, party)] };
}

function outcomeOf({ id, state, closes_at: closesAt, review_due: reviewDue }: Row): EmergencyOutcome {
  return { id, state, closesAt: closesAt ?? undefined, reviewDue: reviewDue ?? undefined };
}
