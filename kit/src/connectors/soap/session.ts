/** The log-in of one system, shared by all questions. */
export interface SharedSession {
  /** The session in force, or a new log-in; questions that come together share it. A log-in that failed is not remembered. */
  current(): Promise<string>;
  /** Says that a session is no longer valid. Only the first to say so of a session makes the next question log in. */
  expired(sessionId: string): void;
}

/** Shares what `logIn` gives. */
export function sharedSession(logIn: () => Promise<string>): SharedSession {
  let session: { readonly promise: Promise<string>; id?: string } | undefined;
  return {
    current() {
      if (session) return session.promise;
      const mine: { readonly promise: Promise<string>; id?: string } = { promise: logIn() };
      session = mine;
      mine.promise.then(
        (id) => {
          mine.id = id;
        },
        () => {
          if (session === mine) session = undefined;
        },
      );
      return mine.promise;
    },
    expired(sessionId) {
      if (session?.id === sessionId) session = undefined;
    },
  };
}
