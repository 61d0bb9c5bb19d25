import { evaluate } from '../../src/evaluate.js';

/** Figures or refusal of a question, as JSON; `expect` reads whatever it names. */
export function ask(kind: string, input: object): Record<string, unknown> {
  return evaluate(kind, input) as Record<string, unknown>;
}
