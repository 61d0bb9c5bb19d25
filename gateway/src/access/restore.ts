import {
  getNamedType,
  isCompositeType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { activeFields } from '../graph/active-selections.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import type { Cut } from './cut.js';
import type { Withheld } from './profile.js';

/** Position in an answer: response keys and list positions. */
export type AnswerPath = readonly (string | number)[];

/** A field that was withheld, at its place in the answer. */
export interface WithheldAt extends Withheld {
  readonly path: AnswerPath;
}

export interface Restored {
  readonly data: Record<string, unknown>;
  readonly withheld: readonly WithheldAt[];
}

/**
 * Puts the nulls of withheld fields back into the answer of a cut question, in the order of the question the caller wrote, with one
 * entry per withheld field and list element.
 */
export function restoreWithheld(
  original: OperationDefinitionNode,
  cut: Cut,
  data: Record<string, unknown>,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Restored {
  const root = schema.getRootType(original.operation);
  if (!root) return { data, withheld: [] };
  const restorer = new Restorer(cut, variables, schema);
  return { data: restorer.object([original.selectionSet], root, data, []), withheld: restorer.withheldAt };
}

class Restorer {
  readonly withheldAt: WithheldAt[] = [];

  constructor(
    readonly cut: Cut,
    readonly variables: Readonly<Record<string, unknown>>,
    readonly schema: GraphQLSchema,
  ) {}

  object(
    sets: readonly SelectionSetNode[],
    declared: GraphQLCompositeType,
    data: Record<string, unknown>,
    path: AnswerPath,
  ): Record<string, unknown> {
    const name = typeof data['__typename'] === 'string' ? data['__typename'] : declared.name;
    const type = compositeType(this.schema, name) ?? declared;
    const result = Object.create(null) as Record<string, unknown>; // an alias may be called __proto__
    for (const [key, nodes] of activeFields(sets, type, this.schema, this.variables))
      result[key] = this.#field(key, nodes, type, data, [...path, key]);
    return result;
  }

  #field(key: string, nodes: readonly FieldNode[], type: GraphQLCompositeType, data: Record<string, unknown>, path: AnswerPath): unknown {
    const [first] = nodes;
    if (first?.name.value === '__typename') return type.name;
    const gone = nodes.every((node) => this.cut.withheld.has(node) || this.cut.emptied.has(node));
    if (gone) {
      this.#report(nodes, path);
      return null;
    }
    const field = first && fieldOf(type, first.name.value);
    const target = field && getNamedType(field.type);
    const value = Object.hasOwn(data, key) ? data[key] : null;
    const sets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
    return sets.length > 0 && isCompositeType(target) ? this.#value(sets, target, value, path) : value;
  }

  #value(sets: readonly SelectionSetNode[], target: GraphQLCompositeType, value: unknown, path: AnswerPath): unknown {
    if (Array.isArray(value)) return value.map((element: unknown, index) => this.#value(sets, target, element, [...path, index]));
    return isRecord(value) ? this.object(sets, target, value, path) : null;
  }

  /** The first error of each withheld field; below an emptied container, of each withheld field in it. */
  #report(nodes: readonly FieldNode[], path: AnswerPath): void {
    for (const node of nodes) {
      const withheld = this.cut.withheld.get(node);
      if (withheld) {
        this.withheldAt.push({ ...withheld, path });
        return;
      }
    }
    const sets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
    for (const [key, below] of activeFields(sets, undefined, this.schema, this.variables)) this.#report(below, [...path, key]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
