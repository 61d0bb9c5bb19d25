import { baseType, type InterfaceType, type ObjectType, type Supergraph } from '@apollo/federation-internals';
import { plainKeys } from './annotations.js';
import type { AccessRules, Requirement, SubjectKind } from './access-map.js';
import type { InterfaceObjects } from './interface-objects.js';

/** Units are named by this, persons by their sealed reference. */
const UNIT_KEY = 'CreditCode';

/**
 * Reads the annotations that composition carried into the supergraph. Where a type says both, the stricter one counts.
 * @throws when a field says neither @access nor @public: a file that lost its annotations must not open the records; and when it uses
 * what no decision covers: @interfaceObject, @fromContext, or persons and units behind interfaces and unions
 */
export function readAccessRules(supergraph: Supergraph, interfaceObjects: InterfaceObjects, unannotated: 'REFUSED' | 'OPEN'): AccessRules {
  const types = typesOf(supergraph);
  const objects = supergraph.schema.objectTypes();
  const requirements = new Map<string, Requirement>();
  const subjects = new Map<string, { kind: SubjectKind; field: string }>();
  const keys = new Map<string, string[]>();
  const about = new Map<string, string>();
  const open = unannotated === 'OPEN' && !objects.some((type) => isAnnotatedAnywhere(type));
  if (!open) refuseUndecidable(supergraph, interfaceObjects, types);
  for (const type of objects) {
    const subject = argument(type, 'subject', 'field');
    if (subject !== undefined) subjects.set(type.name, { kind: kindOf(type, subject), field: subject });
    const plain = keysOf(type);
    if (plain.length > 0) keys.set(type.name, plain);
    for (const field of type.fields()) {
      if (!open && !isAnnotated(type, field)) throw new Error(`${type.name}.${field.name} says neither @access nor @public`);
      const requirement = requirementOf(type, field, types);
      if (requirement) requirements.set(`${type.name}.${field.name}`, requirement);
      const named = argument(field, 'about', 'argument');
      if (named !== undefined && scopeOf(type, field) === undefined)
        throw new Error(`${type.name}.${field.name} names a person, but no scope`);
      if (named !== undefined) about.set(`${type.name}.${field.name}`, named);
    }
  }
  for (const type of supergraph.schema.interfaceTypes())
    for (const field of type.fields()) {
      const requirement = requirementThrough(type, field, types);
      if (requirement) requirements.set(`${type.name}.${field.name}`, requirement);
    }
  return { open, requirements, subjects, keys, about };
}

/**
 * Decisions go by the type of an entity and the subject its key names. What these features ask of an agency goes past them: an entity under
 * the name of an interface, values of other people's records as arguments, and somebody else who may stand in a record under the name of an
 * interface or a union.
 */
function refuseUndecidable(supergraph: Supergraph, interfaceObjects: InterfaceObjects, types: Types): void {
  for (const { name } of [...supergraph.schema.interfaceTypes(), ...supergraph.schema.unionTypes()])
    if (types.get(name)?.some((type) => argument(type, 'subject', 'field') !== undefined))
      throw new Error(`${name} can stand for a person or a unit, which a graph with access rules cannot hold`);
  const [name] = interfaceObjects.keys();
  if (name !== undefined) throw new Error(`${name} is an @interfaceObject, which a graph with access rules cannot hold`);
  for (const type of supergraph.schema.objectTypes())
    for (const field of type.fields())
      if (
        field.appliedDirectives.some(
          (directive) => directive.name === 'join__field' && directive.arguments()['contextArguments'] !== undefined,
        )
      )
        throw new Error(`${type.name}.${field.name} takes an argument with @fromContext, which a graph with access rules cannot hold`);
}

function kindOf(type: ObjectType, subject: string): SubjectKind {
  const key = type.field(subject)?.type;
  return key && baseType(key).name === UNIT_KEY ? 'UNIT' : 'PERSON';
}

type Field = ReturnType<ObjectType['fields']>[number] | ReturnType<InterfaceType['fields']>[number];
/** By name of a type: the object types that can stand in its place; an object type stands in its own. */
type Types = ReadonlyMap<string, readonly ObjectType[]>;

