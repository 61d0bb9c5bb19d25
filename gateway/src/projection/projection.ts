import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Withheld } from '../access/prospects.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { isRecord } from '../agencies/reply.js';
import { shapeOf, type Selected } from '../verbatim/shape.js';
import { Verbatim } from '../verbatim/verbatim.js';
import { objectWriter, type FieldSource } from './object-writer.js';
import { leafWriter } from './leaves.js';
import { BUBBLE, type WriteObject, type WriteValue } from './projecting.js';
import { fieldsOfType, selectionsBelow, targetOf, type Condition, type Conditioned, type IsDeferred } from './selection.js';

/** What a projection is made from. */
export interface ProjectionSource {
  readonly schema: GraphQLSchema;
  /** Fields left out of the question for its caller. */
  readonly withheld: ReadonlyMap<FieldNode, Withheld>;
  /** Containers that had nothing left in them. */
  readonly emptied: ReadonlySet<FieldNode>;
  readonly isDeferred: IsDeferred;
  /** Key of a field in what was fetched. */
  readonly planKey: (node: FieldNode) => string;
}

/** A withheld field at or below a key, with what must hold of the variables for it to have been asked. */
export interface WithheldBelow {
  readonly path: readonly string[];
  readonly conditions: readonly Condition[];
  readonly why: Withheld;
}

type Sets = readonly Conditioned<SelectionSetNode>[];

/**
 * Makes functions that write what was asked from what was fetched, as JSON: exactly the asked keys, in the asked order, with nulls where
 * the schema allows them. Functions are made per runtime type when an object of it first comes, once per operation.
 */
export class ProjectionCompiler {
  readonly #selected: Selected;

  constructor(readonly source: ProjectionSource) {
    const { schema, isDeferred, planKey, withheld, emptied } = source;
    this.#selected = { schema, isDeferred, keyOf: planKey, isLeftOut: (node) => withheld.has(node) || emptied.has(node) };
  }

  /** Writes an object that is declared as `type`. */
  object(type: GraphQLCompositeType, sets: Sets): WriteObject {
    return isObjectType(type) ? this.#whole(type, sets) : this.#abstract(type, sets);
  }

  #whole(type: GraphQLCompositeType, sets: Sets): WriteObject {
    const { schema, isDeferred } = this.source;
    const sources = new Map<string, FieldSource>();
    const fields = fieldsOfType(sets, type, schema, isDeferred);
    for (const [key, nodes] of fields.byKey) {
      const [first] = nodes;
      if (first) sources.set(key, this.#source(key, first.node, nodes, type));
    }
    return objectWriter(sources, fields);
  }

  #source(key: string, node: FieldNode, nodes: readonly Conditioned<FieldNode>[], type: GraphQLCompositeType): FieldSource {
    const name = node.name.value;
    const gone = nodes.every((one) => this.source.withheld.has(one.node) || this.source.emptied.has(one.node));
    if (gone) return { kind: 'WITHHELD', below: this.#withheldBelow(key, nodes, type) };
    if (name === '__typename') return isAbstractType(type) ? { kind: 'UNKNOWN' } : { kind: 'TYPENAME', name: type.name };
    const field = fieldOf(type, name);
    // Introspection has been answered by the graph itself.
    if (!field) return { kind: 'LOCAL' };
    return {
      kind: 'VALUE',
      from: this.source.planKey(node),
      type: field.type,
      write: this.#passing(key, nodes, type, field.type),
    };
  }

  /** Writes what was passed on in the asked shape as it came. */
  #passing(key: string, nodes: readonly Conditioned<FieldNode>[], parent: GraphQLCompositeType, type: GraphQLOutputType): WriteValue {
    const write = this.#nullable(type, selectionsBelow(nodes));
    if (!isObjectType(parent) || !isObjectType(getNamedType(type))) return write;
    // Found when the first comes: most values are none.
    let shape: string | null | undefined;
    return (text, raw, x, inner) => {
      if (!(raw instanceof Verbatim)) return write(text, raw, x, inner);
      shape ??= shapeOf(parent, key, nodes, this.#selected) ?? null;
      return raw.shape === shape ? text + raw.text : write(text, raw.read(), x, inner);
    };
  }

