const ROOM = 8;

/** Counts messages between who makes them and a client who may be slow: who makes them waits while there is no room. */
export class Backlog {
  #messages = 0;
  #waiting: (() => void)[] = [];
  #closed = false;

  /** One more message; resolves when there is room for it, and at once when nobody takes any more. */
  async give(): Promise<void> {
    while (this.#messages >= ROOM && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#messages++;
  }

  /** The client has taken one. */
  take(): void {
    this.#messages--;
    this.#waiting.shift()?.();
  }

  /** Nobody takes any more. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
