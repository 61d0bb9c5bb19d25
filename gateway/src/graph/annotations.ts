import {
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
  type UnionTypeExtensionNode,
} from 'graphql';

/** What a field or a type says about who may see it. */
export type Annotation = { readonly kind: 'ACCESS'; readonly scope: string } | { readonly kind: 'PUBLIC'; readonly reason: string };

/** One field as one subgraph declares it. */
export interface DeclaredField {
  readonly name: string;
  readonly type: TypeNode;
  readonly arguments: ReadonlyMap<string, TypeNode>;
  /** Takes an argument with @fromContext. */
  readonly fromContext: boolean;
  /** Annotations on the field itself; more than one is a contradiction. */
  readonly own: readonly Annotation[];
  /** Scope named by @predicate. */
  readonly predicateOf: string | undefined;
  /** Argument named by @about. */
  readonly about: string | undefined;
  /** Field sets of @requires and @provides. */
  readonly requires: string | undefined;
  readonly provides: string | undefined;
}

/** One object type as one subgraph declares it. */
export interface DeclaredType {
  readonly name: string;
  readonly own: readonly Annotation[];
  /** Field sets of @key. */
  readonly keys: readonly string[];
  /** Field named by @subject. */
  readonly subject: string | undefined;
  /** Stands for an interface of other subgraphs (@interfaceObject). */
  readonly interfaceObject: boolean;
  readonly fields: ReadonlyMap<string, DeclaredField>;
}

/** One interface or union as one subgraph declares it. */
export interface DeclaredAbstract {
  readonly name: string;
  /** None for a union. */
  readonly fields: ReadonlyMap<string, DeclaredField>;
  /** Object types of the same subgraph that can stand in its place. */
  readonly members: ReadonlySet<string>;
}

/** The object types of one subgraph, and its interfaces and unions. */
export interface DeclaredSubgraph {
  readonly name: string;
  readonly types: ReadonlyMap<string, DeclaredType>;
  readonly abstracts: ReadonlyMap<string, DeclaredAbstract>;
  /** Fields of its input types. */
  readonly inputs: ReadonlyMap<string, ReadonlyMap<string, TypeNode>>;
}

/** Root types, which are joined over subgraphs and are never entities. */
export const ROOT_TYPES: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Reads one subgraph's SDL with everything the composition lint looks at. */
export function readSubgraph(name: string, sdl: DocumentNode): DeclaredSubgraph {
  const types = new Map<string, DeclaredType>();
  const abstracts = new Map<string, DeclaredAbstract>();
  const inputs = new Map<string, ReadonlyMap<string, TypeNode>>();
  for (const definition of sdl.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) {
      const type = readType(definition);
      types.set(type.name, joinTypes(types.get(type.name), type));
      for (const { name: implemented } of definition.interfaces ?? [])
        join(abstracts, { name: implemented.value, fields: new Map(), members: new Set([type.name]) });
    } else if (isAbstract(definition)) join(abstracts, readAbstract(definition));
    else if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || definition.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION)
      inputs.set(definition.name.value, new Map([...(inputs.get(definition.name.value) ?? []), ...typesOf(definition.fields)]));
  }
  return { name, types, abstracts, inputs };
}

/** Interfaces and unions of all subgraphs with everything that can stand in their place in any. */
export function mergeAbstracts(subgraphs: readonly DeclaredSubgraph[]): ReadonlyMap<string, DeclaredAbstract> {
  const merged = new Map<string, DeclaredAbstract>();
  for (const { abstracts } of subgraphs) for (const one of abstracts.values()) join(merged, one);
  return merged;
}

/** The annotation that counts for a field: its own, or else that of its type in the same subgraph. */
export function effective(type: DeclaredType, field: DeclaredField): Annotation | undefined {
  return field.own[0] ?? type.own[0];
}

/** A field that takes a scope, on a type that is no root. */
interface ScopedField {
  readonly scope: string;
  readonly field: DeclaredField;
  /** Its type's name and its own. */
  readonly coordinate: string;
}

