import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, isEnumType, type GraphQLLeafType } from 'graphql';
import type { WriteValue } from './projecting.js';

/**
 * Writes a scalar or an enum value. Null for one that is not of its type; an enum value the clients' graph does not have is null without
 * being a fault, since another subgraph may be ahead of it.
 */
export function leafWriter(type: GraphQLLeafType): WriteValue {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]));
    return (text, raw) => joined(text, names.get(raw));
  }
  const write = WRITERS.get(type.name);
  // A scalar of the graph's own may be any JSON.
  if (!write) return (text, raw) => (raw === null || raw === undefined ? null : text + JSON.stringify(raw));
  return (text, raw, x, key) => (raw === null || raw === undefined ? null : (joined(text, write(raw)) ?? x.note(key)));
}

function joined(text: string, value: string | undefined): string | null {
  return value === undefined ? null : text + value;
}

const WRITERS: ReadonlyMap<string, (raw: unknown) => string | undefined> = new Map<string, (raw: unknown) => string | undefined>([
  [GraphQLString.name, (raw) => (typeof raw === 'string' ? quoted(raw) : undefined)],
  [GraphQLBoolean.name, (raw) => (typeof raw === 'boolean' ? String(raw) : undefined)],
  // 32 bits and no more (GraphQL, section 3.5.1).
  [GraphQLInt.name, (raw) => (typeof raw === 'number' && (raw | 0) === raw ? String(raw) : undefined)],
  // JSON has no infinity, but may hold a number that is read as one.
  [GraphQLFloat.name, (raw) => (Number.isFinite(raw) ? String(raw) : undefined)],
  // IDs are written as strings whatever they were (GraphQL, section 3.5.5).
  [
    GraphQLID.name,
    (raw) => (typeof raw === 'string' ? quoted(raw) : typeof raw === 'number' && Number.isInteger(raw) ? `"${raw}"` : undefined),
  ],
]);

/**
 * JavaScript that writes a value where that takes no more than a short test; undefined for other types.
 * @param value the variable it stands in
 * @param quote the name of `quoted`
 * @returns a test, and an expression that is JSON once it is joined to a text
 */
export function shortWriter(
  type: GraphQLLeafType,
  value: string,
  quote: string,
): { readonly fits: string; readonly json: string } | undefined {
  if (isEnumType(type)) return undefined;
  const text = { fits: `typeof ${value}==="string"`, json: `x.escaped?${quote}(${value}):'"'+${value}+'"'` };
  return {
    String: text,
    ID: text,
    Boolean: { fits: `typeof ${value}==="boolean"`, json: value },
    Int: { fits: `typeof ${value}==="number"&&(${value}|0)===${value}`, json: value },
    Float: { fits: `typeof ${value}==="number"&&${value}-${value}===0`, json: value },
  }[type.name];
}

/** What JSON writes in another way than it is (RFC 8259, section 7), and lone surrogates, which UTF-8 has no bytes for. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A string in JSON. */
export function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
