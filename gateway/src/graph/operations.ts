import type { ErrorCode } from '@yichuang/schema';
import {
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import type { Graph } from './graph.js';
import { inlineFragments } from './inline-fragments.js';
import { exceededLimit, type QueryLimits } from './limits.js';
import { formatted, statusOf, syntaxError, validationError } from './request-errors.js';
import { undivided } from './undivided.js';

/** An operation that fits the graph, with its fragments written out. The same object for the same text, so that work can be kept by it. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  /** The same for who takes no parts: nothing in it is deferred. */
  readonly undivided: PreparedOperation;
  /** To be told whenever as much as the operation itself takes is kept with it: such room has a bound. */
  readonly grew: () => void;
}

/** A request that cannot be executed, with the HTTP status it deserves. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly errors: readonly GraphQLFormattedError[];
}
export type Preparation = { readonly ok: true; readonly prepared: PreparedOperation } | Refusal;

type Parsed = { readonly ok: true; readonly document: DocumentNode; readonly operations: Map<string, PreparedOperation> } | Refusal;

const MAX_ERRORS = 10;
/**
 * Characters of all documents that are kept, each counted once more for every form it is kept in: for the values of its conditions, and
 * for each kind of callers. One takes 250 bytes (a question of 530 characters 130 kB, with its plan and what is compiled for it).
 */
const MAX_CHARACTERS = 2_000_000;
const MAX_DOCUMENT = 16_384;

/**
 * Parsed and validated documents of one graph by their text. Two caches, so that documents that fail cannot push out good ones.
 */
export class Operations {
  readonly #good: BoundedCache<string, Parsed>;
  readonly #bad: BoundedCache<string, Parsed>;

  /**
   * @param capacity documents kept. @default 1000
   * @param maxCharacters of all that is kept of them. @default 2000000
   */
  constructor(
    readonly graph: Graph,
    readonly limits: QueryLimits,
    capacity = 1_000,
    maxCharacters = MAX_CHARACTERS,
  ) {
    this.#good = new BoundedCache(capacity, MAX_DOCUMENT, maxCharacters);
    this.#bad = new BoundedCache(Math.ceil(capacity / 10));
  }

  /** What `prepare` gives where the document has been read before; undefined where it has not. */
  known(text: string, operationName: string | undefined): Preparation | undefined {
    const read = this.#good.get(text) ?? this.#bad.get(text);
    return read && this.#picked(read, text, operationName);
  }

  /** Parses, checks against limits and graph, and picks the operation to run. */
  prepare(text: string, operationName: string | undefined): Preparation {
    const known = this.known(text, operationName);
    if (known) return known;
    const read = this.#read(text);
    (read.ok ? this.#good : this.#bad).set(text, read);
    return this.#picked(read, text, operationName);
  }

  /** What was asked last, the latest first. */
  recent(most: number): { readonly text: string; readonly name: string | undefined; readonly prepared: PreparedOperation }[] {
    const asked = this.#good
      .entries()
      .flatMap(([text, parsed]) =>
        parsed.ok ? [...parsed.operations].map(([name, prepared]) => ({ text, name: name === '' ? undefined : name, prepared })) : [],
      );
    return asked.slice(0, most);
  }

  #picked(parsed: Parsed, text: string, operationName: string | undefined): Preparation {
    if (!parsed.ok) return parsed;
    const key = operationName ?? '';
    const known = parsed.operations.get(key);
    if (known) return { ok: true, prepared: known };
    const operation = pick(parsed.document, operationName);
    if (!operation) return refuse('BAD_REQUEST', { detail: 'Send one operation, or the name of one in the document as operationName.' });
    const prepared = new Prepared(inlineFragments(parsed.document, operation), () => {
      this.#good.grow(text, text.length);
    });
    parsed.operations.set(key, prepared);
    return { ok: true, prepared };
  }

  #read(text: string): Parsed {
    let document: DocumentNode;
    try {
      document = parse(text, { maxTokens: this.limits.maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (error.message.includes('tokens. Parsing aborted')) return refuse('QUERY_TOO_MANY_TOKENS', { limit: this.limits.maxTokens });
      return { ok: false, status: 400, errors: [syntaxError(error)] };
    }
    const exceeded = exceededLimit(document, this.limits);
    if (exceeded) return refuse(exceeded);
    const errors = validated(this.graph.api, document);
    if (errors.length > 0) return { ok: false, status: 400, errors: errors.slice(0, MAX_ERRORS).map(validationError) };
    return { ok: true, document, operations: new Map() };
  }
}

class Prepared implements PreparedOperation {
  readonly undivided: Prepared;

  constructor(
    readonly operation: OperationDefinitionNode,
    readonly grew: () => void,
  ) {
    const whole = undivided(operation);
    this.undivided = whole === operation ? this : new Prepared(whole, grew);
  }
}

/** graphql-js throws, instead of saying so, where a condition on a variable may leave out the one field of a subscription. */
function validated(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document, undefined, { maxErrors: MAX_ERRORS });
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** A refusal of the whole request with one code. */
export function refuse(code: ErrorCode, extensions: Readonly<Record<string, unknown>> = {}): Refusal {
  return { ok: false, status: statusOf(code), errors: [formatted(code, extensions)] };
}

function pick(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operationName !== undefined) return operations.find((operation) => operation.name?.value === operationName);
  return operations.length === 1 ? operations[0] : undefined;
}
