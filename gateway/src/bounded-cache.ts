/** A map that forgets what was used longest ago once it holds `capacity` entries, and never holds one under a very long text. */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, V>();

  /** @param maxKeyLength characters of a text under which something is kept: clients write these texts. @default 16384 */
  constructor(
    readonly capacity: number,
    readonly maxKeyLength = 16_384,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    if (typeof key === 'string' && key.length > this.maxKeyLength) return;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.capacity) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  /** What is kept, the one used last at the end. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
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
