import type { AnswerData } from './answer-data.js';
import type { ClientPath } from './findings.js';

/**
 * The errors of places that the answer has, or of what is below a null of it. An agency may fail at what a condition or the type of an
 * object leaves out of this answer: such an error explains nothing the client sees.
 */
export function errorsInAnswer<T extends { readonly path?: ClientPath | undefined }>(
  errors: readonly T[],
  data: AnswerData | null,
): readonly T[] {
  return errors.length === 0 ? errors : errors.filter(({ path = [] }) => stands(path, data?.values));
}

function stands(path: ClientPath, data: unknown): boolean {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return true;
    if (!Object.hasOwn(value, step)) return false;
    value = Reflect.get(value, step);
  }
  return true;
}
