import type { ErrorCode } from '@yichuang/schema';
import type { Caller } from '../access/principal.js';
import type { AskContext } from '../agencies/reply.js';
import type { Interest, TransferHappening } from '../events/happening.js';

/** Decides who is told what: the same decisions as for subscriptions (`../events/access.ts`). */
export interface Audience {
  /** What can concern a caller of what they want to follow; the code of the refusal where nothing can. */
  interestOf(caller: Caller, asked: Interest): Interest | ErrorCode;
  /** Those of some events with whose persons a caller has something to do. */
  concerning(caller: Caller, events: readonly TransferHappening[]): Promise<readonly TransferHappening[]>;
  /** Decides one event, and puts it on record: it is told, it is not, or a code says why nobody can say. */
  decide(caller: Caller, event: TransferHappening, context: AskContext): Promise<'TOLD' | 'WITHHELD' | { readonly code: ErrorCode }>;
}
