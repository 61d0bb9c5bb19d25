/** Asks for all keys that come up in one turn of the event loop in one go. */
export class Together<K, V> {
  #waiting: { readonly key: K; readonly resolve: (value: V) => void; readonly reject: (reason: unknown) => void }[] = [];

  /** @param askAll answers for each key, in their order */
  constructor(readonly askAll: (keys: readonly K[]) => Promise<readonly V[]>) {}

  ask(key: K): Promise<V> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ key, resolve, reject }) === 1) setImmediate(() => void this.#go());
    });
  }

  async #go(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    try {
      const values = await this.askAll(asked.map(({ key }) => key));
      asked.forEach(({ resolve, reject }, i) => {
        const value = values[i];
        if (value === undefined) reject(new Error('no answer for one of several keys'));
        else resolve(value);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
