import { shallowRef } from 'vue';
import type { Matter } from '../graph/question.js';

/** A person to be seen at the desk, for a purpose and in a case; `view`: what of them first. */
export interface Handed {
  readonly person: string;
  readonly matter: Matter;
  readonly view: 'record' | 'outlook' | 'findings';
}

const handed = shallowRef<Handed>();

/** Leaves a person for the desk. In memory: nobody stands in an address. */
export function handToDesk(one: Handed): void {
  handed.value = one;
}

/** Takes who was left for the desk, once. */
export function takeHanded(): Handed | undefined {
  const one = handed.value;
  handed.value = undefined;
  return one;
}
