import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import type { Cut } from '../access/cut.js';
import type { AccessDecisions } from '../access/explanation.js';
import type { PreparedOperation } from '../graph/operations.js';
import type { AnswerData } from './answer-data.js';
import type { ClientPath, Provenance } from './findings.js';
import type { Question } from './question.js';

/** One operation to run. The same `prepared` and `cut` objects come again with the same question, so that work can be kept by them. */
export interface Execution {
  /** The question as it was asked, with fragments written out and conditions decided. */
  readonly prepared: Pick<PreparedOperation, 'operation'>;
  /** The same without what its caller could never be granted: this is planned, and what is missing from it comes back as null. */
  readonly cut: Cut;
  /** Coerced; by the client's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly question: Question;
}

/** What an agency's part of an answer says beside its data. */
export interface Beside {
  readonly errors: readonly GraphQLFormattedError[];
  readonly provenance: readonly Provenance[];
}

/** Data of an answer, or of one event of a subscription. */
export interface Outcome extends Beside {
  readonly data: AnswerData | null;
  /** For who wants to be told what was decided: called when the answer is given, or the last part of it. */
  readonly access?: (() => AccessDecisions) | undefined;
  /** Of an event: the cursor after which a reader goes on who has taken care of it. */
  readonly cursor?: string | undefined;
}

/** What a `@defer` brought later: data for the object at `path`. */
export interface DeferredPart extends Beside {
  readonly path: ClientPath;
  readonly label: string | undefined;
  readonly data: AnswerData | null;
}

/** An answer at once, or the first of it with the rest to come. */
export interface ExecutionResult extends Outcome {
  /** Batches of parts in the order they become ready; ends with the last part. Undefined when nothing was deferred. */
  readonly deferred: AsyncIterable<readonly DeferredPart[]> | undefined;
}

/**
 * The operation cannot be run: too complex for the planner's limits, its planning took too long, there is no way to something it asks, or
 * nothing here brings its events, or not from there on.
 */
export interface NotPlanned {
  readonly ok: false;
  readonly code:
    'QUERY_TOO_COMPLEX' | 'PLANNING_TIMEOUT' | 'FIELD_UNREACHABLE' | 'SUBSCRIPTION_UNAVAILABLE' | 'BAD_REQUEST' | 'CURSOR_INVALID';
  /** Says what is wrong, without a value. */
  readonly detail?: string;
}

/**
 * Runs operations on one graph. What is missing, and why, stands beside the data; a promise is only rejected by a fault of the hub.
 */
export interface Executor {
  /** A query or a mutation. */
  execute(execution: Execution): Promise<ExecutionResult | NotPlanned>;
  /** A subscription: one outcome per event, until the source ends or the iterator is returned. */
  subscribe(execution: Execution): Promise<AsyncIterable<Outcome> | NotPlanned>;
  /** Gets ready for operations before they are asked; what cannot be made ready is left out. */
  warm(operations: readonly OperationDefinitionNode[]): Promise<void>;
  /** Frees what the executor holds; no execution may be under way. */
  stop(): Promise<void>;
}
