import { OperationTypeNode } from 'graphql';
import type { Caller } from '../access/principal.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { answer, type Answered, type AnswerOptions, type Request } from './answer.js';
import { linesToldTo, type Lines } from './entrance.js';
import { Layer } from './idling.js';
import type { LiveGraphs } from './live-graphs.js';
import type { Asker } from './question.js';

/** What every transport hands over, whatever bytes it came in. */
export interface Asked {
  /** Text of the document. */
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** UUID. */
  readonly questionId: string;
  /** Who waits for the answer; nothing more is asked of agencies for who has gone. */
  readonly asker: Asker;
  /** What is deferred may come in parts; otherwise it is asked as if nothing were. */
  readonly inParts: boolean;
  /** They want to be told with the answer what was decided. @default false */
  readonly explain?: boolean;
  /** The cursor after which a subscription is to go on, where the transport says so. @default what its arguments say */
  readonly resumeAfter?: string | undefined;
  /** From when its time counts, a reading of `performance.now()`. @default when it is asked */
  readonly since?: number;
  /** False for a transport that may only read (GET), or that has no way for events. */
  readonly allows: ReadonlySet<OperationTypeNode>;
}

/** A refusal for which the document or its variables are at fault, and not the request they came in. */
export type DocumentRefusal = Refusal & { readonly fault: 'DOCUMENT' };

/** The way in for every transport: a question is answered on the graph that serves when it comes, and keeps it until its last part. */
export class Questions {
  constructor(
    readonly graphs: LiveGraphs,
    readonly options: AnswerOptions,
    readonly firstTimes: Lines['firstTimes'] = linesToldTo().firstTimes,
  ) {}

  /**
   * Answers one question. Parts and events must be read to their end or returned: they keep the graph.
   * @returns a refusal when the document, its variables or its kind of operation are at fault
   */
  async ask(asked: Asked): Promise<Answered | DocumentRefusal> {
    const { query, operationName, allows, inParts } = asked;
    const held = this.graphs.hold();
    let kept = false;
    try {
      const { operations } = held.live;
      let preparation = operations.known(query, operationName);
      let request: Request = asked;
      if (!preparation) {
        request = { ...asked, since: performance.now() };
        preparation = await this.firstTimes.through(() => Promise.resolve(operations.prepare(query, operationName)));
        await this.firstTimes.turn();
      }
      if (!preparation.ok) return ofDocument(preparation);
      const prepared = inParts ? preparation.prepared : preparation.prepared.undivided;
      const kind = prepared.operation.operation;
      if (!allows.has(kind))
        return ofDocument(refuse(kind === OperationTypeNode.SUBSCRIPTION ? 'SUBSCRIPTION_NEEDS_STREAM' : 'METHOD_NOT_ALLOWED'));
      const answered = await answer(held.live, prepared, request, this.options);
      if (!answered.ok) return ofDocument(answered);
      if (answered.kind === 'WHOLE') return answered;
      kept = true;
      return answered.kind === 'PARTS'
        ? { ...answered, rest: new Releasing(answered.rest, held.release) }
        : { ...answered, events: new Releasing(answered.events, held.release) };
    } finally {
      if (!kept) held.release();
    }
  }
}

function ofDocument(refusal: Refusal): DocumentRefusal {
  return { ...refusal, fault: 'DOCUMENT' };
}

/** The same items; lets go of the graph at the end, however it comes: also when nobody ever asked for the first item. */
class Releasing<T> extends Layer<T, T> {
  constructor(
    items: AsyncIterable<T>,
    readonly release: () => void,
  ) {
    super(items[Symbol.asyncIterator]());
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    try {
      const item = await this.inner.next();
      if (item.done) this.release();
      return item;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  override async return(): Promise<IteratorResult<T, undefined>> {
    try {
      return await super.return();
    } finally {
      this.release();
    }
  }
}
