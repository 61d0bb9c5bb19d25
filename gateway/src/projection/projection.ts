import {
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
import type { Withheld } from '../access/profile.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { isRecord } from '../agencies/reply.js';
import { writeObject, type FieldSource } from './written-object.js';
import { leafReader } from './leaves.js';
import { BUBBLE, type ProjectObject, type ProjectValue } from './projecting.js';
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
 * Makes functions that turn what was fetched into what was asked: exactly the asked keys, in the asked order, with nulls where the
 * schema allows them. Functions are made per runtime type when an object of it first comes, once per operation.
 */
export class ProjectionCompiler {
  constructor(readonly source: ProjectionSource) {}

  /** Projects an object that is declared as `type`. */
  object(type: GraphQLCompositeType, sets: Sets): ProjectObject {
    return isObjectType(type) ? this.#whole(type, sets) : this.#abstract(type, sets);
  }

  #whole(type: GraphQLCompositeType, sets: Sets): ProjectObject {
    const { schema, isDeferred } = this.source;
    const fields: FieldSource[] = [];
    const { byKey, order, undecided } = fieldsOfType(sets, type, schema, isDeferred);
    if (undecided.length > 0) fields.push({ kind: 'UNKNOWN', key: '', present: undecided });
    for (const [key, nodes] of byKey) {
      const [first] = nodes;
      if (!first) continue;
      const present = nodes.map(({ conditions }) => conditions);
      const name = first.node.name.value;
      const gone = nodes.every(({ node }) => this.source.withheld.has(node) || this.source.emptied.has(node));
      const field = fieldOf(type, name);
      if (gone) fields.push({ kind: 'WITHHELD', key, present, below: this.#withheldBelow(key, nodes, type) });
      else if (name === '__typename')
        fields.push(isAbstractType(type) ? { kind: 'UNKNOWN', key, present } : { kind: 'TYPENAME', key, present, name: type.name });
      // Introspection has been answered by the graph itself.
      else if (!field) fields.push({ kind: 'LOCAL', key, present });
      else
        fields.push({
          kind: 'VALUE',
          key,
          from: this.source.planKey(first.node),
          present,
          type: field.type,
          read: this.#nullable(field.type, selectionsBelow(nodes)),
        });
    }
    return writeObject(fields, order);
  }

  /** An object of an abstract type is what its `__typename` says; one that says nothing is taken for what was declared. */
  #abstract(declared: GraphQLCompositeType, sets: Sets): ProjectObject {
    const { schema } = this.source;
    const known = new Map<unknown, ProjectObject | null>();
    const make = (name: unknown): ProjectObject | null => {
      const type = name === undefined ? declared : compositeType(schema, typeof name === 'string' ? name : undefined);
      const made = type && canBe(schema, declared, type) ? this.#whole(type, sets) : null;
      // The names come from a reply; the graph bounds how many can be worth keeping.
      if (type) known.set(name, made);
      return made;
    };
    return (raw, x) => {
      const name = Object.hasOwn(raw, '__typename') ? raw['__typename'] : undefined;
      const project = known.get(name) ?? make(name);
      return project === null ? BUBBLE : project(raw, x);
    };
  }

  /** Reads a value as if it might be null, whatever its type says; the one who reads decides what a null does. */
  #nullable(type: GraphQLOutputType, sets: Sets): ProjectValue {
    if (isNonNullType(type)) return this.#nullable(type.ofType, sets);
    if (isListType(type)) return this.#list(type.ofType, sets);
    if (isLeafType(type)) return leafReader(type);
    const target = targetOf(type);
    if (!target) throw new Error('an output type of no known kind');
    const project = this.object(target, sets);
    return (raw, x) => {
      if (raw === null || raw === undefined) return null;
      if (!isRecord(raw)) return x.noteHere();
      const object = project(raw, x);
      return object === BUBBLE ? null : object;
    };
  }

  #list(item: GraphQLOutputType, sets: Sets): ProjectValue {
    const read = this.#nullable(item, sets);
    const nullableItems = !isNonNullType(item);
    const leaves = isLeafType(getNullableType(item));
    return (raw, x) => {
      if (raw === null || raw === undefined) return null;
      if (!Array.isArray(raw)) return x.noteHere();
      const values: readonly unknown[] = raw;
      const length = values.length;
      const list = new Array<unknown>(length);
      for (let i = 0; i < length; i++) {
        const noted = x.broken.length;
        if (!leaves) x.enter(i);
        const value = read(values[i], x, i);
        if (!leaves) x.leave();
        if (value === null && !nullableItems) {
          x.bubble(i, noted);
          return null;
        }
        list[i] = value;
      }
      return list;
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
