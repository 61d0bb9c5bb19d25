const ROOM = 8;

/** Counts messages between who makes them and a client who may be slow: who makes them waits while there is no room. */
export class Backlog {
  /** Cursors of those that have one, in their order. */
  readonly #messages: (string | undefined)[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  /** One more message; resolves when there is room for it, and at once when nobody takes any more. */
  async give(cursor?: string): Promise<void> {
    while (this.#messages.length >= ROOM && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#messages.push(cursor);
  }

  /** The client has taken one. @returns its cursor */
  take(): string | undefined {
    this.#waiting.shift()?.();
    return this.#messages.shift();
  }

  /** Nobody takes any more. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
