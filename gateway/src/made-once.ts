/** What is made of things that come to many: once for all who ask the same of one, and kept as long as the thing itself. */
export class MadeOnce<K extends object, T> {
  readonly #made = new WeakMap<K, Map<string, T>>();

  /** @param asked what is asked of it, as text */
  of(thing: K, asked: string, make: () => T): T {
    let byAsked = this.#made.get(thing);
    if (!byAsked) this.#made.set(thing, (byAsked = new Map<string, T>()));
    let made = byAsked.get(asked);
    if (made === undefined) byAsked.set(asked, (made = make()));
    return made;
  }
}
