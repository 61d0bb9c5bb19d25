import type { SelectionSetNode } from 'graphql';
import { fieldsIn } from '../graph/fields-in.js';
import { responseKey } from '../graph/response-key.js';
import type { ClientPath } from './findings.js';

/** A key of the question, and what is asked below it. */
interface OrderedKey {
  readonly rank: number;
  readonly below: AnswerOrder;
}

/**
 * The order of an answer: keys as the question first names them, whatever the types. What stands beside the data is sorted by it, so that
 * the same answer reads the same whichever agency was faster.
 */
export class AnswerOrder {
  readonly #sets: readonly SelectionSetNode[];
  #keys: ReadonlyMap<string, OrderedKey> | undefined;

  /** @param sets all that is asked of one object, with fragment spreads written out */
  constructor(sets: readonly SelectionSetNode[]) {
    this.#sets = sets;
  }

  /** These, by their places in the answer. Those of one place stay in their order. */
  sorted<T extends { readonly path?: ClientPath | undefined }>(items: readonly T[]): readonly T[] {
    return items.length < 2 ? items : [...items].sort((one, other) => compare(this, one.path ?? [], other.path ?? []));
  }

  /** A key of the question and what is asked below it; undefined for a position in a list, and for what is not asked. */
  key(step: string | number | undefined): OrderedKey | undefined {
    return typeof step === 'string' ? (this.#keys ??= keysOf(this.#sets)).get(step) : undefined;
  }
}

function compare(start: AnswerOrder, one: ClientPath, other: ClientPath): number {
  let order = start;
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const step = one[at];
    const otherStep = other[at];
    if (typeof step === 'number' && typeof otherStep === 'number') {
      if (step !== otherStep) return step - otherStep;
      continue;
    }
    const key = order.key(step);
    if (step !== otherStep) return (key?.rank ?? Infinity) - (order.key(otherStep)?.rank ?? Infinity) || 0;
    if (!key) return 0;
    order = key.below;
  }
  return one.length - other.length;
}

function keysOf(sets: readonly SelectionSetNode[]): ReadonlyMap<string, OrderedKey> {
  const below = new Map<string, SelectionSetNode[]>();
  for (const field of sets.flatMap(fieldsIn)) {
    const key = responseKey(field);
    const known = below.get(key) ?? [];
    below.set(key, known);
    if (field.selectionSet) known.push(field.selectionSet);
  }
  return new Map([...below].map(([key, inner], rank) => [key, { rank, below: new AnswerOrder(inner) }]));
}
