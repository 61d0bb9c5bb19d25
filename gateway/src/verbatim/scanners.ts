/**
 * Go over one value in JSON text (RFC 8259) from a position on, byte by byte. Each returns the position behind the value; -1 for a value
 * of another type, and for one that JavaScript might take for another or write in a way of its own.
 */
export type Scan = (bytes: Uint8Array, from: number) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const SPACE = 0x20;
/** What is escaped by a letter, or by itself. Escapes by number may be lone surrogates: such text is read, and written anew. */
const ESCAPES: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\/bfnrt'));

/** Bytes beyond ASCII are part of strings; that they are UTF-8 is checked for a reply as a whole. */
export const scanString: Scan = (bytes, from) => {
  if (bytes[from] !== QUOTE) return -1;
  for (let at = from + 1; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    // Also at the end, where there is none.
    if (byte === undefined || byte < SPACE) return -1;
    if (byte === BACKSLASH && !ESCAPES.has(bytes[++at])) return -1;
  }
};

/** Nine digits are always within 32 bits. */
const INT_DIGITS = 9;

export const scanInt: Scan = (bytes, from) => {
  const start = bytes[from] === MINUS ? from + 1 : from;
  const end = digitsFrom(bytes, start);
  if (end === start || end - start > INT_DIGITS) return -1;
  // No number begins with 0 but 0 itself, which has no sign.
  return bytes[start] === ZERO && (end - start > 1 || start > from) ? -1 : end;
};

/** So many digits are told apart by every double, and so many places are written without an exponent. */
const FLOAT_DIGITS = 15;
const FLOAT_PLACES = 6;

export const scanFloat: Scan = (bytes, from) => {
  const start = bytes[from] === MINUS ? from + 1 : from;
  const whole = digitsFrom(bytes, start);
  if (whole === start || (bytes[start] === ZERO && (whole - start > 1 || start > from))) return -1;
  const next = bytes[whole];
  if (next !== POINT) return whole - start <= FLOAT_DIGITS && next !== 0x65 && next !== 0x45 ? whole : -1;
  const end = digitsFrom(bytes, whole + 1);
  const places = end - whole - 1;
  if (places === 0 || places > FLOAT_PLACES || end - start > FLOAT_DIGITS) return -1;
  return bytes[end] === 0x65 || bytes[end] === 0x45 ? -1 : end;
};

export const scanBoolean: Scan = (bytes, from) => (bytes[from] === 0x74 ? scanWord(bytes, from, TRUE) : scanWord(bytes, from, FALSE));

/** A scalar of the graph's own, of which nothing is known: what is neither an object nor a list. */
export const scanScalar: Scan = (bytes, from) => {
  const first = bytes[from];
  if (first === QUOTE) return scanString(bytes, from);
  return first === 0x74 || first === 0x66 ? scanBoolean(bytes, from) : scanFloat(bytes, from);
};

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

function scanWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return -1;
  return from + word.length;
}

function digitsFrom(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= 0x39; byte = bytes[at]) at++;
  return at;
}
