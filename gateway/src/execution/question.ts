import type { AskContext } from '../agencies/reply.js';
import type { AccessProfile } from '../access/profile.js';
import type { Judge } from '../access/verdicts.js';
import { AnswerTree } from './answer-tree.js';
import { Findings } from './findings.js';

/** One question on its way through the hub. */
export class Question implements AskContext {
  readonly findings = new Findings();
  readonly tree = new AnswerTree();
  readonly #deadline: number;

  /**
   * @param questionId UUID; agencies share look-ups within one question by it
   * @param deadlineMs how long the whole question may take
   */
  constructor(
    readonly questionId: string,
    deadlineMs: number,
    readonly profile: AccessProfile,
    readonly judge: Judge,
  ) {
    this.#deadline = performance.now() + deadlineMs;
  }

  remainingMs(): number {
    return this.#deadline - performance.now();
  }
}
