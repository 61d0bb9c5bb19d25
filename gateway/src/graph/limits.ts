import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { ErrorCode } from '@yichuang/schema';

/** Bounds on one question. */
export interface QueryLimits {
  /** Bytes of the HTTP body or of the URL's query. @default 262144 */
  readonly maxBytes: number;
  /** Lexical tokens of the document, and fields once fragments are expanded. @default 2000 */
  readonly maxTokens: number;
  /** Nested selections; introspection is not counted, its depth is held by a validation rule of its own. @default 15 */
  readonly maxDepth: number;
  /** Aliases, counted wherever a fragment is spread. @default 30 */
  readonly maxAliases: number;
}

export const DEFAULT_LIMITS: QueryLimits = { maxBytes: 262_144, maxTokens: 2_000, maxDepth: 15, maxAliases: 30 };

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

/**
 * The limit a document exceeds, if any. Fragments count wherever they are spread, but each is measured once, so that a small document
 * that expands into an enormous one costs nothing to refuse.
 */
export function exceededLimit(document: DocumentNode, limits: QueryLimits): ErrorCode | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, Measure>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, aliases, fields } = measure(definition.selectionSet, fragments, measured);
    if (depth > limits.maxDepth) return 'QUERY_TOO_DEEP';
    if (aliases > limits.maxAliases) return 'QUERY_TOO_MANY_ALIASES';
    if (fields > limits.maxTokens) return 'QUERY_TOO_MANY_TOKENS';
  }
  return undefined;
}

const NOTHING: Measure = { depth: 0, aliases: 0, fields: 0 };

function measure(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, measured: Map<string, Measure>): Measure {
  let [depth, aliases, fields] = [0, 0, 0];
  for (const selection of set.selections) {
    let below: Measure;
    if (selection.kind === Kind.FIELD) {
      const inner = selection.selectionSet ? measure(selection.selectionSet, fragments, measured) : NOTHING;
      const introspection = selection.name.value.startsWith('__');
      below = { depth: introspection ? 1 : inner.depth + 1, aliases: inner.aliases + (selection.alias ? 1 : 0), fields: inner.fields + 1 };
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      below = measure(selection.selectionSet, fragments, measured);
    } else {
      below = measureFragment(selection.name.value, fragments, measured);
    }
    depth = Math.max(depth, below.depth);
    aliases += below.aliases;
    fields += below.fields;
  }
  return { depth, aliases, fields };
}

function measureFragment(name: string, fragments: ReadonlyMap<string, FragmentDefinitionNode>, measured: Map<string, Measure>): Measure {
  const known = measured.get(name);
  if (known) return known;
  const fragment = fragments.get(name);
  if (!fragment) return NOTHING;
  // A fragment that spreads itself is refused by validation; here it must only not run forever.
  measured.set(name, NOTHING);
  const result = measure(fragment.selectionSet, fragments, measured);
  measured.set(name, result);
  return result;
}
