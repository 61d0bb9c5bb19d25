import { aborted } from '../aborted.js';

/** The platform's sign_no, got once and shared by all questions. */
export interface SignIn {
  /** The number in force; signs in where there is none. Rejects with AbortError when the signal ends first; the sign-in goes on for others. */
  number(signal: AbortSignal): Promise<string>;
  /** Tells that the platform no longer takes this number. Only the first of several questions that learn it causes a new sign-in. */
  refused(number: string): void;
}

interface Attempt {
  readonly promise: Promise<string>;
  number?: string;
}

/** @param begin signs in; not bound to any one question, since all wait for it. */
export function signInOnce(begin: () => Promise<string>): SignIn {
  let inForce: Attempt | undefined;
  return {
    async number(signal) {
      if (!inForce) {
        const mine: Attempt = { promise: begin() };
        inForce = mine;
        mine.promise.then(
          (number) => (mine.number = number),
          () => {
            // A sign-in that failed is not kept: the next question tries again.
            if (inForce === mine) inForce = undefined;
          },
        );
      }
      return inForce.number ?? unlessAborted(inForce.promise, signal);
    },
    refused(number) {
      if (inForce?.number === number) inForce = undefined;
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(aborted());
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
