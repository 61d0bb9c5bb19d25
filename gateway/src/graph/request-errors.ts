import { ERROR_CATALOGUE, type ErrorCode } from '@yichuang/schema';
import { Kind, type GraphQLError, type GraphQLFormattedError } from 'graphql';

/**
 * Errors about the request itself. Texts of graphql-js quote what the client wrote, and what the client wrote may be a citizen number:
 * only our own text and a detail without values leave the hub.
 */

/** True for a code of the catalogue. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}

/** An error of the catalogue as it goes to the client. */
export function formatted(code: ErrorCode, extensions: Readonly<Record<string, unknown>> = {}): GraphQLFormattedError {
  return { message: ERROR_CATALOGUE[code].message, extensions: { code, ...extensions } };
}

/** HTTP status of a refused request with this code. */
export function statusOf(code: ErrorCode): number {
  const entry = ERROR_CATALOGUE[code];
  return 'status' in entry ? entry.status : 400;
}

/** A syntax error: everything from the first quotation mark on is cut, because it is the client's text. */
export function syntaxError(error: GraphQLError): GraphQLFormattedError {
  const detail = error.message.replace(/^Syntax Error: /, '').replace(/[ :,]*".*$/s, '…');
  return withLocations(formatted('GRAPHQL_PARSE_FAILED', { detail }), error);
}

/** A validation error: names of the graph stay, because they help; values and names that look like numbers do not. */
export function validationError(error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions['code'];
  if (isErrorCode(code)) return withLocations(formatted(code), error);
  if (!error.nodes)
    return formatted('GRAPHQL_VALIDATION_FAILED', { detail: 'Checking was given up: too many errors, or fields repeated too often.' });
  return withLocations(
    formatted('GRAPHQL_VALIDATION_FAILED', {
      detail: aboutValue(error) ? 'A value does not fit its type.' : withoutNumbers(error.message),
    }),
    error,
  );
}

/** A variable that does not fit: names the variable, never its value. */
export function variableError(error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions['code'];
  const node = error.nodes?.[0];
  const variable = node?.kind === Kind.VARIABLE_DEFINITION ? { variable: withoutNumbers(node.variable.name.value) } : {};
  return withLocations(formatted(isErrorCode(code) ? code : 'BAD_REQUEST', variable), error);
}

function withLocations(body: GraphQLFormattedError, error: GraphQLError): GraphQLFormattedError {
  return error.locations ? { ...body, locations: error.locations } : body;
}

const VALUE_KINDS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

function aboutValue(error: GraphQLError): boolean {
  return error.nodes?.some((node) => VALUE_KINDS.has(node.kind)) ?? true;
}

function withoutNumbers(text: string): string {
  return text.replace(/\w*\d{6,}\w*/g, '…');
}
