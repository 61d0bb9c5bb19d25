import { Explanation } from '../access/explanation.js';
import type { AskContext } from '../agencies/reply.js';
import type { AccessProfile } from '../access/profile.js';
import type { Judge } from '../access/judge.js';

/** Who waits for an answer. Is looked at before anything is asked of an agency: a listener would cost every question something. */
export interface Asker {
  /** Nobody is there any more to take the answer. */
  readonly gone: boolean;
}

/** Stays, whatever happens. */
export const STAYS: Asker = { gone: false };

/** One question on its way through the hub. */
export class Question implements AskContext {
  readonly #deadline: number;
  #judge: Judge | undefined;
  #givenUp = false;
  /** What is decided, for who wants to be told with the answer. */
  readonly explanation: Explanation | undefined;

  /**
   * @param questionId UUID; agencies share look-ups within one question by it
   * @param deadlineMs how long the whole question may take
   * @param judgeOf makes the judge of its access decisions, with facts of its own
   * @param asker who waits for the answer
   * @param since from when its time counts, a reading of `performance.now()`
   * @param explain what is decided is to be told with the answer
   * @param resumeAfter the cursor after which a subscription is to go on, where the transport says so
   */
  constructor(
    readonly questionId: string,
    readonly deadlineMs: number,
    readonly profile: AccessProfile,
    readonly judgeOf: (question: Question) => Judge,
    readonly asker: Asker = STAYS,
    since = performance.now(),
    explain = false,
    readonly resumeAfter?: string,
  ) {
    this.#deadline = since + deadlineMs;
    this.explanation = explain ? new Explanation() : undefined;
  }

  get judge(): Judge {
    return (this.#judge ??= this.judgeOf(this));
  }

  /** Something of it rests on what was decided for who asks. */
  get judged(): boolean {
    return this.#judge !== undefined;
  }

  /** The same question asked again, for the next event of a subscription: with a new deadline, and decided anew. */
  renewed(): Question {
    const gone = (): boolean => this.abandoned;
    const asker: Asker = {
      get gone() {
        return gone();
      },
    };
    const explain = this.explanation !== undefined;
    return new Question(this.questionId, this.deadlineMs, this.profile, this.judgeOf, asker, performance.now(), explain, this.resumeAfter);
  }

  /** The answer is given, or what of it there is. */
  conclude({ data, errors }: { readonly data: unknown; readonly errors: readonly unknown[] }): void {
    this.#judge?.conclude(data === null ? 'FAILED' : errors.length > 0 ? 'PARTIAL' : 'ANSWERED');
  }

  /** Whoever asked wants no more of the answer. */
  giveUp(): void {
    this.#givenUp = true;
  }

  get abandoned(): boolean {
    return this.#givenUp || this.asker.gone;
  }

  remainingMs(): number {
    return this.#deadline - performance.now();
  }
}
