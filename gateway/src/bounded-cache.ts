interface Entry<V> {
  readonly value: V;
  /** Asked for since it was last passed over. */
  used: boolean;
  weight: number;
}

/**
 * A map of bounded size that forgets what nobody has asked for lately, and never holds one entry under a very long text. An entry weighs as
 * much as the text it is kept under is long, and more where `grow` says so. An entry that
 * was asked for is passed over once when room is made (the second chance of a clock); being asked for only marks it, since moving entries
 * at every look-up costs more than the look-up.
 */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  #weight = 0;

  /**
   * @param maxKeyLength characters of a text under which something is kept: clients write these texts. @default 16384
   * @param maxWeight of all entries together. @default no bound
   */
  constructor(
    readonly capacity: number,
    readonly maxKeyLength = 16_384,
    readonly maxWeight = Infinity,
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
    this.delete(key);
    const weight = typeof key === 'string' ? key.length : 1;
    this.#entries.set(key, { value, used: false, weight });
    this.#weight += weight;
    this.#makeRoom(key);
  }

  /** More is kept with an entry than was known when it was set. Nothing happens where there is no such entry any more. */
  grow(key: K, weight: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.weight += weight;
    this.#weight += weight;
    this.#makeRoom(key);
  }

  /** What is kept, those asked for lately first. */
  entries(): [K, V][] {
    const all = [...this.#entries].reverse();
    return [...all.filter(([, { used }]) => used), ...all.filter(([, { used }]) => !used)].map(([key, { value }]) => [key, value]);
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#weight -= entry.weight;
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

  /** @param latest is forgotten last, and only where it is too heavy by itself */
  #makeRoom(latest: K): void {
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.capacity && this.#weight <= this.maxWeight) return;
      if (oldest === latest ? this.#entries.size === 1 : !entry.used) this.delete(oldest);
      else {
        entry.used = false;
        this.#entries.delete(oldest);
        this.#entries.set(oldest, entry);
      }
    }
  }
}
