/** The media types of an answer that comes at once. */
export type ResponseType = 'application/graphql-response+json' | 'application/json';
/** The ways of an answer that comes in parts: `multipart/mixed` of incremental delivery, and server-sent events. */
export type StreamType = 'MULTIPART' | 'EVENT_STREAM';

/** What a client takes. At least one of them is there. */
export interface Accepted {
  /** For an answer at once; undefined when the client takes streams only. */
  readonly whole: ResponseType | undefined;
  /** For parts. */
  readonly parts: StreamType | undefined;
  /** For events: only server-sent events can bring them without end. */
  readonly events: boolean;
}

const PLAIN: Accepted = { whole: 'application/json', parts: undefined, events: false };
const WHOLE: readonly ResponseType[] = ['application/json', 'application/graphql-response+json'];
const EVENT_STREAM = 'text/event-stream';

// A program asks with one Accept or two. What is here is dropped as a whole when somebody sends many.
const known = new Map<string, Accepted | undefined>();
const KNOWN = 64;
const KNOWN_LENGTH = 512;

/**
 * What Accept asks for. Without Accept, or with a wildcard, the answer is application/json, for clients that know no better; everything
 * else must be asked for by name.
 * @returns undefined when nothing the client accepts can be served
 */
export function negotiate(accept: string | undefined): Accepted | undefined {
  if (accept === undefined) return PLAIN;
  const accepted = known.get(accept);
  if (accepted || known.has(accept)) return accepted;
  const read = readAccept(accept);
  if (known.size >= KNOWN) known.clear();
  if (accept.length <= KNOWN_LENGTH) known.set(accept, read);
  return read;
}

function readAccept(accept: string): Accepted | undefined {
  if (accept.trim() === '') return PLAIN;
  const ranges = accept
    .split(',')
    .map((range, index) => parseRange(range, index))
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
  const whole = first(ranges, wholeOf);
  const parts = first(ranges, streamOf);
  return whole || parts ? { whole, parts, events: ranges.some(({ type }) => type === EVENT_STREAM) } : undefined;
}

function first<T>(ranges: readonly Range[], pick: (range: Range) => T | undefined): T | undefined {
  for (const range of ranges) {
    const picked = pick(range);
    if (picked !== undefined) return picked;
  }
  return undefined;
}

function wholeOf({ type, parameters }: Range): ResponseType | undefined {
  const charset = parameters.get('charset');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') return undefined;
  return WHOLE.find((offered) => type === offered || type === '*/*' || type === 'application/*');
}

function streamOf({ type, parameters }: Range): StreamType | undefined {
  if (type === EVENT_STREAM) return 'EVENT_STREAM';
  // Other formats of parts, and Apollo's of subscriptions, are asked for by a parameter that we do not know.
  const format = [...parameters].find(([name]) => name.endsWith('spec'));
  return type === 'multipart/mixed' && (format === undefined || (format[0] === 'deferspec' && format[1] === '20220824'))
    ? 'MULTIPART'
    : undefined;
}

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
  readonly index: number;
}

function parseRange(text: string, index: number): Range {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(
    rest.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2);
      return [name, value.replaceAll('"', '')] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? '1');
  return { type, parameters, quality: Number.isFinite(quality) ? quality : 0, index };
}
