import { isRecord } from '../agencies/reply.js';
import type { AnswerData } from './answer-data.js';
import type { ClientPath } from './findings.js';

/** Something said of a place of the answer. */
interface Said {
  readonly path?: ClientPath | undefined;
}

/** Errors by whether what the client is given now has their places. */
export interface Held<T> {
  readonly here: readonly T[];
  /** Of keys that the objects do not have: of what comes later, or of what nobody asked. */
  readonly elsewhere: readonly T[];
}

/**
 * The errors of places that the answer has, or of what is below a null of it. An agency may fail at what a condition or the type of an
 * object leaves out of this answer: such an error explains nothing the client sees. One that loses its way in a list, or takes an object
 * for a list, stands at the last place that there is: something is missing all the same.
 */
export function errorsInAnswer<T extends Said>(errors: readonly T[], data: AnswerData | null): Held<T> {
  return errorsInPart(errors, data, []);
}

/**
 * The same for a part of the answer that comes later: it is said of nothing that is not in the part. What is said of something around it
 * or beside it, and what has lost its way to it, is said of the whole part; what is said of another element of a list it may stand in is
 * not said here.
 * @param data of the object at `at`
 */
export function errorsInPart<T extends Said>(errors: readonly T[], data: AnswerData | null, at: ClientPath): Held<T> {
  const here: T[] = [];
  const elsewhere: T[] = [];
  for (const error of errors) {
    const { path = [] } = error;
    const parting = at.findIndex((step, index) => path[index] !== step);
    if (parting !== -1) {
      if (typeof path[parting] !== 'number' || typeof at[parting] !== 'number') here.push({ ...error, path: at });
      continue;
    }
    const length = lengthInAnswer(path, at.length, data?.values);
    if (length === undefined) elsewhere.push(error);
    else here.push(length === path.length ? error : { ...error, path: path.slice(0, length) });
  }
  return { here, elsewhere };
}

/** How many steps of a path lead to a place the data have, or below a null; undefined for one of a key that an object does not have. */
function lengthInAnswer(path: ClientPath, from: number, data: unknown): number | undefined {
  let value = data;
  for (let at = from; at < path.length; at++) {
    const step = path[at];
    if (step === undefined || typeof value !== 'object' || value === null) return path.length;
    if (isRecord(value) !== (typeof step === 'string')) return at;
    if (!Object.hasOwn(value, step)) return typeof step === 'string' ? undefined : at;
    value = Reflect.get(value, step);
  }
  return path.length;
}