/** Fields of a subgraph that take a scope, roots left out. */
export function scopedFields({ types }: DeclaredSubgraph): readonly ScopedField[] {
  return [...types.values()].flatMap((type) =>
    ROOT_TYPES.has(type.name)
      ? []
      : [...type.fields.values()].flatMap((field) => {
          const annotation = effective(type, field);
          return annotation?.kind === 'ACCESS' ? [{ scope: annotation.scope, field, coordinate: `${type.name}.${field.name}` }] : [];
        }),
  );
}

/** Fields of a key that are plain: `caseId citizenId` has two, `owner { id }` none. */
export function plainKeys(fields: string): readonly string[] {
  return /^\s*\w+(\s+\w+)*\s*$/.test(fields) ? fields.trim().split(/\s+/) : [];
}

/** Name of the type a field leads to, without list and non-null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** True when a field's type holds a list at any level. */
export function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
}

type AbstractNode = InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode | UnionTypeDefinitionNode | UnionTypeExtensionNode;

function isAbstract(definition: DocumentNode['definitions'][number]): definition is AbstractNode {
  return (
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_EXTENSION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_EXTENSION
  );
}

function readAbstract(node: AbstractNode): DeclaredAbstract {
  const fields = 'fields' in node ? (node.fields ?? []) : [];
  const members = 'types' in node ? (node.types ?? []) : [];
  return {
    name: node.name.value,
    fields: new Map(fields.map((field) => [field.name.value, readField(field)])),
    members: new Set(members.map((member) => member.name.value)),
  };
}

function join(into: Map<string, DeclaredAbstract>, one: DeclaredAbstract): void {
  const before = into.get(one.name);
  into.set(
    one.name,
    before
      ? { name: one.name, fields: new Map([...before.fields, ...one.fields]), members: new Set([...before.members, ...one.members]) }
      : one,
  );
}

function joinTypes(before: DeclaredType | undefined, type: DeclaredType): DeclaredType {
  if (!before) return type;
  return {
    name: type.name,
    own: [...before.own, ...type.own],
    keys: [...before.keys, ...type.keys],
    subject: before.subject ?? type.subject,
    interfaceObject: before.interfaceObject || type.interfaceObject,
    fields: new Map([...before.fields, ...type.fields]),
  };
}

function readType(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): DeclaredType {
  const directives = node.directives ?? [];
  return {
    name: node.name.value,
    own: annotations(directives),
    keys: directives.filter((directive) => directive.name.value === 'key').map((directive) => text(directive, 'fields') ?? ''),
    subject: named(directives, 'subject', 'field'),
    interfaceObject: directives.some(({ name }) => name.value === 'interfaceObject'),
    fields: new Map((node.fields ?? []).map((field) => [field.name.value, readField(field)])),
  };
}

function readField(node: FieldDefinitionNode): DeclaredField {
  const directives = node.directives ?? [];
  return {
    name: node.name.value,
    type: node.type,
    arguments: typesOf(node.arguments),
    fromContext: (node.arguments ?? []).some((argument) => argument.directives?.some(({ name }) => name.value === 'fromContext')),
    own: annotations(directives),
    predicateOf: named(directives, 'predicate', 'of'),
    about: named(directives, 'about', 'argument'),
    requires: named(directives, 'requires', 'fields'),
    provides: named(directives, 'provides', 'fields'),
  };
}

function typesOf(values: readonly InputValueDefinitionNode[] = []): ReadonlyMap<string, TypeNode> {
  return new Map(values.map(({ name, type }) => [name.value, type]));
}

function annotations(directives: readonly ConstDirectiveNode[]): Annotation[] {
  return directives.flatMap((directive): Annotation[] => {
    if (directive.name.value === 'access') return [{ kind: 'ACCESS', scope: text(directive, 'scope') ?? '' }];
    if (directive.name.value === 'public') return [{ kind: 'PUBLIC', reason: text(directive, 'reason') ?? '' }];
    return [];
  });
}

function named(directives: readonly ConstDirectiveNode[], name: string, argument: string): string | undefined {
  const directive = directives.find((candidate) => candidate.name.value === name);
  return directive && text(directive, argument);
}

function text(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find((candidate) => candidate.name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
