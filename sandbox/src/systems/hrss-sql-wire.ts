/** Messages of the PostgreSQL protocol 3.0 (chapter 54.7): as much of them as a proxy needs that misbehaves on purpose. */

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;

/** Cuts a stream into whole messages; the first messages of a client have no type byte. */
export class MessageCutter {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  constructor(from: 'CLIENT' | 'SERVER') {
    this.#typed = from === 'SERVER';
  }

  /** The messages that are whole by now. */
  cut(chunk: Buffer): Buffer[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const at = this.#typed ? 1 : 0;
      if (rest.length < at + 4) break;
      const length = at + rest.readInt32BE(at);
      if (rest.length < length) break;
      const message = rest.subarray(0, length);
      if (!this.#typed && openingKind(message) === 'STARTUP') this.#typed = true;
      messages.push(message);
      rest = rest.subarray(length);
    }
    this.#rest = rest;
    return messages;
  }
}

/** What a message without a type byte opens. */
export function openingKind(message: Buffer): 'STARTUP' | 'ENCRYPTION' | 'CANCEL' {
  const code = message.readInt32BE(4);
  return code === SSL_REQUEST || code === GSS_REQUEST ? 'ENCRYPTION' : code === CANCEL_REQUEST ? 'CANCEL' : 'STARTUP';
}

export const typeOf = (message: Buffer): string => String.fromCharCode(message[0] ?? 0);

/** The statement of a Parse or Query message. */
export function statementOf(message: Buffer): string {
  const from = typeOf(message) === 'P' ? message.indexOf(0, 5) + 1 : 5;
  return message.subarray(from, message.indexOf(0, from)).toString();
}

/** An error as the server reports it. */
export function errorMessage(severity: 'ERROR' | 'FATAL', sqlState: string, text: string): Buffer {
  const body = Buffer.from(`S${severity}\0V${severity}\0C${sqlState}\0M${text}\0\0`);
  return framed('E', body);
}

export const readyForQuery = (): Buffer => framed('Z', Buffer.from('I'));

/** A Bind message with its first parameter, a text array, replaced by the given keys. */
export function bindOtherKeys(message: Buffer, keys: readonly string[]): Buffer {
  let at = message.indexOf(0, 5) + 1;
  at = message.indexOf(0, at) + 1;
  at += 2 + 2 * message.readInt16BE(at);
  if (message.readInt16BE(at) === 0) return message;
  at += 2;
  const oldLength = Math.max(0, message.readInt32BE(at));
  const value = Buffer.from(`{${keys.map((key) => `"${key}"`).join(',')}}`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(value.length);
  return framed('B', Buffer.concat([message.subarray(5, at), length, value, message.subarray(at + 4 + oldLength)]));
}

/** A message of a type with its length in front. */
export function framed(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
