import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  argumentOf,
  graphOf,
  isTrue,
  JOIN,
  joinsOf,
  namedType,
  REQUIRES,
  requirementsOf,
  selectionIn,
  SupergraphTypes,
  targetOf,
  walk,
  type Composite,
  type Place,
} from './supergraph-types.js';

/** A field as something requires it: with these arguments. */
export interface Variant {
  /** Its name in the graph. */
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

/**
 * Fields that subgraphs require with different arguments. The planner tells fields apart by their names only and would fetch one for all,
 * so it is given a supergraph in which each such field with its arguments is a field of its own, a variant.
 */
export class RequiredVariants {
  private constructor(
    /** What to plan on. */
    readonly supergraphSdl: string,
    /** By the name the planner knows them by. */
    readonly variants: ReadonlyMap<string, Variant>,
    readonly types: SupergraphTypes,
    readonly needs: ReadonlyMap<string, readonly Place[]>,
    readonly keys: ReadonlySet<string>,
    readonly partial: ReadonlySet<string>,
  ) {}

  /**
   * Undefined for a supergraph in which every field is required with the same arguments everywhere, and nothing is required by an interface
   * object, as is the rule.
   */
  static in(supergraphSdl: string): RequiredVariants | undefined {
    if (!REQUIRED_WITH_ARGUMENTS.test(supergraphSdl) && !(INTERFACE_OBJECT.test(supergraphSdl) && REQUIRED.test(supergraphSdl)))
      return undefined;
    const document = parse(supergraphSdl, { noLocation: true });
    const required = requiredIn(new SupergraphTypes(document));
    const written = required.size === 0 ? document : withVariants(document, new SupergraphTypes(document), required);
    const types = new SupergraphTypes(written);
    const { needs, keys, partial } = needsIn(written, types);
    if (required.size === 0 && partial.size === 0) return undefined;
    const variants = new Map(
      [...required.values()].flatMap((ways) => [...ways.values()].map(({ name, variant }) => [name, variant] as const)),
    );
    return new RequiredVariants(required.size === 0 ? supergraphSdl : print(written), variants, types, needs, keys, partial);
  }

  /** True when something is required of one kind of objects only. */
  get tellsKinds(): boolean {
    return [...this.needs.values()].some((needs) =>
      needs.some(({ on }) => on.some((types, level) => types.length > (level === 0 ? 1 : 0))),
    );
  }

  /** What a field of a subgraph requires. */
  needsOf(service: string, type: string, field: string): readonly Place[] {
    return this.needs.get(`${service} ${type}.${field}`) ?? [];
  }

  /** True for what is part of a key of a subgraph. */
  isKey(service: string, { path, on }: Place): boolean {
    return (on[0] ?? []).some((type) => this.keys.has(`${service} ${type} ${path.join('.')}`));
  }

  /**
   * True for a type of which some objects may be known to lack what a field of it requires: one that a subgraph knows as an object and that
   * is an interface to others. What is asked of one kind only is required of that kind only.
   */
  isPartial(service: string, type: string): boolean {
    return this.partial.has(`${service} ${type}`);
  }

  /** True when two places in a representation would be one, and hold different things. */
  isConflict(one: Place, other: Place): boolean {
    if (one.path.at(-1) === other.path.at(-1)) return false;
    return this.#pathInGraph(one) === this.#pathInGraph(other) && this.mayMeet(one.on, other.on);
  }

  /** True when objects on the way to two places may be the same. */
  mayMeet(one: Place['on'], other: Place['on']): boolean {
    return one.every((names, level) =>
      names.every((name) => (other[level] ?? []).every((condition) => this.types.overlap(name, condition))),
    );
  }

  #pathInGraph({ path }: Place): string {
    return path.map((name) => this.variants.get(name)?.field ?? name).join('.');
  }
}

