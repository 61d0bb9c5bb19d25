import {
  TypeNameMetaFieldDef,
  doTypesOverlap,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLSchema,
} from 'graphql';
import type { InterfaceObjects } from '../graph/interface-objects.js';
import { compositeType } from '../graph/schema-lookup.js';

/**
 * Type conditions as the planner understands them. Where a subgraph knows an interface as one object type, the planner takes a condition
 * on another abstract type for one that cannot be met, and throws or leaves out what stands there: it is given the object types instead.
 */
export class ConcreteConditions {
  readonly #known = new Map<string, readonly (string | undefined)[]>();
  readonly #interfaceObjects: readonly GraphQLAbstractType[];

  /** @param interfaceObjects interfaces that some subgraph knows as one object type, with a field by which they are looked up */
  constructor(
    readonly api: GraphQLSchema,
    readonly interfaceObjects: InterfaceObjects,
  ) {
    this.#interfaceObjects = [...interfaceObjects.keys()].flatMap((name) => {
      const type = compositeType(api, name);
      return isInterfaceType(type) ? [type] : [];
    });
  }

  /**
   * What to write for a condition on objects that are declared as `parent`: it itself, none (`undefined`), several, or nothing at all where
   * it cannot be met.
   */
  within(parent: GraphQLCompositeType | undefined, condition: string | undefined): readonly (string | undefined)[] {
    if (condition === undefined || this.#interfaceObjects.length === 0) return [condition];
    const wanted = compositeType(this.api, condition);
    // A condition was met only by some of the types it now stands in.
    if (isObjectType(parent)) return wanted && doTypesOverlap(this.api, parent, wanted) ? [condition] : [];
    if (!isInterfaceType(parent) || !isAbstractType(wanted) || wanted === parent || !this.#isObjectSomewhere(parent)) return [condition];
    const key = `${parent.name} ${condition}`;
    let names = this.#known.get(key);
    if (!names) this.#known.set(key, (names = this.#among(parent, wanted)));
    return names;
  }

  /** What to ask of an object just to see that it is there: the name of its type may be known to another subgraph only. */
  presence(parent: GraphQLCompositeType | undefined): string {
    return (parent && this.interfaceObjects.get(parent.name)) ?? TypeNameMetaFieldDef.name;
  }

  #isObjectSomewhere(parent: GraphQLAbstractType): boolean {
    return this.#interfaceObjects.some((type) => type === parent || (isInterfaceType(type) && this.api.isSubType(parent, type)));
  }

  #among(parent: GraphQLAbstractType, wanted: GraphQLAbstractType): readonly (string | undefined)[] {
    const possible = this.api.getPossibleTypes(parent);
    const fitting = possible.filter((type) => this.api.isSubType(wanted, type));
    if (fitting.length === possible.length) return [undefined];
    // What some subgraph knows as one object type the planner can find by its own name.
    return this.#interfaceObjects.includes(wanted) ? [wanted.name] : fitting.map(({ name }) => name);
  }
}
