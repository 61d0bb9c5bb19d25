import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Why bytes cannot be read as Chinese text, or text cannot be written as such bytes. Never holds the text. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  constructor(readonly reason: 'INVALID_BYTES' | 'IS_UTF8' | 'UNKNOWN_LABEL' | 'LONE_SURROGATE' | 'OUTSIDE_GBK') {
    super(REASONS[reason]);
  }
}

const REASONS = {
  INVALID_BYTES: 'the bytes are not GB18030',
  IS_UTF8: 'the bytes are UTF-8 where GB18030 was agreed',
  UNKNOWN_LABEL: 'the encoding label is none of gbk, gb2312, gb18030',
  LONE_SURROGATE: 'the text holds half of a surrogate pair',
  OUTSIDE_GBK: 'the text holds a character that GBK cannot write',
} as const;

/**
 * Reads bytes labelled gbk, gb2312 or gb18030 as GB18030-2022. The three labels are one encoding in practice: systems that declare GBK
 * send four-byte characters, and Node's own `gbk` decoder reads €, 䶮 or 𬀩 wrongly. Text that is UTF-8 by mistake is refused too: much
 * of it would pass as GB18030 and read as other characters.
 * @throws EncodingError
 */
export function decodeGb18030(bytes: Uint8Array, label = 'gb18030'): string {
  if (!/^(gbk|gb2312|gb18030)$/i.test(label)) throw new EncodingError('UNKNOWN_LABEL');
  if (isMistakenUtf8(bytes)) throw new EncodingError('IS_UTF8');
  return decodeSlice(bytes);
}

/**
 * Reads a slice of a text that `isMistakenUtf8` was asked about as a whole: a slice alone is too short to tell.
 * @throws EncodingError
 */
export function decodeSlice(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new EncodingError('INVALID_BYTES');
  }
}

/**
 * True for bytes that are UTF-8 throughout and hold a three-byte character, as every Chinese one is. Two-byte sequences prove nothing:
 * the GBK bytes of 通 are one. GB18030 text passes for three-byte UTF-8 only in rare pairs of second-level characters.
 */
export function isMistakenUtf8(bytes: Uint8Array): boolean {
  if (isAscii(bytes) || !isUtf8(bytes)) return false;
  // In valid UTF-8 these bytes only ever lead a character of three or four bytes.
  return bytes.some((byte) => byte >= 0xe0);
}

/**
 * How many of the first bytes are whole GB18030 characters; the rest is the beginning of a character that was cut, as at the end of a
 * fixed-width field. Undefined where a byte sequence has not the form of GB18030 at all.
 */
export function wholeCharacters(bytes: Uint8Array): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const [lead = 0, second, third, fourth] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    if (lead < 0x80) at += 1;
    else if (lead === 0x80 || lead === 0xff) return undefined;
    else if (second === undefined) return at;
    else if (second >= 0x40 && second !== 0x7f && second !== 0xff) at += 2;
    else if (second < 0x30 || second > 0x39) return undefined;
    else if (third === undefined) return at;
    else if (third < 0x81 || third > 0xfe) return undefined;
    else if (fourth === undefined) return at;
    else if (fourth < 0x30 || fourth > 0x39) return undefined;
    else at += 4;
  }
  return at;
}

/**
 * Writes text as GB18030-2022.
 * @throws EncodingError for half of a surrogate pair, which has no bytes.
 */
export function encodeGb18030(text: string): Buffer {
  if (LONE_SURROGATE.test(text)) throw new EncodingError('LONE_SURROGATE');
  if (!MOVED.test(text)) return iconv.encode(text, 'gb18030');
  return Buffer.concat(text.split(MOVED_KEPT).map((piece) => MOVED_BYTES.get(piece) ?? iconv.encode(piece, 'gb18030')));
}

/**
 * Writes text for a peer that reads one- and two-byte characters only.
 * @throws EncodingError for a character outside GBK: an encoder that writes `?` instead would ask about somebody else.
 */
export function encodeGbk(text: string): Buffer {
  for (const character of text) if (encodeGb18030(character).length > 2) throw new EncodingError('OUTSIDE_GBK');
  return encodeGb18030(text);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

// Without `stream` a decoder keeps nothing between calls, also after a refusal.
const DECODER = new TextDecoder('gb18030', { fatal: true });

/** iconv-lite writes GB18030-2005; the edition of 2022 moved these 18 code points to the two-byte places of private-use characters. */
const MOVED = /[\ufe10-\ufe19\u9fb4-\u9fbb]/;
const MOVED_KEPT = /([\ufe10-\ufe19\u9fb4-\u9fbb])/;
const MOVED_BYTES = new Map(
  Object.entries({
    '\ufe10': 0xa6d9,
    '\ufe11': 0xa6db,
    '\ufe12': 0xa6da,
    '\ufe13': 0xa6dc,
    '\ufe14': 0xa6dd,
    '\ufe15': 0xa6de,
    '\ufe16': 0xa6df,
    '\ufe17': 0xa6ec,
    '\ufe18': 0xa6ed,
    '\ufe19': 0xa6f3,
    '\u9fb4': 0xfe59,
    '\u9fb5': 0xfe61,
    '\u9fb6': 0xfe66,
    '\u9fb7': 0xfe67,
    '\u9fb8': 0xfe6d,
    '\u9fb9': 0xfe7e,
    '\u9fba': 0xfe90,
    '\u9fbb': 0xfea0,
  }).map(([character, code]) => [character, Buffer.from([code >> 8, code & 0xff])]),
);
