import { isUtf8 } from 'node:buffer';
import { refuse, type Refusal } from '../graph/operations.js';
import { withoutDocumentHashes } from '../trusted/request.js';
import type { Exchange } from './exchange.js';

/** What a request asks, in whichever way it came. */
export interface RequestParams {
  /** Text of the document; undefined when it is named by `documentId` or in `extensions`. */
  readonly query: string | undefined;
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}
export type ReadParams = { readonly ok: true; readonly params: RequestParams } | Refusal;

/** What a request asks: of a POST its body says it, of every other its address. */
export function paramsOfRequest({ method, url, request, body }: Exchange): ReadParams {
  return method === 'POST' ? paramsOfBody(request.headers['content-type'], body) : paramsOfUrl(url);
}

/** Reads the body of a POST. */
function paramsOfBody(contentType: string | undefined, body: Buffer | undefined): ReadParams {
  if (contentType !== 'application/json' && !isJson(contentType)) return refuse('UNSUPPORTED_MEDIA_TYPE');
  if (body === undefined || !isUtf8(body)) return refuse('BAD_REQUEST', { detail: NOT_JSON });
  let value: unknown;
  try {
    const text = body.toString('utf8');
    value = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    return refuse('BAD_REQUEST', { detail: NOT_JSON });
  }
  return paramsOf(value);
}

/** Reads the query of a GET. A URL that looks as if it held a citizen number is refused: URLs end up in logs. */
function paramsOfUrl(url: string): ReadParams {
  if (hasShapeOfCitizenNumber(withoutDocumentHashes(url))) return refuse('PERSONAL_DATA_IN_URL');
  const { searchParams } = new URL(url, 'http://hub.invalid');
  const value: Record<string, unknown> = {};
  for (const name of ['query', 'documentId', 'operationName'] as const) if (searchParams.has(name)) value[name] = searchParams.get(name);
  for (const name of ['variables', 'extensions'] as const) {
    const text = searchParams.get(name);
    if (text === null || text === '') continue;
    try {
      value[name] = JSON.parse(text);
    } catch {
      return refuse('BAD_REQUEST', { detail: `${name} is not JSON.` });
    }
  }
  return paramsOf(value);
}

/** True when a URL contains, encoded or not, 18 characters like a citizen number or 15 digits like an old one. */
function hasShapeOfCitizenNumber(url: string): boolean {
  let text = url.replaceAll('+', ' ');
  for (let round = 0; round < 3; round++) {
    const plain = text.normalize('NFKC').replace(/\s+/g, '');
    if (/(?<!\d)(\d{17}[\dXx]|\d{15})(?!\d)/.test(plain)) return true;
    try {
      text = decodeURIComponent(text);
    } catch {
      return false;
    }
  }
  return false;
}

/** Reads a request that is JSON already: a body, or the payload of a WebSocket message. */
export function paramsOf(value: unknown): ReadParams {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('BAD_REQUEST', { detail: 'Send one JSON object with query.' });
  const { query, documentId, operationName, variables, extensions }: Partial<Record<keyof RequestParams, unknown>> = value;
  if (!isOptionalText(query)) return refuse('BAD_REQUEST', { detail: 'query must be a string.' });
  if (!isOptionalText(documentId)) return refuse('BAD_REQUEST', { detail: 'documentId must be a string.' });
  if (!isOptionalText(operationName)) return refuse('BAD_REQUEST', { detail: 'operationName must be a string.' });
  if (!isOptionalObject(variables)) return refuse('BAD_REQUEST', { detail: 'variables must be an object.' });
  if (!isOptionalObject(extensions)) return refuse('BAD_REQUEST', { detail: 'extensions must be an object.' });
  return {
    ok: true,
    params: {
      query: query ?? undefined,
      documentId: documentId ?? undefined,
      operationName: operationName === null || operationName === '' ? undefined : operationName,
      variables: variables ?? NONE,
      extensions: extensions ?? undefined,
    },
  };
}

const BYTE_ORDER_MARK = '\ufeff';
const NOT_JSON = 'The body is not JSON in UTF-8.';
const NONE: Readonly<Record<string, unknown>> = {};

function isJson(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  return type === 'application/json' && (charset === undefined || charset === 'utf-8' || charset === 'utf8');
}

function isOptionalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function isOptionalObject(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}
