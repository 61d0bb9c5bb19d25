/** One connection that lasts: a WebSocket, or a stream of events. */
export interface LastingConnection {
  /** A question with an end has begun on it: a stop waits for that. Gives back what to call when it is over. */
  begin(): () => void;
  /** The connection is gone. */
  gone(): void;
}

/** The connections that would not end by themselves, so that a stop can end them. */
export class LastingConnections {
  readonly #open = new Set<{ readonly close: () => void; questions: number }>();
  #stopping = false;
  #deadline: NodeJS.Timeout | undefined;

  /** @param counted told how many there are when one comes or goes */
  constructor(readonly counted: (open: number) => void = () => undefined) {}

  /** Nothing new is to be begun. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** @param close tells the client to come back elsewhere; it must lead to `gone` */
  add(close: () => void): LastingConnection {
    const entry = { close, questions: 0 };
    this.#open.add(entry);
    this.counted(this.#open.size);
    if (this.#stopping) setImmediate(close);
    return {
      begin: () => {
        entry.questions++;
        let over = false;
        return () => {
          if (over) return;
          over = true;
          entry.questions--;
          // After what the protocol has still to say about the question.
          if (this.#stopping)
            setImmediate(() => {
              if (entry.questions === 0) close();
            });
        };
      },
      gone: () => {
        this.#open.delete(entry);
        this.counted(this.#open.size);
        if (this.#open.size === 0) clearTimeout(this.#deadline);
      },
    };
  }

  /** Closes every connection as soon as its questions are over, and all of them at the deadline (ms). */
  stop(deadlineMs: number): void {
    this.#stopping = true;
    for (const { close, questions } of [...this.#open]) if (questions === 0) close();
    if (this.#open.size === 0) return;
    this.#deadline = setTimeout(() => {
      for (const { close } of [...this.#open]) close();
    }, deadlineMs);
  }
}
