import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

export type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** The types of a supergraph, as far as required fields lead through them. */
export class SupergraphTypes {
  readonly composites = new Map<string, Composite>();
  readonly #members = new Map<string, readonly string[]>();
  readonly #possible = new Map<string, ReadonlySet<string>>();
  readonly #families = new Map<string, string>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
        this.composites.set(definition.name.value, definition);
      if (definition.kind === Kind.UNION_TYPE_DEFINITION)
        this.#members.set(
          definition.name.value,
          (definition.types ?? []).map(({ name }) => name.value),
        );
    }
  }

  field(type: string, name: string): FieldDefinitionNode | undefined {
    return this.composites.get(type)?.fields?.find((field) => field.name.value === name);
  }

  /** True when there may be objects of both types. */
  overlap(one: string, other: string): boolean {
    const others = this.#possibleTypes(other);
    return one === other || [...this.#possibleTypes(one)].some((name) => others.has(name));
  }

  /** Types that have a field by the same declaration: one is an interface of the other, or of one that is. One text for all of them. */
  family(type: string, field: string): string {
    const key = `${type}.${field}`;
    let family = this.#families.get(key);
    if (family === undefined) {
      const found = new Set([type]);
      for (const name of found)
        for (const other of this.composites.values())
          if (this.#implements(name, other.name.value) || this.#implements(other.name.value, name))
            if (this.field(other.name.value, field)) found.add(other.name.value);
      family = `${[...found].sort().join()}.${field}`;
      for (const name of found) this.#families.set(`${name}.${field}`, family);
    }
    return family;
  }

  /** @param graph the subgraph that says so; undefined for the whole graph */
  interfacesOf(type: string, graph?: string): readonly string[] {
    const node = this.composites.get(type);
    if (graph === undefined) return (node?.interfaces ?? []).map(({ name }) => name.value);
    const joins = (node?.directives ?? []).filter((one) => one.name.value === 'join__implements' && graphOf(one) === graph);
    return joins.flatMap((join) => {
      const name = argumentOf(join, 'interface');
      return name?.kind === Kind.STRING ? [name.value] : [];
    });
  }

  /** @param graph as for `interfacesOf` */
  implementing(type: string, graph?: string): readonly string[] {
    return [...this.composites.keys()].filter((name) => this.interfacesOf(name, graph).includes(type));
  }

  /** True when a subgraph declares a field. */
  has(type: string, name: string, graph: string): boolean {
    const joins = this.field(type, name)?.directives?.filter((directive) => directive.name.value === JOIN) ?? [];
    const owners =
      joins.length > 0 ? joins : (this.composites.get(type)?.directives ?? []).filter((one) => one.name.value === 'join__type');
    return this.field(type, name) !== undefined && owners.some((directive) => graphOf(directive) === graph);
  }

  #implements(type: string, name: string): boolean {
    return this.interfacesOf(type).includes(name);
  }

  #possibleTypes(type: string): ReadonlySet<string> {
    let possible = this.#possible.get(type);
    if (!possible) {
      const names = this.#members.get(type) ?? this.implementing(type);
      this.#possible.set(
        type,
        (possible = new Set([...(this.composites.get(type)?.kind === Kind.OBJECT_TYPE_DEFINITION ? [type] : []), ...names])),
      );
    }
    return possible;
  }
}

type Visit = (node: FieldNode, parent: string, path: readonly string[], on: readonly (readonly string[])[]) => void;

/** A place in a selection. */
export interface Place {
  /** Names of the fields that lead there and of the one that stands there, as the planner knows them. */
  readonly path: readonly string[];
  /** For each of them, types the object that holds it is of. */
  readonly on: readonly (readonly string[])[];
}

/** Meets all fields of a selection. */
export function walk(
  types: SupergraphTypes,
  set: SelectionSetNode,
  type: string,
  visitor: Visit,
  above: Place = { path: [], on: [] },
  here = [type],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      walk(types, selection.selectionSet, condition ?? type, visitor, above, condition === undefined ? here : [...here, condition]);
    } else if (selection.kind === Kind.FIELD) {
      const place = { path: [...above.path, selection.name.value], on: [...above.on, here] };
      visitor(selection, type, place.path, place.on);
      if (selection.selectionSet) walk(types, selection.selectionSet, targetOf(types, type, selection), visitor, place);
    }
  }
}

/** Name of the type a field is of, inside lists; empty for a field that is not there. */
export function targetOf(types: SupergraphTypes, type: string, { name }: FieldNode): string {
  const definition = types.field(type, name.value);
  return definition ? namedType(definition.type) : '';
}

/** Name of the type inside lists. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** The directive that says which subgraph has a field, and its argument for what that requires. */
export const JOIN = 'join__field';
export const REQUIRES = 'requires';

/** What a field says of its subgraphs. */
export function joinsOf({ directives = [] }: FieldDefinitionNode): readonly ConstDirectiveNode[] {
  return directives.filter(({ name }) => name.value === JOIN);
}

/** The subgraph a directive is about, as an enum value of the supergraph. */
export function graphOf(directive: ConstDirectiveNode): string | undefined {
  const graph = argumentOf(directive, 'graph');
  return graph?.kind === Kind.ENUM ? graph.value : undefined;
}

/** What a field requires, in each subgraph that requires something for it. */
export function requirementsOf(field: FieldDefinitionNode): SelectionSetNode[] {
  return joinsOf(field).flatMap((directive) => selectionIn(argumentOf(directive, REQUIRES)) ?? []);
}

/** Value of an argument of a directive. */
export function argumentOf({ arguments: given = [] }: ConstDirectiveNode, name: string) {
  return given.find((argument) => argument.name.value === name)?.value;
}

/** A selection that stands in a string. */
export function selectionIn(value: ReturnType<typeof argumentOf>): SelectionSetNode | undefined {
  if (value?.kind !== Kind.STRING) return undefined;
  const [definition] = parse(`{${value.value}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
}

/** True for `true`. */
export function isTrue(value: ReturnType<typeof argumentOf>): boolean {
  return value?.kind === Kind.BOOLEAN && value.value;
}
