import { isRecord } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';

/** An object of what has been fetched so far. */
export type Fetched = Record<string, unknown>;

/** An object and where it stands. */
export interface Place {
  readonly object: Fetched;
  readonly path: ClientPath;
  /** The objects it stands in, outermost first; lists are not counted. */
  readonly within: readonly Fetched[];
}

/**
 * The objects at a path of a plan: response keys, '@' for each element of a list, `... on T` for objects of one type only. What is null or
 * missing on the way has no objects; lists in lists are walked through.
 * @param of says whether an object of a type is fit for a condition
 */
export function collectObjects(value: unknown, path: readonly string[], of: IsOfType, into: Fetched[], at = 0): void {
  if (value === null || value === undefined) return;
  if (at === path.length) {
    if (Array.isArray(value)) for (const element of value) collectObjects(element, path, of, into, at);
    else if (isRecord(value)) into.push(value);
    return;
  }
  const step = path[at] ?? '';
  if (step === '@') {
    if (Array.isArray(value)) for (const element of value) collectObjects(element, path, of, into, at + 1);
  } else if (Array.isArray(value)) {
    for (const element of value) collectObjects(element, path, of, into, at);
  } else if (step.startsWith(ON)) {
    if (isRecord(value) && of(value['__typename'], step.slice(ON.length))) collectObjects(value, path, of, into, at + 1);
  } else if (isRecord(value) && Object.hasOwn(value, step)) {
    collectObjects(value[step], path, of, into, at + 1);
  }
}

/** True when an object whose `__typename` is the first is fit for a fragment on the second. */
export type IsOfType = (typename: unknown, condition: string) => boolean;

const ON = '... on ';

/** The same objects in the same order, with their places. For errors and provenance; the hot path does not need it. */
export function placesAt(root: unknown, path: readonly string[], of: IsOfType): Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, at: number, here: ClientPath, within: readonly Fetched[]): void => {
    if (Array.isArray(value)) {
      const next = path[at] === '@' ? at + 1 : at;
      for (const [index, element] of value.entries()) walk(element, next, [...here, index], within);
    } else if (isRecord(value)) {
      const step = path[at];
      if (step === undefined) places.push({ object: value, path: here, within });
      else if (step.startsWith(ON)) {
        if (of(value['__typename'], step.slice(ON.length))) walk(value, at + 1, here, within);
      } else if (step !== '@' && Object.hasOwn(value, step)) walk(value[step], at + 1, [...here, step], [...within, value]);
    }
  };
  walk(root, 0, [], []);
  return places;
}
