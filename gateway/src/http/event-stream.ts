import { Readable } from 'node:stream';
import { createHandler, type Handler, type RequestParams, type Response } from 'graphql-sse';
import { Backlog } from './backlog.js';
import { CURSOR, type Payloads } from './payloads.js';

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** One request as the protocol's library sees it: what it asks is in our hands already. */
export interface Turn {
  /** Of the stream that brings the answer; undefined where the answer of this request is the stream. */
  readonly token: string | undefined;
  readonly backlog: Backlog;
  /** Called when the protocol has found nothing wrong with the request. */
  readonly begin: () => Promise<Payloads | Response>;
}

/** The protocol of `graphql-sse` (GraphQL over Server-Sent Events), both its modes. */
export class EventStreams {
  readonly #handle: Handler<undefined, Turn> = createHandler<undefined, Turn>({
    authenticate: ({ context }) => context.token ?? null,
    onSubscribe: ({ context }) => context.begin(),
    // The library keeps what it cannot send yet. It is given the next message only when it has room.
    onNext: (_, { context }, message) => context.backlog.give(cursorIn(message)),
  });

  /** The answer as a stream of its own. */
  async distinct(payloads: Payloads): Promise<Readable> {
    const backlog = new Backlog();
    const turn: Turn = { token: undefined, backlog, begin: () => Promise.resolve(payloads) };
    const [body] = await this.protocol('POST', turn, { accept: 'text/event-stream' });
    if (body === null || typeof body === 'string') throw new Error('the stream was refused');
    return streamOf(body, backlog);
  }

  /**
   * One request of the single connection mode, or of the distinct one.
   * @param operation `operationId`, in the body for a question, in the address for its end
   */
  protocol(method: string, turn: Turn, { accept, operation }: { readonly accept: string; readonly operation?: string }): Promise<Response> {
    const headers: Readonly<Record<string, string>> = { accept, 'content-type': 'application/json' };
    return this.#handle({
      method,
      url: operation === undefined ? '/' : `/?operationId=${encodeURIComponent(operation)}`,
      headers: { get: (name) => headers[name] },
      body: { query: IN_HAND, extensions: operation === undefined ? {} : { operationId: operation } } satisfies RequestParams,
      raw: undefined,
      context: turn,
    });
  }
}

/** The library wants a text; ours has been read by then. */
const IN_HAND = '{ __typename }';

/** The id that clients send back as Last-Event-ID. */
function cursorIn(message: object): string | undefined {
  return CURSOR in message && typeof message[CURSOR] === 'string' ? message[CURSOR] : undefined;
}

/** The messages of a stream as a body; what the client has not taken yet waits in the backlog. */
export function streamOf(messages: AsyncGenerator<string, void, undefined>, backlog: Backlog): Readable {
  return Readable.from(
    {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const taken = await messages.next();
          if (taken.done === true || !taken.value.startsWith('event: next')) return taken;
          const cursor = backlog.take();
          return cursor === undefined ? taken : { done: false, value: `id: ${cursor}\n${taken.value}` };
        },
        return: async () => {
          backlog.close();
          await messages.return();
          return { done: true, value: undefined } as const;
        },
      }),
    },
    { highWaterMark: 1 },
  );
}
