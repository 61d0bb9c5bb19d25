import type { CitizenRef } from '@yichuang/schema';
import type { Actor, Between } from './actor.js';
import { DAY_MS, type ConsentTerms, type Limits } from './terms.js';

export type RequestState = 'PENDING' | 'APPROVED' | 'PARTIALLY_APPROVED' | 'DENIED' | 'EXPIRED' | 'WITHDRAWN';

/** What a recipient has asked of a person. */
export interface ConsentRequest extends Between, Limits {
  readonly id: string;
  readonly subject: CitizenRef;
  readonly purpose: string;
  readonly scopes: readonly string[];
  readonly state: RequestState;
  readonly createdAt: Date;
  /** From then on it is EXPIRED, if nobody answered. */
  readonly expiresAt: Date;
  readonly closedAt: Date | undefined;
}

/** What happens to a request. */
export type RequestAct = 'REQUEST' | 'APPROVE' | 'APPROVE_PART' | 'DENY' | 'EXPIRE' | 'WITHDRAW';

/** How long a request waits for an answer, days. */
export const REQUEST_DAYS = 7;
/** After a denial the same recipient may not ask for the same purpose for so long, days. */
export const COOL_DOWN_DAYS = 30;
/** Open requests of one recipient to one person. */
export const OPEN_PER_RECIPIENT = 3;
/** Open requests a person is shown and told of at a time, from all recipients. Who asks is not told of the others: it would learn of them. */
export const OPEN_PER_PERSON = 20;

const RESULTS: Readonly<Record<Exclude<RequestAct, 'REQUEST'>, { readonly to: RequestState; readonly by: Actor['kind'] }>> = {
  APPROVE: { to: 'APPROVED', by: 'PERSON' },
  APPROVE_PART: { to: 'PARTIALLY_APPROVED', by: 'PERSON' },
  DENY: { to: 'DENIED', by: 'PERSON' },
  EXPIRE: { to: 'EXPIRED', by: 'HUB' },
  WITHDRAW: { to: 'WITHDRAWN', by: 'RECIPIENT' },
};

/** The state after an act; undefined where it may not be done, or not by them. Every state but PENDING is final. */
export function requestAfter(state: RequestState | undefined, act: RequestAct, by: Actor['kind']): RequestState | undefined {
  if (act === 'REQUEST') return state === undefined && by === 'RECIPIENT' ? 'PENDING' : undefined;
  return state === 'PENDING' && RESULTS[act].by === by ? RESULTS[act].to : undefined;
}

/** A request ends at a moment, whether or not anybody has noted it. */
export function requestStateAt({ state, expiresAt }: Pick<ConsentRequest, 'state' | 'expiresAt'>, now: Date): RequestState {
  return state === 'PENDING' && now >= expiresAt ? 'EXPIRED' : state;
}

/** When a recipient that was denied may ask again. */
export function askAgainFrom(deniedAt: Date): Date {
  return new Date(deniedAt.getTime() + COOL_DOWN_DAYS * DAY_MS);
}

/** What the person ticked: what was approved together, and each scope that was ticked on its own. */
export interface Ticks {
  readonly together: readonly string[];
  readonly separately: readonly string[];
}

/** What the ticks come to. */
export type Ticked =
  | { readonly kind: 'APPROVED' | 'PARTIALLY_APPROVED'; readonly scopes: readonly string[]; readonly separate: readonly string[] }
  | { readonly kind: 'NONE' }
  | { readonly kind: 'NOT_ASKED' }
  | { readonly kind: 'TICK_MISSING' };

/** Reads what a person ticked of a request. What takes a tick of its own is not given by being approved with others. */
export function readTicks({ scopes }: Pick<ConsentRequest, 'scopes'>, { together, separately }: Ticks, terms: ConsentTerms): Ticked {
  const alone = new Set(separately);
  const given = new Set([...together, ...separately]);
  if (given.size === 0) return { kind: 'NONE' };
  if ([...given].some((scope) => !scopes.includes(scope))) return { kind: 'NOT_ASKED' };
  if ([...given].some((scope) => !alone.has(scope) && terms.scope(scope)?.separate !== false)) return { kind: 'TICK_MISSING' };
  return {
    kind: scopes.every((scope) => given.has(scope)) ? 'APPROVED' : 'PARTIALLY_APPROVED',
    scopes: scopes.filter((scope) => given.has(scope)),
    separate: scopes.filter((scope) => alone.has(scope)),
  };
}
