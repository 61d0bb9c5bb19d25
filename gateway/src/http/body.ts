import type { GraphQLFormattedError } from 'graphql';
import type { Outcome } from '../execution/executor.js';
import type { Provenance } from '../execution/findings.js';
import type { Refusal } from '../graph/operations.js';

/** An answer as JSON: what comes at once, the first of what comes in parts, or one event. */
export interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions: { readonly requestId: string; readonly provenance?: readonly Provenance[] };
}

/** `errors` stands only where there are some. */
export function bodyOf({ data, errors, provenance }: Outcome, requestId: string): Body {
  const extensions = provenance.length > 0 ? { requestId, provenance } : { requestId };
  return errors.length > 0 ? { data, errors, extensions } : { data, extensions };
}

/** A question that was not executed has no `data`. */
export function refusalBody({ errors }: Pick<Refusal, 'errors'>, requestId: string): Body {
  return { errors, extensions: { requestId } };
}
