import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, isEnumType, type GraphQLLeafType } from 'graphql';
import type { ProjectValue } from './projecting.js';

/**
 * Reads a scalar or an enum value. Null for one that is not of its type; an enum value the clients' graph does not have is null without
 * being a fault, since another subgraph may be ahead of it.
 */
export function leafReader(type: GraphQLLeafType): ProjectValue {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => name));
    return (raw) => (typeof raw === 'string' && values.has(raw) ? raw : null);
  }
  const accepts = ACCEPTED.get(type.name);
  // A scalar of the graph's own may be any JSON.
  if (!accepts) return (raw) => raw ?? null;
  return (raw, x, key) => {
    if (raw === null || raw === undefined) return null;
    const value = accepts(raw);
    return value === undefined ? x.note(key) : value;
  };
}

const ACCEPTED: ReadonlyMap<string, (raw: unknown) => unknown> = new Map<string, (raw: unknown) => unknown>([
  [GraphQLString.name, (raw) => (typeof raw === 'string' ? raw : undefined)],
  [GraphQLBoolean.name, (raw) => (typeof raw === 'boolean' ? raw : undefined)],
  // 32 bits and no more (GraphQL, section 3.5.1).
  [GraphQLInt.name, (raw) => (typeof raw === 'number' && (raw | 0) === raw ? raw : undefined)],
  [GraphQLFloat.name, (raw) => (typeof raw === 'number' ? raw : undefined)],
  // IDs are written as strings whatever they were (GraphQL, section 3.5.5).
  [GraphQLID.name, (raw) => (typeof raw === 'string' ? raw : typeof raw === 'number' && Number.isInteger(raw) ? String(raw) : undefined)],
]);

/** JavaScript that is true for values a leaf takes over as they are; undefined where there is no such short test. */
export function plainTest(type: GraphQLLeafType, value: string): string | undefined {
  if (isEnumType(type)) return undefined;
  return {
    String: `typeof ${value}==="string"`,
    ID: `typeof ${value}==="string"`,
    Boolean: `typeof ${value}==="boolean"`,
    Float: `typeof ${value}==="number"`,
  }[type.name];
}
