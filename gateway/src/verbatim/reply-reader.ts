import { isAscii, isUtf8 } from 'node:buffer';
import { provenanceIn, type ReadReply } from '../agencies/reply.js';
import { writing } from '../agencies/text.js';
import type { ReadObject } from './reader-code.js';
import { Reading } from './reading.js';

/** Reads a list of entities of one type; undefined for one that is not exactly as asked. */
export type ReadEntities = (reading: Reading) => (Record<string, unknown> | null)[] | undefined;

/** Reads the data of a reply; the reading is at -1 where it is not exactly as asked. */
type ReadData = (reading: Reading) => Record<string, unknown> | undefined;

const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = 0x5b;
const CLOSING = 0x5d;
const CLOSING_BRACE = 0x7d;
const LETTER_N = 0x6e;
const NONE: readonly never[] = [];

const NULL = Buffer.from('null');
const DATA = Buffer.from('{"data":');
const EXTENSIONS = Buffer.from(',"extensions":');

/** Shorter replies cost less to read than to go over. */
const WORTH_FROM_BYTES = 300;
/** An agency that writes in another way is tried again now and then only. */
const MISFITS_IN_A_ROW = 8;
const TRY_EVERY = 64;

/**
 * Reads replies to one operation, of which parts are passed on as they came. What is not exactly as asked, or written in another way, is
 * left to be read as JSON: the answer is the same.
 */
export class ReplyReader {
  #misfits = 0;

  constructor(readonly data: ReadData) {}

  /**
   * @param worthFrom bytes
   * @returns undefined for a reply to be read as JSON
   */
  read(bytes: Buffer, worthFrom = WORTH_FROM_BYTES): ReadReply | undefined {
    if (bytes.length < worthFrom) return undefined;
    if (this.#misfits >= MISFITS_IN_A_ROW && ++this.#misfits % TRY_EVERY !== 0) return undefined;
    const ascii = isAscii(bytes);
    if (!ascii && !isUtf8(bytes)) return undefined;
    const reading = new Reading(bytes, ascii, bytes.includes(BACKSLASH));
    const data = reading.takes(DATA) ? this.data(reading) : undefined;
    const provenance = data && reading.at >= 0 ? provenanceAfter(reading) : undefined;
    if (!data || !provenance) {
      this.#misfits++;
      return undefined;
    }
    this.#misfits = 0;
    return { ok: true, data, errors: NONE, provenance, writing: writing(ascii, reading.escaped) };
  }
}

/** What stands behind the data; undefined for more than where it comes from. */
function provenanceAfter(reading: Reading): ReadReply['provenance'] | undefined {
  const { bytes } = reading;
  const last = bytes.length - 1;
  if (bytes[last] !== CLOSING_BRACE) return undefined;
  if (reading.at === last) return NONE;
  if (!reading.takes(EXTENSIONS)) return undefined;
  try {
    const extensions: unknown = JSON.parse(reading.text(reading.at, last));
    return provenanceIn(extensions);
  } catch {
    return undefined;
  }
}

/** Reads entities by what reads one. */
export function entitiesReader(read: ReadObject): ReadEntities {
  return (reading) => {
    const { bytes } = reading;
    if (bytes[reading.at] !== OPENING) return undefined;
    const entities: (Record<string, unknown> | null)[] = [];
    reading.at++;
    if (bytes[reading.at] === CLOSING) {
      reading.at++;
      return entities;
    }
    for (;;) {
      if (bytes[reading.at] === LETTER_N) {
        if (!reading.takes(NULL)) return undefined;
        entities.push(null);
      } else {
        const entity = read(reading);
        if (entity === undefined) return undefined;
        entities.push(entity);
      }
      const next = bytes[reading.at++];
      if (next === CLOSING) return entities;
      if (next !== COMMA) return undefined;
    }
  };
}

/** Reads data that is lists of entities under some names. */
export function listsReader(lists: readonly { readonly name: string; readonly read: ReadEntities }[]): ReadData {
  const named = lists.map(({ name, read }, i) => ({ name, read, before: Buffer.from(`${i > 0 ? ',' : '{'}"${name}":`) }));
  return (reading) => {
    const data: Record<string, unknown> = {};
    for (const { name, read, before } of named) {
      const entities = reading.takes(before) ? read(reading) : undefined;
      if (!entities) return undefined;
      data[name] = entities;
    }
    return reading.bytes[reading.at++] === CLOSING_BRACE ? data : undefined;
  };
}
