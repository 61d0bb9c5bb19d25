import { BoundedCache } from '../bounded-cache.js';

/** Tells of what changes in the store. */
export interface Changes {
  /** Whether every change that was committed a lease ago, or earlier, has been heard. */
  readonly trusted: boolean;
  /** @returns stops hearing */
  hear(listener: { changed(key: string): void; missed(): void }): () => void;
}

/** What was read, and when. */
export interface Kept<V> {
  readonly value: V;
  /** Reading of `performance.now()` before the store was asked. */
  readonly askedAt: number;
}

/**
 * What the store says by key, out of memory as long as every change is sure to be heard of, else out of the store. A read that a change
 * overtakes is told to who waits for it, who asked before the change was heard of, and is not kept.
 */
export class KeptReads<V> {
  readonly #known: BoundedCache<string, Kept<V>>;
  readonly #loading = new Map<string, Promise<Kept<V>>>();
  readonly #stop: () => void;

  /** @param most keys that are kept */
  constructor(
    readonly changes: Changes,
    most: number,
  ) {
    this.#known = new BoundedCache(most);
    this.#stop = changes.hear({
      changed: (key) => {
        this.#known.delete(key);
        this.#loading.delete(key);
      },
      missed: () => {
        for (const [key] of this.#known.entries()) this.#known.delete(key);
        this.#loading.clear();
      },
    });
  }

  /** @param readAll reads keys that are not known, in one go; answers for each */
  async of(
    keys: readonly string[],
    readAll: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
  ): Promise<ReadonlyMap<string, Kept<V>>> {
    const found = new Map<string, Kept<V>>();
    const awaited = new Map<string, Promise<Kept<V>>>();
    const fresh: string[] = [];
    const trusted = this.#isTrusted();
    for (const key of new Set(keys)) {
      // Who is deaf waits for no read that began before they asked: it may not know of what was done in between.
      const known = trusted ? this.#known.get(key) : undefined;
      const loading = trusted ? this.#loading.get(key) : undefined;
      if (known) found.set(key, known);
      else if (loading) awaited.set(key, loading);
      else fresh.push(key);
    }
    if (fresh.length > 0) for (const [key, loading] of this.#load(fresh, readAll)) awaited.set(key, loading);
    for (const [key, loading] of awaited) found.set(key, await loading);
    return found;
  }

  close(): void {
    this.#stop();
  }

  #isTrusted(): boolean {
    return this.changes.trusted;
  }

  #load(keys: readonly string[], readAll: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>): Map<string, Promise<Kept<V>>> {
    const askedAt = performance.now();
    // A snapshot: it may be trusted again when the answer comes, and have missed something in between.
    const trustedBefore = this.#isTrusted();
    const all = readAll(keys);
    return new Map(
      keys.map((key) => {
        const one = all.then((values) => {
          const value = values.get(key);
          if (value === undefined) throw new Error('no answer for one of several keys');
          return { value, askedAt };
        });
        this.#loading.set(key, one);
        one.then(
          (kept) => {
            const overtaken = this.#loading.get(key) !== one;
            if (!overtaken) this.#loading.delete(key);
            if (!overtaken && trustedBefore && this.#isTrusted()) this.#known.set(key, kept);
          },
          () => {
            if (this.#loading.get(key) === one) this.#loading.delete(key);
          },
        );
        return [key, one];
      }),
    );
  }
}
