import { isRecord } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';

/** Sorts what stands beside the data by its place in the data, so that the same answer reads the same whichever agency was faster. */
export function inAnswerOrder<T extends { readonly path?: ClientPath | undefined }>(items: readonly T[], data: unknown): readonly T[] {
  return items.length < 2 ? items : [...items].sort((one, other) => compare(one.path ?? [], other.path ?? [], data));
}

function compare(one: ClientPath, other: ClientPath, data: unknown): number {
  let parent = data;
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const step = one[at];
    const otherStep = other[at];
    if (step === undefined || otherStep === undefined) break;
    if (step !== otherStep)
      return typeof step === 'number' && typeof otherStep === 'number' ? step - otherStep : order(parent, step, otherStep);
    parent = typeof parent === 'object' && parent !== null ? Reflect.get(parent, step) : undefined;
  }
  return one.length - other.length;
}

/** Which of two keys an object has first. What it does not have comes last. */
function order(parent: unknown, step: string | number, other: string | number): number {
  if (isRecord(parent))
    for (const key in parent) {
      if (key === step) return -1;
      if (key === other) return 1;
    }
  return 0;
}
