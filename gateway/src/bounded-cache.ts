interface Entry<V> {
  readonly value: V;
  /** Asked for since it was last passed over. */
  used: boolean;
}

/**
 * A map of bounded size that forgets what nobody has asked for lately, and never holds one entry under a very long text. An entry that
 * was asked for is passed over once when room is made (the second chance of a clock); being asked for only marks it, since moving entries
 * at every look-up costs more than the look-up.
 */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, Entry<V>>();

  /** @param maxKeyLength characters of a text under which something is kept: clients write these texts. @default 16384 */
  constructor(
    readonly capacity: number,
    readonly maxKeyLength = 16_384,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  set(key: K, value: V): void {
    if (typeof key === 'string' && key.length > this.maxKeyLength) return;
    this.#entries.delete(key);
    this.#entries.set(key, { value, used: false });
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.capacity) return;
      this.#entries.delete(oldest);
      if (!entry.used && oldest !== key) continue;
      entry.used = false;
      this.#entries.set(oldest, entry);
    }
  }

  /** What is kept, those asked for lately first. */
  entries(): [K, V][] {
    const all = [...this.#entries].reverse();
    return [...all.filter(([, { used }]) => used), ...all.filter(([, { used }]) => !used)].map(([key, { value }]) => [key, value]);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** The cached value, or the one `make` gives, which is then kept. */
  through(key: K, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }
}
