/** The two media types of GraphQL over HTTP. */
export type ResponseType = 'application/graphql-response+json' | 'application/json';

const OFFERED: readonly ResponseType[] = ['application/json', 'application/graphql-response+json'];

/**
 * Picks the media type of the answer from Accept. Without Accept, or with a wildcard, it is application/json, for clients that know no
 * better; the newer type wins only where it is asked for by name.
 * @returns undefined when nothing the client accepts can be served
 */
export function negotiate(accept: string | undefined): ResponseType | undefined {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  const ranges = accept
    .split(',')
    .map((range, index) => parseRange(range, index))
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
  for (const range of ranges) {
    const match = OFFERED.find((type) => range.type === type || range.type === '*/*' || range.type === 'application/*');
    if (match && (range.charset === undefined || range.charset === 'utf-8' || range.charset === 'utf8')) return match;
  }
  return undefined;
}

interface Range {
  readonly type: string;
  readonly quality: number;
  readonly charset: string | undefined;
  readonly index: number;
}

function parseRange(text: string, index: number): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const value = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const quality = Number(value('q') ?? '1');
  return { type, quality: Number.isFinite(quality) ? quality : 0, charset: value('charset')?.replaceAll('"', ''), index };
}
