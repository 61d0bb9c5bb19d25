import { refuse, type Refusal } from '../graph/operations.js';

/** What a GraphQL request over HTTP asks. */
export interface RequestParams {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}
export type ReadParams = { readonly ok: true; readonly params: RequestParams } | Refusal;

/** Reads the body of a POST. */
export function paramsOfBody(contentType: string | undefined, body: Buffer | undefined): ReadParams {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (type !== 'application/json' || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8'))
    return refuse('UNSUPPORTED_MEDIA_TYPE');
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return paramsOf(value);
  } catch {
    return refuse('BAD_REQUEST', { detail: 'The body is not JSON in UTF-8.' });
  }
}

/** Reads the query of a GET. A URL that looks as if it held a citizen number is refused: URLs end up in logs. */
export function paramsOfUrl(url: string): ReadParams {
  if (holdsCitizenNumber(url)) return refuse('PERSONAL_DATA_IN_URL');
  const { searchParams } = new URL(url, 'http://hub.invalid');
  const value: Record<string, unknown> = {};
  for (const name of ['query', 'operationName'] as const) if (searchParams.has(name)) value[name] = searchParams.get(name);
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
export function holdsCitizenNumber(url: string): boolean {
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

function paramsOf(value: unknown): ReadParams {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('BAD_REQUEST', { detail: 'Send one JSON object with query.' });
  const { query, operationName, variables, extensions }: Record<string, unknown> = { ...value };
  if (typeof query !== 'string' || query === '') return refuse('BAD_REQUEST', { detail: 'query must be a string.' });
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    return refuse('BAD_REQUEST', { detail: 'operationName must be a string.' });
  if (!isOptionalObject(variables)) return refuse('BAD_REQUEST', { detail: 'variables must be an object.' });
  if (!isOptionalObject(extensions)) return refuse('BAD_REQUEST', { detail: 'extensions must be an object.' });
  return {
    ok: true,
    params: {
      query,
      operationName: operationName === null || operationName === '' ? undefined : operationName,
      variables: variables ?? {},
    },
  };
}

function isOptionalObject(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}
