import type { Ask } from '../agencies/reply.js';
import type { Fetched } from './places.js';
import type { NotPlanned } from './executor.js';
import type { Question } from './question.js';

/**
 * Brings the events of one subscription: each is the data of the root field as the agency would answer the document. Ends when there are
 * no more; returning its iterator frees what it holds. Or it says at once why it cannot begin.
 */
export type SubscriptionSource = (ask: Ask, question: Question) => AsyncIterable<Fetched> | NotPlanned;

/** What brings the events of an agency; undefined for one that has none. */
export type SubscriptionSources = (agency: string) => SubscriptionSource | undefined;

const CURSORS = new WeakMap<Fetched, string>();

/** Says of an event after which cursor a reader goes on who has taken care of it. @returns the event */
export function withCursor(event: Fetched, cursor: string): Fetched {
  CURSORS.set(event, cursor);
  return event;
}

/** The cursor of an event; undefined where its source has none. */
export function cursorOf(event: Fetched): string | undefined {
  return CURSORS.get(event);
}
