import type { QueryPlan } from '@apollo/query-planner';
import type { SupergraphReading, Unannotated } from '../graph/supergraph-reading.js';

/** What the planner thread is started with. */
export interface ThreadStart {
  readonly supergraphSdl: string;
  /** Whether what it reads in the supergraph is wanted, and then what becomes of one without access rules. */
  readonly reads: Unannotated | undefined;
  readonly maxEvaluatedPlans: number;
  readonly pathsLimit: number;
}

/** One text to plan. The thread is given the next one when it has answered. */
export interface PlanRequest {
  readonly text: string;
}

/** What the thread says. No text of the planner's own leaves it: it quotes what the client wrote. */
export type FromThread =
  | { readonly kind: 'READ'; readonly reading: SupergraphReading }
  | { readonly kind: 'READY' }
  | { readonly kind: 'PLANNED'; readonly plan: QueryPlan }
  | { readonly kind: 'TOO_COMPLEX' }
  | { readonly kind: 'FAULT'; readonly stack: string };

const KINDS: ReadonlySet<unknown> = new Set<FromThread['kind']>(['READ', 'READY', 'PLANNED', 'TOO_COMPLEX', 'FAULT']);

/** True for a message of the planner thread; everything it sends is one. */
export function isFromThread(message: unknown): message is FromThread {
  return typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind);
}
