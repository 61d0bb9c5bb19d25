import type { QueryPlan } from '@apollo/query-planner';

/** What the planner thread is started with. */
export interface ThreadStart {
  readonly supergraphSdl: string;
  readonly maxEvaluatedPlans: number;
  readonly pathsLimit: number;
}

/** One text to plan. The thread is given the next one when it has answered. */
export interface PlanRequest {
  readonly text: string;
}

/** What the thread says. No text of the planner's own leaves it: it quotes what the client wrote. */
export type FromThread =
  | { readonly kind: 'READY' }
  | { readonly kind: 'PLANNED'; readonly plan: QueryPlan }
  | { readonly kind: 'TOO_COMPLEX' }
  | { readonly kind: 'FAULT'; readonly stack: string };

const KINDS: ReadonlySet<unknown> = new Set<FromThread['kind']>(['READY', 'PLANNED', 'TOO_COMPLEX', 'FAULT']);

/** True for a message of the planner thread; everything it sends is one. */
export function isFromThread(message: unknown): message is FromThread {
  return typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind);
}
