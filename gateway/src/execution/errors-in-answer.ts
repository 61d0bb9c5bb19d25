import { isRecord } from '../agencies/reply.js';
import type { AnswerData } from './answer-data.js';
import type { ClientPath } from './findings.js';

/**
 * The errors of places that the answer has, or of what is below a null of it. An agency may fail at what a condition or the type of an
 * object leaves out of this answer: such an error explains nothing the client sees. One that loses its way in a list, or takes an object
 * for a list, stands at the last place that there is: something is missing all the same.
 */
export function errorsInAnswer<T extends { readonly path?: ClientPath | undefined }>(
  errors: readonly T[],
  data: AnswerData | null,
): readonly T[] {
  if (errors.length === 0) return errors;
  return errors.flatMap((error) => {
    const { path = [] } = error;
    const length = lengthInAnswer(path, data?.values);
    return length === undefined ? [] : [length === path.length ? error : { ...error, path: path.slice(0, length) }];
  });
}

/** How many steps of a path lead to a place the answer has, or below a null; undefined for one of a key that an object does not have. */
function lengthInAnswer(path: ClientPath, data: unknown): number | undefined {
  let value = data;
  for (let at = 0; at < path.length; at++) {
    const step = path[at];
    if (step === undefined || typeof value !== 'object' || value === null) return path.length;
    if (isRecord(value) !== (typeof step === 'string')) return at;
    if (!Object.hasOwn(value, step)) return typeof step === 'string' ? undefined : at;
    value = Reflect.get(value, step);
  }
  return path.length;
}
