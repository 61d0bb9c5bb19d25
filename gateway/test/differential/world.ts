import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import { concreteTypes, type Blueprint } from './blueprint.js';
import { hash, pick, share } from './chance.js';

/** An object of the world: an entity (its key is a number), a value below one (its key is its place), or a root. */
export interface Thing {
  readonly __typename: string;
  /** The object type it truly has; `__typename` may say the name of an interface object. */
  readonly type: string;
  readonly key: string;
  /** What a subgraph was told of it in a representation. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** How the data of a world are made up. */
export interface WorldOptions {
  readonly seed: number;
  /** Nulls, errors, and nulls where none may be. Without them every list is full and every value there. */
  readonly faults: boolean;
  /** Entities of one type. */
  readonly entities: number;
  /** Elements of a list at most; exactly that many in a world without faults. @default 3 */
  readonly listed?: number;
  /** By subgraph, entity types it does not know or fails to look up now and then. */
  readonly missing?: Readonly<Record<string, readonly string[]>>;
  readonly failing?: Readonly<Record<string, readonly string[]>>;
  /** Values of custom scalars. */
  readonly scalars?: Scalars;
  readonly fields?: Fields;
}

/** By type name, values made of a text. */
export type Scalars = Readonly<Record<string, (text: string) => unknown>>;

type Arguments = Readonly<Record<string, unknown>>;

/** By coordinate, fields with a meaning of their own; `state` is what mutations have changed in this world so far. */
export type Fields = Readonly<Record<string, (thing: Thing, args: Arguments, state: Map<string, number>) => unknown>>;

/**
 * Data for any graph: every value follows from the seed, the object it belongs to, the field and its arguments. So each subgraph and
 * the truth tell the same of an object, whoever is asked, and in whatever order.
 */
export class World {
  readonly #state = new Map<string, number>();

  constructor(
    readonly blueprint: Blueprint,
    readonly options: WorldOptions,
  ) {}

