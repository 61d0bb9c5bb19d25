import type { CitizenRef } from '@yichuang/schema';
import type { ConsentState, DataRange } from '../access/facts.js';
import type { Actor, Between } from './actor.js';
import type { Frequency } from './terms.js';

/** What a person has allowed a recipient. */
export interface Consent extends Between {
  readonly id: string;
  readonly requestId: string;
  readonly subject: CitizenRef;
  readonly purpose: string;
  /** What it still covers: what the artefact names, without what a later consent has taken over. */
  readonly scopes: readonly string[];
  readonly dataRange: DataRange | undefined;
  readonly state: ConsentState;
  readonly validFrom: Date;
  /** The first moment at which it no longer counts. */
  readonly validTo: Date;
  readonly maxUses: number;
  readonly uses: number;
  readonly frequency: Frequency | null;
  readonly dataLifeDays: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** What happens to a consent. */
export type ConsentAct =
  'GRANT' | 'ACTIVATE' | 'PAUSE' | 'RESUME' | 'REVOKE' | 'GIVE_UP' | 'EXPIRE' | 'EXHAUST' | 'NARROW' | 'SUPERSEDE' | 'INVALIDATE';

interface Move {
  readonly by: Actor['kind'];
  readonly from: readonly (ConsentState | undefined)[];
  /** Undefined: the state stays. */
  readonly to: ConsentState | undefined;
}

const LIVE = ['SCHEDULED', 'ACTIVE', 'PAUSED'] as const;
const MOVES: Readonly<Record<Exclude<ConsentAct, 'GRANT'>, Move>> = {
  ACTIVATE: { by: 'HUB', from: ['SCHEDULED'], to: 'ACTIVE' },
  PAUSE: { by: 'PERSON', from: ['ACTIVE'], to: 'PAUSED' },
  RESUME: { by: 'PERSON', from: ['PAUSED'], to: 'ACTIVE' },
  REVOKE: { by: 'PERSON', from: LIVE, to: 'REVOKED' },
  GIVE_UP: { by: 'RECIPIENT', from: LIVE, to: 'REVOKED' },
  EXPIRE: { by: 'HUB', from: LIVE, to: 'EXPIRED' },
  EXHAUST: { by: 'HUB', from: ['ACTIVE'], to: 'EXHAUSTED' },
  NARROW: { by: 'HUB', from: LIVE, to: undefined },
  SUPERSEDE: { by: 'HUB', from: LIVE, to: 'SUPERSEDED' },
  INVALIDATE: { by: 'HUB', from: LIVE, to: 'INVALIDATED' },
};

/** Whether anything can still happen to it. The other states are final. */
export function isLive(state: ConsentState): boolean {
  return LIVE.some((live) => live === state);
}

/** The state after an act; undefined where it may not be done, or not by them. GRANT is told apart by when it counts from. */
export function consentAfter(
  state: ConsentState | undefined,
  act: Exclude<ConsentAct, 'GRANT'>,
  by: Actor['kind'],
): ConsentState | undefined {
  const move = MOVES[act];
  return move.by === by && move.from.includes(state) ? (move.to ?? state) : undefined;
}

/** A consent begins and ends at a moment, whether or not anybody has noted it: what time alone has done to it by now. */
export function dueAct(
  { state, validFrom, validTo }: Pick<Consent, 'state' | 'validFrom' | 'validTo'>,
  now: Date,
): 'ACTIVATE' | 'EXPIRE' | undefined {
  if (!isLive(state)) return undefined;
  if (now >= validTo) return 'EXPIRE';
  return state === 'SCHEDULED' && now >= validFrom ? 'ACTIVATE' : undefined;
}

/** The state as it counts at a moment of the store's clock. */
export function consentStateAt(consent: Pick<Consent, 'state' | 'validFrom' | 'validTo'>, now: Date): ConsentState {
  const due = dueAct(consent, now);
  return due === 'EXPIRE' ? 'EXPIRED' : due === 'ACTIVATE' ? 'ACTIVE' : consent.state;
}
