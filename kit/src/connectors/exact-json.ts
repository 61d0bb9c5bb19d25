/** What a JSON text holds; numbers are their source text, since 18-digit numbers and trailing zeros do not survive as floating point. */
export type ExactJson = string | boolean | null | readonly ExactJson[] | { readonly [name: string]: ExactJson };

// A string, which is kept, also when it never ends, or a number that is no member's name, which is put into quotes. A text that
// is not JSON does not become JSON by this: a quoted number next to anything but a separator is as malformed as a bare one.
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\s*:)/g;

/** Reads JSON with every number as its source text. @throws SyntaxError, whose message quotes the text and must not be passed on. */
export function parseExactJson(text: string): ExactJson {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`))) as ExactJson;
}
