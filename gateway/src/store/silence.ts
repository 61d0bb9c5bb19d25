import { DatabaseError } from 'pg';
import { Circuit, type Pass } from '../circuit.js';
import { StoreUnavailable } from './unavailable.js';

/** What one use of the store told of it. */
export interface Turn {
  answered(): void;
  /** @returns what is to be thrown */
  failed(error: unknown): unknown;
  /** Nothing more is asked. */
  over(): void;
}

/**
 * Keeps those who come after from waiting for a store that does not answer. Who waited in vain first pays for all: from then on nobody is
 * let through, until one may see whether it answers again. A store that is away says so at once, and is asked as ever.
 */
export class Silence {
  readonly #circuit: Circuit;

  /** @param forMs how long nobody is let through after somebody waited in vain */
  constructor(readonly forMs: number) {
    this.#circuit = new Circuit(1, forMs);
  }

  /** @throws StoreUnavailable at once, where somebody has just waited in vain */
  turn(): Turn {
    const pass = this.#circuit.enter(performance.now());
    if (pass === 'REFUSED') throw this.#unavailable('nobody is let through to a store that does not answer');
    return this.#turn(pass);
  }

  #turn(entered: Exclude<Pass, 'REFUSED'>): Turn {
    let pass = entered;
    const tell = (sign: 'WORKS' | 'FAILS' | 'NOTHING'): void => {
      this.#circuit.report(pass, sign, performance.now());
      // The one that tries has tried with its first statement.
      pass = 'CALL';
    };
    return {
      answered: () => {
        tell('WORKS');
      },
      failed: (error) => {
        if (!isSilence(error)) {
          tell(error instanceof DatabaseError ? 'WORKS' : 'NOTHING');
          return error;
        }
        tell('FAILS');
        return this.#unavailable(error);
      },
      over: () => {
        if (pass === 'PROBE') tell('NOTHING');
      },
    };
  }

  #unavailable(cause: unknown): StoreUnavailable {
    return new StoreUnavailable(cause, Math.max(1, Math.ceil(this.forMs / 1_000)));
  }
}

/** Somebody waited for a connection or an answer, and nothing came. What the store itself has ended it has answered. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && !(error instanceof DatabaseError) && /timeout/i.test(error.message);
}
