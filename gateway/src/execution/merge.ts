import { isRecord } from '../agencies/reply.js';
import { Verbatim } from '../verbatim/verbatim.js';
import type { Fetched } from './places.js';

/**
 * Takes the fields of one object into another. Where both have an object, or a list of the same length, they are merged in turn; anything
 * else that is not null replaces what was there.
 * @param vague names that do not replace what is known of an object's type: those of interfaces some subgraph knows as one object type
 */
export function mergeInto(target: Fetched, source: Readonly<Fetched>, vague: ReadonlyMap<unknown, unknown>): void {
  for (const key in source) {
    const value = source[key];
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
      continue;
    }
    const known = target[key];
    if (known === undefined || known === null || typeof known !== 'object' || !mergeFields(target, key, known, value, vague)) {
      if (known === undefined || (value !== null && !(key === '__typename' && vague.has(value)))) target[key] = value;
    }
  }
}

/** True when the value has been merged into the known one of a field. What was to be passed on as it came is read for that. */
function mergeFields(target: Fetched, key: string, known: object, value: unknown, vague: ReadonlyMap<unknown, unknown>): boolean {
  if (!(known instanceof Verbatim) && !(value instanceof Verbatim)) return mergeValues(known, value, vague);
  const read = known instanceof Verbatim ? (target[key] = known.read()) : known;
  return mergeValues(read, value instanceof Verbatim ? value.read() : value, vague);
}

/** True when the second has been merged into the first. */
function mergeValues(known: unknown, value: unknown, vague: ReadonlyMap<unknown, unknown>): boolean {
  if (Array.isArray(known)) {
    if (!Array.isArray(value) || known.length !== value.length) return false;
    const list: unknown[] = known;
    for (let i = 0; i < list.length; i++) if (!mergeValues(list[i], value[i], vague)) list[i] ??= value[i] as unknown;
    return true;
  }
  if (!isRecord(known) || !isRecord(value)) return false;
  mergeInto(known, value, vague);
  return true;
}

/** A copy that shares no object or list with its original. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isRecord(value) || value instanceof Verbatim) return value;
  const copy: Fetched = {};
  mergeCopies(copy, value);
  return copy as T;
}

function mergeCopies(copy: Fetched, value: Readonly<Fetched>): void {
  for (const key in value) {
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: copyOf(value[key]), enumerable: true, configurable: true, writable: true });
    else copy[key] = copyOf(value[key]);
  }
}
