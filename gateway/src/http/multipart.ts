import { Readable } from 'node:stream';
import type { Payload, Payloads } from './payloads.js';

/** The format of Apollo's clients and router for answers in parts. */
export const MULTIPART = 'multipart/mixed; boundary="-"; deferSpec=20220824';

/**
 * An answer as a body of `multipart/mixed` (RFC 2046; Incremental Delivery over HTTP). Each part ends with the delimiter that follows it,
 * so that a client need not wait for the next to know that it has the whole of this one.
 */
export function multipartBody(payloads: Payloads): Readable {
  let first = true;
  const part = (payload: Payload): string => {
    const open = first ? '\r\n---\r\n' : '';
    first = false;
    const { hasNext = false, ...rest } = payload;
    return `${open}content-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify({ ...rest, hasNext })}\r\n---${hasNext ? '' : '--'}\r\n`;
  };
  return Readable.from(
    {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const taken = await payloads.next();
          return taken.done ? taken : { done: false, value: part(taken.value) };
        },
        return: () => payloads.return(),
      }),
    },
    { highWaterMark: 1 },
  );
}
