import type { OfficialRole } from '../access/principal.js';
import type { Refusal } from './refusal.js';

/** Where an emergency access stands. REQUESTED waits for a second official. */
export type EmergencyState = 'REQUESTED' | 'OPEN' | 'CLOSED' | 'ESCALATED' | 'REVIEWED_OK' | 'REVIEWED_MISUSE' | 'LAPSED';

/** What is at stake (个人信息保护法 article 13, paragraph 1, item 4). */
export const EMERGENCY_REASONS = ['LIFE_AT_RISK', 'MEDICAL_RESCUE', 'MISSING_PERSON', 'DISASTER', 'PUBLIC_HEALTH'] as const;
export type EmergencyReason = (typeof EMERGENCY_REASONS)[number];

/** What can happen to an emergency access. */
export type EmergencyAct =
  /** A second official of the same party agrees, or the opener has proved anew who they are. */
  | 'OPEN'
  /** Its time is over, or nobody needs it any more. */
  | 'CLOSE'
  /** Nobody agreed in time, or it is taken back before anybody did. */
  | 'LAPSE'
  /** Nobody reviewed it in time. */
  | 'ESCALATE'
  | 'FIND_OK'
  | 'FIND_MISUSE';

export const SUBJECTS_BOUND = 20;
export const MINUTES_BOUND = 240;
/** How long a request waits for a second official. */
export const APPROVAL_MINUTES = 30;
/** Until when another official has to review it, counted from its opening. */
export const REVIEW_HOURS = 72;
/** So many may one official open in 24 hours. */
export const QUOTA_PER_DAY = 3;
const REASON_TEXT = { least: 10, most: 500 };
const ROLES: ReadonlySet<OfficialRole> = new Set(['CASEWORKER', 'REGULATOR']);

const NEXT: Readonly<Record<EmergencyState, Readonly<Partial<Record<EmergencyAct, EmergencyState>>>>> = {
  REQUESTED: { OPEN: 'OPEN', LAPSE: 'LAPSED' },
  OPEN: { CLOSE: 'CLOSED' },
  CLOSED: { FIND_OK: 'REVIEWED_OK', FIND_MISUSE: 'REVIEWED_MISUSE', ESCALATE: 'ESCALATED' },
  // What was late stays on record as late; somebody still has to say whether it was right.
  ESCALATED: { FIND_OK: 'REVIEWED_OK', FIND_MISUSE: 'REVIEWED_MISUSE' },
  REVIEWED_OK: {},
  REVIEWED_MISUSE: {},
  LAPSED: {},
};

/** The state after an act; undefined where it cannot happen. */
export function emergencyAfter(state: EmergencyState, act: EmergencyAct): EmergencyState | undefined {
  return NEXT[state][act];
}

/** Of an emergency access, what time can change. */
export interface TimedEmergency {
  readonly state: EmergencyState;
  readonly approveBy: Date;
  readonly closesAt: Date | undefined;
  readonly reviewDue: Date | undefined;
}

/** What time has done that nobody has recorded yet; undefined: nothing. Asked again after it is done: closing may already be overdue for review. */
export function dueEmergencyAct({ state, approveBy, closesAt, reviewDue }: TimedEmergency, now: Date): EmergencyAct | undefined {
  if (state === 'REQUESTED' && now >= approveBy) return 'LAPSE';
  if (state === 'OPEN' && closesAt && now >= closesAt) return 'CLOSE';
  if (state === 'CLOSED' && reviewDue && now >= reviewDue) return 'ESCALATE';
  return undefined;
}

/** Where an emergency access stands now, whether or not that is recorded. */
export function emergencyStateAt(emergency: TimedEmergency, now: Date): EmergencyState {
  const act = dueEmergencyAct(emergency, now);
  const state = act && emergencyAfter(emergency.state, act);
  return state ? emergencyStateAt({ ...emergency, state }, now) : emergency.state;
}

/** What an official states who asks for emergency access. */
export interface EmergencyPlea {
  readonly role: OfficialRole;
  readonly partyKind: string;
  readonly reason: EmergencyReason;
  readonly text: string;
  readonly subjects: readonly string[];
  readonly minutes: number;
}

/**
 * What speaks against a plea in itself; undefined: nothing.
 * @param parties kinds of party that may open an emergency, from the catalogue
 */
export function pleaRefusal(
  { role, partyKind, text, subjects, minutes }: EmergencyPlea,
  parties: ReadonlySet<string>,
): Refusal | undefined {
  const words = text.trim().length;
  if (!ROLES.has(role) || !parties.has(partyKind)) return { refused: 'ACCESS_DENIED' };
  if (words < REASON_TEXT.least || words > REASON_TEXT.most) return { refused: 'ACT_NOT_ALLOWED', reason: 'TEXT' };
  // The persons concerned read this text: it must not tell one of them the number of another.
  if (/\d{15}/.test(text.normalize('NFKC').replace(/\s/g, ''))) return { refused: 'ACT_NOT_ALLOWED', reason: 'TEXT' };
  if (subjects.length === 0 || subjects.length > SUBJECTS_BOUND) return { refused: 'ACT_NOT_ALLOWED', reason: 'SUBJECTS' };
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MINUTES_BOUND) return { refused: 'ACT_NOT_ALLOWED', reason: 'PERIOD' };
  return undefined;
}
