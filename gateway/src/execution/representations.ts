import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isRecord } from '../agencies/reply.js';
import type { Fetched, IsOfType } from './places.js';
import { applyRewrites } from './rewrites.js';

/** Writes what an agency needs to know an entity by, as JSON. Undefined for an object that does not hold all of it: it is not sent. */
export type WriteRepresentation = (object: Readonly<Fetched>) => string | undefined;

interface Needed {
  readonly key: string;
  /** What stands before its value in JSON, from the end of the value before it on. */
  readonly head: string;
  readonly write: (value: unknown) => string | undefined;
}

/** What is needed of objects of one type. */
interface NeededOfType {
  readonly fields: readonly Needed[];
  /** What stands after the last value. */
  readonly tail: string;
}

/**
 * Compiles `requires` of a plan. Representations are written as text straight from the objects, once for each object and all fetches
 * that need the same of it.
 */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[] | undefined,
  of: IsOfType,
): WriteRepresentation {
  const write = compileObject(requires, of, true);
  const named: WriteRepresentation = (object) => (typeof object['__typename'] === 'string' ? write(object) : undefined);
  if (!rewrites || rewrites.length === 0) return named;
  return (object) => {
    const text = named(object);
    if (text === undefined) return undefined;
    const representation: unknown = JSON.parse(text);
    applyRewrites(rewrites, representation, of);
    return JSON.stringify(representation);
  };
}

function compileObject(selections: readonly QueryPlanSelectionNode[], of: IsOfType, top = false): WriteRepresentation {
  const byType = new Map<unknown, NeededOfType>();
  return (object) => {
    const typename = object['__typename'];
    let needed = byType.get(typename);
    if (!needed) {
      needed = neededOf(selections, typename, of);
      if (byType.size < TYPES_KEPT) byType.set(typename, needed);
    }
    // Whoever has nothing but a type cannot be told from others of it.
    if (top && needed.fields.length === 0) return undefined;
    let text = '';
    for (const { key, head, write } of needed.fields) {
      const value = Object.hasOwn(object, key) ? object[key] : undefined;
      if (value === undefined) return undefined;
      const written = write(value);
      if (written === undefined) return undefined;
      text += head + written;
    }
    return text + needed.tail;
  };
}

/** Names of types come from replies; more than a graph has are not worth remembering. */
const TYPES_KEPT = 1_000;

function neededOf(selections: readonly QueryPlanSelectionNode[], typename: unknown, of: IsOfType): NeededOfType {
  const keys = new Map<string, QueryPlanSelectionNode[] | undefined>();
  const walk = (list: readonly QueryPlanSelectionNode[]): void => {
    for (const selection of list) {
      if (selection.kind === 'InlineFragment') {
        if (selection.typeCondition === undefined || of(typename, selection.typeCondition)) walk(selection.selections);
        continue;
      }
      const key = selection.alias ?? selection.name;
      keys.set(key, selection.selections ? [...(keys.get(key) ?? []), ...selection.selections] : keys.get(key));
    }
  };
  walk(selections);
  const fields: Needed[] = [];
  let head = '{';
  for (const [key, below] of keys) {
    head += `${head === '{' ? '' : ','}${JSON.stringify(key)}:`;
    if (key === '__typename' && typeof typename === 'string') {
      // The same for all objects of the type.
      head += JSON.stringify(typename);
      continue;
    }
    const object = below && compileObject(below, of);
    fields.push({ key, head, write: object ? (value) => writeNested(value, object) : writeLeaf });
    head = '';
  }
  return { fields, tail: `${head}}` };
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w .:/+=-]*$/;

function writeLeaf(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

function writeNested(value: unknown, object: WriteRepresentation): string | undefined {
  if (value === null) return 'null';
  if (isRecord(value)) return object(value);
  if (!Array.isArray(value)) return undefined;
  const items: string[] = [];
  for (const item of value) {
    const written = writeNested(item, object);
    if (written === undefined) return undefined;
    items.push(written);
  }
  return `[${items.join(',')}]`;
}
