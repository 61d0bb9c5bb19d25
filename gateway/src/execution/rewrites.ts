import type { FetchDataRewrite } from '@apollo/query-planner';
import { isRecord } from '../agencies/reply.js';
import { collectObjects, type Fetched, type IsOfType } from './places.js';

/**
 * Changes data as a plan asks: sets a value (the `__typename` of an interface object), or gives a key its other name (two fields of one
 * name that cannot be told apart in one question are fetched under aliases the planner made up).
 */
export function applyRewrites(rewrites: readonly FetchDataRewrite[] | undefined, value: unknown, of: IsOfType): void {
  for (const rewrite of rewrites ?? []) {
    const key = rewrite.path.at(-1);
    if (key === undefined) continue;
    const objects: Fetched[] = [];
    if (isRecord(value) || Array.isArray(value)) collectObjects(value, rewrite.path.slice(0, -1), of, objects);
    for (const object of objects) {
      if (rewrite.kind === 'ValueSetter') setOwn(object, key, rewrite.setValueTo);
      else if (Object.hasOwn(object, key) && object[key] !== undefined) {
        setOwn(object, rewrite.renameKeyTo, object[key]);
        object[key] = undefined;
      }
    }
  }
}

function setOwn(object: Fetched, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