/** Some field is required with arguments: without one there is nothing to tell apart. */
const REQUIRED_WITH_ARGUMENTS = /\brequires: ?"(?:[^"\\]|\\.)*\(/;
const REQUIRED = /\brequires: ?"/;
const INTERFACE_OBJECT = /\bisInterfaceObject: ?true/;

/** Ways in which the fields of a family are required, by their arguments. */
type Ways = Map<string, { readonly name: string; readonly variant: Variant }>;

/** By family, those required in more than one way. */
function requiredIn(types: SupergraphTypes): Map<string, Ways> {
  const byFamily = new Map<string, Map<string, FieldNode>>();
  for (const type of types.composites.values())
    for (const set of (type.fields ?? []).flatMap(requirementsOf))
      walk(types, set, type.name.value, (node, parent) => {
        const definition = types.field(parent, node.name.value);
        if (!definition?.arguments?.length) return;
        const family = types.family(parent, node.name.value);
        const ways = byFamily.get(family) ?? new Map<string, FieldNode>();
        byFamily.set(family, ways.set(argumentsText(node), node));
      });
  const taken = new Set([...types.composites.values()].flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)));
  const names = new Map<string, string>();
  const required = new Map<string, Ways>();
  for (const [family, ways] of byFamily) {
    if (ways.size === 1) continue;
    const named: Ways = new Map();
    for (const [text, { name, arguments: given = [] }] of ways)
      named.set(text, { name: nameFor(name.value, text, names, taken), variant: { field: name.value, arguments: given } });
    required.set(family, named);
  }
  return required;
}

function nameFor(field: string, text: string, names: Map<string, string>, taken: Set<string>): string {
  const key = `${field} ${text}`;
  let name = names.get(key);
  for (let at = 0; name === undefined; at++) if (!taken.has(`${field}__r${at}`)) name = `${field}__r${at}`;
  names.set(key, name);
  taken.add(name);
  return name;
}

/** The supergraph with a field for each variant beside the field itself, and what is required said in variants. */
function withVariants(document: DocumentNode, types: SupergraphTypes, required: ReadonlyMap<string, Ways>): DocumentNode {
  return withoutUnusedExternals(withAllVariants(document, types, required), required);
}

function withAllVariants(document: DocumentNode, types: SupergraphTypes, required: ReadonlyMap<string, Ways>): DocumentNode {
  const renamed = (set: SelectionSetNode, type: string): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return { ...selection, selectionSet: renamed(selection.selectionSet, selection.typeCondition?.name.value ?? type) };
      if (selection.kind !== Kind.FIELD) return selection;
      const name = required.get(types.family(type, selection.name.value))?.get(argumentsText(selection))?.name;
      const below = selection.selectionSet && renamed(selection.selectionSet, targetOf(types, type, selection));
      return {
        ...selection,
        ...(name === undefined ? {} : { name: { kind: Kind.NAME, value: name }, arguments: [] }),
        ...(below ? { selectionSet: below } : {}),
      };
    }),
  });
  const rewritten = (type: string, field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive) => ({
      ...directive,
      arguments: (directive.arguments ?? []).map((argument) => {
        const set = directive.name.value === JOIN && argument.name.value === REQUIRES ? selectionIn(argument.value) : undefined;
        if (!set) return argument;
        const text = stripIgnoredCharacters(print(renamed(set, type)));
        return { ...argument, value: { kind: Kind.STRING, value: text.slice(1, -1) } };
      }),
    })),
  });
  const fieldsOf = (type: string, fields: readonly FieldDefinitionNode[] = []): FieldDefinitionNode[] =>
    fields.flatMap((definition) => {
      const field = rewritten(type, definition);
      const ways = required.get(types.family(type, field.name.value));
      return [field, ...[...(ways?.values() ?? [])].map(({ name }) => variantOf(field, name))];
    });
  return visit(document, {
    ObjectTypeDefinition: (node) => ({ ...node, fields: fieldsOf(node.name.value, node.fields) }),
    InterfaceTypeDefinition: (node) => ({ ...node, fields: fieldsOf(node.name.value, node.fields) }),
  });
}

/** The same subgraphs have a variant that have the field, and know or require the same for it. */
function variantOf({ type, directives = [] }: FieldDefinitionNode, name: string): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type,
    directives: directives.filter((directive) => directive.name.value === JOIN || directive.name.value === 'inaccessible'),
  };
}

/**
 * A subgraph may not declare as external what it does not use: each of those that require a field uses some of its variants, and of the field
 * itself nothing any more.
 */
