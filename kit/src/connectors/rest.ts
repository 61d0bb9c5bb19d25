import { Pool } from 'undici';
import { Type, type Static } from 'typebox';
import { citizenNumberForms, type CitizenNumber } from '@yichuang/schema';
import { filledIn, type OfficePaper, type OrderCounter } from '../offices/papers.js';
import { AgencyFault, type KeyKind, type LegacySystem, type RawRow, type SystemQuestion } from '../systems/system.js';
import { parseExactJson, type ExactJson } from './exact-json.js';
import { askOverHttp } from './http-exchange.js';
import type { Connector } from './connector.js';
import { memberAt, rowFinder, type RowFinder } from './json-rows.js';
import { readSettings } from './settings.js';

const closed = { additionalProperties: false } as const;
const DotPath = Type.String({ pattern: '^[^.\\[\\]]+(\\[\\])?(\\.[^.\\[\\]]+(\\[\\])?)*$' });

/** One kind of query a system offers. */
const Query = Type.Object(
  {
    /** Added to the endpoint. */
    path: Type.String({ pattern: '^/' }),
    /** Member of the request body that takes the list of keys. */
    keys: Type.String({ minLength: 1 }),
    /** Part → where its rows are in the answer: `data.payments`, `data[].accounts[].payments[]`. Parts not named here are not asked by this kind of key. */
    rows: Type.Record(Type.String(), DotPath),
    /** Part → member of the answer that says how many rows it has; an answer with another number of rows is refused. */
    totals: Type.Optional(Type.Record(Type.String(), DotPath)),
  },
  closed,
);

/** How orders of transfers are sent, and found again. */
const Orders = Type.Object(
  {
    /** Added to the endpoint: where an order goes, and where its key is asked for. */
    order: Type.String({ pattern: '^/' }),
    inquiry: Type.String({ pattern: '^/' }),
    /** Laid over the headers of questions: orders have a key of their own. */
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Members of the request body that take the paper's columns and the rows of its second part. */
    head: Type.String({ minLength: 1 }),
    rows: Type.String({ minLength: 1 }),
    /** Where the receipt and its rows are in the answer. */
    receipt: DotPath,
    lines: DotPath,
  },
  closed,
);

const RestSettings = Type.Object(
  {
    /** Base URL of the service; never holds a credential or a key. */
    endpoint: Type.String({ pattern: '^https?://' }),
    /** Header name → value, e.g. the API key. */
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** What can be asked by which kind of key. */
    queries: Type.Object({ citizen: Type.Optional(Query), unit: Type.Optional(Query), outlet: Type.Optional(Query) }, closed),
    /** Member of the request body that takes the list of parts; absent where the service always answers all of them. */
    partsField: Type.Optional(Type.String({ minLength: 1 })),
    /** Part → the service's own name for it in `partsField`. */
    partNames: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Members every request body has besides. */
    body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Ask for every form in which old registers hold a citizen number (15 digits, small x, full width). */
    keyForms: Type.Boolean({ default: false }),
    /** Member of the answer that holds its result code, and the codes that mean success. Messages beside it are never read. */
    codeField: Type.Optional(DotPath),
    okCodes: Type.Array(Type.String(), { default: ['0'], minItems: 1 }),
    /** Result code → what it means; other codes are unusable answers. */
    refusals: Type.Optional(
      Type.Record(Type.String(), Type.Enum(['NOT_SUPPORTED_HERE', 'AGENCY_RATE_LIMITED', 'AGENCY_UNAVAILABLE', 'AGENCY_CLOSED'])),
    ),
    /** Absent where the office takes no orders by this service. */
    orders: Type.Optional(Orders),
    /** Longest answer in bytes. */
    maxBytes: Type.Integer({ minimum: 1, default: 32 << 20 }),
    /** Milliseconds until an attempt to connect is given up. Everything later is bounded by the system's deadline. */
    connectMs: Type.Integer({ minimum: 1, default: 2000 }),
  },
  closed,
);
type RestSettings = Static<typeof RestSettings>;

interface CompiledQuery {
  readonly path: string;
  readonly keys: string;
  readonly parts: ReadonlyMap<string, { readonly find: RowFinder; readonly total: string | undefined }>;
}

