import { Kind, type SelectionSetNode } from 'graphql';
import { responseKey } from '../graph/active-selections.js';
import type { ClientPath } from './findings.js';

/** The response keys of a question, as a tree whatever the types. Tells what of a place a client can know. */
export class AskedKeys {
  readonly #below = new Map<string, AskedKeys>();

  constructor(sets: readonly SelectionSetNode[]) {
    const fields = new Map<string, SelectionSetNode[]>();
    const walk = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
        if (selection.kind !== Kind.FIELD) continue;
        const key = responseKey(selection);
        fields.set(key, [...(fields.get(key) ?? []), ...(selection.selectionSet ? [selection.selectionSet] : [])]);
      }
    };
    sets.forEach(walk);
    for (const [key, below] of fields) this.#below.set(key, new AskedKeys(below));
  }

  /** A place as far as it was asked for: steps an agency wrote that the question does not hold do not pass. */
  clip(path: ClientPath): ClientPath {
    let at: AskedKeys | undefined = this;
    for (const [index, step] of path.entries()) {
      if (typeof step === 'number') continue;
      at = at.#below.get(step);
      if (!at) return path.slice(0, index);
    }
    return path;
  }
}
