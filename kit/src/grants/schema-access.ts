import {
  isInterfaceType,
  isObjectType,
  Kind,
  type ConstDirectiveNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { loadAccessCatalogue, type ScopeEntry } from '@yichuang/schema';
import type { KeyKind } from '../systems/system.js';

type Period = ScopeEntry['period'];

/** What a subgraph's own schema says of who may see what. */
export interface SchemaAccess {
  /** Scopes that are all needed for a field; empty for one that is not personal. */
  scopes(type: GraphQLObjectType | GraphQLInterfaceType, field: string): readonly string[];
  /** What is left of a scope where a consent bounds the months of the data. */
  period(scope: string): Period;
  /** True for a scope of rows by unit, of which an employer sees those of its own unit. */
  readonly isSpell: (scope: string) => boolean;
  /** The way to the argument by which a mutation names the person whose affairs it changes; undefined where it names nobody. */
  about(type: GraphQLObjectType, field: string): readonly string[] | undefined;
  /** For a type with @subject: the field that names the subject, and as what kind of key systems know it. */
  subject(type: GraphQLNamedType): { readonly field: string; readonly by: KeyKind } | undefined;
}

/**
 * Reads @access, @public and @subject off a schema, and what the catalogue says of its scopes.
 * @throws Error when a field says neither @access nor @public, by itself or through its type: nothing is open by default; and when a
 * mutation does not say whom it is about
 */
export function schemaAccess(schema: GraphQLSchema, catalogue = loadAccessCatalogue()): SchemaAccess {
  const subjects = new Map<string, { readonly field: string; readonly by: KeyKind }>();
  const scopes = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type)) || type.name.startsWith('_')) continue;
    const field = isObjectType(type) ? argument(directivesOf(type), 'subject', 'field') : undefined;
    if (field !== undefined) {
      const key = type.getFields()[field];
      if (!key) throw new Error(`${type.name} names its subject by ${field}, which it does not have`);
      subjects.set(type.name, { field, by: String(key.type).startsWith('CreditCode') ? 'unit' : 'citizen' });
    }
    for (const name of Object.keys(type.getFields())) {
      if (name.startsWith('_')) continue;
      const own = ownScopes(type, name);
      if (!own) throw new Error(`${type.name}.${name} says neither @access nor @public`);
      if (
        type.name === 'Mutation' &&
        (own.length === 0 || argument(type.getFields()[name]?.astNode?.directives ?? [], 'about', 'argument') === undefined)
      )
        throw new Error(`${type.name}.${name} does not say with @access and @about what it changes of whom`);
      const promised = type.getInterfaces().flatMap((one) => (one.getFields()[name] ? (ownScopes(one, name) ?? []) : []));
      scopes.set(`${type.name}.${name}`, [...new Set([...own, ...promised])]);
    }
  }
  return {
    scopes: (type, field) => scopes.get(`${type.name}.${field}`) ?? NONE,
    period: (scope) => catalogue.scopes.get(scope)?.period ?? 'WITHHELD',
    isSpell: (scope) => catalogue.scopes.get(scope)?.own === 'SPELL',
    about: (type, field) => {
      const named = argument(type.getFields()[field]?.astNode?.directives ?? [], 'about', 'argument');
      return named?.split('.');
    },
    subject: (type) => subjects.get(type.name),
  };
}

const NONE: readonly string[] = [];

/** The field's own annotation, or else its type's. Undefined when there is neither. */
function ownScopes(type: GraphQLObjectType | GraphQLInterfaceType, name: string): readonly string[] | undefined {
  for (const directives of [type.getFields()[name]?.astNode?.directives ?? [], directivesOf(type)]) {
    const scope = argument(directives, 'access', 'scope');
    if (scope !== undefined) return [scope];
    if (argument(directives, 'public', 'reason') !== undefined) return NONE;
  }
  return undefined;
}

function directivesOf({ astNode, extensionASTNodes }: GraphQLObjectType | GraphQLInterfaceType): readonly ConstDirectiveNode[] {
  return [...(astNode?.directives ?? []), ...extensionASTNodes.flatMap((node) => node.directives ?? [])];
}

function argument(directives: readonly ConstDirectiveNode[], name: string, argumentName: string): string | undefined {
  const directive = directives.find((candidate) => candidate.name.value === name);
  const value = directive?.arguments?.find((candidate) => candidate.name.value === argumentName)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
