import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import { activeFields } from '../graph/active-selections.js';
import type { Graph } from '../graph/graph.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { isRecord, type ReplyPath } from '../agencies/reply.js';
import { requirementsByKey } from './compiled-fetch.js';

/** An entity with a subject of its own that came inside a reply, with fields that need a decision about that subject. */
export interface NestedSubject {
  readonly kind: SubjectKind;
  /** Value of its key field; undefined when the reply does not say. */
  readonly key: string | undefined;
  readonly requirements: ReadonlyMap<string, readonly Requirement[]>;
  /** The object in the fitted reply. */
  readonly object: Record<string, unknown>;
  readonly path: ReplyPath;
}

const BROKEN = Symbol('a value that cannot stand here');

/**
 * Takes from a reply exactly what was asked, where it has the asked shape. A value of another shape becomes null at the nearest place
 * that may be null and is named in `broken`: a strange reply must cost one field, never the answer.
 */
export class Fitter {
  readonly broken: ReplyPath[] = [];
  readonly nested: NestedSubject[] = [];

  constructor(
    readonly graph: Graph,
    /** Conditions of @skip and @include that the planner left in the operation. */
    readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  /** Fits the object of a root type or entity. Undefined when it cannot be used at all; the place is then in `broken`. */
  fit(
    value: Readonly<Record<string, unknown>>,
    type: GraphQLCompositeType,
    set: SelectionSetNode,
    path: ReplyPath,
  ): Record<string, unknown> | undefined {
    const fitted = this.#object(value, type, set, path);
    return fitted === BROKEN ? undefined : fitted;
  }

  #object(
    value: Readonly<Record<string, unknown>>,
    declared: GraphQLCompositeType,
    set: SelectionSetNode,
    path: ReplyPath,
  ): Record<string, unknown> | typeof BROKEN {
    const runtime = typeof value['__typename'] === 'string' ? compositeType(this.graph.full, value['__typename']) : declared;
    if (!runtime) return this.#broken(path);
    const result = Object.create(null) as Record<string, unknown>;
    for (const [key, nodes] of activeFields([set], runtime, this.graph.full, this.variables)) {
      const [node] = nodes;
      const definition = node && fieldOf(runtime, node.name.value);
      if (!definition) {
        if (node?.name.value === '__typename') result[key] = runtime.name;
        continue;
      }
      const selectionSet = nodes.flatMap(({ selectionSet: inner }) => inner?.selections ?? []);
      const fitted = this.#value(
        Object.hasOwn(value, key) ? value[key] : undefined,
        definition.type,
        { kind: Kind.SELECTION_SET, selections: selectionSet },
        [...path, key],
      );
      if (fitted === BROKEN) return BROKEN;
      result[key] = fitted;
    }
    return result;
  }

  #value(value: unknown, type: GraphQLOutputType, set: SelectionSetNode, path: ReplyPath): unknown {
    if (isNonNullType(type)) {
      const inner = this.#nullable(value, getNullableType(type), set, path);
      return inner === null ? this.#broken(path) : inner;
    }
    const inner = this.#nullable(value, type, set, path);
    return inner === BROKEN ? null : inner;
  }

  #nullable(value: unknown, type: GraphQLOutputType, set: SelectionSetNode, path: ReplyPath): unknown {
    if (value === null) return null;
    if (value === undefined) return this.#broken(path);
    if (isListType(type)) {
      if (!Array.isArray(value)) return this.#broken(path);
      const items = value.map((item: unknown, index) => this.#value(item, type.ofType as GraphQLOutputType, set, [...path, index]));
      return items.includes(BROKEN) ? BROKEN : items;
    }
    const target = getNamedType(type);
    if (!isCompositeType(target)) return typeof value === 'object' ? this.#broken(path) : value;
    if (!isRecord(value)) return this.#broken(path);
    const object = this.#object(value, target, set, path);
    if (object !== BROKEN) this.#noteSubject(object, target, set, path);
    return object;
  }

  #noteSubject(object: Record<string, unknown>, type: GraphQLCompositeType, set: SelectionSetNode, path: ReplyPath): void {
    const subject = this.graph.access.subject(type.name);
    if (!subject) return;
    const requirements = requirementsByKey(set, type, this.graph);
    if (![...requirements.values()].some((list) => list.length > 0)) return;
    const key = object[subject.field];
    this.nested.push({ kind: subject.kind, key: typeof key === 'string' ? key : undefined, requirements, object, path });
  }

  #broken(path: ReplyPath): typeof BROKEN {
    this.broken.push(path);
    return BROKEN;
  }
}