function typesOf({ schema }: Supergraph): Types {
  return new Map<string, readonly ObjectType[]>([
    ...schema.objectTypes().map((type) => [type.name, [type]] as const),
    ...schema.interfaceTypes().map((type) => [type.name, type.possibleRuntimeTypes()] as const),
    ...schema.unionTypes().map((type) => [type.name, type.types()] as const),
  ]);
}

/**
 * What a field requires that is asked for under the name of an interface: what it requires of the types behind it.
 * @throws when these do not say the same: whoever asks under the name of the interface would be decided by something else
 */
function requirementThrough(type: InterfaceType, field: Field, types: Types): Requirement | undefined {
  const own = argument(field, 'access', 'scope');
  const behind = (types.get(type.name) ?? []).map((object) => {
    const implemented = object.field(field.name);
    return implemented && scopeOf(object, implemented);
  });
  const scope = behind.length > 0 ? behind[0] : own;
  if (behind.some((one) => one !== scope) || (own !== undefined && own !== scope))
    throw new Error(`${type.name}.${field.name} does not require the same of all types that implement it`);
  return scope === undefined ? containerOf(field, types) : { kind: 'SCOPE', scope };
}

function typeNameOf(field: Field): string {
  return field.type ? baseType(field.type).name : '';
}

function requirementOf(type: ObjectType, field: Field, types: Types): Requirement | undefined {
  const scope = scopeOf(type, field);
  if (scope !== undefined) return { kind: 'SCOPE', scope };
  return containerOf(field, types);
}

function containerOf(field: Field, types: Types): Requirement | undefined {
  const scopes = new Set((types.get(typeNameOf(field)) ?? []).flatMap((target) => [...scopesBelow(target, types, new Set())]));
  return scopes.size > 0 ? { kind: 'CONTAINER', scopes: [...scopes].sort() } : undefined;
}

function scopeOf(type: ObjectType, field: Field): string | undefined {
  const own = argument(field, 'access', 'scope');
  if (own !== undefined) return own;
  return argument(field, 'public', 'reason') === undefined ? argument(type, 'access', 'scope') : undefined;
}

function isAnnotatedAnywhere(type: ObjectType): boolean {
  return argument(type, 'subject', 'field') !== undefined || type.fields().some((field) => isAnnotated(type, field));
}

function isAnnotated(type: ObjectType, field: Field): boolean {
  return [field, type].some(
    (element) => argument(element, 'access', 'scope') !== undefined || argument(element, 'public', 'reason') !== undefined,
  );
}

/** Scopes of a value type and of the value types it holds; stops at entities, which are asked for on their own. */
function scopesBelow(type: ObjectType, types: Types, seen: Set<string>): Set<string> {
  const scopes = new Set<string>();
  if (seen.has(type.name) || isEntity(type)) return scopes;
  seen.add(type.name);
  for (const field of type.fields()) {
    const scope = scopeOf(type, field);
    if (scope !== undefined) scopes.add(scope);
    else for (const target of types.get(typeNameOf(field)) ?? []) for (const below of scopesBelow(target, types, seen)) scopes.add(below);
  }
  return scopes;
}

function isEntity(type: ObjectType): boolean {
  return type.appliedDirectives.some((directive) => directive.name === 'join__type' && typeof directive.arguments()['key'] === 'string');
}

/** Plain keys that every subgraph with this entity knows. */
function keysOf(type: ObjectType): string[] {
  const byGraph = new Map<string, Set<string>>();
  for (const directive of type.appliedDirectives) {
    if (directive.name !== 'join__type') continue;
    const { graph, key }: Record<string, unknown> = directive.arguments();
    if (typeof graph !== 'string' || typeof key !== 'string') continue;
    const keys = byGraph.get(graph) ?? new Set();
    byGraph.set(graph, keys.add(key));
  }
  const [first, ...others] = [...byGraph.values()];
  const common = [...(first ?? [])].filter((key) => others.every((keys) => keys.has(key)));
  return [...new Set(common.flatMap(plainKeys))];
}

function argument(element: ObjectType | Field, directive: string, name: string): string | undefined {
  const applied = element.appliedDirectives.find((candidate) => candidate.name === directive);
  const value: unknown = applied?.arguments()[name];
  return typeof value === 'string' ? value : undefined;
}
