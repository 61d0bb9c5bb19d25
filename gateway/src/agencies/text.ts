import { isAscii, isUtf8, transcode } from 'node:buffer';
import type { Writing } from './reply.js';

/** From this size on, decoding by way of UTF-16 is the cheaper one for Chinese text (Node 20: 6 µs instead of 13 µs for 2.6 kB). */
const TRANSCODE_FROM_BYTES = 1_500;

/** JSON text that has been read, and what can be seen of it at a glance. */
export interface ReadText {
  readonly value: unknown;
  readonly writing: Writing;
}

/** Reads JSON text in UTF-8. Undefined when it is not UTF-8 or not JSON: a wrongly encoded name must not become another name. */
export function readJson(bytes: Buffer): ReadText | undefined {
  try {
    const ascii = isAscii(bytes);
    const text = ascii ? bytes.toString('latin1') : decoded(bytes);
    if (text === undefined) return undefined;
    return { value: JSON.parse(text), writing: writing(ascii, bytes.includes(BACKSLASH)) };
  } catch {
    return undefined;
  }
}

const BACKSLASH = 0x5c;

function decoded(bytes: Buffer): string | undefined {
  return bytes.length >= TRANSCODE_FROM_BYTES || isUtf8(bytes) ? utf8Text(bytes) : undefined;
}

/** Text of bytes in UTF-8. @throws Error for many bytes that are something else; few of them give another text */
export function utf8Text(bytes: Buffer): string {
  return bytes.length >= TRANSCODE_FROM_BYTES ? transcode(bytes, 'utf8', 'utf16le').toString('utf16le') : bytes.toString('utf8');
}

/** How JSON text is written. */
export function writingOf(json: string): Writing {
  return writing(Buffer.byteLength(json) === json.length, json.includes('\\'));
}

/** What is known of the strings in JSON text. @param escaped it has backslashes: what is escaped may be any character, "\u5f20" */
export function writing(ascii: boolean, escaped: boolean): Writing {
  return { ascii: ascii && !escaped, escaped };
}

/** True for a content type under which a GraphQL response or another JSON document comes. */
export function isJsonType(header: string | readonly string[] | undefined): boolean {
  if (header === 'application/json; charset=utf-8' || header === 'application/json') return true;
  const type = String(header ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase();
  return type === 'application/json' || type === 'application/graphql-response+json';
}
