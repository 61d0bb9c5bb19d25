import type { FieldNode, SelectionSetNode } from 'graphql';
import { fieldsIn } from '../graph/fields-in.js';
import { responseKey } from '../graph/response-key.js';
import type { ClientPath } from './findings.js';

/** A client's key for a field of the plan, and what it asks below it. */
interface AskedKey {
  readonly key: string;
  readonly below: AskedKeys;
}

const NOWHERE: readonly ClientPath[] = [];

/**
 * What a question asks, as a tree of the plan's keys whatever the types: tells where a place of the plan's data stands in the client's
 * answer, and how much of it the client can know.
 */
export class AskedKeys {
  readonly #keys = new Map<string, AskedKey[]>();

  /** @param planKey key of a field in the plan's data */
  constructor(sets: readonly SelectionSetNode[], planKey: (node: FieldNode) => string) {
    const fields = new Map<string, { readonly key: string; readonly inPlan: string; readonly below: SelectionSetNode[] }>();
    for (const field of sets.flatMap(fieldsIn)) {
      const key = responseKey(field);
      const inPlan = planKey(field);
      const known = fields.get(`${key} ${inPlan}`) ?? { key, inPlan, below: [] };
      fields.set(`${key} ${inPlan}`, known);
      if (field.selectionSet) known.below.push(field.selectionSet);
    }
    for (const { key, inPlan, below } of fields.values()) {
      const asked = this.#keys.get(inPlan) ?? [];
      this.#keys.set(inPlan, asked);
      asked.push({ key, below: new AskedKeys(below, planKey) });
    }
  }

  /** The client's places for a place of the plan's data; none when nobody asked for it. */
  places(path: ClientPath): readonly ClientPath[] {
    return AskedKeys.#placesIn(this, path);
  }

  static #placesIn(root: AskedKeys, path: ClientPath): readonly ClientPath[] {
    const place: (string | number)[] = [];
    let asked = root;
    for (const step of path) {
      if (typeof step === 'number') {
        place.push(step);
        continue;
      }
      const keys = asked.#keys.get(step);
      const [only] = keys ?? [];
      if (!keys || !only) return NOWHERE;
      // Seldom is one field asked under several keys.
      if (keys.length > 1) return root.#allPlaces(path);
      place.push(only.key);
      asked = only.below;
    }
    return [place];
  }

  #allPlaces(path: ClientPath, at = 0, here: ClientPath = []): readonly ClientPath[] {
    const step = path[at];
    if (step === undefined) return [here];
    if (typeof step === 'number') return this.#allPlaces(path, at + 1, [...here, step]);
    return (this.#keys.get(step) ?? []).flatMap(({ key, below }) => below.#allPlaces(path, at + 1, [...here, key]));
  }

  /** The same, or the nearest places above: steps the question does not hold, which an agency may have written, do not pass. */
  nearest(path: ClientPath): readonly ClientPath[] {
    for (let length = path.length; length > 0; length--) {
      const places = this.places(path.slice(0, length));
      if (places.length > 0) return places;
    }
    return [[]];
  }
}
