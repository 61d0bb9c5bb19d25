import { shallowRef, watch, type Ref } from 'vue';
import type { Question } from '../graph/question.js';

/**
 * A part of an answer that is asked for again and again: while nothing has come, or nothing came, what was there before stays.
 * @returns undefined before the first answer
 */
export function useShown<Result, Variables, Part>(
  { data, progress }: Question<Result, Variables>,
  pick: (result: Result) => Part | undefined,
): Readonly<Ref<Part | undefined>> {
  const shown = shallowRef<Part>();
  watch([data, progress], () => {
    const part = data.value === undefined ? undefined : pick(data.value);
    if (part !== undefined) shown.value = part;
  });
  return shown;
}