  /** The value of a field, as graphql-js takes it from a resolver. Throws the field's error. */
  value(thing: Thing, field: string, args: Arguments): unknown {
    const coordinate = `${thing.type}.${field}`;
    const own = this.options.fields?.[coordinate];
    if (own) return own(thing, args, this.#state);
    const type = this.#type(thing.type, field);
    const text = `${this.options.seed} ${thing.type} ${thing.key} ${field} ${JSON.stringify(args)}`;
    if (this.#isLost('failing', thing, coordinate)) throw new GraphQLError('a reference that cannot be looked up');
    if (this.#isLost('missing', thing, coordinate)) return null;
    return this.#value(type, coordinate, text, thing);
  }

  /**
   * The object a representation means, as the subgraph has it. Null when there is none.
   * @throws when the subgraph fails to look it up
   */
  find(subgraph: string, representation: Readonly<Record<string, unknown>>): Thing | null {
    const name = String(representation['__typename']);
    const known = this.blueprint.resolvable.get(`${subgraph} ${name}`) ?? [];
    if (!known.some((key) => covers(representation, key)))
      throw new GraphQLError(`${subgraph} cannot look up a ${name} by ${Object.keys(representation).join()}`);
    for (const { name: type } of concreteTypes(this.blueprint.full, name)) {
      const keys = [...(this.blueprint.keys.get(type) ?? [])].filter((key) => key in representation);
      if (keys.length === 0) continue;
      for (let index = 0; index < this.options.entities; index++) {
        const thing = this.#entity(type, index);
        if (!keys.every((key) => this.#holds(this.value(thing, key, {}), representation[key]))) continue;
        if (this.#hits('failing', subgraph, thing)) throw new GraphQLError('a reference that cannot be looked up');
        return this.#hits('missing', subgraph, thing) ? null : { ...thing, given: representation };
      }
    }
    return null;
  }

  /** What a representation must hold besides its keys for a field that requires it. */
  expected(thing: Thing, set: SelectionSetNode): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const { name, selectionSet } = selection;
        const value =
          name.value === '__typename'
            ? thing.type
            : this.value(thing, name.value, getArgumentValues(this.#field(thing.type, name.value), selection));
        result[name.value] = selectionSet ? this.#expectedValue(value, selectionSet) : value;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? thing.type;
        if (concreteTypes(this.blueprint.full, condition).some(({ name }) => name === thing.type))
          Object.assign(result, this.expected(thing, selection.selectionSet));
      }
    }
    return result;
  }

  #expectedValue(value: unknown, set: SelectionSetNode): unknown {
    if (Array.isArray(value)) return value.map((element) => this.#expectedValue(element, set));
    return isThing(value) ? this.expected(value, set) : value;
  }

  #type(type: string, field: string): GraphQLOutputType {
    return this.#field(type, field).type;
  }

  #field(type: string, field: string): GraphQLField<unknown, unknown> {
    const definition = concreteTypes(this.blueprint.full, type)[0]?.getFields()[field];
    if (!definition) throw new Error(`no field ${type}.${field}`);
    return definition;
  }

  #value(type: GraphQLOutputType, coordinate: string, text: string, parent: Thing): unknown {
    const { faults, listed = 3 } = this.options;
    const reliable = !faults || this.blueprint.reliable.has(coordinate) || this.blueprint.present.has(coordinate);
    const isKey = this.blueprint.keys.get(parent.type)?.has(coordinate.slice(parent.type.length + 1)) === true;
    const luck = share(`${text} luck`);
    if (isNonNullType(type)) {
      if (!reliable && luck < 0.012) return null;
      if (!reliable && luck < 0.02) throw new GraphQLError('a field that fails');
    } else if (faults && !isKey && !this.blueprint.present.has(coordinate)) {
      if (luck < 0.12) return null;
      if (!reliable && luck < 0.15) throw new GraphQLError('a field that fails');
    }
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const length = faults ? hash(`${text} length`) % (listed + 1) : listed;
      return Array.from({ length }, (_, index) => this.#element(nullable.ofType, coordinate, `${text} ${index}`, parent));
    }
    return this.#named(getNamedType(nullable), coordinate, text, parent, isKey);
  }

  /** An element that fails is an error of its own, as graphql-js lets a resolver say. */
  #element(type: GraphQLOutputType, coordinate: string, text: string, parent: Thing): unknown {
    try {
      return this.#value(type, coordinate, text, parent);
    } catch (error) {
      return error;
    }
  }

  #named(type: GraphQLNamedOutputType, coordinate: string, text: string, parent: Thing, isKey: boolean): unknown {
    const choices = this.blueprint.choices.get(coordinate);
    if (isCompositeType(type)) {
      const name = pick(choices ?? [], `${text} type`);
      if (name === undefined) throw new Error(`no type all subgraphs know at ${coordinate}`);
      const isEntity = (this.blueprint.keys.get(name)?.size ?? 0) > 0;
      return isEntity
        ? this.#entity(name, hash(`${text} entity`) % this.options.entities)
        : { __typename: name, type: name, key: hash(text).toString(36) };
    }
    if (choices) return pick(choices, text);
    if (isKey && type.name !== 'Int') return `${coordinate} ${parent.key}`;
    if (isKey) return Number(parent.key);
    const custom = this.options.scalars?.[type.name];
    if (custom) return custom(text);
    switch (type.name) {
      case 'Int':
        return hash(text) % 1_000;
      case 'Float':
        return (hash(text) % 1_000) / 8;
      case 'Boolean':
        return hash(text) % 2 === 0;
      default:
        return `${coordinate} ${hash(text).toString(36)}`;
    }
  }

  #entity(type: string, index: number): Thing {
    return { __typename: type, type, key: String(index) };
  }

  #holds(value: unknown, part: unknown): boolean {
    if (!isThing(value) || typeof part !== 'object' || part === null) return isDeepStrictEqual(value, part);
    return Object.entries(part).every(([field, inner]) => field === '__typename' || this.#holds(this.value(value, field, {}), inner));
  }

  #hits(how: 'missing' | 'failing', subgraph: string, thing: Thing): boolean {
    const concerned = this.options[how]?.[subgraph]?.includes(thing.type) === true;
    return concerned && share(`${this.options.seed} ${how} ${subgraph} ${thing.type} ${thing.key}`) < 0.25;
  }

  /** What only a subgraph knows that does not know the object is lost to everyone. */
  #isLost(how: 'missing' | 'failing', thing: Thing, coordinate: string): boolean {
    const owner = this.blueprint.owner.get(coordinate);
    return owner !== undefined && !this.blueprint.reliable.has(coordinate) && this.#hits(how, owner, thing);
  }
}

/** True for an object of a world. */
export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && 'type' in value && 'key' in value && '__typename' in value;
}

/** True when a value holds all that a part holds. */
export function holds(value: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(value) && value.length === part.length && part.every((element, index) => holds(value[index], element));
  if (typeof part !== 'object' || part === null) return value === part;
  return isRecord(value) && Object.entries(part).every(([key, inner]) => key in value && holds(value[key], inner));
}

/** True when an object holds something for all that is selected. */
function covers(value: unknown, set: SelectionSetNode): boolean {
  return set.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return true;
    const inner = isRecord(value) ? value[selection.name.value] : undefined;
    return inner !== undefined && (!selection.selectionSet || covers(inner, selection.selectionSet));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
