import type { Call } from './served.js';

/** What an executor made of an operation. */
export interface Outcome {
  readonly data: unknown;
  readonly errors: readonly { readonly path?: readonly (string | number)[] | undefined; readonly message: string }[];
  readonly calls: readonly Call[];
}

/** Text of an answer's data: equal for equal answers, the order of keys included. */
export function dataText(data: unknown): string {
  return JSON.stringify(data ?? null);
}

/**
 * The nulls of an answer that an error explains, as paths: where an error is, or the null above it that the error became. This is
 * what a client can know, and does not depend on which of several faults under one null was noticed.
 */
export function explainedNulls(data: unknown, errors: Outcome['errors']): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { path = [] } of errors) {
    const place: (string | number)[] = [];
    let value = data;
    for (const step of path) {
      if (value === null || value === undefined) break;
      value = (value as Readonly<Record<string | number, unknown>>)[step];
      place.push(step);
    }
    places.add(JSON.stringify(place));
  }
  return places;
}
