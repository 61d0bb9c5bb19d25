import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { evaluateExplained, type Refusal } from '../evaluate.js';
import type { Ruled } from '../result.js';

/** A worked case: a question, and what should come out. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly input: unknown;
  /** Absent: the case is computed, but there is nothing to hold it against. */
  readonly expected?: unknown;
}

/** One figure that is not what was expected. */
export interface Difference {
  /** Path in what was expected, such as `results[1].base`. */
  readonly at: string;
  readonly expected: unknown;
  readonly cameOut: unknown;
}

export interface CaseResult {
  readonly case: Case;
  readonly verdict: 'PASSED' | 'FAILED' | 'COMPUTED';
  /** The figures, or `{ refused }`. */
  readonly cameOut: unknown;
  readonly answer: Ruled<unknown> | Refusal;
  readonly differences: readonly Difference[];
}

const WrittenCase = Type.Object({
  id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  kind: Type.String(),
  title: Type.Optional(Type.String()),
  input: Type.Unknown(),
  expected: Type.Optional(Type.Unknown()),
});
const WrittenCases = Type.Union([Type.Object({ cases: Type.Array(WrittenCase) }), Type.Array(WrittenCase), WrittenCase]);

/**
 * Reads a file of cases: `{ "cases": [...] }`, a list of cases, or one case.
 * @returns undefined when it is none of these
 */
export function readCases(json: unknown): readonly Case[] | undefined {
  if (!Value.Check(WrittenCases, json)) return undefined;
  const cases = Array.isArray(json) ? json : 'cases' in json ? json.cases : [json];
  return cases.map(({ id, kind, title, input, ...rest }, index) => ({
    id: String(id ?? index + 1),
    kind,
    title: title ?? '',
    input,
    ...('expected' in rest ? { expected: rest.expected } : {}),
  }));
}

/** Computes a case. It passes when every figure that was expected came out; figures beyond those are no fault. */
export function runCase(given: Case): CaseResult {
  const answer = evaluateExplained(given.kind, given.input);
  // What is compared is JSON: what a program that asked would have read.
  const cameOut: unknown = JSON.parse(JSON.stringify('refused' in answer ? answer : answer.figures));
  if (!('expected' in given)) return { case: given, verdict: 'COMPUTED', cameOut, answer, differences: [] };
  const differences = [...differing(given.expected, cameOut, '')];
  return { case: given, verdict: differences.length === 0 ? 'PASSED' : 'FAILED', cameOut, answer, differences };
}

function* differing(expected: unknown, cameOut: unknown, at: string): Generator<Difference> {
  if (Array.isArray(expected)) {
    const list: readonly unknown[] | undefined = Array.isArray(cameOut) ? cameOut : undefined;
    if (list?.length !== expected.length) yield { at, expected, cameOut };
    else for (const [index, item] of expected.entries()) yield* differing(item, list[index], `${at}[${index}]`);
    return;
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof cameOut !== 'object' || cameOut === null || Array.isArray(cameOut)) {
      yield { at, expected, cameOut };
      return;
    }
    const found = new Map<string, unknown>(Object.entries(cameOut));
    for (const [name, value] of Object.entries(expected)) yield* differing(value, found.get(name), at === '' ? name : `${at}.${name}`);
    return;
  }
  if (expected !== cameOut) yield { at, expected, cameOut };
}
