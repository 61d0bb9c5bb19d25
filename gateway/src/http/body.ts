import type { GraphQLFormattedError } from 'graphql';
import type { Outcome } from '../execution/executor.js';
import type { Refusal } from '../graph/operations.js';

/** JSON text, and whether it is known to be ASCII. */
export interface Body {
  readonly text: string;
  readonly ascii: boolean;
}

/** An answer that comes at once. `errors` stands only where there are some. @param requestId UUID */
export function bodyOf({ data, errors, provenance, access }: Outcome, requestId: string): Body {
  const faults = errors.length > 0 ? `,"errors":${JSON.stringify(errors)}` : '';
  const sources = provenance.length > 0 ? `,"provenance":${JSON.stringify(provenance)}` : '';
  const decided = access ? `,"access":${JSON.stringify(access())}` : '';
  return {
    text: `{"data":${data?.take() ?? 'null'}${faults},"extensions":{"requestId":"${requestId}"${sources}${decided}}}`,
    ascii: data?.ascii === true && faults === '' && sources === '' && decided === '',
  };
}

/** What is said of a question that was not executed: it has no `data`. */
export interface RefusalBody {
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: { readonly requestId: string };
}

/** A refusal, for the client. @param requestId UUID */
export function refusalBody({ errors }: Pick<Refusal, 'errors'>, requestId: string): RefusalBody {
  return { errors, extensions: { requestId } };
}
