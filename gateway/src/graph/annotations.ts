import {
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
} from 'graphql';

/** What a field or a type says about who may see it. */
export type Annotation = { readonly kind: 'ACCESS'; readonly scope: string } | { readonly kind: 'PUBLIC'; readonly reason: string };

/** One field as one subgraph declares it. */
export interface DeclaredField {
  readonly name: string;
  readonly type: TypeNode;
  readonly arguments: ReadonlySet<string>;
  /** Annotations on the field itself; more than one is a contradiction. */
  readonly own: readonly Annotation[];
  /** Scope named by @predicate. */
  readonly predicateOf: string | undefined;
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
  readonly fields: ReadonlyMap<string, DeclaredField>;
}

/** The object types of one subgraph. */
export interface DeclaredSubgraph {
  readonly name: string;
  readonly types: ReadonlyMap<string, DeclaredType>;
}

/** Root types, which are joined over subgraphs and are never entities. */
export const ROOT_TYPES: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Reads the object types of one subgraph's SDL with everything the composition lint looks at. */
export function readSubgraph(name: string, sdl: DocumentNode): DeclaredSubgraph {
  const types = new Map<string, DeclaredType>();
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const before = types.get(definition.name.value);
    const type = readType(definition);
    types.set(
      type.name,
      before
        ? {
            name: type.name,
            own: [...before.own, ...type.own],
            keys: [...before.keys, ...type.keys],
            subject: before.subject ?? type.subject,
            fields: new Map([...before.fields, ...type.fields]),
          }
        : type,
    );
  }
  return { name, types };
}

/** The annotation that counts for a field: its own, or else that of its type in the same subgraph. */
export function effective(type: DeclaredType, field: DeclaredField): Annotation | undefined {
  return field.own[0] ?? type.own[0];
}

/** Name of the type a field leads to, without list and non-null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** True when a field's type holds a list at any level. */
export function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
}

function readType(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): DeclaredType {
  const directives = node.directives ?? [];
  return {
    name: node.name.value,
    own: annotations(directives),
    keys: directives.filter((directive) => directive.name.value === 'key').map((directive) => text(directive, 'fields') ?? ''),
    subject: named(directives, 'subject', 'field'),
    fields: new Map((node.fields ?? []).map((field) => [field.name.value, readField(field)])),
  };
}

function readField(node: FieldDefinitionNode): DeclaredField {
  const directives = node.directives ?? [];
  return {
    name: node.name.value,
    type: node.type,
    arguments: new Set((node.arguments ?? []).map((argument) => argument.name.value)),
    own: annotations(directives),
    predicateOf: named(directives, 'predicate', 'of'),
    requires: named(directives, 'requires', 'fields'),
    provides: named(directives, 'provides', 'fields'),
  };
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