/** JSON services: one POST per question, keys in the body only. Faults are told apart as the catalogue needs them; no message holds a key or a word of an answer. */
export const rest: Connector = (given, context) => {
  const settings = readSettings(RestSettings, given, context);
  const endpoint = new URL(settings.endpoint);
  // Time limits are the guard's: the signal covers headers and body.
  const pool = new Pool(endpoint.origin, { connect: { timeout: settings.connectMs }, headersTimeout: 0, bodyTimeout: 0 });
  const queries = new Map<KeyKind, CompiledQuery>();
  for (const by of ['citizen', 'unit', 'outlet'] as const) {
    const query = settings.queries[by];
    if (query) queries.set(by, compileQuery(query, endpoint));
  }
  const headers = { ...settings.headers, 'content-type': 'application/json; charset=utf-8', accept: 'application/json' };

  const post = async (path: string, body: object, signal: AbortSignal, more: Readonly<Record<string, string>> = {}): Promise<ExactJson> => {
    const question = { path, headers: { ...headers, ...more }, body: JSON.stringify(body), signal };
    const answer = readAnswer(await askOverHttp(pool, context.id, question, settings.maxBytes), context.id);
    checkCode(answer, context.id, settings);
    return answer;
  };

  const system: LegacySystem = {
    ...(settings.orders ? { orders: orderCounter(settings.orders, context.id, under(endpoint), post) } : {}),
    async ask(question) {
      const query = queries.get(question.by);
      if (!query) throw new AgencyFault('NOT_SUPPORTED_HERE', `${context.id} cannot be asked by ${question.by}`);
      const parts = question.parts.filter((part) => query.parts.has(part));
      const none = new Map(question.parts.map((part): [string, readonly RawRow[]] => [part, []]));
      // Parts that are not kept by this kind of key hold nothing under it.
      if (parts.length === 0) return { rows: none, asOf: new Date(), freshness: 'LIVE' };

      const answer = await post(query.path, requestBody(settings, query, question, parts), question.signal);
      return { rows: new Map([...none, ...rowsOf(answer, query, parts, context.id)]), asOf: new Date(), freshness: 'LIVE' };
    },
    close: () => pool.destroy(),
  };
  return system;
};

/** Paths below the endpoint. */
const under =
  (endpoint: URL) =>
  (path: string): string =>
    endpoint.pathname.replace(/\/$/, '') + path + endpoint.search;

function orderCounter(
  orders: Static<typeof Orders>,
  id: string,
  at: (path: string) => string,
  post: (path: string, body: object, signal: AbortSignal, headers?: Readonly<Record<string, string>>) => Promise<ExactJson>,
): OrderCounter {
  const [receipt, lines] = [rowFinder(orders.receipt), rowFinder(orders.lines)];
  const send = async (path: string, { head, rows }: OfficePaper, signal: AbortSignal): Promise<OfficePaper> => {
    const answer = await post(at(path), { [orders.head]: head, [orders.rows]: rows }, signal, orders.headers);
    const [heads, found] = [receipt(answer), lines(answer)];
    const [only] = heads ?? [];
    if (!only || heads?.length !== 1 || !found)
      throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has no receipt where it belongs`);
    return { head: filledIn(only), rows: found.map(filledIn) };
  };
  return {
    order: (paper, signal) => send(orders.order, paper, signal),
    inquire: (_, paper, signal) => send(orders.inquiry, paper, signal),
  };
}

function compileQuery(query: Static<typeof Query>, endpoint: URL): CompiledQuery {
  return {
    path: under(endpoint)(query.path),
    keys: query.keys,
    parts: new Map(Object.entries(query.rows).map(([part, path]) => [part, { find: rowFinder(path), total: query.totals?.[part] }])),
  };
}

function requestBody(
  settings: RestSettings,
  query: CompiledQuery,
  question: SystemQuestion,
  parts: readonly string[],
): Record<string, unknown> {
  const forms = settings.keyForms && question.by === 'citizen';
  return {
    ...settings.body,
    [query.keys]: forms ? question.keys.flatMap((key) => citizenNumberForms(key as CitizenNumber)) : question.keys,
    ...(settings.partsField === undefined ? {} : { [settings.partsField]: parts.map((part) => settings.partNames?.[part] ?? part) }),
  };
}

function rowsOf(answer: ExactJson, query: CompiledQuery, parts: readonly string[], id: string): [string, readonly RawRow[]][] {
  return parts.map((part) => {
    const place = query.parts.get(part);
    const rows = place?.find(answer);
    if (!rows) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has no list of ${part} where it belongs`);
    if (place?.total !== undefined && memberAt(answer, place.total) !== String(rows.length)) {
      throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer has another number of ${part} rows than it says`);
    }
    return [part, rows];
  });
}

function readAnswer(bytes: Buffer, id: string): ExactJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is not in UTF-8`);
  }
  try {
    return parseExactJson(text);
  } catch {
    // The parser's message quotes the answer, so it is not kept as the cause.
    throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: the answer is not JSON`);
  }
}

function checkCode(answer: ExactJson, id: string, settings: RestSettings): void {
  if (settings.codeField === undefined) return;
  const code = memberAt(answer, settings.codeField);
  if (typeof code === 'string' && settings.okCodes.includes(code)) return;
  const refusal =
    typeof code === 'string' && settings.refusals && Object.hasOwn(settings.refusals, code) ? settings.refusals[code] : undefined;
  throw new AgencyFault(
    refusal ?? 'AGENCY_BAD_RESPONSE',
    `${id}: the answer ${refusal ? 'is a refusal' : 'carries an error'} inside a success`,
  );
}