function withoutUnusedExternals(document: DocumentNode, required: ReadonlyMap<string, Ways>): DocumentNode {
  const types = new SupergraphTypes(document);
  const concerned = new Set(
    [...required.values()].flatMap((ways) => [...ways.values()].flatMap(({ name, variant }) => [name, variant.field])),
  );
  const used = usedIn(types);
  const isUsed = (type: string, field: string, graph: string): boolean =>
    used.has(`${graph} ${type}.${field}`) || types.interfacesOf(type, graph).some((name) => types.has(name, field, graph));
  const kept = (node: Composite): Composite => ({
    ...node,
    fields: (node.fields ?? []).map((field) => {
      if (!concerned.has(field.name.value)) return field;
      const directives = (field.directives ?? []).filter((directive) => {
        const graph = graphOf(directive);
        if (directive.name.value !== JOIN || graph === undefined || !isTrue(argumentOf(directive, 'external'))) return true;
        return isUsed(node.name.value, field.name.value, graph);
      });
      return { ...field, directives };
    }),
  });
  return visit(document, { ObjectTypeDefinition: kept, InterfaceTypeDefinition: kept });
}

/** What subgraphs use of each other in requirements, provisions, keys and contexts, as `GRAPH Type.field`. */
function usedIn(types: SupergraphTypes): ReadonlySet<string> {
  const used = new Set<string>();
  const use = (graph: string | undefined, set: SelectionSetNode | undefined, type: string): void => {
    if (graph === undefined || !set) return;
    walk(types, set, type, ({ name }, parent) => {
      for (const one of [parent, ...types.implementing(parent, graph)]) used.add(`${graph} ${one}.${name.value}`);
    });
  };
  for (const [type, node] of types.composites) {
    for (const directive of node.directives ?? [])
      if (directive.name.value === 'join__type') use(graphOf(directive), selectionIn(argumentOf(directive, 'key')), type);
    for (const field of node.fields ?? [])
      for (const directive of joinsOf(field)) {
        use(graphOf(directive), selectionIn(argumentOf(directive, REQUIRES)), type);
        use(graphOf(directive), selectionIn(argumentOf(directive, 'provides')), namedType(field.type));
      }
  }
  return used;
}

interface Needs {
  /** By `subgraph Type.field`, what it requires. */
  readonly needs: ReadonlyMap<string, readonly Place[]>;
  /** Parts of keys, as `subgraph Type path`. */
  readonly keys: ReadonlySet<string>;
  /** Interface objects with fields that require others, as `subgraph Type`. */
  readonly partial: ReadonlySet<string>;
}

function needsIn(document: DocumentNode, types: SupergraphTypes): Needs {
  const services = servicesIn(document);
  const needs = new Map<string, Place[]>();
  const keys = new Set<string>();
  const partial = new Set<string>();
  for (const [type, { fields = [], directives = [] }] of types.composites) {
    const interfaceObjects = new Set<string>();
    for (const directive of directives) {
      const service = services.get(graphOf(directive) ?? '');
      if (directive.name.value !== 'join__type' || service === undefined) continue;
      if (isTrue(argumentOf(directive, 'isInterfaceObject'))) interfaceObjects.add(service);
      const key = selectionIn(argumentOf(directive, 'key'));
      if (key) walk(types, key, type, (_node, _parent, path) => keys.add(`${service} ${type} ${path.join('.')}`));
    }
    for (const field of fields)
      for (const directive of joinsOf(field)) {
        const set = selectionIn(argumentOf(directive, REQUIRES));
        const service = services.get(graphOf(directive) ?? '');
        if (!set || service === undefined) continue;
        const found: Place[] = [];
        walk(types, set, type, (_node, _parent, path, on) => found.push({ path, on }));
        needs.set(`${service} ${type}.${field.name.value}`, found);
        if (interfaceObjects.has(service)) partial.add(`${service} ${type}`);
      }
  }
  return { needs, keys, partial };
}

function servicesIn(document: DocumentNode): ReadonlyMap<string, string> {
  const services = new Map<string, string>();
  visit(document, {
    EnumValueDefinition: ({ name, directives = [] }) => {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      const given = graph && argumentOf(graph, 'name');
      if (given?.kind === Kind.STRING) services.set(name.value, given.value);
    },
  });
  return services;
}

/** Equal for the same arguments in any order. */
function argumentsText({ arguments: given = [] }: FieldNode): string {
  return given.map(print).sort().join();
}
