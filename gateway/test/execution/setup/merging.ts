import type { DeferredPart, Outcome } from '../../../src/execution/executor.js';
import type { Read } from './live.js';

type Path = readonly (string | number)[];

/** What a client has after some parts of an answer. */
export interface Merged {
  readonly data: unknown;
  readonly errors: Outcome['errors'];
  /** Where a part had no data, because something in it could not be null. */
  readonly nulled: readonly Path[];
  /** What no client could do anything with. */
  readonly wrong: readonly string[];
}

/** Puts the parts of an answer together as their client would, and notes every part that does not fit what came before. */
export function merge(first: Read<Outcome>, batches: readonly (readonly Read<DeferredPart>[])[]): Merged {
  const nulled: Path[] = [];
  const wrong: string[] = [];
  const errors = [...first.errors];
  for (const { path = [] } of first.errors)
    if (!stands(path, first.data)) wrong.push(`an error at ${JSON.stringify(path)} in a first part without such a place`);
  const data: unknown = structuredClone(first.data);
  for (const batch of batches) {
    if (batch.length === 0) wrong.push('an empty batch');
    for (const part of batch) {
      errors.push(...part.errors);
      const target = valueAt(data, part.path);
      if (!isObject(target)) {
        wrong.push(`a part for ${JSON.stringify(part.path)}, where there is ${shown(target)}`);
        continue;
      }
      for (const { path = [] } of part.errors)
        if (!part.path.every((step, at) => path[at] === step) || !stands(path.slice(part.path.length), part.data))
          wrong.push(`an error at ${JSON.stringify(path)} in a part for ${JSON.stringify(part.path)} without such a place`);
      // Other parts for the same object stand all the same.
      if (part.data === null) nulled.push(part.path);
      else extend(target, structuredClone(part.data));
    }
  }
  return { data, errors, nulled, wrong };
}

/** The first difference of what was merged to what is right; a null of a part without data may stand for one further out. */
export function difference({ data, nulled }: Merged, right: unknown): string | undefined {
  const walk = (one: unknown, other: unknown, path: Path): string | undefined => {
    if (other === null && one !== null && nulled.some((place) => path.every((step, at) => place[at] === step))) return undefined;
    if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
      return first(one.map((item: unknown, at) => () => walk(item, other[at], [...path, at])));
    if (isObject(one) && isObject(other)) {
      const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
      return first(keys.map((key) => () => walk(one[key], other[key], [...path, key])));
    }
    return one === other ? undefined : `at ${path.join('.')}: ${shown(one)} instead of ${shown(other)}`;
  };
  return walk(data, right, []);
}

export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined), data);
}

/** True for a place that some data have, and for one below a null of them. */
function stands(path: Path, data: unknown): boolean {
  let value = data;
  for (const step of path) {
    if (value === null) return true;
    if (typeof value !== 'object' || !Object.hasOwn(value, step)) return false;
    value = Reflect.get(value, step);
  }
  return true;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Both may hold the same field: its selections complete each other, in objects as in lists. */
function extend(target: Record<string, unknown>, added: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(added)) {
    const known = target[key];
    if (Array.isArray(known) && Array.isArray(value))
      known.forEach((item: unknown, at) => {
        const more: unknown = value[at];
        if (isObject(item) && isObject(more)) extend(item, more);
      });
    else if (isObject(known) && isObject(value)) extend(known, value);
    else target[key] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
