import type { Ask } from '../agencies/reply.js';
import type { Fetched } from './places.js';
import type { Question } from './question.js';

/**
 * Brings the events of one subscription: each is the data of the root field as the agency would answer the document. Ends when there are
 * no more; returning its iterator frees what it holds.
 */
export type SubscriptionSource = (ask: Ask, question: Question) => AsyncIterable<Fetched>;

/** What brings the events of an agency; undefined for one that has none. */
export type SubscriptionSources = (agency: string) => SubscriptionSource | undefined;
