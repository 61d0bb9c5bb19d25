import type { ServerResponse } from 'node:http';
import type { Answered } from '../execution/answer.js';
import type { ClientPath } from '../execution/findings.js';
import type { DeferredPart, Outcome } from '../execution/executor.js';

type InParts = Extract<Answered, { kind: 'PARTS' }>;

/**
 * One whole answer of one that comes in parts, for a client that takes no parts: each part's data stands in the object at its path,
 * errors and sources follow each other. A part without data leaves null in the place of its object: a field of it could not be null, and
 * without `@defer` that would have made the object null.
 * @param response whose client this is for: when it goes away, so do the parts
 * @throws what reading the parts throws
 */
export async function wholeOf({ first, rest }: InParts, response: Pick<ServerResponse, 'once' | 'off'>): Promise<Outcome> {
  let data = first.data;
  const errors = [...first.errors];
  const provenance = [...first.provenance];
  const iterator = rest[Symbol.asyncIterator]();
  const gone = (): void => void iterator.return?.();
  response.once('close', gone);
  for (let taken = await iterator.next(); !taken.done; taken = await iterator.next())
    for (const part of taken.value) {
      data = withPart(data, part);
      errors.push(...part.errors);
      provenance.push(...part.provenance);
    }
  response.off('close', gone);
  return { data, errors, provenance };
}

function withPart(data: Outcome['data'], part: DeferredPart): Outcome['data'] {
  const changed = changedAt(data, part.path, 0, (object) => (part.data && isObject(object) ? merged(object, part.data) : null));
  return isObject(changed) ? changed : null;
}

/** A copy with one place changed. Everything else is shared: the executor may have put one object into several places. */
function changedAt(value: unknown, path: ClientPath, depth: number, change: (value: unknown) => unknown): unknown {
  if (value === null || value === undefined) return null;
  const key = path[depth];
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? changedAt(item, path, depth + 1, change) : item));
  return isObject(value) ? { ...value, [key]: changedAt(value[key], path, depth + 1, change) } : value;
}

/** Both may hold the same field: its selections complete each other, in objects as in lists. */
function merged(old: unknown, added: unknown): unknown {
  if (Array.isArray(old) && Array.isArray(added)) {
    const items: unknown[] = added;
    return old.map((item: unknown, index) => merged(item, items[index]));
  }
  if (!isObject(old) || !isObject(added)) return added === undefined ? old : added;
  const fields = new Map(Object.entries(old));
  for (const [key, value] of Object.entries(added)) fields.set(key, fields.has(key) ? merged(fields.get(key), value) : value);
  return Object.fromEntries(fields);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
