import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { OWN_SUBGRAPHS } from '@yichuang/schema';
import { subgraphSources } from '../../src/graph/compose.js';

/* What a document asks for, read from the agencies' own schemas and by nothing of the hub's. */

export interface FieldRule {
  readonly scope: string | undefined;
  readonly type: string;
  readonly args: readonly string[];
}

const OWN: ReadonlySet<string> = new Set(OWN_SUBGRAPHS);

/** Fields by type. */
export type Rules = ReadonlyMap<string, ReadonlyMap<string, FieldRule>>;

const RULES: Rules = rulesOf(subgraphSources().filter(({ name }) => !OWN.has(name)));
const SUBJECTS: ReadonlySet<string> = new Set(['Citizen', 'Enterprise']);

/** A field of a person: where it is, and every scope on the way to it. */
export interface AskedPath {
  readonly path: readonly string[];
  readonly scopes: readonly string[];
}

/** Fields of a person that agencies hold and that lead to nobody and nothing else. @param depth nested fields at most */
export function pathsOfPersons(depth: number, rules = RULES): AskedPath[] {
  const found: AskedPath[] = [];
  const walk = (type: string, path: readonly string[], scopes: readonly string[]): void => {
    for (const [name, rule] of rules.get(type) ?? []) {
      if (SUBJECTS.has(rule.type) || rule.type === 'Outlet' || (type === 'Citizen' && name === 'id')) continue;
      const here = [...path, name];
      const on = rule.scope === undefined ? scopes : [...scopes, rule.scope];
      if (!rules.has(rule.type)) found.push({ path: here, scopes: on });
      else if (here.length < depth) walk(rule.type, here, on);
    }
  };
  walk('Citizen', [], []);
  return found;
}

/** Scopes that a selection of a type asks for about the same subject. */
export function scopesAsked(
  set: SelectionSetNode,
  type: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  rules = RULES,
): Set<string> {
  const found = new Set<string>();
  const walk = (selections: SelectionSetNode, on: string): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, selection.typeCondition?.name.value ?? on);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet, fragment.typeCondition.name.value);
      } else {
        const rule = rules.get(on)?.get(selection.name.value);
        if (rule?.scope !== undefined) found.add(rule.scope);
        if (selection.selectionSet && rule && !SUBJECTS.has(rule.type)) walk(selection.selectionSet, rule.type);
      }
    }
  };
  walk(set, type);
  return found;
}

/** Whom a request to an agency is about, and the scopes it asks for of each: `person scope`. */
export function askedOfWhom(body: string, rules = RULES): string[] {
  const { query, variables } = JSON.parse(body) as { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
  const document = parse(query);
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : definition.selectionSet.selections.flatMap((root) => {
          if (root.kind !== Kind.FIELD || root.name.value !== '_entities' || !root.selectionSet)
            throw new Error(`not an entity call: ${query}`);
          const [{ value } = {}] = root.arguments ?? [];
          if (value?.kind !== Kind.VARIABLE) throw new Error('representations that are no variable');
          const asked = scopesAsked(root.selectionSet, 'Citizen', fragments, rules);
          const whom = variables[value.name.value] as readonly { readonly __typename: string; readonly id: string }[];
          return whom.flatMap(({ id }) => [...asked].map((scope) => `${id} ${scope}`));
        }),
  );
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
}

/** What schemas say of their fields. */
export function rulesOf(sources: readonly { readonly sdl: DocumentNode }[]): Map<string, Map<string, FieldRule>> {
  const rules = new Map<string, Map<string, FieldRule>>();
  for (const { sdl } of sources)
    for (const definition of sdl.definitions) {
      // Of a union only its types say something.
      if (definition.kind === Kind.UNION_TYPE_DEFINITION) rules.set(definition.name.value, new Map());
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.OBJECT_TYPE_EXTENSION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      )
        continue;
      const fields = rules.get(definition.name.value) ?? new Map<string, FieldRule>();
      rules.set(definition.name.value, fields);
      const ofType = scopeOf(definition.directives);
      for (const field of definition.fields ?? []) {
        const open = (field.directives ?? []).some(({ name }) => name.value === 'public');
        const scope = scopeOf(field.directives) ?? (open ? undefined : ofType);
        fields.set(field.name.value, { scope, type: named(field.type), args: argsOf(field) });
      }
    }
  return rules;
}

function argsOf({ arguments: args = [] }: FieldDefinitionNode): string[] {
  return args.filter(({ type }) => type.kind === Kind.NON_NULL_TYPE).map(({ name }) => name.value);
}

function scopeOf(directives: readonly ConstDirectiveNode[] = []): string | undefined {
  const value = directives.find(({ name }) => name.value === 'access')?.arguments?.find(({ name }) => name.value === 'scope')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function named(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);
}