  /** An object of an abstract type is what its `__typename` says; one that says nothing is taken for what was declared. */
  #abstract(declared: GraphQLCompositeType, sets: Sets): WriteObject {
    const { schema } = this.source;
    const known = new Map<unknown, WriteObject | null>();
    const make = (name: unknown): WriteObject | null => {
      const type = name === undefined ? declared : compositeType(schema, typeof name === 'string' ? name : undefined);
      const made = type && canBe(schema, declared, type) ? this.#whole(type, sets) : null;
      // The names come from a reply; the graph bounds how many can be worth keeping.
      if (type) known.set(name, made);
      return made;
    };
    return (text, raw, x) => {
      const name = Object.hasOwn(raw, '__typename') ? raw['__typename'] : undefined;
      const write = known.get(name) ?? make(name);
      return write === null ? BUBBLE : write(text, raw, x);
    };
  }

  /** Writes a value as if it might be null, whatever its type says; the one around it decides what a null does. */
  #nullable(type: GraphQLOutputType, sets: Sets): WriteValue {
    if (isNonNullType(type)) return this.#nullable(type.ofType, sets);
    if (isListType(type)) return this.#list(type.ofType, sets);
    if (isLeafType(type)) return leafWriter(type);
    const target = targetOf(type);
    if (!target) throw new Error('an output type of no known kind');
    const write = this.object(target, sets);
    return (text, raw, x) => {
      if (raw === null || raw === undefined) return null;
      if (!isRecord(raw)) return x.noteHere();
      const object = write(text, raw, x);
      return object === BUBBLE ? null : object;
    };
  }

  #list(item: GraphQLOutputType, sets: Sets): WriteValue {
    const write = this.#nullable(item, sets);
    const nullableItems = !isNonNullType(item);
    const leaves = isLeafType(getNullableType(item));
    return (text, raw, x) => {
      if (raw === null || raw === undefined) return null;
      if (!Array.isArray(raw)) return x.noteHere();
      const values: readonly unknown[] = raw;
      const length = values.length;
      let list = `${text}[`;
      for (let i = 0; i < length; i++) {
        const noted = x.broken.length;
        if (!leaves) x.enter(i);
        const before = i === 0 ? list : `${list},`;
        const value = write(before, values[i], x, i);
        if (!leaves) x.leave();
        if (value === null && !nullableItems) {
          x.bubble(i, noted);
          return null;
        }
        list = value ?? `${before}null`;
      }
      return `${list}]`;
    };
  }

  #withheldBelow(key: string, nodes: readonly Conditioned<FieldNode>[], type: GraphQLCompositeType): WithheldBelow[] {
    const found: WithheldBelow[] = [];
    for (const { node, conditions } of nodes) {
      const why = this.source.withheld.get(node);
      if (why) return [{ path: [key], conditions, why }];
      const field = fieldOf(type, node.name.value);
      if (!node.selectionSet || !field) continue;
      for (const inner of this.#withheldIn([{ node: node.selectionSet, conditions }], field.type))
        found.push({ ...inner, path: [key, ...inner.path] });
    }
    return found;
  }

  #withheldIn(sets: Sets, declared: GraphQLOutputType): WithheldBelow[] {
    const type = targetOf(declared);
    if (!type) return [];
    const { schema, isDeferred } = this.source;
    return [...fieldsOfType(sets, type, schema, isDeferred).byKey].flatMap(([key, nodes]) => this.#withheldBelow(key, nodes, type));
  }
}

/** True when an object declared as one type may be of another; what an agency calls by the name of an interface may be any of its kinds. */
function canBe(schema: GraphQLSchema, declared: GraphQLCompositeType, actual: GraphQLCompositeType): boolean {
  return !isObjectType(actual) || (isAbstractType(declared) && schema.isSubType(declared, actual));
}
