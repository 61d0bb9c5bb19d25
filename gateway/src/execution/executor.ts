import type { OperationDefinitionNode } from 'graphql';
import type { Question } from './question.js';

/** One operation to run. */
export interface Execution {
  /** With fragments written out and without what the caller could never be granted. */
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly question: Question;
}

/** Runs operations on one graph. What is missing, and why, goes to the question's findings; the promise is only rejected by a fault of the hub. */
export interface Executor {
  execute(execution: Execution): Promise<Record<string, unknown> | null>;
  /** Frees what the executor holds; no execution may be under way. */
  stop(): Promise<void>;
}
