import { isRecord } from '../agencies/reply.js';
import { copyOf } from './merge.js';

/**
 * Gives each place at a path its own objects: an entity that came once may stand at several, and what is below it is one object there.
 * What is fetched for each place on its own must not be merged into the others.
 * @param path as a plan writes it
 */
export function unshare(value: unknown, path: readonly string[], seen = new Set<unknown>()): void {
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    const below = path[0] === '@' ? path.slice(1) : path;
    for (let i = 0; i < list.length; i++) unshare((list[i] = own(list[i], seen)), below, seen);
    return;
  }
  const [step, ...below] = path;
  if (!isRecord(value) || step === undefined) return;
  if (step.startsWith('... on ')) unshare(value, below, seen);
  else if (Object.hasOwn(value, step)) unshare((value[step] = own(value[step], seen)), below, seen);
}

/** The value itself where it comes first, a copy of it after that. */
function own(value: unknown, seen: Set<unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const mine = seen.has(value) ? copyOf(value) : value;
  seen.add(mine);
  return mine;
}
