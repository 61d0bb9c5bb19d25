import { isRecord } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';

/** Sorts what stands beside the data by its place in the data, so that the same answer reads the same whichever agency was faster. */
export function inAnswerOrder<T extends { readonly path?: ClientPath | undefined }>(items: readonly T[], data: unknown): readonly T[] {
  if (items.length < 2) return items;
  const ranks = new WeakMap<object, ReadonlyMap<string, number>>();
  const rank = (parent: unknown, step: string | number): number => {
    if (typeof step === 'number') return step;
    if (!isRecord(parent)) return 0;
    const known = ranks.get(parent) ?? new Map(Object.keys(parent).map((key, index) => [key, index]));
    ranks.set(parent, known);
    return known.get(step) ?? known.size;
  };
  const compare = (one: ClientPath, other: ClientPath): number => {
    let parent: unknown = data;
    for (const [at, step] of one.entries()) {
      const otherStep = other[at];
      if (otherStep === undefined) return 1;
      if (step !== otherStep) return rank(parent, step) - rank(parent, otherStep);
      parent = Array.isArray(parent) || isRecord(parent) ? Reflect.get(parent, step) : undefined;
    }
    return one.length - other.length;
  };
  return [...items].sort((one, other) => compare(one.path ?? [], other.path ?? []));
}
