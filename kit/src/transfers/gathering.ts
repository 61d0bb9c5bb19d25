import { DatabaseError } from 'pg';

interface Waiting<One, Answer> {
  readonly one: One;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Statements under way at a time, and what goes into one at most. */
const AT_ONCE = 2;
const MOST = 64;

/**
 * Lets what comes while the store is at work go there together: one statement and one commit for many. Nobody waits for company, and nobody
 * is answered before the commit. Where the store refuses the many, each goes alone, so that nobody pays for another's fault.
 */
export class Gathering<One, Answer> {
  readonly #waiting: Waiting<One, Answer>[] = [];
  #underWay = 0;

  /** @param send all of it or nothing takes effect; answers in the order of what was sent */
  constructor(private readonly send: (all: readonly One[]) => Promise<readonly Answer[]>) {}

  add(one: One): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ one, resolve, reject });
      this.#go();
    });
  }

  #go(): void {
    while (this.#underWay < AT_ONCE && this.#waiting.length > 0) {
      this.#underWay++;
      void this.#sendAll(this.#waiting.splice(0, MOST)).finally(() => {
        this.#underWay--;
        this.#go();
      });
    }
  }

  async #sendAll(all: readonly Waiting<One, Answer>[]): Promise<void> {
    try {
      const answers = await this.send(all.map(({ one }) => one));
      for (const [index, { resolve }] of all.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      // Only what the store itself refused is known to have had no effect.
      if (all.length > 1 && error instanceof DatabaseError) for (const one of all) await this.#sendAll([one]);
      else for (const { reject } of all) reject(error);
    }
  }
}
