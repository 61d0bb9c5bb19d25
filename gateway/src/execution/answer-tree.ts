import { isRecord, type ReplyPath } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';

/** An object of the answer and where it stands. */
interface Place {
  readonly value: Record<string, unknown>;
  readonly path: ClientPath;
}

/**
 * The answer while it grows. Apollo's executor merges replies into the objects of the first reply that brought them, so keeping those
 * objects is enough to know, at any entity call, which object each representation was made of, and so its true place in the answer.
 */
export class AnswerTree {
  readonly #root = Object.create(null) as Record<string, unknown>; // an alias may be called __proto__

  /** Takes in the reply to a root fetch, in the order the executor merges them: who brought a key first keeps it. */
  addRoot(data: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(data)) if (!Object.hasOwn(this.#root, key)) this.#root[key] = value;
  }

  /**
   * Where the representations of an entity call come from.
   *
   * The objects at `path` are walked in the executor's order. An object that cannot give a representation (null, of another type, or
   * lacking a required field) gives none, so representations are a subsequence; an object that holds all a representation holds would
   * have given that very one, so taking the first that fits is exact.
   * @param path response keys, with '@' for "each element"
   * @returns one place per representation; undefined for one that cannot be found
   */
  places(path: readonly string[], representations: readonly Readonly<Record<string, unknown>>[]): (ClientPath | undefined)[] {
    const objects: Place[] = [];
    collect(this.#root, path, [], objects);
    let next = 0;
    return representations.map((representation) => {
      let from = next;
      while (from < objects.length && !holds(objects[from]?.value, representation)) from++;
      if (from === objects.length) return undefined;
      next = from + 1;
      return objects[from]?.path;
    });
  }
}

function collect(value: unknown, path: readonly string[], at: ReplyPath, into: Place[]): void {
  const [head, ...rest] = path;
  if (head === undefined) {
    if (isRecord(value)) into.push({ value, path: at });
  } else if (head === '@') {
    if (Array.isArray(value)) for (const [index, element] of value.entries()) collect(element, rest, [...at, index], into);
  } else if (isRecord(value) && Object.hasOwn(value, head)) {
    collect(value[head], rest, [...at, head], into);
  }
}

function holds(value: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(value) && value.length === part.length && part.every((element, index) => holds(value[index], element));
  if (isRecord(part))
    return isRecord(value) && Object.entries(part).every(([key, inner]) => Object.hasOwn(value, key) && holds(value[key], inner));
  return value === part;
}
