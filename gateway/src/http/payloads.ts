import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '@yichuang/schema';
import type { Answered } from '../execution/answer.js';
import type { DeferredPart, Outcome } from '../execution/executor.js';
import type { ClientPath } from '../execution/findings.js';
import { Layer, OVER, type Idling } from '../execution/idling.js';
import type { Refusal } from '../graph/operations.js';
import { formatted } from '../graph/request-errors.js';

/** An error of ours where a protocol's library wants one of graphql-js; it becomes the same JSON. */
export class SentError extends GraphQLError {
  constructor(readonly sent: GraphQLFormattedError) {
    super(sent.message, { path: sent.path, extensions: sent.extensions });
  }

  override toJSON(): GraphQLFormattedError {
    return this.sent;
  }
}

/** The cursor of a message stands here: beside what is written of it. */
export const CURSOR = Symbol('cursor');

/** One message of an answer: the whole of it, the first of it, some parts of it, or one event. */
export interface Payload {
  data?: Readonly<Record<string, unknown>> | null;
  errors?: readonly SentError[];
  incremental?: readonly Increment[];
  /** Stands in every message of an answer in parts, and in no other. */
  hasNext?: boolean;
  extensions?: Record<string, unknown>;
  /** After which a reader goes on who has taken care of this event. */
  [CURSOR]?: string;
}

/** A deferred part in the format that Apollo's clients know as `deferSpec=20220824`. */
interface Increment {
  data: Readonly<Record<string, unknown>> | null;
  path: ClientPath;
  label?: string;
  errors?: readonly SentError[];
  extensions?: Record<string, unknown>;
}

/** Told what became of a stream of payloads. */
export interface PayloadsObserver {
  /** The hub failed; the client has been told INTERNAL. */
  fault(error: unknown): void;
  /** Nothing comes any more, whoever ended it. Once. */
  over(): void;
}

type Taken = IteratorResult<Payload, undefined>;

/**
 * An answer of any kind as one message after the other. Nothing is read ahead. It can be ended while the next message is still awaited:
 * by its reader with `return`, by us with `end`; the question is then let go of at once.
 */
export class Payloads implements AsyncIterableIterator<Payload, undefined> {
  readonly #requestId: string;
  readonly #observer: PayloadsObserver;
  #head: Payload | undefined;
  #source: Idling<Payload> | undefined;
  #tail: Payload | undefined;
  /** What was decided, for the last message of an answer in parts. */
  #access: Outcome['access'];
  #waiting: ((taken: Taken) => void) | undefined;
  #over = false;

  constructor(answered: Answered | Refusal, requestId: string, observer: PayloadsObserver) {
    this.#requestId = requestId;
    this.#observer = observer;
    if (!answered.ok) this.#head = { errors: sentErrors(answered.errors), extensions: { requestId } };
    else if (answered.kind === 'WHOLE') this.#head = payloadOf(answered.outcome, requestId);
    else if (answered.kind === 'EVENTS') this.#source = new Messages(answered.events, (outcome) => payloadOf(outcome, requestId));
    else {
      const { access, ...first } = answered.first;
      this.#head = { ...payloadOf(first, requestId), hasNext: true };
      this.#source = new Messages(answered.rest, (parts) => ({ incremental: parts.map(incrementOf), hasNext: true }));
      this.#tail = { hasNext: false };
      this.#access = access;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One at a time: the next is asked for when the last has come. */
  next(): Promise<Taken> {
    if (this.#head) {
      const value = this.#head;
      this.#head = undefined;
      return Promise.resolve({ done: false, value });
    }
    const source = this.#source;
    if (!source) return Promise.resolve(this.#finish());
    const idle = source.idle?.();
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (idle) void idle.then(() => this.#take());
      else void this.#take();
    });
  }

  /** The reader wants no more. */
  return(): Promise<Taken> {
    this.#head = undefined;
    this.#tail = undefined;
    this.#stop();
    this.#give(OVER);
    return Promise.resolve(OVER);
  }

  /** What a generator has, by which libraries know one. */
  throw(): Promise<Taken> {
    return this.return();
  }

  /** We give no more: one last message says why. */
  end(code: ErrorCode): void {
    if (this.#over) return;
    const last: Payload = { errors: sentErrors([formatted(code)]), extensions: { requestId: this.#requestId } };
    if (this.#tail) last.hasNext = false;
    this.#tail = last;
    this.#stop();
    if (this.#waiting) this.#give(this.#finish());
  }

  async #take(): Promise<void> {
    const source = this.#source;
    if (!source) return;
    try {
      const item = await source.next();
      this.#give(item.done ? this.#finish() : item);
    } catch (error) {
      if (this.#over) return;
      this.#observer.fault(error);
      this.end('INTERNAL');
    }
  }

  #finish(): Taken {
    const value = this.#tail;
    this.#tail = undefined;
    this.#source = undefined;
    // Parts are decided when they are asked for: only the last message knows all of it.
    if (value && this.#access && !value.errors) value.extensions = { requestId: this.#requestId, access: this.#access() };
    if (value) return { done: false, value };
    this.#stop();
    return OVER;
  }

  #give(taken: Taken): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(taken);
  }

  #stop(): void {
    if (this.#over) return;
    this.#over = true;
    const source = this.#source;
    this.#source = undefined;
    source?.return?.().catch((error: unknown) => {
      this.#observer.fault(error);
    });
    this.#observer.over();
  }
}

function payloadOf({ data, errors, provenance, access, cursor }: Outcome, requestId: string): Payload {
  const extensions: Payload['extensions'] = { requestId };
  if (provenance.length > 0) extensions['provenance'] = provenance;
  if (access) extensions['access'] = access();
  // The protocols' libraries write values.
  const payload: Payload = { data: data?.values ?? null, extensions };
  if (errors.length > 0) payload.errors = sentErrors(errors);
  if (cursor !== undefined) payload[CURSOR] = cursor;
  return payload;
}

function incrementOf({ data, path, label, errors, provenance }: DeferredPart): Increment {
  const increment: Increment = { data: data?.values ?? null, path };
  if (label !== undefined) increment.label = label;
  if (errors.length > 0) increment.errors = sentErrors(errors);
  if (provenance.length > 0) increment.extensions = { provenance };
  return increment;
}

/** Errors of ours as the protocols’ libraries want them. */
export function sentErrors(errors: readonly GraphQLFormattedError[]): readonly SentError[] {
  return errors.map((error) => new SentError(error));
}

/** Messages made of what comes. */
class Messages<T> extends Layer<T, Payload> {
  constructor(
    items: AsyncIterable<T>,
    readonly made: (item: T) => Payload,
  ) {
    super(items[Symbol.asyncIterator]());
  }

  async next(): Promise<Taken> {
    const item = await this.inner.next();
    return item.done ? OVER : { done: false, value: this.made(item.value) };
  }
}
