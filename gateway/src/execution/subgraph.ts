import type { Ask, Reply } from '../agencies/reply.js';
import type { Question } from './question.js';

/** Something that answers fetches of a plan: an agency over HTTP, or the hub itself. */
export interface Subgraph {
  readonly name: string;
  /** Most representations in one call. */
  readonly maxBatch: number;
  /** Asks, and hands the reply over exactly once, never in the same turn. Never throws. A query may be asked again by the agency's client; a mutation never. */
  ask(ask: Ask, question: Question, answered: (reply: Reply) => void): void;
}

/** Told when something happens that the operators must know. Never given personal data. */
export interface ExecutionAlarms {
  /** An agency answered about somebody else. */
  subjectMismatch(agency: string, questionId: string): void;
  /** An agency answered about months that a person did not allow. */
  monthsExceeded(agency: string, questionId: string): void;
  /** An agency answered with rows of other units than the employer's that asks. */
  rowsExceeded(agency: string, questionId: string): void;
  /** A fault of the hub itself. */
  fault(error: unknown, questionId: string): void;
}
