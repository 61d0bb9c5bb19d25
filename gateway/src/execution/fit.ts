import {
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { isRecord, type ReplyPath } from '../agencies/reply.js';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { fieldsOfType, hold, selectionsBelow, targetOf, type Condition, type Conditioned } from '../projection/selection.js';
import { Verbatim } from '../verbatim/verbatim.js';
import { requirementsOf } from './guarded-selection.js';
import type { Fetched } from './places.js';

/** What is asked of a subject. */
export interface AskedOfSubject {
  readonly type: GraphQLCompositeType;
  readonly selectionSet: SelectionSetNode;
  /** What must be granted for it. */
  readonly requirements: readonly Requirement[];
}

/** An entity with a subject of its own that came inside a reply, with fields that need a decision about that subject. */
export interface NestedSubject {
  readonly kind: SubjectKind;
  /** Value of its key field; undefined when the reply does not say. */
  readonly key: string | undefined;
  readonly asked: AskedOfSubject;
  /** The object in the fitted reply. */
  readonly object: Fetched;
  readonly path: ReplyPath;
}

/** An object of a reply being fitted, and what is found on the way. */
export class Fitting {
  broken: ReplyPath[] = [];
  nested: NestedSubject[] = [];
  /** Place of the value being looked at. */
  readonly path: (string | number)[] = [];

  /** @param isTrue says it of variables in conditions of @skip and @include that the planner left in the fetch */
  constructor(readonly isTrue: (variable: string) => boolean) {}

  /** For the next one. */
  begin(): void {
    if (this.broken.length > 0) this.broken = [];
    if (this.nested.length > 0) this.nested = [];
  }

  break(): typeof BROKEN {
    this.broken.push([...this.path]);
    return BROKEN;
  }
}

/**
 * Makes an object of a reply, which is nobody else's, what was asked: almost always it is that already.
 * @returns undefined when it cannot be used at all; the place is then in `broken`
 */
export type Fit = (value: Fetched, fitting: Fitting) => Fetched | undefined;

const BROKEN = Symbol('a value that cannot stand here');

type FitObject = (value: Fetched, fitting: Fitting) => Fetched | typeof BROKEN;
type FitValue = (value: unknown, fitting: Fitting) => unknown;
type Sets = readonly Conditioned<SelectionSetNode>[];

interface FitField {
  readonly key: string;
  /** It is there if all conditions of one of these hold. Undefined where it always is. */
  readonly present: readonly (readonly Condition[])[] | undefined;
  /** Undefined for `__typename`. */
  readonly fit: FitValue | undefined;
  /** Most fields are, and one that has a value needs no more than a look. */
  readonly isLeaf: boolean;
  /** Every object has something by this name. */
  readonly inherited: boolean;
}

/**
 * Makes what takes from replies to a fetch exactly what was asked, where it has the asked shape. A value of another shape becomes null at
 * the nearest place that may be null and is named in `broken`: a strange reply must cost one field, never the answer. Made once for a
 * fetch, and for a type when an object of it first comes.
 */
export function compileFit(graph: Graph, type: GraphQLCompositeType, set: SelectionSetNode): Fit {
  const object = fitObject(graph, type, [{ node: set, conditions: [] }]);
  return (value, fitting) => {
    const fitted = object(value, fitting);
    return fitted === BROKEN ? undefined : fitted;
  };
}

function fitObject(graph: Graph, declared: GraphQLCompositeType, sets: Sets): FitObject {
  const known = new Map<string, readonly FitField[]>();
  const fieldsOf = (name: string): readonly FitField[] | undefined => {
    let fields = known.get(name);
    if (!fields) {
      // Names come from replies; the graph bounds how many are kept.
      const type = compositeType(graph.full, name);
      if (type) known.set(name, (fields = fitFields(graph, type, sets)));
    }
    return fields;
  };
  return (value, fitting) => {
    const name = typeof value['__typename'] === 'string' ? value['__typename'] : declared.name;
    const fields = fieldsOf(name);
    if (!fields) return fitting.break();
    let expected = 0;
    for (const one of fields) {
      const { key, present, fit, isLeaf } = one;
      if (present && !present.some((conditions) => hold(conditions, fitting.isTrue))) continue;
      expected++;
      if (!fit) {
        if (value[key] !== name) put(value, one, name);
        continue;
      }
      const field = one.inherited && !Object.hasOwn(value, key) ? undefined : value[key];
      if (isLeaf && field !== undefined && typeof field !== 'object') continue;
      fitting.path.push(key);
      const fitted = fit(field, fitting);
      fitting.path.pop();
      if (fitted === BROKEN) return BROKEN;
      if (fitted !== field) put(value, one, fitted);
    }
    return Object.keys(value).length === expected ? value : only(value, fields, fitting);
  };
}

/** What every object has by inheritance is not replaced by an assignment. */
function put(object: Fetched, { key, inherited }: FitField, value: unknown): void {
  if (inherited) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** The same without what was not asked for. */
function only(value: Readonly<Fetched>, fields: readonly FitField[], { isTrue }: Fitting): Fetched {
  const result: Fetched = {};
  for (const one of fields)
    if (!one.present || one.present.some((conditions) => hold(conditions, isTrue))) put(result, one, value[one.key]);
  return result;
}

function fitFields(graph: Graph, type: GraphQLCompositeType, sets: Sets): FitField[] {
  return [...fieldsOfType(sets, type, graph.full, () => false).byKey].flatMap(([key, nodes]): FitField[] => {
    const name = nodes[0]?.node.name.value ?? '';
    const inherited = key in Object.prototype;
    const present = nodes.some(({ conditions }) => conditions.length === 0) ? undefined : nodes.map(({ conditions }) => conditions);
    if (name === '__typename') return [{ key, present, fit: undefined, isLeaf: false, inherited }];
    const definition = fieldOf(type, name);
    if (!definition) return [];
    const fit = fitValue(graph, definition.type, selectionsBelow(nodes));
    return [{ key, present, fit, isLeaf: isLeafType(getNullableType(definition.type)), inherited }];
  });
}

/** A null where none may stand takes what is around it along. */
function fitValue(graph: Graph, type: GraphQLOutputType, sets: Sets): FitValue {
  if (!isNonNullType(type)) {
    const nullable = fitNullable(graph, type, sets);
    return (value, fitting) => {
      const fitted = nullable(value, fitting);
      return fitted === BROKEN ? null : fitted;
    };
  }
  const nullable = fitNullable(graph, type.ofType, sets);
  return (value, fitting) => {
    const fitted = nullable(value, fitting);
    return fitted === null ? fitting.break() : fitted;
  };
}

function fitNullable(graph: Graph, type: GraphQLOutputType, sets: Sets): FitValue {
  const fit = isListType(type) ? fitList(graph, type.ofType as GraphQLOutputType, sets) : fitNamed(graph, type, sets);
  return (value, fitting) => {
    // What is passed on has been found to be as asked.
    if (value === null || value instanceof Verbatim) return value;
    return value === undefined ? fitting.break() : fit(value, fitting);
  };
}

function fitList(graph: Graph, item: GraphQLOutputType, sets: Sets): FitValue {
  const fit = fitValue(graph, item, sets);
  return (value, fitting) => {
    if (!Array.isArray(value)) return fitting.break();
    let broken = false;
    for (let index = 0; index < value.length; index++) {
      const one: unknown = value[index];
      fitting.path.push(index);
      const fitted = fit(one, fitting);
      fitting.path.pop();
      if (fitted === BROKEN) broken = true;
      else if (fitted !== one) value[index] = fitted;
    }
    return broken ? BROKEN : value;
  };
}

function fitNamed(graph: Graph, type: GraphQLOutputType, sets: Sets): FitValue {
  const target = targetOf(type);
  if (!target) return (value, fitting) => (typeof value === 'object' ? fitting.break() : value);
  const fit = fitObject(graph, target, sets);
  const subject = graph.access.subject(target.name);
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: sets.flatMap(({ node }) => node.selections) };
  const asked = subject && { type: target, selectionSet, requirements: requirementsOf(selectionSet, target, graph) };
  return (value, fitting) => {
    if (!isRecord(value)) return fitting.break();
    const object = fit(value, fitting);
    if (object === BROKEN || !asked || asked.requirements.length === 0) return object;
    const key = object[subject.field];
    fitting.nested.push({
      kind: subject.kind,
      key: typeof key === 'string' ? key : undefined,
      asked,
      object,
      path: [...fitting.path],
    });
    return object;
  };
}
